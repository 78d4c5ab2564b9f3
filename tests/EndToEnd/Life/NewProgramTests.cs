using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Life;

/// <summary>An upgrade: the file of the running program is replaced, as a package does it, and a reload has the new one serve without a client noticing.
/// </summary>
public sealed class NewProgramTests : IDisposable
{
    private const int Clients = 4;
    private readonly TroubledMachine _machine = new();
    private readonly int _port = Ports.Free();
    private volatile bool _ends;
    private int _answered;
    private string? _failure;

    [Theory]
    [InlineData("haproxy", "-W -S {dir}/master -f {dir}/h.cfg")]
    [InlineData("evenkeel", "run -f {dir}/h.cfg -s {dir}/status")]
    public void The_new_program_serves_after_a_reload_and_no_connection_is_refused(string name, string arguments)
    {
        var program = Replace(name);
        Configure("one");
        using var running = _machine.Start($"{program} {arguments}");
        running.WaitUntil(() => Ports.Answers(_port), "it serves");
        var before = FileOf(program);
        var worker = Child(running.Id);
        Assert.Equal(before, FileOf($"/proc/{worker}/exe"));
        var clients = Enumerable.Range(0, Clients).Select(_ => new Thread(Ask) { IsBackground = true }).ToArray();
        foreach (var client in clients) client.Start();

        Assert.NotEqual(before, FileOf(Replace(name)));
        Configure("two");
        var reload = name == "haproxy" ? MasterTree.Command(_machine.PathOf("master"), "reload")
            : RunningProgram.Run(Published.Evenkeel, "reload", "-s", _machine.PathOf("status")).Output;
        Assert.Contains(name == "haproxy" ? "Success=1" : "configuration reloaded", reload, StringComparison.Ordinal);
        running.WaitUntil(() => !Directory.Exists($"/proc/{worker}"), "the old program has left");
        var most = _answered + 100;
        running.WaitUntil(() => _answered > most, "the new one answers");
        _ends = true;
        foreach (var client in clients) client.Join();
        Assert.Null(_failure);
        Assert.Equal(FileOf(program), FileOf($"/proc/{Child(running.Id)}/exe"));
        // What stands above it has not changed its pid.
        Assert.EndsWith(" (deleted)", File.ResolveLinkTarget($"/proc/{running.Id}/exe", returnFinalTarget: false)!.FullName, StringComparison.Ordinal);
    }

    /// <summary>Puts a new copy in the program's place in one step.</summary>
    private string Replace(string name)
    {
        var path = _machine.PathOf(name);
        File.Copy(Published.Evenkeel, path + ".new");
        File.Move(path + ".new", path, overwrite: true);
        return path;
    }

    private static string FileOf(string path) => RunningProgram.Run("stat", "-L", "-c", "%i", path).Output.Trim();

    private static int Child(int pid) => int.Parse(RunningProgram.Run("pgrep", "-n", "-P", $"{pid}").Output, CultureInfo.InvariantCulture);

    private void Ask()
    {
        while (!_ends)
        {
            try
            {
                using var client = new RawClient(_port);
                client.Send("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
                var answer = client.ReadToEnd();
                if (answer.EndsWith("one", StringComparison.Ordinal) || answer.EndsWith("two", StringComparison.Ordinal)) Interlocked.Increment(ref _answered);
                else _failure = $"answered '{answer}'";
            }
            catch (SocketException failure)
            {
                _failure = failure.ToString();
            }
            Thread.Sleep(2);
        }
    }

    private void Configure(string word) => _machine.Write("h.cfg", $"""
        defaults
            mode http
            timeout client 5s
        frontend f
            bind 127.0.0.1:{_port}
            http-request return status 200 content-type text/plain string {word}

        """);

    public void Dispose() => _machine.Dispose();
}
