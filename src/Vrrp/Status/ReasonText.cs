using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Status;

/// <summary>Why a router is in its state, in words for people.</summary>
public static class ReasonText
{
    public static string Of(TransitionReason reason) => reason switch
    {
        TransitionReason.Started => "started",
        TransitionReason.AdvertisementTimeout => "no advertisement came for the whole master-down interval",
        TransitionReason.MasterResigned => "the master said goodbye and nobody better spoke",
        TransitionReason.AddressOwner => "it owns the addresses (priority 255)",
        TransitionReason.HigherPriorityHeard => "a master with a higher priority, or the same from a higher address, was heard",
        TransitionReason.InterfaceDown => "its interface is down or gone",
        TransitionReason.NoSourceAddress => "its interface has no address to send from",
        TransitionReason.TrackerDown => "something it tracks failed",
        TransitionReason.FaultCleared => "the fault is over",
        TransitionReason.GroupFault => "a member of its sync group has a fault",
        TransitionReason.GroupMaster => "every member of its sync group wants to be master",
        TransitionReason.GroupBackup => "a member of its sync group yielded",
        TransitionReason.ProxyUnready => "the proxy on this node is not ready",
        TransitionReason.AddressRemoved => "somebody removed one of its addresses",
        TransitionReason.Stopping => "the daemon stops",
        TransitionReason.Reloaded => "a reload took it away",
        TransitionReason.MasterUnreachable => "the BFD session to the master fell",
        TransitionReason.NoSocket => "its socket cannot be opened",
        TransitionReason.Stalled => "this node was frozen longer than others wait",
        _ => reason.ToString(),
    };
}
