using Evenkeel.Linux.Netlink;

namespace Evenkeel.Vrrp.Addresses;

/// <summary>Who wants to know that an interface changed. Called on the worker's thread after the table has been brought up to date.</summary>
public interface IInterfaceObserver
{
    void InterfaceChanged(NetworkInterface changed, bool wasUsable);

    void AddressAdded(NetworkInterface changed, in AddressRecord address);

    void AddressRemoved(NetworkInterface changed, in AddressRecord address);

    void RouteRemoved(in RouteRecord route) { }

    void RuleRemoved(in RuleRecord rule) { }
}

/// <summary>All interfaces of this network namespace, and those the configuration names that do not exist (yet). kernel -> RouteNetlink ->
/// <b>InterfaceTable</b> -> worker.</summary>
public sealed class InterfaceTable : IRouteSink
{
    private readonly Dictionary<string, NetworkInterface> _byName = [];
    private readonly Dictionary<int, NetworkInterface> _byIndex = [];

    public IInterfaceObserver? Observer { get; set; }

    /// <summary>The entry for a name; one that does not exist is made, so that it can be waited for.</summary>
    public NetworkInterface this[string name] => _byName.TryGetValue(name, out var found) ? found : _byName[name] = new NetworkInterface(name);

    public IEnumerable<NetworkInterface> All => _byIndex.Values;

    public NetworkInterface? Find(int index) => _byIndex.GetValueOrDefault(index);

    public void LinkChanged(in LinkRecord link)
    {
        if (_byIndex.TryGetValue(link.Index, out var known) && known.Name != link.Name)
            Forget(known);
        var entry = this[link.Name];
        var (wasUsable, oldIndex) = (entry.IsUsable, entry.Index);
        if (entry.Exists && oldIndex != link.Index)
            _byIndex.Remove(oldIndex);
        entry.Update(link);
        _byIndex[link.Index] = entry;
        if (wasUsable != entry.IsUsable || oldIndex != entry.Index)
            Observer?.InterfaceChanged(entry, wasUsable);
    }

    public void LinkRemoved(in LinkRecord link)
    {
        if (_byIndex.TryGetValue(link.Index, out var entry))
            Forget(entry);
    }

    private void Forget(NetworkInterface entry)
    {
        var wasUsable = entry.IsUsable;
        _byIndex.Remove(entry.Index);
        entry.Remove();
        Observer?.InterfaceChanged(entry, wasUsable);
    }

    public void AddressAdded(in AddressRecord address)
    {
        if (!_byIndex.TryGetValue(address.InterfaceIndex, out var entry))
            return;
        entry.Add(address);
        Observer?.AddressAdded(entry, address);
    }

    public void RouteRemoved(in RouteRecord route) => Observer?.RouteRemoved(route);

    public void RuleRemoved(in RuleRecord rule) => Observer?.RuleRemoved(rule);

    public void AddressRemoved(in AddressRecord address)
    {
        if (_byIndex.TryGetValue(address.InterfaceIndex, out var entry) && entry.Remove(address))
            Observer?.AddressRemoved(entry, address);
    }
}
