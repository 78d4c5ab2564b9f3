namespace Evenkeel.Vrrp.Router;

/// <summary>The states of a virtual router (RFC 9568 6.3, which says Active for Master; Fault is Keepalived's).</summary>
public enum VrrpState : byte
{
    /// <summary>Not started, or started and waiting for the first word of a tracker or of the proxy.</summary>
    Init,
    Backup,
    Master,
    /// <summary>Something this router depends on is down: it neither claims nor listens.</summary>
    Fault,
}

/// <summary>Why a router changed its state: kept in the flight recorder and said by status.</summary>
public enum TransitionReason : byte
{
    Started,
    /// <summary>No advertisement came for the whole master-down interval.</summary>
    AdvertisementTimeout,
    /// <summary>The master said goodbye (priority 0) and nobody better spoke.</summary>
    MasterResigned,
    AddressOwner,
    HigherPriorityHeard,
    InterfaceDown,
    NoSourceAddress,
    TrackerDown,
    FaultCleared,
    GroupFault,
    GroupMaster,
    GroupBackup,
    ProxyUnready,
    AddressRemoved,
    Stopping,
    Reloaded,
    /// <summary>The BFD session to the master fell (`down_timer_bfd`): its silence is not waited for.</summary>
    MasterUnreachable,
    /// <summary>This node was frozen for longer than its own master-down interval and others have spoken since.</summary>
    Stalled,

    /// <summary>No socket to speak and listen with (descriptors, memory).</summary>
    NoSocket,
}
