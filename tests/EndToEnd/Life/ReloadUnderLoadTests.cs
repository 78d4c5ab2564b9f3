using System.Diagnostics;
using System.Globalization;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Life;

/// <summary>
/// Clients that must notice nothing of reloads: 500 requests a second, half of them on new connections, ten websockets, three downloads. CI runs
/// the short form; `EVENKEEL_RELOADS=100` runs the long one, with downloads of 50 MB, and writes figures; `EVENKEEL_BIN` points it at another program.
/// </summary>
public sealed class ReloadUnderLoadTests(ITestOutputHelper output)
{
    private const int PauseMs = 250;

    private static readonly int Reloads = int.Parse(Environment.GetEnvironmentVariable("EVENKEEL_RELOADS") ?? "12", CultureInfo.InvariantCulture);

    private static bool IsLong => Reloads >= 100;

    private static int DownloadBytes => IsLong ? 50_000_000 : 5_000_000;

    [Fact]
    public void Clients_notice_nothing_of_reloads_that_change_little()
    {
        Run((tree, server, i) =>
        {
            var changing = $" server s{i % 5 + 2} 127.0.0.1:{server.Port} weight {i % 7 + 1}\n";
            tree.Configure("", Site(server, changing), answers: false);
        }, static _ => true);
    }

    [Fact]
    public void Clients_notice_nothing_of_wrong_and_of_very_different_configurations()
    {
        var ports = Ports.FreeForLater(4);
        Run((tree, server, i) =>
        {
            switch (i % 4)
            {
                case 0:
                    tree.Configure("", Site(server, "", "nonsense"), answers: false);
                    break;
                case 1:
                    var many = string.Concat(Enumerable.Range(0, 30).Select(n => $" server x{n} 127.0.0.1:{server.Port} weight {n + 1}\n"));
                    tree.Configure("", Site(server, many) + $"frontend g{i}\n bind 127.0.0.1:{ports[i % 3]}\n default_backend b\n", answers: false);
                    break;
                case 2:
                    var tcp = $"frontend h\n mode tcp\n bind 127.0.0.1:{ports[3]}\n default_backend t\n"
                        + $"backend t\n mode tcp\n server t 127.0.0.1:{server.Port}\n";
                    tree.Configure("", Site(server, "") + tcp, answers: false);
                    break;
                default:
                    const string Unused = "backend unused\n balance uri\n server u 127.0.0.1:1\n";
                    tree.Configure("", $"http-request set-header x-a %[rand]\n{Site(server, "")}{Unused}", answers: false);
                    break;
            }
        }, static i => i % 4 != 0);
    }

    private static string Site(LoadServer server, string servers, string more = "") =>
        $"{more}\n use_backend b if TRUE\nbackend b\n balance roundrobin\n server s1 127.0.0.1:{server.Port} check inter 500ms\n{servers}";

    private void Run(Action<MasterTree, LoadServer, int> configure, Func<int, bool> isGood)
    {
        var seconds = Reloads * PauseMs / 1_000.0;
        using var server = new LoadServer(DownloadBytes, seconds);
        using var tree = new MasterTree("-W");
        tree.Configure("", Site(server, ""), answers: false);
        _ = Reload(tree, out _);
        // Older programs leave their socket for a moment while they reload.
        Thread.Sleep(1_000);
        using var load = new SteadyLoad(tree.Port, requestsPerSecond: 500, websockets: 10, downloads: 3, DownloadBytes);
        Thread.Sleep(IsLong ? 5_000 : 1_000);
        var (processes, memoryKb) = (tree.Workers(), MemoryKb(tree));
        var anonymous = AnonymousKb(tree);
        var requests = -1L;
        var wrong = 0;
        for (var i = 0; i < Reloads; i++)
        {
            configure(tree, server, i);
            if (Reload(tree, out var said) != isGood(i))
            {
                wrong++;
                output.WriteLine($"reload {i}: {said}");
            }
            var counted = Requests(tree);
            if (counted < requests) wrong++;
            requests = counted;
            Thread.Sleep(PauseMs);
        }
        load.Finish(TimeSpan.FromSeconds(seconds + 30));
        // What only old requests needed is kept for ten seconds.
        if (IsLong) Thread.Sleep(12_000);
        var after = MemoryKb(tree);
        output.WriteLine($"of these KiB anonymous, in the master and its workers: {anonymous} -> {AnonymousKb(tree)}");
        output.WriteLine($"{Reloads} reloads: {load.Requests} requests, {load.Messages} messages, {load.FailureCount} failures, {load.Reconnects} reconnects, "
            + $"{tree.Workers().Length} workers, {memoryKb} -> {after} KiB, p50 {load.LatencyMs(0.5):0.0} p99 {load.LatencyMs(0.99):0.0} "
            + $"p99.9 {load.LatencyMs(0.999):0.0} ms, counters or answers wrong {wrong}");
        foreach (var failure in load.Failures.GroupBy(static text => text).Take(10)) output.WriteLine($"  {failure.Count()} x {failure.Key}");
        Assert.Equal(0, load.FailureCount);
        Assert.Equal(0, load.Reconnects);
        Assert.Equal(0, wrong);
        Assert.Equal(processes, tree.Workers());
        if (IsLong) Assert.InRange(after, 0, memoryKb * 1.1);
    }

    private static bool Reload(MasterTree tree, out string said) => (said = Command(tree, "reload")).StartsWith("Success=1", StringComparison.Ordinal);

    /// <summary>Ours is always there; another program's master may be starting itself anew.</summary>
    private static string Command(MasterTree tree, string line)
    {
        for (var left = Environment.GetEnvironmentVariable("EVENKEEL_BIN") is null ? 0 : 40; ; left--)
        {
            try
            {
                return tree.Command(line);
            }
            catch (System.Net.Sockets.SocketException) when (left > 0)
            {
                Thread.Sleep(50);
            }
        }
    }

    /// <summary>Requests the frontend has counted; a fresh process begins at 0.</summary>
    private static long Requests(MasterTree tree)
    {
        var row = Command(tree, "@1 show stat").Split('\n').FirstOrDefault(static row => row.StartsWith("f,FRONTEND,", StringComparison.Ordinal));
        return row is null ? -1 : long.Parse(row.Split(',')[48], CultureInfo.InvariantCulture);
    }

    /// <summary>Resident memory of the master and its workers.</summary>
    private static long MemoryKb(MasterTree tree) => KbOfEach(tree, "VmRSS:").Sum();

    private static string AnonymousKb(MasterTree tree) => string.Join(" + ", KbOfEach(tree, "RssAnon:"));

    private static IEnumerable<long> KbOfEach(MasterTree tree, string row) => tree.Workers().Prepend(tree.Program.Id).Select(pid =>
    {
        var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(line => line.StartsWith(row, StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.AsSpan(row.Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture);
    });
}
