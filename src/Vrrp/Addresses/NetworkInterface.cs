using Evenkeel.Linux.Netlink;
using Evenkeel.Vrrp.Packets;

namespace Evenkeel.Vrrp.Addresses;

/// <summary>One interface as the kernel last described it, with the addresses it carries. Owner: the worker's thread.</summary>
public sealed class NetworkInterface(string name)
{
    private readonly List<AddressRecord> _addresses = [];

    public string Name { get; } = name;

    /// <summary>0 while the interface does not exist.</summary>
    public int Index { get; private set; }

    public bool Exists => Index != 0;

    /// <summary>Up and with a carrier.</summary>
    public bool IsUsable { get; private set; }

    /// <summary>Somebody switched it on; a carrier is another matter.</summary>
    public bool IsAdministrativelyUp => (Link.Flags & LinkRecord.IFF_UP) != 0;

    public int Mtu { get; private set; }
    public LinkRecord Link { get; private set; }
    public IReadOnlyList<AddressRecord> Addresses => _addresses;

    /// <summary>True for the kind of link on which ARP and neighbour advertisements mean something.</summary>
    public bool HasHardwareAddress => Link.HardwareAddressLength == 6 && (Link.Flags & LinkRecord.IFF_LOOPBACK) == 0;

    internal void Update(in LinkRecord link)
    {
        if (Index != link.Index)
            _addresses.Clear();
        Link = link;
        Index = link.Index;
        Mtu = link.Mtu;
        IsUsable = link.IsUsable;
    }

    internal void Remove()
    {
        Index = 0;
        IsUsable = false;
        _addresses.Clear();
    }

    internal void Add(in AddressRecord address)
    {
        Remove(address);
        _addresses.Add(address);
    }

    internal bool Remove(in AddressRecord address)
    {
        for (var i = 0; i < _addresses.Count; i++)
        {
            if (_addresses[i].PrefixLength != address.PrefixLength || !_addresses[i].Address.Equals(address.Address))
                continue;
            _addresses.RemoveAt(i);
            return true;
        }
        return false;
    }

    public bool Carries(System.Net.IPAddress address)
    {
        foreach (var record in _addresses)
        {
            if (record.Address.Equals(address))
                return true;
        }
        return false;
    }

    /// <summary>The address advertisements are sent from: the first IPv4 address, or the link-local IPv6 one, that is usable and no virtual address
    /// itself.</summary>
    /// <param name="isIPv6">Which of the two is wanted.</param>
    /// <param name="virtuals">Those that do not count. An event of any address asks this for every router of the interface.</param>
    public NodeAddress PrimaryAddress(bool isIPv6, ReadOnlySpan<VirtualAddress> virtuals)
    {
        foreach (var record in _addresses)
        {
            var address = NodeAddress.From(record.Address);
            var isSecondary = !isIPv6 && (record.Flags & AddressRecord.IFA_F_SECONDARY) != 0;
            if (address.IsIPv6 == isIPv6 && record.IsUsable && !isSecondary && (!isIPv6 || address.IsLinkLocal) && !Contains(virtuals, address))
                return address;
        }
        return NodeAddress.None;
    }

    private static bool Contains(ReadOnlySpan<VirtualAddress> all, NodeAddress address)
    {
        foreach (var each in all)
        {
            if (each.Address == address)
                return true;
        }
        return false;
    }
}
