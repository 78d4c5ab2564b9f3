using System.Diagnostics;
using System.Globalization;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Life;

/// <summary>
/// Reloads on a machine where something is missing, full, forbidden or taken: each is refused with what is wrong and what to do, in the answer, on the
/// terminal and in the logs, and what runs goes on under its old configuration.
/// </summary>
public sealed class ReloadTroubleTests : IDisposable
{
    private const string Missing = "does not exist: create it, or correct the path.";
    private readonly TroubledMachine _machine = new();
    private readonly TakenPort _taken = new();
    private readonly SyslogSink _logs = new();
    private readonly int _port = Ports.Free();

    /// <summary>A line of `global`, one of the frontend, and what is said.</summary>
    private (string Global, string Frontend, string[] Says)[] Refused =>
    [
        ("", $"bind 127.0.0.1:{_taken.Number}", [$"cannot bind socket (Address already in use) for [127.0.0.1:{_taken.Number}]", "see who listens there"]),
        ("stats socket {dir}/none/s", "", ["cannot bind UNIX socket (No such file or directory)", "create its directory"]),
        ("", "bind {dir}/readonly/s", ["cannot bind UNIX socket (Read-only file system)", "choose a directory that can be written to"]),
        ("", "bind {dir}/inodeless/s", ["cannot bind UNIX socket (No space left on device)", "make room on that file system"]),
        ("", "errorfile 503 {dir}/503", ["errorfile : error opening file", "{dir}/503 " + Missing]),
        ("", "bind 127.0.0.1:1 ssl crt {dir}/none/c.pem", ["unable to stat SSL certificate", "{dir}/none does not exist: create that first"]),
        ("", "http-request set-header x %[src,map({dir}/map)]", ["failed to open pattern file", "{dir}/map " + Missing]),
    ];

    [Fact]
    public void A_master_refuses_says_what_to_do_and_goes_on()
    {
        Configure("", "", "one");
        using var master = _machine.Start($"{Published.Haproxy} -W -S {{dir}}/m -f {{dir}}/h.cfg");
        master.WaitUntil(() => master.Output.Contains("Loading success.", StringComparison.Ordinal), "it serves");
        // A root that is not there shows only in the process that is to go there.
        foreach (var (global, frontend, says) in Refused.Append(("chroot {dir}/none", "", ["Cannot chroot({dir}/none)", "create the directory"])))
        {
            Configure(global, frontend, "two");
            var answer = MasterTree.Command(_machine.PathOf("m"), "reload");
            Assert.StartsWith("Success=0\n", answer, StringComparison.Ordinal);
            foreach (var words in says.Append("The running configuration stays in force.")) Contains(words, answer);
            Contains(says[0], _logs.ReadLineWith("Reload refused, the running configuration stays in force"));
            Assert.Equal("one", Get());
        }
        Configure("", "", "three");
        Assert.StartsWith("Success=1\n", MasterTree.Command(_machine.PathOf("m"), "reload"), StringComparison.Ordinal);
        Assert.Equal("three", Get());
    }

    [Fact]
    public void A_node_refuses_says_what_to_do_and_goes_on()
    {
        Configure("", "", "one");
        using var node = _machine.Start($"{Published.Evenkeel} run -f {{dir}}/h.cfg -s {{dir}}/status");
        node.WaitUntil(() => node.Output.Contains("running", StringComparison.Ordinal), "it serves");
        foreach (var (global, frontend, says) in Refused)
        {
            Configure(global, frontend, "two");
            var (status, answer) = RunningProgram.Run(Published.Evenkeel, "reload", "-s", _machine.PathOf("status"));
            Assert.Equal(1, status);
            Contains("the new configuration is refused, the old one stays: ", answer);
            Contains(says[0], answer);
            foreach (var words in says) node.WaitUntil(() => node.Output.Contains(Full(words), StringComparison.Ordinal), $"'{words}' is said");
            Contains(says[0], _logs.ReadLineWith("Reload refused, the running configuration stays in force"));
            Assert.Equal("one", Get());
        }
        Configure("", "", "three");
        Assert.Equal(0, RunningProgram.Run(Published.Evenkeel, "reload", "-s", _machine.PathOf("status")).ExitCode);
        Assert.Equal("three", Get());
    }

