using System.Buffers.Binary;

namespace Evenkeel.Vrrp.Packets;

/// <summary>The ICMPv6 message that tells a link who has an IPv6 address now (RFC 4861 4.4 and 7.2.6).</summary>
/// <remarks>
/// To all nodes (ff02::1), from the virtual address itself, Override set, Solicited clear, Router only when this node forwards, with the target's
/// link-layer address:
/// <code>
/// 0: 33:33:00:00:00:01   6: own MAC   12: 86dd   14: IPv6 header, hop limit 255   54: type 136, code 0, checksum   58: flags   62: target   78:
/// option 2, length 1, own MAC
/// </code>
/// </remarks>
public static class UnsolicitedNeighbourAdvertisement
{
    public const int Length = 86;
    private const int IcmpOffset = 54;
    private const int IcmpLength = 32;
    private const byte IcmpProtocol = 58;
    private static readonly NodeAddress AllNodes = NodeAddress.Parse("ff02::1");

    public static void Write(Span<byte> frame, ReadOnlySpan<byte> ownMac, in NodeAddress address, bool isRouter)
    {
        frame[..Length].Clear();
        ReadOnlySpan<byte> allNodesMac = [0x33, 0x33, 0, 0, 0, 1];
        allNodesMac.CopyTo(frame);
        ownMac.CopyTo(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], 0x86dd);
        frame[14] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(frame[18..], IcmpLength);
        frame[20] = IcmpProtocol;
        frame[21] = 255;
        address.Write(frame[22..]);
        AllNodes.Write(frame[38..]);
        var icmp = frame.Slice(IcmpOffset, IcmpLength);
        icmp[0] = 136;
        icmp[4] = (byte)(isRouter ? 0xa0 : 0x20);
        address.Write(icmp[8..]);
        icmp[24] = 2;
        icmp[25] = 1;
        ownMac.CopyTo(icmp[26..]);
        var sum = InternetChecksum.AddPseudoHeader(InternetChecksum.Add(0, icmp), address, AllNodes, IcmpLength, IcmpProtocol);
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], InternetChecksum.Finish(sum));
    }
}
