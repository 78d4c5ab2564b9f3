using System.Diagnostics;
using Evenkeel.Lab.Probe.Datagrams;

namespace Evenkeel.Lab.Probe.Outage;

/// <summary>One repetition of one row: both daemons start, the clients ask, the trouble comes at a random phase of the advertisement interval.</summary>
internal sealed class Repetition(TwoNodes nodes, Row row, Pair pair, string program, string original)
{
    private const int FrozenMs = 10_000;
    private const int SettleMs = 15_000;

    private bool FirstIsOurs => pair is Pair.Own or Pair.OriginalStandsBy;

    /// <summary>The address whose answers count: of two the one that a reload drops.</summary>
    private string Counted => row.Trouble == Trouble.Reload ? TwoNodes.SecondAddress : TwoNodes.Address;

    private readonly Process[] _monitors = new Process[2];
    private Daemon _a = null!, _b = null!;

    /// <returns>The row's figure in ms; null with a reason when the pair did not come to rest, or two nodes hold the address at the end.</returns>
    public (double? Ms, string Remark) Run()
    {
        nodes.Reset();
        bool firstIsOurs = FirstIsOurs, secondIsOurs = pair is Pair.Own or Pair.OriginalIsMaster;
        using (_a = nodes.Start('a', firstIsOurs ? program : original, NodeConfiguration.Of('a', row, firstIsOurs, nodes.Work)))
        {
            // Without preemption the first to speak stays master.
            if (row.WithoutPreemption && !WaitFor(() => nodes.Holds('a', TwoNodes.Address))) return (null, "node a never became master\n" + _a.LogTail);
            using (_b = nodes.Start('b', secondIsOurs ? program : original, NodeConfiguration.Of('b', row, secondIsOurs, nodes.Work)))
                return Settle() is { } problem ? (null, $"{problem}\n--- a\n{_a.LogTail}\n--- b\n{_b.LogTail}") : Watch();
        }
    }

    private string? Settle()
    {
        if (!WaitFor(() => nodes.Holds('a', Counted))) return "node a never became master";
        Thread.Sleep(1_200);
        if (nodes.Holds('b', Counted)) return "both nodes are master";
        if (row.Trouble != Trouble.Heal) return null;
        nodes.Wire(false);
        if (!WaitFor(() => nodes.Holds('b', Counted))) return "node b did not become master of its side";
        Thread.Sleep(1_000);
        return null;
    }

    private (double? Ms, string Remark) Watch()
    {
        double seconds = 0.7 + (row.IntervalMs / 1000) + row.WatchSeconds + (row.Trouble == Trouble.Freeze ? FrozenMs / 1000 : 0);
        var clients = new List<Process> { nodes.Probe('a', Counted, seconds) };
        // A healed wire has two sides, and an address that stays must not notice that another one goes.
        if (row.Trouble is Trouble.Heal or Trouble.Reload) clients.Add(nodes.Probe('b', TwoNodes.Address, seconds));
        if (row.Figure == Figure.OneHolder) (_monitors[0], _monitors[1]) = (nodes.Watch('a'), nodes.Watch('b'));
        foreach (var client in clients)
        {
            if (client.StandardOutput.ReadLine() == "ready") continue;
            foreach (var each in clients) each.Kill();
            return (null, "no answer before the trouble");
        }
        Thread.Sleep(200 + (int)(Random.Shared.NextDouble() * row.IntervalMs));
        var (moment, resumed) = Inflict();
        var reports = clients.Select(client => DatagramReport.Read(client.StandardOutput.ReadToEnd(), moment)).ToList();
        foreach (var client in clients) client.Dispose();
        if (!AreHoldersRight()) return (null, $"the address is on the wrong node in the end\n--- a\n{_a.LogTail}\n--- b\n{_b.LogTail}");
        return row.Figure switch
        {
            Figure.Outage => (reports.Max(report => report.OutageMs), ""),
            Figure.TakeOver => reports[0].SwitchMs is { } taken ? (taken, "") : (null, "never taken over"),
            _ => OneHolderAfter(resumed),
        };
    }

    private (long Moment, DateTime Resumed) Inflict()
    {
        long moment = Stopwatch.GetTimestamp();
        switch (row.Trouble)
        {
            case Trouble.Stop: _a.Signal("TERM"); break;
            case Trouble.Reload: _a.Reload(NodeConfiguration.Of('a', row, FirstIsOurs, nodes.Work, second: false)); break;
            case Trouble.KillWorker: _a.KillWorker(); break;
            case Trouble.KillAll: _a.KillAll(); break;
            case Trouble.PowerOff: nodes.SwitchPort('a', false); break;
            case Trouble.ScriptFails: File.Delete(Path.Combine(nodes.Work, "ok")); break;
            case Trouble.LinkFails: nodes.SecondLink(false); break;
            case Trouble.Heal: nodes.Wire(true); break;
            case Trouble.Freeze:
                _a.Freeze();
                Thread.Sleep(FrozenMs);
                _a.Thaw();
                break;
        }
        return (moment, DateTime.Now);
    }

    /// <summary>An address that did not move has cost nothing, and proves nothing.</summary>
    private bool AreHoldersRight()
    {
        bool onFirst = nodes.Holds('a', Counted), onSecond = nodes.Holds('b', Counted);
        return row.Trouble switch
        {
            Trouble.PowerOff or Trouble.KillAll => onSecond,
            Trouble.KillWorker or Trouble.Freeze => onFirst != onSecond,
            Trouble.Heal => onFirst && !onSecond,
            _ => onSecond && !onFirst,
        };
    }

    private (double? Ms, string Remark) OneHolderAfter(DateTime resumed)
    {
        double? left = null;
        foreach (var monitor in _monitors)
        {
            monitor.Kill();
            foreach (var (at, came) in TwoNodes.Changes(monitor.StandardOutput.ReadToEnd(), TwoNodes.Address))
            {
                if (!came && at >= resumed.AddMilliseconds(-20)) left ??= Math.Max(0, (at - resumed).TotalMilliseconds);
            }
            monitor.Dispose();
        }
        return (left, left is null ? "no holder has let go" : "");
    }

    private static bool WaitFor(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.ElapsedMilliseconds > SettleMs) return false;
            Thread.Sleep(50);
        }
        return true;
    }
}
