using Evenkeel.Config.Keepalived.Drafts;
using Evenkeel.Config.Keepalived.Language;
using Evenkeel.Model;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Config.Keepalived.Checks;

/// <summary>What the original's VRRP process says of each instance once all is read, and what it changes with it.</summary>
internal static class InstanceChecks
{
    /// <returns>False when an instance lacks what nothing can replace: the original checks no further then, and does not start.</returns>
    public static bool Run(Draft draft, IWorld world, Complaints complaints)
    {
        foreach (var instance in draft.Instances)
        {
            instance.Strict ??= draft.Global.Model.Strict;
            instance.Version ??= instance.IsIPv6 ? 3 : draft.Global.Model.Version;
            if (instance.Strict == true) StrictForm(instance, complaints);
            if (Missing(draft, instance) is { } missing)
            {
                draft.StartRefusal = $"({instance.Name}) {missing}";
                complaints.ErrorWithoutPosition(draft.StartRefusal);
                return false;
            }
            Unicast(instance, complaints);
            Authentication(instance, complaints);
            Election(draft, instance, complaints);
            Addresses(instance, world, complaints);
            Interval(instance, complaints);
            VirtualInterfaces(instance, complaints);
        }
        DuplicateRouterIds(draft, complaints);
        return true;
    }

    private static string? Missing(Draft draft, InstanceDraft instance)
    {
        if (instance.Interface == null && instance.Peers.Count == 0 && instance.Vrf == null) instance.Interface = draft.Global.Model.DefaultInterface;
        if (instance.VirtualRouterId == 0) return "the virtual router id must be set";
        return instance.Interface == null && instance.Peers.Count == 0 ? "Unknown interface!" : null;
    }

    private static void StrictForm(InstanceDraft instance, Complaints complaints)
    {
        void Say(string text) => complaints.ErrorWithoutPosition($"({instance.Name}) {text}");

        if (instance.IsIPv6 && instance.Version == 2)
        {
            Say("cannot use IPv6 with VRRP version 2; setting version 3");
            instance.Version = 3;
        }
        if (instance.IsIPv6 && instance.Addresses.Count > 0 && !instance.Addresses[0].Address.IsIPv6LinkLocal)
            Say("the first IPv6 VIP address must be link local");
        if (instance.StateMaster != instance.IsOwner)
        {
            Say("State MASTER must match being address owner");
            instance.Priority = instance.EffectivePriority;
            instance.StateMaster = instance.IsOwner;
        }
        if (instance.NoVirtualAddresses)
        {
            Say("no_virtual_ipaddress and strict mode incompatible, clearing no_virtual_ipaddress");
            instance.NoVirtualAddresses = false;
        }
        if (instance.GarpLowerRepeat > 0)
        {
            Say("Strict mode requires no repeat garps. resetting");
            instance.GarpLowerRepeat = 0;
        }
        if (instance.VmacTransmitBase)
        {
            Say("xmit_base is incompatible with strict mode - resetting");
            instance.VmacTransmitBase = false;
        }
    }

    private static void Unicast(InstanceDraft instance, Complaints complaints)
    {
        if (instance.UnicastMeant && instance.Peers.Count == 0 && !instance.UnicastFaultNoPeer)
            complaints.ErrorWithoutPosition($"({instance.Name}) A unicast keyword has been specified without any unicast peers. Defaulting to multicast. "
                + "This usage is deprecated - please update your configuration.");
        if (instance.Strict == true && instance.Peers.Count > 0)
        {
            complaints.ErrorWithoutPosition($"({instance.Name}) Unicast peers are not supported in strict mode");
            instance.Unusable = true;
        }
    }

