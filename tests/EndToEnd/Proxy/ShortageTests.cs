using System.Globalization;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>A process that has no descriptors left: it waits without spinning, keeps whom it has, and goes on when some come free.</summary>
public sealed class ShortageTests
{
    private const int Descriptors = 80;

    [Fact]
    public void Out_of_descriptors_accepting_pauses_and_goes_on()
    {
        using var server = ScriptedServer.Answering("x");
        var port = Ports.Free();
        var file = Path.GetTempFileName();
        File.WriteAllText(file, $"""
            global
                nbthread 1
                maxconn 200
                no strict-limits
            defaults
                mode http
                timeout connect 1s
                timeout client 30s
                timeout server 5s
            listen web
                bind 127.0.0.1:{port}
                server s1 127.0.0.1:{server.Port}
            """ + "\n");
        using var program = new RunningProgram("prlimit", $"--nofile={Descriptors}:{Descriptors}", Published.Haproxy, "-db", "-f", file);
        program.WaitUntil(() => Ports.Answers(port), "the frontend answers");

        using var first = new RawClient(port);
        Ask(first);
        var atRest = OpenDescriptors(program.Id);
        // More than it can take; the kernel holds the rest in the listening socket's queue.
        var others = Enumerable.Range(0, Descriptors).Select(_ => new RawClient(port)).ToList();
        Thread.Sleep(200);
        var before = ProcessorTicks(program.Id);
        Thread.Sleep(500);
        Assert.InRange(ProcessorTicks(program.Id) - before, 0, 10);
        Assert.False(program.HasExited, program.Output);

        foreach (var other in others) other.Dispose();
        Ask(first);
        using var next = new RawClient(port);
        Ask(next);
        Assert.True(SpinWait.SpinUntil(() => OpenDescriptors(program.Id) <= atRest + 4, 3_000), "descriptors stay open");
        File.Delete(file);
    }

    private static int OpenDescriptors(int process) => Directory.GetFiles($"/proc/{process}/fd").Length;

    private static void Ask(RawClient client)
    {
        client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.EndsWith("x", client.ReadResponse(), StringComparison.Ordinal);
    }

    /// <summary>User and system time so far, in hundredths of a second (proc(5), fields 14 and 15 of stat).</summary>
    private static long ProcessorTicks(int process)
    {
        var text = File.ReadAllText($"/proc/{process}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }
}
