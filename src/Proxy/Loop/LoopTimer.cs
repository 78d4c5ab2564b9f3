namespace Evenkeel.Proxy.Loop;

/// <summary>
/// Something with one deadline on a <see cref="TimerWheel"/>; derive from it to be called. Intrusive: setting it allocates nothing.
/// Owner: the wheel's loop.
/// </summary>
public abstract class LoopTimer
{
    /// <summary>Value of <see cref="DeadlineMs"/> while it is not set.</summary>
    public const long Never = long.MaxValue;

    /// <summary>When it goes off, on the loop's clock, or <see cref="Never"/>.</summary>
    public long DeadlineMs { get; internal set; } = Never;

    /// <summary>When the wheel will look at it: never after <see cref="DeadlineMs"/>, often before, because moving a deadline back is only a store.</summary>
    internal long WheelMs;

    /// <summary>Neighbours in the slot's list; both null when it is in no list.</summary>
    internal LoopTimer? Previous;
    internal LoopTimer? Next;

    /// <summary>The slot it is in, -1 when it is in none.</summary>
    internal int Slot = -1;

    public bool IsSet => DeadlineMs != Never;

    /// <summary>The deadline has passed. The timer is not set any more and may be set again from here.</summary>
    public abstract void OnDeadline(long nowMs);

    /// <summary>An exception left <see cref="OnDeadline"/>, which is a bug of ours: drop what this timer works for. Must not throw.</summary>
    public virtual void OnFault(Exception bug)
    {
    }
}
