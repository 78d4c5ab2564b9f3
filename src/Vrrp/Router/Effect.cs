using Evenkeel.Vrrp.Packets;

namespace Evenkeel.Vrrp.Router;

/// <summary>What a virtual router asks its host to do, or tells it for log, notify and recorder.</summary>
public enum EffectKind : byte
{
    // To be done, in the order given.
    /// <summary>Send an advertisement of <see cref="Effect.Priority"/> now.</summary>
    SendAdvertisement,
    /// <summary>Put the virtual addresses on their interfaces; harmless when they are there.</summary>
    ClaimAddresses,
    /// <summary>Take the virtual addresses away.</summary>
    ReleaseAddresses,
    /// <summary>Tell the network <see cref="Effect.Count"/> times for each address that it is here.</summary>
    Announce,
    /// <summary>Forget announcements that are still waiting for their turn.</summary>
    CancelAnnouncements,
    /// <summary>A clean stop is complete: nothing is held any more.</summary>
    Stopped,

    // Told, for log, notify and recorder.
    StateChanged,
    GroupChanged,
    /// <summary>The master-down timer ran out.</summary>
    AdvertisementTimeout,
    /// <summary>The BFD session to the master fell: <see cref="Effect.Peer"/>.</summary>
    MasterUnreachable,
    /// <summary>A backup follows another master than before: <see cref="Effect.Peer"/>.</summary>
    MasterIs,
    /// <summary>A backup ignored a master of lower priority.</summary>
    LowerPriorityDiscarded,
    /// <summary>A master heard a lower priority: a second master was or is there.</summary>
    LowerPriorityWhileMaster,
    /// <summary>A master heard a higher priority, or an equal one from a higher address.</summary>
    HigherPriorityWhileMaster,
    PriorityZeroReceived,
    /// <summary>From <see cref="Effect.Count"/> to <see cref="Effect.Priority"/>.</summary>
    PriorityChanged,
    PreemptDelayStarted,
    /// <summary>Version 3: the master's interval is not ours; its own is followed.</summary>
    IntervalLearned,
    /// <summary>The announced addresses are not ours; accepted, but said.</summary>
    AddressesDiffer,
    Rejected,
}

/// <summary>One effect. Which fields mean something is said at its kind.</summary>
public readonly record struct Effect(EffectKind Kind, VirtualRouter? Router)
{
    public SyncGroup? Group { get; init; }
    public VrrpState From { get; init; }
    public VrrpState To { get; init; }
    public TransitionReason Reason { get; init; }
    public AdvertisementStatus Status { get; init; }
    public byte Priority { get; init; }
    public int Count { get; init; }
    public NodeAddress Peer { get; init; }
}

/// <summary>The effects of one event, in order. Reused for every event, so that a steady state allocates nothing.</summary>
public sealed class EffectList
{
    private Effect[] _items = new Effect[32];

    public int Count { get; private set; }

    public ref readonly Effect this[int index] => ref _items[index];

    public ReadOnlySpan<Effect> Items => _items.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Add(in Effect effect)
    {
        if (Count == _items.Length)
            Array.Resize(ref _items, _items.Length * 2);
        _items[Count++] = effect;
    }
}
