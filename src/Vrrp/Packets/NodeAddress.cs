using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Evenkeel.Vrrp.Packets;

/// <summary>
/// An IPv4 or IPv6 address as a value of 17 bytes: comparing and copying it costs nothing, and no packet ever makes an object.
/// Ordered as unsigned network-order bytes, which is the order of VRRP's tie break (RFC 9568 6.4.3).
/// </summary>
public readonly record struct NodeAddress : IComparable<NodeAddress>
{
    private readonly ulong _high;
    private readonly ulong _low;

    private NodeAddress(ulong high, ulong low, bool isIPv6)
    {
        _high = high;
        _low = low;
        IsIPv6 = isIPv6;
    }

    public static readonly NodeAddress None = default;

    public bool IsIPv6 { get; }

    public bool IsNone => _high == 0 && _low == 0;

    public int Length => IsIPv6 ? 16 : 4;

    public bool IsMulticast => IsIPv6 ? _high >> 56 == 0xff : (_low >> 28 & 0xf) == 0xe;

    public bool IsLinkLocal => IsIPv6 ? _high >> 54 == 0x3fa : _low >> 16 == 0xa9fe;

    public static NodeAddress OfIPv4(uint hostOrder) => new(0, hostOrder, isIPv6: false);

    /// <param name="bytes">4 or 16 bytes in network order.</param>
    public static NodeAddress Read(ReadOnlySpan<byte> bytes) => bytes.Length == 4
        ? OfIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes))
        : new NodeAddress(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), isIPv6: true);

    public static NodeAddress From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return Read(bytes[..length]);
    }

    public static NodeAddress Parse(string text) => From(IPAddress.Parse(text));

    /// <summary>Writes <see cref="Length"/> bytes in network order.</summary>
    public void Write(Span<byte> destination)
    {
        if (!IsIPv6)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)_low);
            return;
        }
        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _low);
    }

    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        Write(bytes);
        return new IPAddress(bytes[..Length]);
    }

    public AddressFamily Family => IsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;

    public int CompareTo(NodeAddress other) => _high != other._high ? _high.CompareTo(other._high) : _low.CompareTo(other._low);

    public static bool operator <(NodeAddress left, NodeAddress right) => left.CompareTo(right) < 0;

    public static bool operator >(NodeAddress left, NodeAddress right) => left.CompareTo(right) > 0;

    public static bool operator <=(NodeAddress left, NodeAddress right) => left.CompareTo(right) <= 0;

    public static bool operator >=(NodeAddress left, NodeAddress right) => left.CompareTo(right) >= 0;

    public override string ToString() => ToIPAddress().ToString();
}