    private static void Authentication(InstanceDraft instance, Complaints complaints)
    {
        if (instance.Hmac is { } hmac)
        {
            if (!hmac.Keys.Contains(hmac.ActiveKey))
            {
                complaints.ErrorWithoutPosition($"({instance.Name}) auth_hmac active_key {hmac.ActiveKey} is not defined, disabling extension");
                instance.Hmac = null;
            }
            else if (instance.Authentication != VrrpAuthentication.None)
            {
                complaints.ErrorWithoutPosition($"({instance.Name}) auth_hmac cannot be combined with authentication, dropping legacy auth");
                instance.Authentication = VrrpAuthentication.None;
            }
        }
        if (instance.Authentication == VrrpAuthentication.None) return;
        string? complaint = instance.Strict == true ? "Strict mode does not support authentication. Ignoring."
            : instance.Version == 3 ? "VRRP version 3 does not support authentication. Ignoring."
            : instance.Password == null ? "Authentication specified but no password given. Ignoring"
            : null;
        if (complaint == null) return;
        complaints.ErrorWithoutPosition($"({instance.Name}) {complaint}");
        instance.Authentication = VrrpAuthentication.None;
    }

    private static void Election(Draft draft, InstanceDraft instance, Complaints complaints)
    {
        void Say(string text) => complaints.ErrorWithoutPosition($"({instance.Name}) {text}");

        if (instance.NoPreempt && instance.IsOwner) ClearNoPreempt("nopreempt is incompatible with priority 255. resetting nopreempt");
        else if (instance.NoPreempt && instance.StateMaster) ClearNoPreempt("Warning - nopreempt will not work with initial state MASTER - clearing");

        if (instance.PreemptDelayUs > 0)
        {
            string? complaint = instance.Strict == true ? "preempt_delay is incompatible with strict mode - resetting"
                : instance.NoPreempt ? "preempt_delay is incompatible with nopreempt mode - resetting"
                : instance.StateMaster ? "Warning - preempt delay will not work with initial state MASTER - clearing"
                : null;
            if (complaint != null)
            {
                Say(complaint);
                instance.PreemptDelayUs = 0;
            }
        }
        if (instance.TimerExpiredBackup != null && !instance.NoPreempt)
        {
            Say("expired_timer_backup requires nopreempt - resetting");
            instance.TimerExpiredBackup = null;
        }
        if (instance.Strict == true) StrictElection(instance, Say);
        instance.Accept ??= instance.Strict != true || instance.IsOwner;
        instance.LowerPriorityNoAdvert ??= draft.Global.LowerPriorityNoAdvert ?? instance.Strict;
        instance.HigherPrioritySend ??= instance.Strict != true && draft.Global.Model.HigherPrioritySendAdvertisement;

        void ClearNoPreempt(string text)
        {
            Say(text);
            instance.NoPreempt = false;
        }
    }

    private static void StrictElection(InstanceDraft instance, Action<string> say)
    {
        if (instance.Accept == true && instance.Version == 2)
        {
            say("warning - accept mode for VRRP version 2 does not comply with RFC3768 - resetting");
            instance.Accept = false;
        }
        if (instance.LowerPriorityNoAdvert == false)
        {
            say("Strict mode requires no lower priority advert. resetting");
            instance.LowerPriorityNoAdvert = true;
        }
        if (instance.HigherPrioritySend == true)
        {
            say("strict mode requires higher_prio_send_advert to be clear. resetting");
            instance.HigherPrioritySend = false;
        }
    }

    private static void Addresses(InstanceDraft instance, IWorld world, Complaints complaints)
    {
        MoveSurplus(instance, world, complaints);
        if (instance.Addresses.Count > 0 || instance.NoVirtualAddresses) return;
        complaints.ErrorWithoutPosition(instance.Version == 3
            ? $"({instance.Name}) No VIP specified; at least one is required"
            : $"({instance.Name}) No VIP specified; at least one is sensible");
    }

    /// <summary>An advertisement is one packet and counts in 8 bits; what does not fit is held, but not announced in it.</summary>
    private static void MoveSurplus(InstanceDraft instance, IWorld world, Complaints complaints)
    {
        const int mostAddresses = 255, header = 8, authentication = 8, reserve = 16, ethernet = 1_500;
        int ip = instance.IsIPv6 ? 40 : 20, length = instance.IsIPv6 ? 16 : 4;
        int mtu = instance.Interface != null && world.InterfaceMtu(instance.Interface) is { } own ? own : ethernet;
        int room = mtu - ip - header - reserve - (instance.Version == 2 ? authentication : 0);
        int most = Math.Clamp(room / length, 1, mostAddresses), count = instance.Addresses.Count;
        if (count <= most) return;
        complaints.ErrorWithoutPosition($"({instance.Name}) Number of VIPs ({count}) exceeds maximum/space available in packet (max {most} addresses) "
            + "- excess moved to eVIPs");
        instance.Excluded.InsertRange(0, instance.Addresses[most..]);
        instance.Addresses.RemoveRange(most, count - most);
    }

