using System.Buffers.Binary;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Headers of a saved SYN: Ethernet and IP (configuration.txt 7.3.1 "eth.data", "ip.fp" and their kin).</summary>
internal static class PacketConverters
{
    private const int MacLength = 6;
    private const int VlanTagLength = 4;
    private const int VlanEtherType = 0x8100;
    private const int IPv4MinLength = 20;
    private const int IPv6MinLength = 40;
    private const int TcpProtocol = 6;

    public static readonly ConverterRow[] Rows =
    [
        Part("eth.hdr", frame => EthernetLength(frame) is > 0 and var length ? frame[..length] : default),
        Part("eth.data", frame => EthernetLength(frame) is > 0 and var length ? frame[length..] : default),
        Part("eth.dst", frame => frame.Length < MacLength ? default : frame[..MacLength]),
        Part("eth.src", frame => frame.Length < 2 * MacLength ? default : frame.Slice(MacLength, MacLength)),
        Number("eth.proto", frame => EthernetLength(frame) is > 0 and var length ? BinaryPrimitives.ReadUInt16BigEndian(frame[(length - 2)..]) : null),
        Number("eth.vlan", frame => EthernetLength(frame) is > 2 * MacLength + 2 and var length
            ? BinaryPrimitives.ReadUInt16BigEndian(frame[(length - VlanTagLength)..]) & 0xFFF : null),
        Part("ip.hdr", packet => IpLength(packet, out _) is > 0 and var length ? packet[..length] : default),
        Part("ip.data", packet => IpLength(packet, out _) is > 0 and var length ? packet[length..] : default),
        Number("ip.ver", packet => packet.IsEmpty ? null : packet[0] >> 4),
        Number("ip.tos", TypeOfService),
        Number("ip.df", DontFragment),
        Number("ip.ttl", TimeToLive),
        Number("ip.proto", Protocol),
        Address("ip.src", isSource: true),
        Address("ip.dst", isSource: false),
        new(new ConverterSignature("ip.fp", SampleType.Binary, SampleType.Binary, [Takes.Integer.Optional()]), Fingerprint),
    ];

    internal delegate long? NumberOf(ReadOnlySpan<byte> bytes);

    private delegate ReadOnlySpan<byte> PartOf(ReadOnlySpan<byte> bytes);

    internal static ConverterRow Number(string name, NumberOf read) =>
        new(new ConverterSignature(name, SampleType.Binary, SampleType.Integer, []), (_, _, ref sample) =>
        {
            if (read(sample.Bytes) is not { } number) return false;
            sample.SetInteger(number);
            return true;
        });

    private static ConverterRow Part(string name, PartOf read) =>
        new(new ConverterSignature(name, SampleType.Binary, SampleType.Binary, []), (_, _, ref sample) =>
        {
            sample.SetBinary(read(sample.Bytes));
            return !sample.Bytes.IsEmpty;
        });

    private static ConverterRow Address(string name, bool isSource) =>
        new(new ConverterSignature(name, SampleType.Binary, SampleType.Address, []), (_, _, ref sample) =>
        {
            switch (MinIpLength(sample.Bytes))
            {
                case IPv4MinLength:
                    sample.SetIPv4(BinaryPrimitives.ReadUInt32BigEndian(sample.Bytes[(isSource ? 12 : 16)..]));
                    return true;
                case IPv6MinLength:
                    sample.SetIPv6(BinaryPrimitives.ReadUInt128BigEndian(sample.Bytes[(isSource ? 8 : 24)..]));
                    return true;
                default:
                    return false;
            }
        });

    /// <summary>Length of the header with its VLAN tags; 0 when the frame is cut short.</summary>
    private static int EthernetLength(ReadOnlySpan<byte> frame)
    {
        var length = 2 * MacLength + 2;
        while (length <= frame.Length && BinaryPrimitives.ReadUInt16BigEndian(frame[(length - 2)..]) == VlanEtherType) length += VlanTagLength;
        return length <= frame.Length ? length : 0;
    }

    /// <summary>Length of the fixed header; 0 when the packet is no IP or cut short.</summary>
    private static int MinIpLength(ReadOnlySpan<byte> packet)
    {
        var length = packet.IsEmpty ? 0 : (packet[0] >> 4) switch { 4 => IPv4MinLength, 6 => IPv6MinLength, _ => 0 };
        return length <= packet.Length ? length : 0;
    }

