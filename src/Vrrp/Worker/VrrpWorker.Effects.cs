using Evenkeel.Linux;
using Evenkeel.Vrrp.Addresses;
using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Worker;

/// <summary>Does what the routers ask for, in their order; observers are told when all of it is done.</summary>
public sealed partial class VrrpWorker
{
    private readonly EffectList _effects = new();

    private void RunEffects()
    {
        var tells = false;
        for (var i = 0; i < _effects.Count; i++)
        {
            ref readonly var effect = ref _effects[i];
            _recorder.Record(_loop.NowUs, effect);
            tells |= effect.Kind > EffectKind.Stopped;
            if (effect.Router is not null && _hostOf.TryGetValue(effect.Router, out var host))
                RunEffect(effect, host);
        }
        for (var i = 0; i < _effects.Count && tells; i++)
            TellObservers(_effects[i]);
    }

    private void RunEffect(in Effect effect, RouterHost host)
    {
        if (effect.Kind == EffectKind.Rejected)
            SayRejected(effect, host);
        else if (host.LogPace.Allows(effect.Kind, _loop.NowUs))
            _log.Say(effect, host);
        switch (effect.Kind)
        {
            case EffectKind.SendAdvertisement:
                SendAdvertisement(host, effect.Priority);
                if (effect.Priority > 0)
                    AnnounceSteadily(host);
                break;
            case EffectKind.StateChanged when effect.From == VrrpState.Master:
                ListenForSuccessor(host);
                break;
            case EffectKind.ClaimAddresses:
                host.SteadyPace.Begin(_loop.NowUs);
                SetFirewall(host, drop: true);
                foreach (var address in host.Addresses)
                    SetAddress(host, address);
                SetEntries(host);
                BeginExtraAnnouncements(host);
                PlanProbe(host);
                break;
            case EffectKind.ReleaseAddresses:
                RemoveEntries(host, host.Entries);
                foreach (var address in host.Addresses)
                    RemoveAddress(host, address);
                SetFirewall(host, drop: false);
                break;
            case EffectKind.Announce:
                Announce(host, effect.Count);
                break;
            case EffectKind.CancelAnnouncements:
                foreach (var queue in _announcements.Values)
                    queue.Cancel(host);
                break;
            case EffectKind.Stopped:
                Leave(host);
                break;
        }
    }

    private void SayRejected(in Effect effect, RouterHost host)
    {
        if (host.MayLogRejection(effect.Status, _loop.NowUs))
            _log.SayRejected(host, effect.Status, effect.Peer, effect.Count, 0);
    }

    private void SetFirewall(RouterHost host, bool drop)
    {
        if (!AcceptMode.IsWantedBy(host.Model) || (!drop && host.IsLeaving && !_options.ReleaseOnStop))
            return;
        _log.Detail($"({host.Name}) {(drop ? "setting" : "removing")} firewall drop rule");
        _accept.Change(host.Addresses, drop);
    }

    private void SetAddress(RouterHost host, VirtualAddress address)
    {
        if (!address.Interface.Exists)
            return;
        address.IsSet = true;
        if (address.IsPresent)
            return;
        var result = _netlink.AddAddress(address.Request);
        if (result.IsError && !result.Is(Errno.EEXIST))
            SayRefused(host, "adding", address, result);
    }

    private void RemoveAddress(RouterHost host, VirtualAddress address)
    {
        if (!address.IsSet || (host.IsLeaving && !_options.ReleaseOnStop))
            return;
        address.IsSet = false;
        if (!address.Interface.Exists)
            return;
        var result = _netlink.RemoveAddress(address.Request);
        if (result.IsError && !result.Is(Errno.EADDRNOTAVAIL) && !result.Is(Errno.ENODEV))
            SayRefused(host, "removing", address, result);
    }

    private void SayRefused(RouterHost host, string what, VirtualAddress address, SysResult result) => _log.Error(
        $"({host.Name}) {what} {address.Address}/{address.Model.PrefixLength} on {address.Interface.Name} failed: {ErrnoText.Of(result.Errno)}");

    /// <summary>Addresses an earlier process left behind on this node, when they are not adopted.</summary>
    private void RemoveLeftovers(RouterHost host)
    {
        _log.Detail($"({host.Name}) removing VIPs.");
        foreach (var address in host.Addresses)
        {
            address.IsSet = address.IsPresent;
            RemoveAddress(host, address);
        }
        RemoveEntryLeftovers(host);
    }

    private void Leave(RouterHost host)
    {
        host.IsLeaving = false;
        if (!_leaving.Remove(host))
            return;
        CloseSocket(host);
        _hostOf.Remove(host.Router);
    }

    private void TellObservers(in Effect effect)
    {
        var isSaid = effect is { Kind: EffectKind.LowerPriorityWhileMaster, Router: { } router } && _hostOf.TryGetValue(router, out var its)
            && its.ObserverPace.Allows(effect.Kind, _loop.NowUs);
        foreach (var observer in _options.Observers)
        {
            if (effect.Kind == EffectKind.GroupChanged && _groups.TryGetValue(effect.Group!.Name, out var group))
                observer.GroupChanged(group.Model, effect.To, effect.Reason);
            if (effect.Router is null || !_hostOf.TryGetValue(effect.Router, out var host))
                continue;
            if (effect.Kind == EffectKind.StateChanged)
                observer.InstanceChanged(host.Model, effect.To, effect.Reason, effect.Priority);
            else if (effect.Kind == EffectKind.PriorityChanged)
                observer.PriorityChanged(host.Model, host.Router.State, effect.Priority);
            else if (isSaid)
                observer.MasterReceivedLowerPriority(host.Model, host.Router.EffectivePriority);
        }
    }
}
