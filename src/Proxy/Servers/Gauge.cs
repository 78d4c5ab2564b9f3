namespace Evenkeel.Proxy.Servers;

/// <summary>
/// A number that must be exact across workers, and the highest it ever was: connections of a frontend, slots of a server, waiting streams.
/// On cache lines of its own.
/// </summary>
public sealed class Gauge
{
    private int _current;
    private int _peak;

#pragma warning disable CA1823, IDE0051, CS0169 // it is there to take room
    private readonly CacheLinePad _pad;
#pragma warning restore CA1823, IDE0051, CS0169

    public int Current => Volatile.Read(ref _current);

    public int Peak => Volatile.Read(ref _peak);

    /// <returns>The new value.</returns>
    public int Increment()
    {
        var now = Interlocked.Increment(ref _current);
        RaisePeak(now);
        return now;
    }

    public int Decrement() => Interlocked.Decrement(ref _current);

    /// <summary>Adds one only while the result stays within <paramref name="limit"/>.</summary>
    public bool TryIncrement(int limit)
    {
        var seen = Volatile.Read(ref _current);
        while (seen < limit)
        {
            var before = Interlocked.CompareExchange(ref _current, seen + 1, seen);
            if (before == seen)
            {
                RaisePeak(seen + 1);
                return true;
            }

            seen = before;
        }

        return false;
    }

    /// <summary>`clear counters`: the peak starts again from what there is now.</summary>
    public void ClearPeak() => Volatile.Write(ref _peak, Current);

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
