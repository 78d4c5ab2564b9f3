namespace Evenkeel.Proxy.Memory;

/// <summary>
/// Work that makes a few very large arrays beside traffic: the runtime would take them as a reason to collect everything, and stop every worker for
/// milliseconds, although nothing is to be had. While it is held, it does not. Any thread; one at a time, a second one changes nothing.
/// </summary>
public readonly struct CollectionHold : IDisposable
{
    /// <summary>Less than this is no reason for the runtime, bytes.</summary>
    private const long Worthwhile = 1 << 20;

    /// <summary>What was replaced lies there until the next collection: with more than this in the heap it is time for one, bytes.</summary>
    private const long MostBytes = 256 << 20;

    /// <summary>For what workers make meanwhile, bytes; if they make more, collections come back by themselves.</summary>
    private const long YoungBytes = 4 << 20;

    private readonly bool _isHeld;

    private CollectionHold(bool isHeld) => _isHeld = isHeld;

    /// <param name="largeBytes">At most what the large arrays take together.</param>
    public static CollectionHold Begin(long largeBytes)
    {
        if (largeBytes < Worthwhile || GC.GetTotalMemory(forceFullCollection: false) + largeBytes > MostBytes) return default;
        try
        {
            return new CollectionHold(GC.TryStartNoGCRegion(largeBytes + YoungBytes, largeBytes, disallowFullBlockingGC: true));
        }
        catch (Exception refused) when (refused is ArgumentOutOfRangeException or InvalidOperationException)
        {
            // More than the runtime can promise, or somebody holds them already: then it goes on as ever.
            return default;
        }
    }

    public void Dispose()
    {
        if (!_isHeld) return;
        try
        {
            GC.EndNoGCRegion();
        }
        catch (InvalidOperationException)
        {
            // More was made than was promised, and they have come back before.
        }
    }
}
