using System.Net;
using System.Net.Sockets;
using Evenkeel.Model;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Config.Keepalived.Drafts;

/// <summary>`vrrp_instance` while it is read. What the operator did not say is null, because the defaults depend on the rest.</summary>
internal sealed class InstanceDraft(string name, SourcePosition position)
{
    public string Name => name;

    public SourcePosition Position => position;

    public bool StateMaster { get; set; }

    public string? Interface { get; set; }

    public bool InterfaceMissing { get; set; }

    public string? Vrf { get; set; }

    public int VirtualRouterId { get; set; }

    public int? Priority { get; set; }

    public int? Version { get; set; }

    /// <summary>Set by the first address the instance names, whichever keyword it stands in.</summary>
    public AddressFamily? Family { get; set; }

    public bool NativeIPv6 { get; set; }

    /// <summary>Microseconds as written; null for one second.</summary>
    public long? AdvertisementIntervalUs { get; set; }

    public VrrpAuthentication Authentication { get; set; }

    public string? Password { get; set; }

    public HmacDraft? Hmac { get; set; }

    public List<VirtualAddressModel> Addresses { get; } = [];

    public List<VirtualAddressModel> Excluded { get; } = [];

    public List<RouteModel> Routes { get; } = [];

    public List<RuleLineModel> Rules { get; } = [];

    public IPAddress? Source { get; set; }

    public IPAddress? MulticastDestination { get; set; }

    public List<UnicastPeerModel> Peers { get; } = [];

    /// <summary>Any keyword that only makes sense with unicast peers.</summary>
    public bool UnicastMeant { get; set; }

    public bool? CheckUnicastSource { get; set; }

    public bool UnicastFaultNoPeer { get; set; }

    public int? UnicastTtl { get; set; }

    public OldChecksumUse OldChecksum { get; set; }

    public bool NoPreempt { get; set; }

    public long PreemptDelayUs { get; set; }

    public int? DownTimerAdverts { get; set; }

    public bool? Strict { get; set; }

    public bool? Accept { get; set; }

    public bool? SkipCheckAddress { get; set; }

    public bool? HigherPrioritySend { get; set; }

    public bool? LowerPriorityNoAdvert { get; set; }

    public bool? V3ChecksumAsV2 { get; set; }

    public bool? OwnerIgnoresAdverts { get; set; }

    public bool TrackSource { get; set; }

    public bool DontTrackPrimary { get; set; }

    public int? TimerExpiredBackup { get; set; }

    public bool PromoteSecondaries { get; set; }

    public bool NoVirtualAddresses { get; set; }

    public bool? NotifyPriorityChanges { get; set; }

    public long? GarpMasterDelayUs { get; set; }

    public int? GarpMasterRepeat { get; set; }

    public long? GarpMasterRefreshUs { get; set; }

    public int? GarpMasterRefreshRepeat { get; set; }

    public long? GarpLowerDelayUs { get; set; }

    public int? GarpLowerRepeat { get; set; }

    public int? GarpExtraSeconds { get; set; }

    public OwnAdditions Own { get; } = new();

    public string? DownTimerBfd { get; set; }

    public TrackDraft Tracks { get; } = new();

    public NotifyDraft Notify { get; } = new();

    public bool UsesVmac { get; set; }

    public bool UsesIpvlan { get; set; }

    public IPAddress? IpvlanAddress { get; set; }

    public bool VmacTransmitBase { get; set; }

    /// <summary>Left out of the model: what is missing makes it useless.</summary>
    public bool Unusable { get; set; }

    /// <summary>The sync group it is in, once the groups were checked.</summary>
    public SyncGroupDraft? Group { get; set; }

    public bool IsIPv6 => (Family ?? AddressFamily.InterNetwork) == AddressFamily.InterNetworkV6;

    /// <summary>`state MASTER` without a priority means the owner of the addresses, as in the original.</summary>
    public int EffectivePriority => Priority ?? (StateMaster ? 255 : 100);

    public bool IsOwner => EffectivePriority == 255;

    /// <summary>True when the address belongs to the instance's family; the first one decides it.</summary>
    public bool TakeFamily(IPAddress address)
    {
        Family ??= address.AddressFamily;
        return Family == address.AddressFamily;
    }
}

/// <summary>`auth_hmac` while it is read: checked, not used yet.</summary>
internal sealed class HmacDraft
{
    public HashSet<int> Keys { get; } = [];

    public int ActiveKey { get; set; }
}
