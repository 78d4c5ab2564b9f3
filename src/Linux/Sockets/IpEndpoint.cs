using System.Buffers.Binary;
using System.Net;

namespace Evenkeel.Linux.Sockets;

public enum EndpointFamily : byte { None, IPv4, IPv6, Unix }

/// <summary>The IP address and port of one end of a connection, 24 bytes, comparable and without references.</summary>
/// <remarks>IPv4-mapped IPv6 addresses (a dual-stack listener's IPv4 clients) are turned into IPv4.</remarks>
public readonly struct IpEndpoint
{
    private readonly ulong _high;
    private readonly ulong _low;

    public IpEndpoint(EndpointFamily family, ulong high, ulong low, int port)
    {
        Family = family;
        _high = high;
        _low = low;
        Port = (ushort)port;
    }

    public EndpointFamily Family { get; }

    /// <summary>Host order.</summary>
    public ushort Port { get; }

    /// <summary>The IPv4 address as a number, most significant octet first; 0 for other families.</summary>
    public uint IPv4 => Family == EndpointFamily.IPv4 ? (uint)_low : 0;

    /// <summary>4 for IPv4, 16 for IPv6, else 0.</summary>
    public int AddressLength => Family switch { EndpointFamily.IPv4 => 4, EndpointFamily.IPv6 => 16, _ => 0 };

    public static IpEndpoint From(in KernelSocketAddress address)
    {
        var bytes = address.AddressBytes;
        switch (address.Family)
        {
            case KernelSocketAddress.AF_INET:
                return new IpEndpoint(EndpointFamily.IPv4, 0, BinaryPrimitives.ReadUInt32BigEndian(bytes), address.Port);
            case KernelSocketAddress.AF_INET6:
                var high = BinaryPrimitives.ReadUInt64BigEndian(bytes);
                var low = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
                const ulong mappedPrefix = 0x0000_FFFF_0000_0000;
                var mapped = high == 0 && (low & 0xFFFF_FFFF_0000_0000) == mappedPrefix;
                return mapped ? new IpEndpoint(EndpointFamily.IPv4, 0, (uint)low, address.Port) : new IpEndpoint(EndpointFamily.IPv6, high, low, address.Port);
            case KernelSocketAddress.AF_UNIX:
                return new IpEndpoint(EndpointFamily.Unix, 0, 0, 0);
            default:
                return default;
        }
    }

    /// <summary>Same address, other port.</summary>
    public IpEndpoint WithPort(int port) => new(Family, _high, _low, port);

    /// <summary>Writes the address in network order.</summary>
    /// <returns><see cref="AddressLength"/>.</returns>
    public int CopyAddressTo(Span<byte> destination)
    {
        if (Family == EndpointFamily.IPv4) BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)_low);
        if (Family == EndpointFamily.IPv6)
        {
            BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
            BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _low);
        }

        return AddressLength;
    }

    /// <summary>Writes the address as text without the port (`unix` for unix sockets, nothing when there is none); needs up to 45 bytes.</summary>
    public int FormatAddress(Span<byte> destination)
    {
        if (Family == EndpointFamily.IPv4) return FormatIPv4(destination);
        if (Family == EndpointFamily.IPv6)
        {
            Span<byte> bytes = stackalloc byte[16];
            CopyAddressTo(bytes);
            return new IPAddress(bytes).TryFormat(destination, out var length) ? length : 0;
        }

        if (Family != EndpointFamily.Unix || destination.Length < 4) return 0;
        "unix"u8.CopyTo(destination);
        return 4;
    }

    public override string ToString()
    {
        Span<byte> text = stackalloc byte[64];
        var address = System.Text.Encoding.ASCII.GetString(text[..FormatAddress(text)]);
        return Family == EndpointFamily.IPv6 ? $"[{address}]:{Port}" : $"{address}:{Port}";
    }

    private int FormatIPv4(Span<byte> destination)
    {
        if (destination.Length < 15) return 0;
        var at = 0;
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            var octet = (int)(_low >> shift) & 255;
            if (octet >= 100) destination[at++] = (byte)('0' + octet / 100);
            if (octet >= 10) destination[at++] = (byte)('0' + octet / 10 % 10);
            destination[at++] = (byte)('0' + octet % 10);
            if (shift > 0) destination[at++] = (byte)'.';
        }

        return at;
    }
}