    [Fact]
    public void A_new_process_that_cannot_start_leaves_the_old_one_serving()
    {
        Configure("", "", "one");
        using var old = _machine.Start($"{Published.Haproxy} -db -f {{dir}}/h.cfg");
        old.WaitUntil(() => Ports.Answers(_port), "it serves");
        Configure("", $"bind 127.0.0.1:{_taken.Number}", "two");
        var (status, said) = RunningProgram.Run(Published.Haproxy, "-db", "-f", _machine.PathOf("h.cfg"), "-sf", old.Id.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(1, status);
        Contains("Address already in use", said);
        // It was asked to pause for the new one, and is asked to go on.
        old.WaitUntil(() => Ports.Answers(_port), "it goes on");
        Assert.Equal("one", Get());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    public void A_master_without_descriptors_says_so_and_goes_on(int spare)
    {
        Configure("", "", "one");
        using var master = _machine.Start($"{Published.Haproxy} -W -f {{dir}}/h.cfg");
        master.WaitUntil(() => master.Output.Contains("Loading success.", StringComparison.Ordinal), "it serves");
        LimitDescriptors(master.Id, spare, asNobody: false);
        Configure("", "bind {dir}/s1\n bind {dir}/s2\n bind {dir}/s3\n bind {dir}/s4", "two");
        master.Signal("USR2");
        master.WaitUntil(() => master.Output.Contains("The running configuration stays in force.", StringComparison.Ordinal), "it is refused");
        Contains("raise the limit on descriptors (ulimit -n, LimitNOFILE= of the unit)", master.Output);
        Assert.Equal("one", Get());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_node_without_descriptors_says_so_and_goes_on(int spare)
    {
        Configure("", "", "one");
        using var node = _machine.Start($"{Published.Evenkeel} run -f {{dir}}/h.cfg -s {{dir}}/status");
        node.WaitUntil(() => node.Output.Contains(": running", StringComparison.Ordinal), "it serves");
        LimitDescriptors(node.Id, spare, asNobody: false);
        Configure("", "bind {dir}/s1\n bind {dir}/s2\n bind {dir}/s3\n bind {dir}/s4", "two");
        node.Signal("HUP");
        node.WaitUntil(() => node.Output.Contains("the new configuration is refused, the old one stays", StringComparison.Ordinal), "it is refused");
        Contains("raise the limit on descriptors (ulimit -n, LimitNOFILE= of the unit)", node.Output);
        Assert.Equal("one", Get());
    }

    /// <summary>Until then the one who waits costs nothing: the process does not look again and again whether there is room now.</summary>
    [Theory]
    [InlineData("haproxy", "-W -S {dir}/door -f {dir}/h.cfg", "show proc\n", "worker")]
    [InlineData("evenkeel", "run -f {dir}/h.cfg -s {dir}/door", "text\n", "proxy")]
    public async Task Who_asks_while_there_are_no_descriptors_is_answered_when_there_are(string program, string arguments, string question, string answer)
    {
        Configure("", "", "one");
        using var running = _machine.Start($"{Path.Combine(Path.GetDirectoryName(Published.Haproxy)!, program)} {arguments}");
        running.WaitUntil(() => running.Output.Contains("Loading success.", StringComparison.Ordinal)
            || running.Output.Contains(": running", StringComparison.Ordinal), "its start is done");
        Task<string> asked;
        var tries = 0;
        do
        {
            // The next one would take the lowest number that is free.
            var taken = TakenDescriptors(running.Id);
            var lowest = Enumerable.Range(0, taken.Count + 1).First(number => !taken.Contains(number));
            LimitDescriptors(running.Id, lowest - taken.Count, asNobody: false, forGood: false);
            asked = Task.Run(() => MasterTree.Command(_machine.PathOf("door"), question));
            await Task.WhenAny(asked, Task.Delay(200, TestContext.Current.CancellationToken));
        }
        while (asked.IsCompleted && ++tries < 10);
        var (clock, before) = (Stopwatch.StartNew(), CpuMs(running.Id));
        Thread.Sleep(600);
        Assert.InRange(CpuMs(running.Id) - before, 0, clock.ElapsedMilliseconds / 3);
        Assert.False(asked.IsCompleted, "there was room");
        LimitDescriptors(running.Id, 20, asNobody: false, forGood: false);
        Assert.Contains(answer, await asked, StringComparison.Ordinal);
    }

    private static long CpuMs(int pid)
    {
        var fields = File.ReadAllText($"/proc/{pid}/stat").Split(") ")[1].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) * 10;
    }

    /// <summary>What a worker has no room for, a new one has.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void A_worker_without_descriptors_is_replaced(int spare)
    {
        Configure("user nobody\n group nogroup", "", "one");
        using var master = _machine.Start($"{Published.Haproxy} -W -S {{dir}}/m -f {{dir}}/h.cfg");
        master.WaitUntil(() => master.Output.Contains("Loading success.", StringComparison.Ordinal), "it serves");
        LimitDescriptors(WorkerOf(master.Id), spare, asNobody: true);
        Configure("user nobody\n group nogroup", "bind {dir}/s1\n bind {dir}/s2\n bind {dir}/s3\n bind {dir}/s4", "two");
        Contains("a new one takes over", MasterTree.Command(_machine.PathOf("m"), "reload"));
        master.WaitUntil(() => Get() == "two", "the new worker serves alone");
    }

    [Fact]
    public void Keepalived_keeps_its_address_through_every_file_that_cannot_be_run()
    {
        const string Address = "10.9.0.77";
        const string Good = "global_defs {\n router_id r\n state_file_location {dir}/full/\n}\n" +
            "vrrp_instance A {\n interface d0\n version 3\n virtual_router_id 7\n advert_int 0.1\n virtual_ipaddress {\n " + Address + "\n }\n}\n";
        _machine.Write("k.conf", Good);
        using var daemon = _machine.Start($"{Published.Keepalived} -n -l -f {{dir}}/k.conf -p {{dir}}/p -r {{dir}}/v", hasOwnNetwork: true);
        bool IsHeld() => RunningProgram.Run("nsenter", "-t", $"{daemon.Id}", "-n", "ip", "-o", "-4", "addr").Output.Contains(Address, StringComparison.Ordinal);
        daemon.WaitUntil(IsHeld, "it holds the address");
        (string? Text, string[] Says)[] wrong =
        [
            (null, ["Config files missing '{dir}/k.conf'. Create it, or name another one (-f)."]),
            (Good.Replace("interface d0", "interface nosuch", StringComparison.Ordinal), ["Non-existent interface specified in configuration"]),
            (Good + "vrrp_instance B {\n interface d0\n}\n", ["(B) the virtual router id must be set"]),
        ];
        var refusals = 0;
        foreach (var (text, says) in wrong)
        {
            if (text is null) File.Delete(_machine.PathOf("k.conf"));
            else _machine.Write("k.conf", text);
            daemon.Signal("HUP");
            refusals++;
            daemon.WaitUntil(() => Count(daemon.Output, "the new configuration is refused, the old one stays") == refusals, "it is refused");
            foreach (var words in says) Contains(words, daemon.Output);
            Assert.True(IsHeld());
        }
        // What lacks only a part is run without it, as the original does.
        _machine.Write("k.conf", Good + "include {dir}/none/more.conf\n");
        daemon.Signal("HUP");
        daemon.WaitUntil(() => daemon.Output.Contains(Full("Config files missing '{dir}/none/more.conf'."), StringComparison.Ordinal), "the part is missed");
        Assert.True(IsHeld());
        daemon.Signal("USR1");
        daemon.WaitUntil(() => daemon.Output.Contains(Full("cannot write {dir}/full/keepalived.data: No space left on device; make room"),
            StringComparison.Ordinal), "the dump has no room");
        Assert.True(IsHeld());
        Assert.Equal(1, Count(daemon.Output, "Entering MASTER STATE"));
        daemon.Signal("TERM");
        Assert.Equal(0, daemon.WaitForExit(TimeSpan.FromSeconds(10)));
    }

    /// <summary>Sockets of new instances are what a reload needs descriptors for.</summary>
    [Fact]
    public void Keepalived_without_descriptors_says_so_and_keeps_its_address()
    {
        static string Instance(string name, string device, string address) => $"vrrp_instance {name} {{\n interface {device}\n version 3\n"
            + $" virtual_router_id 7\n advert_int 0.1\n virtual_ipaddress {{\n {address}\n }}\n}}\n";
        _machine.Write("k.conf", Instance("A", "d0", "10.9.0.77"));
        using var daemon = _machine.Start($"{Published.Keepalived} -n -l -f {{dir}}/k.conf -p {{dir}}/p -r {{dir}}/v", hasOwnNetwork: true);
        string Addresses() => RunningProgram.Run("nsenter", "-t", $"{daemon.Id}", "-n", "ip", "-o", "-4", "addr").Output;
        bool IsHeld() => Addresses().Contains("10.9.0.77", StringComparison.Ordinal);
        daemon.WaitUntil(IsHeld, "it holds the address");
        RunningProgram.Run("nsenter", "-t", $"{daemon.Id}", "-n", "ip", "addr", "add", "10.9.1.1/24", "dev", "d1");
        RunningProgram.Run("nsenter", "-t", $"{daemon.Id}", "-n", "ip", "link", "add", "d2", "type", "veth", "peer", "name", "d3");
        RunningProgram.Run("nsenter", "-t", $"{daemon.Id}", "-n", "sh", "-c", "ip addr add 10.9.2.1/24 dev d2; ip link set d2 up; ip link set d3 up");
        // One is enough to read a file and for one socket, and not for two.
        var taken = TakenDescriptors(WorkerOf(daemon.Id));
        var second = Enumerable.Range(0, taken.Count + 2).Where(number => !taken.Contains(number)).ElementAt(1);
        LimitDescriptors(WorkerOf(daemon.Id), second - taken.Count, asNobody: false, forGood: false);
        _machine.Write("k.conf", Instance("A", "d0", "10.9.0.77") + Instance("B", "d1", "10.9.1.78") + Instance("C", "d2", "10.9.2.79"));
        daemon.Signal("HUP");
        const string Remedy = "raise the limit on descriptors (ulimit -n, LimitNOFILE= of the unit)";
        daemon.WaitUntil(() => daemon.Output.Contains(Remedy, StringComparison.Ordinal), "it says so");
        daemon.WaitUntil(() => daemon.Output.Contains("(B) Entering MASTER STATE", StringComparison.Ordinal), "the one that has a socket works");
        // Deaf and mute it would be a second master beside any other.
        Assert.Contains("(C) Entering FAULT STATE", daemon.Output, StringComparison.Ordinal);
        Assert.True(IsHeld());
        LimitDescriptors(WorkerOf(daemon.Id), 20, asNobody: false, forGood: false);
        daemon.WaitUntil(() => daemon.Output.Contains("(C) Entering MASTER STATE", StringComparison.Ordinal), "it is tried again");
        Assert.Equal(1, Count(daemon.Output, "(A) Entering MASTER STATE"));
    }

    private static int Count(string text, string words) => text.Split(words).Length - 1;

    /// <summary>Leaves a process as many descriptors as it has open, and some.</summary>
    /// <param name="asNobody">The limits of a process are for its own user to change.</param>
    /// <param name="forGood">What is lowered for good only a process with more rights could raise again.</param>
    private static void LimitDescriptors(int pid, int spare, bool asNobody, bool forGood = true)
    {
        var most = Directory.GetFiles($"/proc/{pid}/fd").Length + spare;
        string[] who = asNobody ? ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"] : ["env"];
        using var limit = Process.Start(who[0], [.. who[1..], "prlimit", "--pid", $"{pid}", $"--nofile={most}:{(forGood ? $"{most}" : "")}"]);
        limit.WaitForExit();
        Assert.Equal(0, limit.ExitCode);
    }

    private static HashSet<int> TakenDescriptors(int pid) =>
        [.. Directory.GetFiles($"/proc/{pid}/fd").Select(static path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture))];

    private static int WorkerOf(int master) => int.Parse(RunningProgram.Run("pgrep", "-P", $"{master}").Output, CultureInfo.InvariantCulture);

    private void Configure(string global, string frontend, string word) => _machine.Write("h.cfg", $"""
        global
            log 127.0.0.1:{_logs.Port} local0
            maxconn 50
            {global}
        defaults
            mode http
            timeout connect 1s
            timeout client 5s
            timeout server 1s
        frontend f
            bind 127.0.0.1:{_port}
            {frontend}
            http-request return status 200 content-type text/plain string {word}

        """);

    private string Get()
    {
        using var client = new RawClient(_port);
        client.Send("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
        var answer = client.ReadToEnd();
        return answer[(answer.LastIndexOf('\n') + 1)..];
    }

    private string Full(string words) => words.Replace("{dir}", _machine.Folder, StringComparison.Ordinal);

    private void Contains(string words, string text) => Assert.Contains(Full(words), text, StringComparison.Ordinal);

    public void Dispose()
    {
        _machine.Dispose();
        _taken.Dispose();
        _logs.Dispose();
    }
}
