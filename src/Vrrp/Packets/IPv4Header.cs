using System.Buffers.Binary;

namespace Evenkeel.Vrrp.Packets;

/// <summary>The IPv4 header in front of an advertisement: read from what a raw socket hands up, written as Keepalived writes it.</summary>
/// <remarks>
/// Written: type of service 0xc0 (internetwork control), identification counted from 1, fragmentation allowed, time to live as asked (RFC 9568 5.1.1).
/// The kernel fills in total length and header checksum on a raw socket; both are written all the same, so that a packet can be compared byte by byte.
/// </remarks>
public readonly struct IPv4Header
{
    public const int Length = 20;
    public const byte InternetworkControl = 0xc0;

    private IPv4Header(NodeAddress source, NodeAddress destination, byte timeToLive, int headerLength, int totalLength)
    {
        Source = source;
        Destination = destination;
        TimeToLive = timeToLive;
        HeaderLength = headerLength;
        TotalLength = totalLength;
    }

    public NodeAddress Source { get; }
    public NodeAddress Destination { get; }
    public byte TimeToLive { get; }
    public int HeaderLength { get; }
    public int TotalLength { get; }

    /// <summary>False when the bytes are no whole, unfragmented IPv4 packet of the VRRP protocol.</summary>
    public static bool TryParse(ReadOnlySpan<byte> packet, out IPv4Header header)
    {
        header = default;
        if (packet.Length < Length || packet[0] >> 4 != 4)
            return false;
        var headerLength = (packet[0] & 0xf) * 4;
        var totalLength = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        var fragment = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3fff;
        if (headerLength < Length || totalLength < headerLength || totalLength > packet.Length || fragment != 0 || packet[9] != Advertisement.IpProtocol)
            return false;
        header = new IPv4Header(NodeAddress.Read(packet.Slice(12, 4)), NodeAddress.Read(packet.Slice(16, 4)), packet[8], headerLength, totalLength);
        return true;
    }

    /// <summary>Writes the 20 bytes in front of a payload.</summary>
    public static void Write(Span<byte> target, in NodeAddress source, in NodeAddress destination, int payloadLength, ushort identification, byte timeToLive)
    {
        target[..Length].Clear();
        target[0] = 0x45;
        target[1] = InternetworkControl;
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)(Length + payloadLength));
        BinaryPrimitives.WriteUInt16BigEndian(target[4..], identification);
        target[8] = timeToLive;
        target[9] = Advertisement.IpProtocol;
        source.Write(target[12..]);
        destination.Write(target[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(target[10..], InternetChecksum.Finish(InternetChecksum.Add(0, target[..Length])));
    }
}