    /// <summary>Length of the header with options or extension headers; 0 when the packet is cut short.</summary>
    private static int IpLength(ReadOnlySpan<byte> packet, out int protocol)
    {
        protocol = 0;
        switch (MinIpLength(packet))
        {
            case IPv4MinLength:
                protocol = packet[9];
                var length = (packet[0] & 15) * 4;
                return length <= packet.Length ? length : 0;
            case IPv6MinLength:
                return IPv6Length(packet, out protocol);
            default:
                return 0;
        }
    }

    /// <summary>Every extension header counts its length in units of eight bytes here, even those that do not, as in the original.</summary>
    private static int IPv6Length(ReadOnlySpan<byte> packet, out int protocol)
    {
        protocol = packet[6];
        var length = IPv6MinLength;
        while (IsExtension(protocol))
        {
            if (length + 2 > packet.Length) return 0;
            protocol = packet[length];
            length += (packet[length + 1] + 1) * 8;
        }
        return length < packet.Length ? length : 0;
    }

    /// <summary>Hop-by-hop, routing, fragment, authentication, destination options, mobility, HIP, shim6.</summary>
    private static bool IsExtension(int protocol) => protocol is 0 or 43 or 44 or 51 or 60 or 135 or 139 or 140;

    private static long? TypeOfService(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < 2) return null;
        return (packet[0] >> 4) switch { 4 => packet[1], 6 => (packet[0] & 15) << 4 | packet[1] >> 4, _ => null };
    }

    private static long? DontFragment(ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty) return null;
        return (packet[0] >> 4) switch { 4 => packet.Length > 6 ? packet[6] >> 6 & 1 : null, 6 => 1, _ => null };
    }

    private static long? TimeToLive(ReadOnlySpan<byte> packet) =>
        MinIpLength(packet) switch { IPv4MinLength => packet[8], IPv6MinLength => packet[7], _ => null };

    private static long? Protocol(ReadOnlySpan<byte> packet)
    {
        // An IPv4 packet says it in its fixed part, even one that is cut short behind it.
        if (packet.Length > 9 && packet[0] >> 4 == 4) return packet[9];
        return IpLength(packet, out var protocol) > 0 ? protocol : null;
    }

    /// <summary>Eight bytes of what does not change between a host's connections; then TTL (1), options (2), source address (4) as asked for.</summary>
    private static bool Fingerprint(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var packet = sample.Bytes;
        var ipLength = IpLength(packet, out var protocol);
        if (ipLength == 0 || protocol != TcpProtocol) return false;
        var isIPv6 = packet[0] >> 4 == 6;
        var total = isIPv6 ? IPv6MinLength + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) : BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (total > packet.Length || total < ipLength) return false;
        var tcp = packet[ipLength..total];
        if (!TcpHeader.TryRead(tcp, out var header) || context.Scratch.Free.Length < 128) return false;
        var free = context.Scratch.Free;
        var ttl = (int)TimeToLive(packet)!.Value;
        free[0] = (byte)TypeOfService(packet)!.Value;
        free[1] = (byte)((isIPv6 ? 0x80 : 0) | (DontFragment(packet) == 1 ? 0x40 : 0) | TtlClass(ttl) << 4
            | (ipLength > MinIpLength(packet) ? 8 : 0) | (tcp.Length > header.Length ? 4 : 0) | (header.Flags >> 6 & 3));
        free[2] = (byte)(header.Length / 4 << 4 | (header.Option(TcpHeader.WindowScale, 1) is { } scale ? (int)scale + 1 & 15 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(free[3..], header.Window);
        BinaryPrimitives.WriteUInt16BigEndian(free[5..], (ushort)(header.Option(TcpHeader.MaxSegmentSize, 2) ?? 0));
        free[7] = header.OptionKinds();
        var length = 8;
        var mode = arguments.Number(0);
        if ((mode & 1) != 0) free[length++] = (byte)ttl;
        if ((mode & 2) != 0) length += header.CopyOptionKinds(free[length..], onlyWhole: true);
        if ((mode & 4) != 0)
        {
            var source = isIPv6 ? packet.Slice(8, 16) : packet.Slice(12, 4);
            source.CopyTo(free[length..]);
            length += source.Length;
        }
        sample.SetBinary(context.Scratch.Keep(length));
        return true;
    }

    private static int TtlClass(int ttl) => ttl switch { <= 32 => 0, <= 64 => 1, <= 128 => 2, _ => 3 };
}
