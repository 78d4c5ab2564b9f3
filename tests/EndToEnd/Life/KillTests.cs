using System.Diagnostics;
using System.Globalization;
using Evenkeel.Linux.Processes;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Life;

/// <summary>
/// SIGKILL of any process of `evenkeel run` under load, at random moments: the service is back at once, the address stays where the service is and nowhere
/// else, and nothing is left behind. CI kills a few times; `EVENKEEL_KILLS=50` runs a long form, of which a quiet machine is to do each within 100 ms.
/// </summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("EVENKEEL_KILLS") ?? "6", CultureInfo.InvariantCulture);

    /// <summary>What the issue asks for is 100 ms; a machine that builds at the same time gets more.</summary>
    private static int LimitMs => Kills > 6 ? 100 : 2_000;

    /// <summary>New connections a second, beside those that measure.</summary>
    private const int LoadRate = 200;

    private readonly string _folder = Directory.CreateTempSubdirectory("evenkeel-kill.").FullName;
    private readonly string _device = $"ekk{Environment.ProcessId}";
    private readonly string _address = $"10.{200 + (Environment.ProcessId >> 8) % 50}.{Environment.ProcessId % 256}.100";
    private readonly int _port = Ports.Free();
    private readonly int _seed = Kills > 6 ? Environment.TickCount : 4711;
    private volatile bool _ends;
    private int _answered;

    [Fact]
    public void The_service_is_back_at_once_whichever_process_is_killed()
    {
        Prepare();
        var random = new Random(_seed);
        var node = Ready();
        node.Tell("start");
        node.WaitUntil(() => IsHeld() && Answers(_address), "the address serves");
        var load = new Thread(Load) { IsBackground = true };
        load.Start();
        var times = new List<(string Victim, double Ms)>();
        for (var i = 0; i < Kills; i++)
        {
            Thread.Sleep(1_050 + random.Next(200));
            // The supervisor every fourth time; this test is then the init system that starts it again.
            if (i % 4 == 3) times.Add(("supervisor", KillSupervisor(ref node)));
            else
            {
                var children = Children(node.Id);
                var victim = children[random.Next(children.Count)];
                times.Add((File.ReadAllText($"/proc/{victim}/comm").Trim(), KillWorker(node, victim)));
            }
        }
        _ends = true;
        load.Join();
        foreach (var group in times.GroupBy(static each => each.Victim))
        {
            var sorted = group.Select(static each => each.Ms).Order().ToArray();
            output.WriteLine($"{group.Key}: {sorted.Length} kills, service back after {sorted[sorted.Length / 2]:0} ms (median), {sorted[^1]:0} ms (worst)");
        }
        output.WriteLine($"seed {_seed}; {_answered} requests answered meanwhile");
        node.Signal("TERM");
        Assert.Equal(0, node.WaitForExit(TimeSpan.FromSeconds(10)));
        Assert.False(File.Exists(PathOf("status.sock")));
        Assert.False(Ports.Answers(_port));
        Assert.False(IsHeld(), "the address outlives its node");
        node.Dispose();
        Assert.All(times, static each => Assert.InRange(each.Ms, 0, LimitMs));
    }

    /// <returns>Milliseconds until an answer, to the address too.</returns>
    private double KillWorker(RunningProgram node, int victim)
    {
        var before = Children(node.Id).Count;
        var clock = Stopwatch.StartNew();
        Assert.True(Signal.Send(victim, Signal.SIGKILL).IsOk);
        WaitForAnswer(clock, "127.0.0.1");
        // Whoever died, nobody else would have served sooner: the address has not moved.
        WaitForAnswer(clock, _address);
        var ms = clock.Elapsed.TotalMilliseconds;
        Assert.True(IsHeld(), "the address is gone");
        // Half a second is what it may take; a machine that needs longer shows another rule.
        if (ms < 400) Assert.DoesNotContain("proxy is not ready: its process is gone", node.Output, StringComparison.Ordinal);
        node.WaitUntil(() => !IsAlive(victim) && Children(node.Id).Count == before, "one process of each role");
        return ms;
    }

    /// <returns>Milliseconds from the next start to an answer.</returns>
    private double KillSupervisor(ref RunningProgram node)
    {
        var children = Children(node.Id);
        var next = Ready();
        Assert.True(Signal.Send(node.Id, Signal.SIGKILL).IsOk);
        node.WaitForExit(TimeSpan.FromSeconds(5));
        Assert.True(SpinWait.SpinUntil(() => children.TrueForAll(static pid => !IsAlive(pid)), 5_000), "a worker outlives its supervisor");
        Assert.False(IsHeld(), "the address is left where nothing serves");
        node.Dispose();
        node = next;
        var clock = Stopwatch.StartNew();
        node.Tell("start");
        WaitForAnswer(clock, "127.0.0.1");
        var ms = clock.Elapsed.TotalMilliseconds;
        node.WaitUntil(() => IsHeld() && Answers(_address), "the address serves again");
        return ms;
    }

    private void WaitForAnswer(Stopwatch clock, string address)
    {
        while (!Answers(address))
        {
            Assert.True(clock.ElapsedMilliseconds < 10_000, $"{address} does not come back");
            Thread.Sleep(1);
        }
    }

    /// <summary>A node that waits for a word to begin: starting a process costs a test more than an init system.</summary>
    private RunningProgram Ready() => new("sh", "-c",
        $"read word; exec {Published.Evenkeel} run -f {PathOf("haproxy.cfg")} -k {PathOf("keepalived.conf")} -s {PathOf("status.sock")}");

    private void Prepare()
    {
        RunningProgram.Run("ip", "link", "add", _device, "type", "veth", "peer", "name", _device + "b");
        RunningProgram.Run("ip", "addr", "add", _address[..^3] + "1/24", "dev", _device);
        RunningProgram.Run("ip", "link", "set", _device, "up");
        RunningProgram.Run("ip", "link", "set", _device + "b", "up");
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
                bind {_address}:{_port}
                http-request return status 200 content-type text/plain string up

            """);
        File.WriteAllText(PathOf("keepalived.conf"), $$"""
            vrrp_instance A {
                interface {{_device}}
                version 3
                virtual_router_id 51
                priority 100
                advert_int 0.1
                virtual_ipaddress {
                    {{_address}}/24
                }
            }

            """);
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private bool IsHeld() => RunningProgram.Run("ip", "-o", "-4", "addr", "show", "dev", _device).Output.Contains($" {_address}/", StringComparison.Ordinal);

    /// <summary>Requests at a steady rate; what dies with a process is asked again by the next one.</summary>
    private void Load()
    {
        while (!_ends)
        {
            if (Answers("127.0.0.1")) _answered++;
            Thread.Sleep(1_000 / LoadRate);
        }
    }

    private bool Answers(string address)
    {
        try
        {
            using var client = new RawClient(_port, address);
            client.Send("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
            return client.ReadToEnd().EndsWith("up", StringComparison.Ordinal);
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
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

    public void Dispose()
    {
        RunningProgram.Run("ip", "link", "del", _device);
        Directory.Delete(_folder, recursive: true);
    }
}
