using System.Buffers.Binary;

namespace Evenkeel.Vrrp.Packets;

/// <summary>The ARP message that tells an Ethernet who has an IPv4 address now (RFC 5227 3, RFC 9568 6.4.2).</summary>
/// <remarks>
/// A broadcast <i>request</i> whose sender and target are both the virtual address and whose target hardware address is all ones, as Keepalived sends it:
/// <code>
///  0: ff x 6   6: own MAC   12: 0806   14: Ethernet 0001, IPv4 0800, 6, 4, request 0001   22: own MAC   28: address   32: ff x 6   38: address
/// </code>
/// </remarks>
public static class GratuitousArp
{
    public const int Length = 42;

    public static void Write(Span<byte> frame, ReadOnlySpan<byte> ownMac, in NodeAddress address)
    {
        frame[..6].Fill(0xff);
        ownMac.CopyTo(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], 0x0806);
        BinaryPrimitives.WriteUInt16BigEndian(frame[14..], 1);
        BinaryPrimitives.WriteUInt16BigEndian(frame[16..], 0x0800);
        frame[18] = 6;
        frame[19] = 4;
        BinaryPrimitives.WriteUInt16BigEndian(frame[20..], 1);
        ownMac.CopyTo(frame[22..]);
        address.Write(frame[28..]);
        frame.Slice(32, 6).Fill(0xff);
        address.Write(frame[38..]);
    }
}
