using System.Collections.Immutable;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Status;

/// <summary>Who holds which address and why, at one moment: what `evenkeel status` and the dump files are made of. Immutable.</summary>
/// <param name="NowUs">The moment, on the worker's monotonic clock.</param>
public sealed record StatusSnapshot(long NowUs, ImmutableArray<RouterStatus> Routers, ImmutableArray<GroupStatus> Groups, ImmutableArray<RecordedEvent> Recent,
    ImmutableArray<RecordedAdvertisement> Advertisements)
{
    /// <summary>Packets that named no virtual router of this node, or nothing that can be read.</summary>
    public long ForeignPackets { get; init; }
}

/// <param name="SinceUs">When the state was entered, on the same clock as <see cref="StatusSnapshot.NowUs"/>.</param>
/// <param name="MasterAddress">Whom a backup follows; null when this node is master or hears nobody.</param>
public sealed record RouterStatus(
    string Name, string Interface, byte VirtualRouterId, int Version, VrrpState State, TransitionReason Reason, long SinceUs, byte ConfiguredPriority,
    byte EffectivePriority, ProxyReadiness Readiness, string? MasterAddress, byte MasterPriority, string? SourceAddress, FaultCauses Faults,
    ImmutableArray<AddressStatus> Addresses, ImmutableArray<TrackerSlot> Trackers, RouterCounters Counters);

/// <param name="IsHere">On this node's interface now.</param>
public sealed record AddressStatus(string Address, int PrefixLength, string Interface, bool IsHere);

public sealed record GroupStatus(string Name, VrrpState State, ImmutableArray<string> Members);
