using System.Collections.Immutable;
using Evenkeel.Linux;
using Evenkeel.Linux.Netlink;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Addresses;

namespace Evenkeel.Vrrp.Routes;

/// <summary>
/// `static_ipaddress`, `static_routes` and `static_rules`: set at start, put back when somebody removes them, taken away at the end.
/// Owner: the worker's thread.
/// </summary>
public sealed class StaticEntries(RouteNetlink netlink, InterfaceTable interfaces, IVrrpLog log)
{
    private readonly List<StaticAddress> _addresses = [];
    private KernelEntry[] _entries = [];
    private ImmutableArray<TrackGroupModel> _groups = [];

    private sealed class StaticAddress(VirtualAddress address)
    {
        public VirtualAddress Address { get; } = address;
        public bool IsLost { get; set; }
    }

    public bool HasRoutes => _entries.Length > 0;

    /// <summary>Sets what is new, removes what is gone, leaves the rest alone.</summary>
    public void Apply(KeepalivedModel model)
    {
        _groups = model.TrackGroups;
        var wanted = model.StaticAddresses.Where(a => a.Interface is not null || model.Global.DefaultInterface is not null)
            .Select(a => new VirtualAddress(a, interfaces[a.Interface ?? model.Global.DefaultInterface!])).ToList();
        foreach (var old in _addresses.ToArray())
        {
            if (wanted.RemoveAll(w => w.IsSameAs(old.Address)) > 0)
                continue;
            _addresses.Remove(old);
            Remove(old);
        }
        foreach (var address in wanted)
        {
            var added = new StaticAddress(address);
            _addresses.Add(added);
            Set(added);
        }
        var entries = KernelEntry.Of(model.StaticRoutes, model.StaticRules, null, interfaces);
        foreach (var gone in KernelEntry.Replace(_entries, entries).AsEnumerable().Reverse())
            _ = gone.Remove(netlink);
        _entries = entries;
        SetEntries();
    }

    /// <summary>The end: what this process set goes.</summary>
    public void Remove()
    {
        foreach (var entry in _entries.Where(e => e.IsSet).Reverse())
            _ = entry.Remove(netlink);
        foreach (var address in _addresses)
            Remove(address);
        _entries = [];
        _addresses.Clear();
    }

    /// <summary>Whether an instance's `track_group` misses something that could not be put back.</summary>
    public bool IsLostFor(string instance)
    {
        foreach (var group in _groups)
        {
            if (!group.Members.Contains(instance))
                continue;
            if (_addresses.Exists(a => a.IsLost && a.Address.Model.TrackGroup == group.Name))
                return true;
            if (Array.Exists(_entries, e => !e.IsSet && e.TrackGroup == group.Name))
                return true;
        }
        return false;
    }

    /// <returns>True when it was one of these.</returns>
    public bool Restore(NetworkInterface changed, in AddressRecord removed)
    {
        foreach (var known in _addresses)
        {
            if (known.Address.Interface != changed || !known.Address.IsSet || !known.Address.Model.Address.Equals(removed.Address))
                continue;
            log.Write(VrrpLogLevel.Notice, $"Restoring deleted static address {removed.Address}/{removed.PrefixLength} on {changed.Name}");
            Set(known);
            return true;
        }
        return false;
    }

    /// <returns>True when it was one of these.</returns>
    public bool Restore(in RouteRecord removed)
    {
        var found = false;
        foreach (var entry in _entries)
        {
            if (entry is RouteEntry route && route.IsSet && route.Is(removed))
                found |= SetAgain(entry);
        }
        return found;
    }

    /// <returns>True when it was one of these.</returns>
    public bool Restore(in RuleRecord removed)
    {
        var found = false;
        foreach (var entry in _entries)
        {
            if (entry is RuleEntry rule && rule.IsSet && rule.Is(removed))
                found |= SetAgain(entry);
        }
        return found;
    }

    /// <summary>An interface came back: what went with it is set again.</summary>
    /// <returns>True when there is anything to look at.</returns>
    public bool RestoreAll()
    {
        foreach (var address in _addresses)
        {
            if (!address.Address.IsPresent)
                Set(address);
        }
        foreach (var entry in _entries)
            entry.IsSet = false;
        SetEntries();
        return _addresses.Count + _entries.Length > 0;
    }

    private bool SetAgain(KernelEntry entry)
    {
        log.Write(VrrpLogLevel.Notice, $"Restoring deleted static {entry.Text}");
        entry.IsSet = false;
        SetEntries();
        return true;
    }

    private void Set(StaticAddress entry)
    {
        var address = entry.Address;
        if (!address.Interface.Exists)
        {
            entry.IsLost = true;
            return;
        }
        var result = address.IsPresent && !address.IsSet ? SysResult.Fail(Errno.EEXIST) : netlink.AddAddress(address.Request);
        // One that was there before is not ours to take away at the end.
        address.IsSet |= result.IsOk;
        entry.IsLost = result.IsError && !result.Is(Errno.EEXIST);
        if (entry.IsLost)
            Complain($"static address {address.Model.Address}/{address.Model.PrefixLength} on {address.Interface.Name}", result);
    }

    private void Remove(StaticAddress entry)
    {
        if (entry.Address.IsSet && entry.Address.Interface.Exists)
            _ = netlink.RemoveAddress(entry.Address.Request);
        entry.Address.IsSet = false;
    }

    private void SetEntries()
    {
        foreach (var entry in _entries)
        {
            if (entry.IsSet)
                continue;
            var result = entry.Add(netlink);
            entry.IsSet = result.IsOk || result.Is(Errno.EEXIST);
            if (!entry.IsSet)
                Complain($"static {entry.Text}", result);
        }
    }

    private void Complain(string what, SysResult result) => log.Write(VrrpLogLevel.Error, $"adding {what} failed: {ErrnoText.Of(result.Errno)}");
}
