using System.Diagnostics;
using System.Globalization;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Life;

/// <summary>
/// SIGKILL of any process of `evenkeel run` under load, at random moments: the service is back at once and nothing is left behind. CI kills a few times;
/// `EVENKEEL_KILLS=200` runs the long form.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("EVENKEEL_KILLS") ?? "6", CultureInfo.InvariantCulture);

    /// <summary>What the issue asks for is 100 ms; a machine that builds at the same time gets more.</summary>
    private static int LimitMs => Kills >= 200 ? 100 : 2_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("evenkeel-kill.").FullName;
    private readonly int _port = Ports.Free();
    private readonly Random _random = new(4711);

    [Fact]
    public void The_service_is_back_at_once_whichever_process_is_killed()
    {
        File.WriteAllText(PathOf("haproxy.cfg"), $"""
            global
                stats socket {PathOf("stats.sock")}
            defaults
                mode http
                timeout connect 1s
                timeout client 5s
                timeout server 5s
            frontend f
                bind 127.0.0.1:{_port}
                http-request return status 200 content-type text/plain string up

            """);
        var node = Start();
        var times = new List<(string Victim, double Ms)>();
        for (var i = 0; i < Kills; i++)
        {
            Thread.Sleep(1_050 + _random.Next(200));
            var children = Children(node.Id);
            // The supervisor every fourth time; this test is then the init system that starts it again.
            var isSupervisor = i % 4 == 3;
            var victim = isSupervisor ? node.Id : children[_random.Next(children.Count)];
            var name = isSupervisor ? "supervisor" : File.ReadAllText($"/proc/{victim}/comm").Trim();
            var clock = Stopwatch.StartNew();
            Kill(victim);
            if (isSupervisor)
            {
                node.WaitForExit(TimeSpan.FromSeconds(5));
                Assert.True(SpinWait.SpinUntil(() => children.TrueForAll(static pid => !IsAlive(pid)), 2_000), "a worker outlives its supervisor");
                node.Dispose();
                clock.Restart();
                node = Start();
            }
            else Assert.True(SpinWait.SpinUntil(() => !IsAlive(victim), 2_000));
            while (!Answers()) Assert.True(clock.ElapsedMilliseconds < 10_000, "the service does not come back");
            times.Add((name, clock.Elapsed.TotalMilliseconds));
            Assert.True(SpinWait.SpinUntil(() => Children(node.Id).Count == children.Count, 2_000), "one process of each role");
        }
        foreach (var group in times.GroupBy(static each => each.Victim))
        {
            var sorted = group.Select(static each => each.Ms).Order().ToArray();
            output.WriteLine($"{group.Key}: {sorted.Length} kills, service back after {sorted[sorted.Length / 2]:0} ms (median), {sorted[^1]:0} ms (worst)");
        }
        node.Signal("TERM");
        Assert.Equal(0, node.WaitForExit(TimeSpan.FromSeconds(10)));
        Assert.False(File.Exists(PathOf("status.sock")));
        Assert.False(Ports.Answers(_port));
        node.Dispose();
        Directory.Delete(_folder, recursive: true);
        Assert.All(times, static each => Assert.InRange(each.Ms, 0, LimitMs));
    }

    private RunningProgram Start()
    {
        var node = new RunningProgram(Published.Evenkeel, "run", "-f", PathOf("haproxy.cfg"), "-s", PathOf("status.sock"));
        if (Answers()) return node;
        node.WaitUntil(Answers, "the node serves");
        return node;
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private bool Answers()
    {
        try
        {
            using var client = new RawClient(_port);
            client.Send("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
            return client.ReadToEnd().EndsWith("up", StringComparison.Ordinal);
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private static void Kill(int pid)
    {
        using var kill = Process.Start("kill", ["-KILL", pid.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private static List<int> Children(int pid) =>
        [.. File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).Where(IsAlive)];

    private static bool IsAlive(int pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Split(") ")[1].StartsWith('Z');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