    /// <summary>Version 2 counts whole seconds in 8 bits, version 3 centiseconds in 12.</summary>
    private static void Interval(InstanceDraft instance, Complaints complaints)
    {
        if (instance.AdvertisementIntervalUs is not { } us) return;
        string seconds = (us / 1_000_000m).ToString("F6", System.Globalization.CultureInfo.InvariantCulture);
        if (instance.Version == 2 && us % 1_000_000 != 0)
        {
            complaints.ErrorWithoutPosition($"({instance.Name}) VRRPv2 advertisement interval {seconds}s must be an integer. rounding");
            instance.AdvertisementIntervalUs = Math.Max(1, (us + 500_000) / 1_000_000) * 1_000_000;
        }
        else if (instance.Version == 3 && us > 40_950_000)
        {
            string rounded = (us / 1_000_000m).ToString("F2", System.Globalization.CultureInfo.InvariantCulture);
            complaints.ErrorWithoutPosition($"({instance.Name}) VRRPv3 advertisement interval {rounded}s is out of range. "
                + "Must be less than 40.96s. Setting to 40.95s");
            instance.AdvertisementIntervalUs = 40_950_000;
        }
        else if (instance.Version == 3 && us % 10_000 != 0)
        {
            complaints.ErrorWithoutPosition($"({instance.Name}) VRRPv3 advertisement interval {seconds}s must be in units of 10ms - rounding");
            instance.AdvertisementIntervalUs = Math.Max(1, (us + 5_000) / 10_000) * 10_000;
        }
    }

    private static void VirtualInterfaces(InstanceDraft instance, Complaints complaints)
    {
        if (instance.VmacTransmitBase && !instance.UsesVmac && !instance.UsesIpvlan)
            complaints.ErrorWithoutPosition($"({instance.Name}) vmac_xmit_base is only valid with a vmac");
        if (instance.UsesIpvlan && !instance.IsIPv6 && instance.IpvlanAddress == null)
            complaints.ErrorWithoutPosition($"({instance.Name}) IPv4 ipvlan requires a source ip address to be configured. setting instance to fault state");
    }

    /// <summary>Two instances cannot share a router id on one wire; unicast instances may when their peers differ.</summary>
    private static void DuplicateRouterIds(Draft draft, Complaints complaints)
    {
        var groups = draft.Instances.Where(i => !i.Unusable).GroupBy(i => (i.Interface, i.VirtualRouterId, i.IsIPv6, Unicast: i.Peers.Count > 0));
        foreach (var group in groups)
        {
            var members = group.ToList();
            // Instances that are alike in all this are rare, and never many.
            for (int i = 0; i < members.Count; i++)
                for (int k = i + 1; k < members.Count && !members[k].Unusable; k++)
                    Compare(members[i], members[k], complaints);
        }
    }

    private static void Compare(InstanceDraft first, InstanceDraft second, Complaints complaints)
    {
        if (first.Peers.Count > 0)
        {
            if (!first.Peers.Exists(p => second.Peers.Exists(q => q.Address.Equals(p.Address)))) return;
            complaints.ErrorWithoutPosition($"({first.Name}) duplicate VRID conflict with {second.Name} VRID {first.VirtualRouterId}");
        }
        else
        {
            if (!Equals(first.MulticastDestination, second.MulticastDestination)) return;
            string family = first.IsIPv6 ? "IPv6" : "IPv4";
            complaints.ErrorWithoutPosition($"{first.Name} and {second.Name} both use VRID {first.VirtualRouterId} "
                + $"with {family} on interface {first.Interface}");
        }
        second.Unusable = true;
    }
}
