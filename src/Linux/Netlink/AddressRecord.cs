using System.Buffers.Binary;
using System.Net;

namespace Evenkeel.Linux.Netlink;

/// <summary>What the kernel says of one address of an interface (RTM_NEWADDR, RTM_DELADDR).</summary>
public readonly record struct AddressRecord(int InterfaceIndex, IPAddress Address, int PrefixLength, uint Flags, byte Scope)
{
    public const uint IFA_F_SECONDARY = 0x01;
    public const uint IFA_F_NODAD = 0x02;
    public const uint IFA_F_DADFAILED = 0x08;
    public const uint IFA_F_HOMEADDRESS = 0x10;
    public const uint IFA_F_TENTATIVE = 0x40;
    public const uint IFA_F_MANAGETEMPADDR = 0x100;
    public const uint IFA_F_NOPREFIXROUTE = 0x200;
    public const uint IFA_F_MCAUTOJOIN = 0x400;
    internal const int HeaderLength = 8;
    internal const ushort IFA_ADDRESS = 1;
    internal const ushort IFA_LOCAL = 2;
    internal const ushort IFA_LABEL = 3;
    internal const ushort IFA_BROADCAST = 4;
    internal const ushort IFA_CACHEINFO = 6;
    internal const ushort IFA_FLAGS = 8;

    /// <summary>False while duplicate address detection has not passed: nothing can be sent from it yet.</summary>
    public bool IsUsable => (Flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) == 0;

    public static bool TryParse(ReadOnlySpan<byte> payload, out AddressRecord record)
    {
        record = default;
        if (payload.Length < HeaderLength)
            return false;
        var length = payload[0] == 2 ? 4 : payload[0] == 10 ? 16 : 0;
        uint flags = payload[2];
        var index = BinaryPrimitives.ReadInt32LittleEndian(payload[4..]);
        var address = default(ReadOnlySpan<byte>);
        var local = default(ReadOnlySpan<byte>);
        var attributes = new AttributeReader(payload[HeaderLength..]);
        while (attributes.Next())
        {
            if (attributes.Type == IFA_ADDRESS && attributes.Value.Length == length)
                address = attributes.Value;
            else if (attributes.Type == IFA_LOCAL && attributes.Value.Length == length)
                local = attributes.Value;
            else if (attributes.Type == IFA_FLAGS && attributes.Value.Length == 4)
                flags = BinaryPrimitives.ReadUInt32LittleEndian(attributes.Value);
        }
        // With a peer IFA_ADDRESS is the other end; the interface's own address is then IFA_LOCAL.
        var own = local.IsEmpty ? address : local;
        if (length == 0 || own.IsEmpty || index <= 0)
            return false;
        record = new AddressRecord(index, new IPAddress(own), payload[1], flags, payload[3]);
        return true;
    }
}

/// <summary>An address to be put on an interface.</summary>
public sealed record AddressRequest(int InterfaceIndex, IPAddress Address, int PrefixLength)
{
    public byte Scope { get; init; }
    public uint Flags { get; init; }
    public string? Label { get; init; }
    public IPAddress? Broadcast { get; init; }
    public IPAddress? Peer { get; init; }

    /// <summary>IPv6: for how long new connections may choose it as their source, seconds; 0 for never (deprecated), null for ever.</summary>
    public uint? PreferredSeconds { get; init; }
}
