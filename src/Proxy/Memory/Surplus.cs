namespace Evenkeel.Proxy.Memory;

/// <summary>
/// How many of a pool's free things nobody needed for a whole period: half of those may go. A pool that gives back at once whatever exceeds a number would
/// take and give back on every request of a load a little above it.
/// </summary>
internal struct Surplus
{
    private int _fewest;

    /// <summary>One was taken.</summary>
    /// <param name="free">Free ones left.</param>
    public void NoteTaken(int free)
    {
        if (free < _fewest) _fewest = free;
    }

    /// <summary>Ends a period.</summary>
    /// <param name="keep">Never go below this many.</param>
    /// <returns>How many free ones to give back.</returns>
    public int EndPeriod(int free, int keep)
    {
        var surplus = Math.Max(0, (Math.Min(_fewest, free - keep) + 1) / 2);
        _fewest = free - surplus;
        return surplus;
    }
}
