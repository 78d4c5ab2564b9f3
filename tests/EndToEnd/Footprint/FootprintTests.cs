using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Footprint;

/// <summary>Start and memory, as an operator sees them.</summary>
public sealed class FootprintTests
{
    private const int MostStarts = 20;

    [Fact]
    public void The_first_request_is_served_within_50_ms_of_the_start()
    {
        using var server = ScriptedServer.Answering("first");
        var file = Path.GetTempFileName();
        int port = Ports.Free();
        File.WriteAllText(file, $"""
            defaults
                mode http
                timeout connect 1s
                timeout client 1s
                timeout server 1s
            listen web
                bind 127.0.0.1:{port}
                server s1 127.0.0.1:{server.Port}

            """);
        double best = double.MaxValue;
        // Whoever shares the machine makes a start slower, never faster.
        for (int round = 0; round < MostStarts && best >= 50; round++)
        {
            var clock = Stopwatch.StartNew();
            using var program = new RunningProgram(Published.Haproxy, "-db", "-f", file);
            while (!AnswersHttp(port) && clock.ElapsedMilliseconds < 5_000) Thread.Sleep(1);
            best = Math.Min(best, clock.Elapsed.TotalMilliseconds);
            program.Signal("KILL");
            while (Ports.Answers(port)) Thread.Sleep(5);
        }
        File.Delete(file);
        Assert.True(best < 50, $"the best of {MostStarts} starts took {best:F0} ms");
    }

    [Fact]
    public void Anonymous_memory_at_rest_is_small()
    {
        using var balancer = new Balancer("""
            listen web
                bind 127.0.0.1:{port}
                server s1 127.0.0.1:9
            """);
        Thread.Sleep(300);
        long anonymousKb = RollupKb(balancer.Program.Id, "Anonymous:");
        Assert.True(anonymousKb <= 8 * 1024, $"{anonymousKb} KB");
    }

    [Fact]
    public void The_whole_tree_of_both_planes_is_small()
    {
        using var evenkeel = new RunningProgram("ip", "netns", "exec", Namespace.Name, Published.Evenkeel, "run",
            "-f", Published.Example("pair/haproxy.cfg"), "-k", Published.Example("pair/keepalived-a.conf"));
        Thread.Sleep(1500);
        Assert.False(evenkeel.HasExited, evenkeel.Output);
        var tree = Tree(evenkeel.Id).ToList();
        Assert.True(tree.Count >= 3, $"a supervisor and two workers: {string.Join(' ', tree)}\n{evenkeel.Output}");
        foreach (int pid in tree)
        {
            long anonymousKb = RollupKb(pid, "Anonymous:");
            Assert.True(anonymousKb <= 8 * 1024, $"process {pid}: {anonymousKb} KB anonymous");
        }
        long totalKb = tree.Sum(pid => RollupKb(pid, "Pss:"));
        Assert.True(totalKb <= 25 * 1024, $"{totalKb} KB in {tree.Count} processes");
    }

    private static readonly OneNodeNamespace Namespace = new("evenkeel-footprint", "eth0", "192.168.1.11/24");

    private static IEnumerable<int> Tree(int pid)
    {
        yield return pid;
        foreach (var task in Directory.GetDirectories($"/proc/{pid}/task"))
            foreach (var child in File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                foreach (int below in Tree(int.Parse(child)))
                    yield return below;
    }

    private static long RollupKb(int pid, string field)
    {
        var line = File.ReadLines($"/proc/{pid}/smaps_rollup").First(l => l.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    private static bool AnswersHttp(int port)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 1000 };
            socket.Connect(IPAddress.Loopback, port);
            socket.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8);
            var buffer = new byte[64];
            int count = socket.Receive(buffer);
            return buffer.AsSpan(0, count).StartsWith("HTTP/1.1 200"u8);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
