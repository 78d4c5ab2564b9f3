namespace Evenkeel.Proxy.Servers;

/// <summary>
/// Events a second over the last second ([rate], [conn_rate], [req_rate]) and the most ever seen within one second: each worker counts
/// for itself, readers add up.
/// </summary>
/// <remarks>
/// The current rate is this second's count plus the share of the previous second's that is still less than a second ago. A worker that
/// enters a new second adds the finished second up over all workers and raises the peak; that is once a second, so counting stays a plain add.
/// </remarks>
public sealed class RateMeter
{
    private const int PeriodMs = 1000;

    private sealed class Period
    {
        public long Second = -1;
        public int Count;
        public int Previous;

#pragma warning disable CA1823, IDE0051, CS0169 // it is there to take room
        private readonly CacheLinePad _pad;
#pragma warning restore CA1823, IDE0051, CS0169
    }

    private readonly Period[] _workers;
    private int _peak;
    private long _clearedUntil = -1;

    public RateMeter(int workers)
    {
        _workers = new Period[workers];
        for (var i = 0; i < workers; i++) _workers[i] = new Period();
    }

    /// <summary>Counts one event. Only worker <paramref name="worker"/> may call it for its own index.</summary>
    public void Count(int worker, long nowMs)
    {
        var period = _workers[worker];
        var second = nowMs / PeriodMs;
        if (period.Second != second) Turn(period, second);
        period.Count++;
    }

    /// <summary>Events a second at this moment, all workers.</summary>
    public int PerSecond(long nowMs)
    {
        var second = nowMs / PeriodMs;
        var stillInWindowMs = PeriodMs - nowMs % PeriodMs;
        return (int)(CountIn(second) + CountIn(second - 1) * stillInWindowMs / PeriodMs);
    }

    /// <summary>Most events in one second so far, the running second included.</summary>
    public int Peak()
    {
        foreach (var period in _workers)
        {
            var second = Volatile.Read(ref period.Second);
            if (second > _clearedUntil) RaisePeak((int)CountIn(second));
            if (second - 1 > _clearedUntil) RaisePeak((int)CountIn(second - 1));
        }

        return Volatile.Read(ref _peak);
    }

    /// <summary>`clear counters`: forgets the peak; the running second does not count any more.</summary>
    public void ClearPeak()
    {
        foreach (var period in _workers) _clearedUntil = Math.Max(_clearedUntil, Volatile.Read(ref period.Second));
        Volatile.Write(ref _peak, 0);
    }

    private void Turn(Period period, long second)
    {
        if (period.Second > _clearedUntil) RaisePeak((int)CountIn(period.Second));
        period.Previous = period.Second == second - 1 ? period.Count : 0;
        period.Count = 0;
        Volatile.Write(ref period.Second, second);
    }

    private long CountIn(long second)
    {
        long sum = 0;
        foreach (var period in _workers)
        {
            var its = Volatile.Read(ref period.Second);
            if (its == second) sum += period.Count;
            else if (its == second + 1) sum += period.Previous;
        }

        return sum;
    }

    private void RaisePeak(int value)
    {
        var peak = Volatile.Read(ref _peak);
        while (value > peak)
        {
            var before = Interlocked.CompareExchange(ref _peak, value, peak);
            if (before == peak) return;
            peak = before;
        }
    }
}
