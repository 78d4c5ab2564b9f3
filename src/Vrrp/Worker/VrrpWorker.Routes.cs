using Evenkeel.Linux;
using Evenkeel.Linux.Netlink;
using Evenkeel.Vrrp.Addresses;
using Evenkeel.Vrrp.Router;
using Evenkeel.Vrrp.Routes;

namespace Evenkeel.Vrrp.Worker;

/// <summary>Virtual routes and rules of routers, and what stands here for good: static addresses, routes and rules.</summary>
public sealed partial class VrrpWorker
{
    private void SetStatics()
    {
        _statics.Apply(_model);
        if (_statics.HasRoutes || _model.Instances.Any(i => !i.Routes.IsEmpty || !i.Rules.IsEmpty))
            _netlink.HearRoutes();
    }

    /// <summary>Routes may name addresses as their source, rules name tables: addresses, routes, rules is the order.</summary>
    private void SetEntries(RouterHost host)
    {
        SayEntries(host, host.Entries, "setting", ["Routes", "Rules"]);
        foreach (var entry in host.Entries)
        {
            if (entry.IsSet)
                continue;
            var result = entry.Add(_netlink);
            entry.IsSet = result.IsOk || result.Is(Errno.EEXIST);
            if (!entry.IsSet)
                _log.Error($"({host.Name}) adding {entry.Text} failed: {ErrnoText.Of(result.Errno)}");
        }
    }

    private void RemoveEntries(RouterHost host, IReadOnlyList<KernelEntry> entries)
    {
        if (host.IsLeaving && !_options.ReleaseOnStop)
            return;
        SayEntries(host, entries, "removing", ["Rules", "Routes"]);
        for (var i = entries.Count - 1; i >= 0; i--)
        {
            var entry = entries[i];
            if (!entry.IsSet)
                continue;
            entry.IsSet = false;
            var result = entry.Remove(_netlink);
            // A route goes with its interface or with the address it starts from.
            if (result.IsError && !result.Is(Errno.ESRCH) && !result.Is(Errno.ENOENT) && !result.Is(Errno.ENODEV))
                _log.Error($"({host.Name}) removing {entry.Text} failed: {ErrnoText.Of(result.Errno)}");
        }
    }

    private void SayEntries(RouterHost host, IReadOnlyList<KernelEntry> entries, string what, ReadOnlySpan<string> kinds)
    {
        foreach (var kind in kinds)
        {
            if (entries.Any(e => e is RouteEntry == (kind == "Routes")))
                _log.Detail($"({host.Name}) {what} Virtual {kind}");
        }
    }

    /// <summary>What a process that died left here.</summary>
    private void RemoveEntryLeftovers(RouterHost host)
    {
        foreach (var entry in host.Entries)
        {
            entry.IsSet = false;
            _ = entry.Remove(_netlink);
        }
    }

    void IInterfaceObserver.RouteRemoved(in RouteRecord route)
    {
        if (_stopping)
            return;
        foreach (var host in _hosts)
        {
            foreach (var entry in host.Entries)
            {
                if (entry is RouteEntry known && known.IsSet && !known.NoTrack && known.Is(route))
                    EntryLost(host, entry);
            }
        }
        if (_statics.Restore(route))
            JudgeStatics();
    }

    void IInterfaceObserver.RuleRemoved(in RuleRecord rule)
    {
        if (_stopping)
            return;
        foreach (var host in _hosts)
        {
            foreach (var entry in host.Entries)
            {
                if (entry is RuleEntry known && known.IsSet && !known.NoTrack && known.Is(rule))
                    EntryLost(host, entry);
            }
        }
        if (_statics.Restore(rule))
            JudgeStatics();
    }

    /// <summary>Somebody, or the kernel with an interface, took a route or rule of a master away.</summary>
    private void EntryLost(RouterHost host, KernelEntry entry)
    {
        if (!host.Router.HoldsAddresses)
            return;
        _log.Notice($"({host.Name}) {entry.Text} was removed");
        entry.IsSet = false;
        _effects.Clear();
        if (host.Router.Settings.RestoreAddresses)
            SetEntries(host);
        else
            host.Router.AddressLost(_loop.NowUs, _effects);
        RunEffects();
        RescheduleAll();
    }

    /// <summary>An interface came back: routes through it went without a word when it left.</summary>
    private void RestoreEntries()
    {
        foreach (var host in _hosts)
        {
            if (host.Router.HoldsAddresses && host.Entries.Length > 0)
            {
                foreach (var entry in host.Entries)
                    entry.IsSet = false;
                SetEntries(host);
            }
        }
        if (_statics.RestoreAll())
            JudgeStatics();
    }

    /// <summary>Instances of a `track_group` are in fault while something of theirs is gone and cannot be put back.</summary>
    private void JudgeStatics()
    {
        _effects.Clear();
        foreach (var host in _hosts)
            host.Router.SetFault(FaultCauses.StaticEntryLost, _statics.IsLostFor(host.Name), _loop.NowUs, _effects);
        RunEffects();
        RescheduleAll();
    }
}
