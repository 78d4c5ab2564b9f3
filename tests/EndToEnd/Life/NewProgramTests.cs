using System.Globalization;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Life;

/// <summary>An upgrade: the file of the running program is replaced, as a package does it, and a reload has every process be the new one without a client
/// noticing; or, when the new one does not fit, leaves everything as it is.</summary>
public sealed class NewProgramTests : IDisposable
{
    private const int DownloadBytes = 2_000_000;
    private readonly TroubledMachine _machine = new();
    private readonly int _port = Ports.Free();

    [Theory]
    [InlineData("haproxy", "-W -S {dir}/master -f {dir}/h.cfg -p {dir}/pid")]
    [InlineData("evenkeel", "run -f {dir}/h.cfg -s {dir}/status -p {dir}/pid")]
    public void Every_process_is_the_new_program_after_a_reload_and_clients_notice_nothing(string name, string arguments)
    {
        using var server = new LoadServer(DownloadBytes, largeSeconds: 3);
        var program = Replace(name);
        Configure($"use_backend b\nbackend b\n server s 127.0.0.1:{server.Port}");
        using var running = _machine.Start($"{program} {arguments}");
        running.WaitUntil(() => Ports.Answers(_port) && File.Exists(_machine.PathOf("pid")), "it serves");
        using var load = new SteadyLoad(_port, requestsPerSecond: 200, websockets: 3, downloads: 2, DownloadBytes);
        running.WaitUntil(() => load.Requests > 20 && load.Messages > 3, "clients are there");
        var first = Children(running.Id);
        for (var i = 0; i < 2; i++)
        {
            Assert.NotEqual(FileOf($"/proc/{running.Id}/exe"), FileOf(Replace(name)));
            Configure($"use_backend b\nbackend b\n server s{i} 127.0.0.1:{server.Port}");
            Assert.Contains(name == "haproxy" ? "Success=1" : "configuration reloaded", Reload(name), StringComparison.Ordinal);
            Assert.Equal(FileOf(program), FileOf($"/proc/{running.Id}/exe"));
            Assert.Equal(FileOf(program), FileOf($"/proc/{Children(running.Id)[^1]}/exe"));
            var requests = load.Requests;
            running.WaitUntil(() => load.Requests > requests + 50, "the new program answers");
        }
        load.Finish(TimeSpan.FromSeconds(20));
        Assert.Empty(load.Failures);
        running.WaitUntil(() => Children(running.Id).Length == 1, "the programs before have left");
        Assert.DoesNotContain(Children(running.Id)[0], first);
        Assert.Equal($"{running.Id}", File.ReadAllText(_machine.PathOf("pid")).Trim());
        if (name == "haproxy")
            Assert.Matches($@"(?m)^{running.Id} +master +2 \[failed: 0\] ", MasterTree.Command(_machine.PathOf("master"), "show proc"));
        running.Signal("TERM");
        Assert.Equal(0, running.WaitForExit(TimeSpan.FromSeconds(10)));
    }

    [Theory]
    [InlineData("haproxy", "-W -S {dir}/master -f {dir}/h.cfg")]
    [InlineData("evenkeel", "run -f {dir}/h.cfg -s {dir}/status")]
    public void A_program_that_does_not_fit_changes_nothing(string name, string arguments)
    {
        var program = Replace(name);
        Configure(Answering("one"));
        using var running = _machine.Start($"{program} {arguments}");
        running.WaitUntil(() => Ports.Answers(_port), "it serves");
        var (file, worker) = (FileOf($"/proc/{running.Id}/exe"), Children(running.Id));
        Configure(Answering("two"));
        _machine.Write("text", "no program");
        (string From, string Says)[] wrong =
        [
            ("/bin/true", "is another program than this one, or too old to take over from it: put the right file there"),
            ("/bin/false", "cannot be run (status 1): put the right file there"),
            (_machine.PathOf("text"), "put the program back in its place, executable"),
        ];
        foreach (var (from, says) in wrong)
        {
            Replace(name, from);
            Assert.Contains(says, Reload(name), StringComparison.Ordinal);
        }
        Replace(name);
        Configure("nonsense");
        Assert.Contains("unknown keyword 'nonsense'", Reload(name), StringComparison.Ordinal);
        Assert.Equal(file, FileOf($"/proc/{running.Id}/exe"));
        Assert.Equal(worker, Children(running.Id));
        Assert.EndsWith("one", Get(), StringComparison.Ordinal);

        Configure(Answering("three"));
        Assert.Contains(name == "haproxy" ? "Success=1" : "configuration reloaded", Reload(name), StringComparison.Ordinal);
        running.WaitUntil(() => Get().EndsWith("three", StringComparison.Ordinal), "the new program serves");
        Assert.Equal(FileOf(program), FileOf($"/proc/{running.Id}/exe"));
    }

