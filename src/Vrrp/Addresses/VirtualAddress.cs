using System.Net.Sockets;
using Evenkeel.Linux.Netlink;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Packets;

namespace Evenkeel.Vrrp.Addresses;

/// <summary>One configured virtual address and the interface it goes to. Knows how to ask the kernel for itself.</summary>
public sealed class VirtualAddress(VirtualAddressModel model, NetworkInterface target)
{
    public VirtualAddressModel Model { get; } = model;
    public NetworkInterface Interface { get; } = target;
    public NodeAddress Address { get; } = NodeAddress.From(model.Address);

    /// <summary>True while this process has put it there and not taken it away.</summary>
    public bool IsSet { get; internal set; }

    public bool IsPresent => Interface.Carries(Model.Address);

    /// <summary>The kernel's request. IPv6 is added without duplicate address detection: the successor must answer at once, and the predecessor may
    /// still hold it.</summary>
    public AddressRequest Request
    {
        get
        {
            var isIPv6 = Model.Address.AddressFamily == AddressFamily.InterNetworkV6;
            var flags = isIPv6 && !Model.DuplicateAddressDetection ? AddressRecord.IFA_F_NODAD : 0;
            if (Model.Home)
                flags |= AddressRecord.IFA_F_HOMEADDRESS;
            if (Model.NoPrefixRoute)
                flags |= AddressRecord.IFA_F_NOPREFIXROUTE;
            if (Model.ManageTemporaryAddresses)
                flags |= AddressRecord.IFA_F_MANAGETEMPADDR;
            if (Model.AutoJoin)
                flags |= AddressRecord.IFA_F_MCAUTOJOIN;
            return new AddressRequest(Interface.Index, Model.Address, Model.PrefixLength)
            {
                Scope = Model.Scope,
                Flags = flags,
                Label = Model.Label,
                Broadcast = Model.Broadcast,
                Peer = Model.Peer,
                PreferredSeconds = Model.PreferredLifetimeSeconds,
            };
        }
    }

    /// <summary>Whether another configuration means the very same entry in the kernel.</summary>
    public bool IsSameAs(VirtualAddress other) =>
        Interface == other.Interface && (Model with { Position = default }).Equals(other.Model with { Position = default });
}
