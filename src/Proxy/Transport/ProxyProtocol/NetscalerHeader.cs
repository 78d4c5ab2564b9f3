using System.Buffers.Binary;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Proxy.Transport.ProxyProtocol;

public enum NetscalerStatus { Done, Truncated, WrongMagic, Unhandled }

/// <summary>
/// The client's own IP and TCP headers, as a NetScaler puts them in front of a connection (netscaler-client-ip-insertion-protocol.txt): behind a number
/// both sides know, in the old form the headers' length, in the newer one the whole length, a type and then the headers' length.
/// </summary>
public readonly record struct NetscalerHeader
{
    private const int OldHeader = 8, NewHeader = 12, ProtocolTcp = 6, IPv4Least = 20, IPv6Length = 40, PortsLength = 4;

    public IpEndpoint Source { get; private init; }

    public IpEndpoint Destination { get; private init; }

    /// <summary>Bytes of the whole header; what follows is the client's.</summary>
    public int Length { get; private init; }

    /// <param name="magic">The number of the bind line.</param>
    public static NetscalerStatus Read(ReadOnlySpan<byte> bytes, uint magic, out NetscalerHeader header)
    {
        header = default;
        if (bytes.Length < 4) return NetscalerStatus.Truncated;
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes) != magic) return NetscalerStatus.WrongMagic;
        if (bytes.Length < NewHeader) return NetscalerStatus.Truncated;
        // An IP header begins with its version, the newer form's type with a zero.
        var isNew = bytes[OldHeader] == 0;
        var start = isNew ? NewHeader : OldHeader;
        var length = isNew ? BinaryPrimitives.ReadUInt16BigEndian(bytes[(NewHeader - 2)..]) : BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        if (length > (uint)(bytes.Length - start)) return NetscalerStatus.Truncated;
        header = new NetscalerHeader { Length = start + (int)length };
        return header.ReadPacket(bytes.Slice(start, (int)length), out header);
    }

    private NetscalerStatus ReadPacket(ReadOnlySpan<byte> packet, out NetscalerHeader header)
    {
        header = this;
        if (packet.IsEmpty) return NetscalerStatus.Truncated;
        var (isFour, isSix) = (packet[0] >> 4 == 4, packet[0] >> 4 == 6);
        var ipLength = isFour ? (packet[0] & 15) * 4 : IPv6Length;
        if (!isFour && !isSix) return NetscalerStatus.Unhandled;
        if (ipLength < IPv4Least || packet.Length < ipLength + PortsLength) return NetscalerStatus.Truncated;
        if (packet[isFour ? 9 : 6] != ProtocolTcp) return NetscalerStatus.Unhandled;
        var ports = packet[ipLength..];
        var (from, to) = (BinaryPrimitives.ReadUInt16BigEndian(ports), BinaryPrimitives.ReadUInt16BigEndian(ports[2..]));
        header = isFour
            ? this with { Source = IPv4(packet[12..], from), Destination = IPv4(packet[16..], to) }
            : this with { Source = IPv6(packet[8..], from), Destination = IPv6(packet[24..], to) };
        return NetscalerStatus.Done;
    }

    private static IpEndpoint IPv4(ReadOnlySpan<byte> address, int port) =>
        new(EndpointFamily.IPv4, 0, BinaryPrimitives.ReadUInt32BigEndian(address), port);

    private static IpEndpoint IPv6(ReadOnlySpan<byte> address, int port) =>
        new(EndpointFamily.IPv6, BinaryPrimitives.ReadUInt64BigEndian(address), BinaryPrimitives.ReadUInt64BigEndian(address[8..]), port);
}
