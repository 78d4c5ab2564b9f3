using System.Runtime.InteropServices;

namespace Evenkeel.Proxy.Servers;

/// <summary>Keeps what follows in memory off the cache lines of what comes before: two lines, because processors prefetch them in pairs.</summary>
[StructLayout(LayoutKind.Sequential, Size = 128)]
internal struct CacheLinePad;

/// <summary>One worker's share of the statistics of one object. Owner: that worker; others only read.</summary>
public sealed class WorkerTraffic
{
    public TrafficCounters Counters;
    public TrafficGauges Gauges;
    public TrafficTimes Times = new() { LastSessionMs = -1 };

#pragma warning disable CA1823, IDE0051, CS0169 // it is there to take room
    private readonly CacheLinePad _pad;
#pragma warning restore CA1823, IDE0051, CS0169
}

/// <summary>
/// The statistics of one frontend, backend, server or bind line: a block for each worker, merged on read, so that counting costs
/// a plain add on memory of one's own.
/// </summary>
public sealed class Traffic
{
    private readonly WorkerTraffic[] _workers;
    private TrafficCounters _cleared;

    public Traffic(int workers)
    {
        _workers = new WorkerTraffic[workers];
        for (var i = 0; i < workers; i++) _workers[i] = new WorkerTraffic();
    }

    /// <summary>The block of one worker; only that worker writes to it.</summary>
    public WorkerTraffic this[int worker] => _workers[worker];

    /// <summary>Sum over all workers since the start or the last <see cref="Clear"/>.</summary>
    public TrafficCounters Counters()
    {
        var sum = Total();
        sum.Add(ref _cleared, -1);
        return sum;
    }

    /// <summary>Counts what another process had counted, as part of this one's. Any thread.</summary>
    public void Preload(ref TrafficCounters counted) => _cleared.Add(ref counted, -1);

    public TrafficGauges Gauges()
    {
        var sum = new TrafficGauges();
        foreach (var worker in _workers) sum.Add(ref worker.Gauges);
        return sum;
    }

    public TrafficTimes Times()
    {
        var merged = new TrafficTimes { LastSessionMs = -1 };
        foreach (var worker in _workers) merged.Merge(in worker.Times);
        return merged;
    }

    /// <summary>`clear counters all`: later reads start from here. Workers go on adding undisturbed.</summary>
    public void Clear() => _cleared = Total();

    /// <summary>`clear counters`: forgets the largest times seen.</summary>
    public void ClearMaxima()
    {
        foreach (var worker in _workers)
        {
            worker.Times.QueueMaxMs = 0;
            worker.Times.ConnectMaxMs = 0;
            worker.Times.ResponseMaxMs = 0;
            worker.Times.TotalMaxMs = 0;
        }
    }

    private TrafficCounters Total()
    {
        var sum = new TrafficCounters();
        foreach (var worker in _workers) sum.Add(ref worker.Counters);
        return sum;
    }
}