    /// <summary>Whatever the process does when it is asked to end: it ends.</summary>
    [Theory]
    [InlineData("haproxy", "-W -f {dir}/h.cfg", "USR2")]
    [InlineData("evenkeel", "run -f {dir}/h.cfg -s {dir}/status", "HUP")]
    public void A_stop_in_the_middle_of_the_change_is_heard(string name, string arguments, string reload)
    {
        Configure(Answering("one"));
        foreach (var pauseMs in (int[])[0, 40, 80, 120])
        {
            var program = Replace(name);
            using var running = _machine.Start($"{program} {arguments}");
            running.WaitUntil(() => running.Output.Contains(name == "haproxy" ? "Loading success." : ": running", StringComparison.Ordinal), "it serves");
            Replace(name);
            running.Signal(reload);
            Thread.Sleep(pauseMs);
            running.Signal("TERM");
            Assert.Equal(0, running.WaitForExit(TimeSpan.FromSeconds(10)));
            Assert.False(Ports.Answers(_port));
        }
    }

    [Fact]
    public void The_address_plane_is_changed_while_it_holds_nothing()
    {
        // A backup for half a minute.
        using var node = StartNode(intervalSeconds: "10");
        node.WaitUntil(() => node.Output.Contains("Entering BACKUP STATE", StringComparison.Ordinal), "it is backup");
        var before = Children(node.Id);
        Replace("evenkeel");
        node.Signal("HUP");
        node.WaitUntil(() => Children(node.Id) is { Length: 2 } now && !now.Intersect(before).Any(), "both planes are new");
        Assert.All(Children(node.Id).Append(node.Id), pid => Assert.Equal(FileOf(_machine.PathOf("evenkeel")), FileOf($"/proc/{pid}/exe")));
        string Status() => RunningProgram.Run(Published.Evenkeel, "status", "-s", _machine.PathOf("status")).Output;
        node.WaitUntil(() => Status().Contains("BACKUP", StringComparison.Ordinal), "the new one is backup");
    }

    [Fact]
    public void An_address_that_is_held_stays_with_the_earlier_program()
    {
        using var node = StartNode(intervalSeconds: "0.1");
        node.WaitUntil(() => node.Output.Contains("Entering MASTER STATE", StringComparison.Ordinal), "it is master");
        var file = FileOf($"/proc/{node.Id}/exe");
        Replace("evenkeel");
        node.Signal("HUP");
        const string Said = "the earlier program stays, for it holds an address; to change it too: evenkeel drain";
        node.WaitUntil(() => node.Output.Contains(Said, StringComparison.Ordinal), "it says so");
        Assert.Equal(FileOf(_machine.PathOf("evenkeel")), FileOf($"/proc/{node.Id}/exe"));
        // The proxy's earlier worker leaves in its own time.
        node.WaitUntil(() => Children(node.Id) is { Length: 2 } now && now.Count(pid => FileOf($"/proc/{pid}/exe") == file) == 1, "one of them stays");
        Assert.Contains("10.9.0.77", RunningProgram.Run("nsenter", "-t", $"{node.Id}", "-n", "ip", "-o", "-4", "addr").Output, StringComparison.Ordinal);
        Assert.Equal(2, node.Output.Split("Entering MASTER STATE").Length);
        node.Signal("TERM");
        Assert.Equal(0, node.WaitForExit(TimeSpan.FromSeconds(10)));
    }

    private RunningProgram StartNode(string intervalSeconds)
    {
        var program = Replace("evenkeel");
        Configure(Answering("one"));
        _machine.Write("k.conf", "vrrp_instance A {\n interface d0\n version 3\n virtual_router_id 7\n advert_int " + intervalSeconds
            + "\n virtual_ipaddress {\n 10.9.0.77\n }\n}\n");
        return _machine.Start($"{program} run -f {{dir}}/h.cfg -k {{dir}}/k.conf -s {{dir}}/status", hasOwnNetwork: true);
    }

    /// <summary>Puts a new copy in the program's place in one step.</summary>
    private string Replace(string name, string? from = null)
    {
        var path = _machine.PathOf(name);
        File.Copy(from ?? Published.Evenkeel, path + ".new");
        RunningProgram.Run("chmod", "755", path + ".new");
        File.Move(path + ".new", path, overwrite: true);
        return path;
    }

    private string Reload(string name) => name == "haproxy" ? MasterTree.Command(_machine.PathOf("master"), "reload")
        : RunningProgram.Run(Published.Evenkeel, "reload", "-s", _machine.PathOf("status")).Output;

    private static string FileOf(string path) => RunningProgram.Run("stat", "-L", "-c", "%i", path).Output.Trim();

    /// <summary>In the order of their beginning.</summary>
    private static int[] Children(int pid) => [.. File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(static word => int.Parse(word, CultureInfo.InvariantCulture))];

    private static string Answering(string word) => $"http-request return status 200 content-type text/plain string {word}";

    private string Get()
    {
        using var client = new RawClient(_port);
        client.Send("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
        return client.ReadToEnd();
    }

    private void Configure(string rules) => _machine.Write("h.cfg", $"""
        defaults
            mode http
            timeout connect 2s
            timeout client 5s
            timeout server 5s
        frontend f
            bind 127.0.0.1:{_port}
            {rules}

        """);

    public void Dispose() => _machine.Dispose();
}
