using Evenkeel.Model.Vrrp;

namespace Evenkeel.Daemon.Keepalived;

/// <summary>
/// Real-time priority for a thread that the kernel lets wait: one step for each time it ran too late (keepalived.conf(5) "max_auto_priority",
/// "min_auto_priority_delay"). Owner: the address worker's loop.
/// </summary>
/// <remarks>The original does nothing unless it is asked to, and then waits for a second. Here an ordinary priority is kept as long as it is enough: the first
/// advertisement that is 2 ms late, because a proxy takes all processors, brings the lowest real-time priority, which any need of this thread fits in.
/// `max_auto_priority 0` keeps the ordinary one.</remarks>
internal sealed class AutomaticPriority(GlobalDefinitionsModel global)
{
    private const int OwnDelayUs = 2_000;
    private const int OriginalsDelayUs = 1_000_000;

    private readonly int _most = global.MaxAutomaticPriority ?? 1;

    /// <summary>What counts as late.</summary>
    public int DelayUs { get; } = global.MinAutomaticPriorityDelayUs ?? (global.MaxAutomaticPriority is null ? OwnDelayUs : OriginalsDelayUs);

    /// <summary>The real-time priority now, 0 for an ordinary thread.</summary>
    public int Current { get; private set; } = global.VrrpRealTimePriority;

    /// <summary>It can rise.</summary>
    public bool IsWanted => Current < _most;

    /// <summary>The thread ran late once more: takes the next priority.</summary>
    public int Raise() => ++Current;
}
