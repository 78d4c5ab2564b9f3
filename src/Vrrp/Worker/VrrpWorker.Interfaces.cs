using Evenkeel.Linux;
using Evenkeel.Linux.Netlink;
using Evenkeel.Vrrp.Addresses;
using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Worker;

/// <summary>What the kernel says of interfaces and addresses, turned into faults, trackers and restored addresses.</summary>
public sealed partial class VrrpWorker
{
    private void ReadInterfaceEvents()
    {
        var read = _netlink.ReadEvents(_interfaces);
        if (read.IsError && !read.Is(Errno.EINTR))
            _log.Error($"Netlink: reading interface events failed: {ErrnoText.Of(read.Errno)}");
    }

    void IInterfaceObserver.InterfaceChanged(NetworkInterface changed, bool wasUsable)
    {
        if (!IsPutOff(changed, wasUsable))
            CountInterface(changed, wasUsable);
    }

    private void CountInterface(NetworkInterface changed, bool wasUsable)
    {
        if (changed.IsUsable != wasUsable && IsConfigured(changed))
            _log.Detail($"Netlink reports {changed.Name} {(changed.IsUsable ? "up" : "down")}");
        _effects.Clear();
        foreach (var host in _hosts)
        {
            if (host.Interface == changed)
                FollowInterface(host);
            host.Router.TrackerChanged(TrackerKind.Interface, changed.Name, StatusOf(changed), 0, _loop.NowUs, _effects);
            // An interface that came (back) has none of the addresses a master put there.
            if (changed.IsUsable && !wasUsable && host.Router.HoldsAddresses && host.Addresses.Any(a => a.Interface == changed && !a.IsPresent))
                host.Router.AddressLost(_loop.NowUs, _effects);
        }
        RunEffects();
        RescheduleAll();
        if (changed.IsUsable && !wasUsable)
            RestoreEntries();
    }

    void IInterfaceObserver.AddressAdded(NetworkInterface changed, in AddressRecord address) => SourcesChanged(changed);

    void IInterfaceObserver.AddressRemoved(NetworkInterface changed, in AddressRecord address)
    {
        SourcesChanged(changed);
        var removed = address.Address;
        if (!_stopping && _statics.Restore(changed, address))
            JudgeStatics();
        _effects.Clear();
        foreach (var host in _hosts)
        {
            if (!host.Router.HoldsAddresses || !changed.IsUsable)
                continue;
            foreach (var own in host.Addresses)
            {
                if (own.Interface != changed || !own.IsSet || own.Model.NoTrack || !own.Model.Address.Equals(removed))
                    continue;
                _log.Notice($"Netlink reflector reports IP {removed} removed from {changed.Name}");
                host.Router.AddressLost(_loop.NowUs, _effects);
                break;
            }
        }
        RunEffects();
    }

    private void SourcesChanged(NetworkInterface changed)
    {
        _effects.Clear();
        foreach (var host in _hosts)
        {
            // A source that is followed may stand on any interface.
            if (host.Interface == changed || host.Model.TrackSource)
                JudgeInterface(host);
        }
        if (_effects.Count == 0)
            return;
        RunEffects();
        RescheduleAll();
    }

    /// <summary>The socket belongs to one incarnation of the interface: gone with it, opened anew when it is back.</summary>
    private void FollowInterface(RouterHost host)
    {
        if (host.Socket is { } socket && socket.InterfaceIndex != host.Interface.Index)
            CloseSocket(host);
        if (!host.Interface.Exists)
        {
            foreach (var address in host.Addresses)
                address.IsSet = address.IsSet && address.Interface != host.Interface;
        }
        _ = OpenSocket(host);
        JudgeInterface(host);
    }

    private void JudgeInterface(RouterHost host)
    {
        var nowUs = _loop.NowUs;
        var configured = host.ConfiguredSource;
        var isMissing = host.Model.TrackSource && !configured.IsNone && !IsCarried(configured.ToIPAddress());
        var source = configured.IsNone ? host.Interface.PrimaryAddress(host.Router.Settings.IsIPv6, host.Addresses) : configured;
        if (!source.IsNone)
            host.Router.Source = source;
        var ignoresLink = host.Model.DontTrackPrimary;
        host.Router.SetFault(FaultCauses.InterfaceMissing, !host.Interface.Exists, nowUs, _effects);
        host.Router.SetFault(FaultCauses.InterfaceDown, !IsUsable(host.Interface) && !ignoresLink, nowUs, _effects);
        // A link that went down takes its IPv6 addresses along; the cause is then the link.
        host.Router.SetFault(FaultCauses.NoSourceAddress, (source.IsNone || isMissing) && (host.Interface.IsUsable || ignoresLink), nowUs, _effects);
        host.Router.SetFault(FaultCauses.NoPeers, host.Model.UnicastFaultNoPeer, nowUs, _effects);
    }

    private bool IsCarried(System.Net.IPAddress address)
    {
        foreach (var each in _interfaces.All)
        {
            if (each.Carries(address))
                return true;
        }
        return false;
    }

    /// <summary>`promote_secondaries`: removing one address of a network must not take the others of that network along. What was set is set back at the
    /// end.</summary>
    private void SetInterfaceFlags()
    {
        foreach (var host in _hosts)
        {
            if (!host.Model.PromoteSecondaries)
                continue;
            foreach (var name in host.Addresses.Select(a => a.Interface.Name).Append(host.Interface.Name).Distinct())
            {
                if (!_promoted.Contains(name) && InterfaceFlag.Set(name, InterfaceFlag.PromoteSecondaries, true))
                    _promoted.Add(name);
            }
        }
    }

    private void ResetInterfaceFlags()
    {
        foreach (var name in _promoted)
            InterfaceFlag.Set(name, InterfaceFlag.PromoteSecondaries, false);
        _promoted.Clear();
    }

    private readonly HashSet<string> _promoted = [];

    private bool IsConfigured(NetworkInterface changed)
    {
        foreach (var host in _hosts)
        {
            if (host.Interface == changed || host.Addresses.Any(a => a.Interface == changed))
                return true;
            foreach (ref readonly var tracker in host.Router.Trackers)
            {
                if (tracker.Kind == TrackerKind.Interface && tracker.Name == changed.Name)
                    return true;
            }
        }
        return false;
    }
}
