using System.Buffers.Binary;

namespace Evenkeel.Vrrp.Packets;

/// <summary>ARP over Ethernet (RFC 826): the question who has an address, and what others say on the wire.</summary>
/// <remarks><code>
///  0: to   6: from   12: 0806   14: Ethernet 0001, IPv4 0800, 6, 4, operation   22: sender's MAC   28: sender's address   32: target's MAC
///  38: target's address
/// </code></remarks>
public readonly record struct ArpMessage(ushort Operation, ulong SenderMac, NodeAddress Sender, NodeAddress Target)
{
    public const int Length = 42;
    private const ushort Request = 1;

    /// <summary>Asks who has <paramref name="address"/>, without saying who asks: nobody's table changes by it (an ARP Probe, RFC 5227 1.1).</summary>
    public static void WriteProbe(Span<byte> frame, ReadOnlySpan<byte> ownMac, in NodeAddress address)
    {
        frame[..Length].Clear();
        frame[..6].Fill(0xff);
        ownMac.CopyTo(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], 0x0806);
        BinaryPrimitives.WriteUInt16BigEndian(frame[14..], 1);
        BinaryPrimitives.WriteUInt16BigEndian(frame[16..], 0x0800);
        frame[18] = 6;
        frame[19] = 4;
        BinaryPrimitives.WriteUInt16BigEndian(frame[20..], Request);
        ownMac.CopyTo(frame[22..]);
        address.Write(frame[38..]);
    }

    /// <summary>Reads a frame without trust: anything but ARP for IPv4 over Ethernet is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> frame, out ArpMessage message)
    {
        message = default;
        if (frame.Length < Length || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != 0x0806) return false;
        if (BinaryPrimitives.ReadUInt32BigEndian(frame[14..]) != 0x0001_0800 || frame[18] != 6 || frame[19] != 4) return false;
        message = new ArpMessage(
            BinaryPrimitives.ReadUInt16BigEndian(frame[20..]), Mac(frame[22..]), NodeAddress.Read(frame.Slice(28, 4)), NodeAddress.Read(frame.Slice(38, 4)));
        return true;
    }

    /// <summary>Six bytes as a number.</summary>
    public static ulong Mac(ReadOnlySpan<byte> bytes) =>
        ((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]);

    public static string TextOf(ulong mac) =>
        string.Join(':', Enumerable.Range(0, 6).Select(i => ((byte)(mac >> (40 - (8 * i)))).ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
}
