using System.Buffers.Binary;

namespace Evenkeel.Vrrp.Packets;

/// <summary>The ones-complement sum over 16-bit words (RFC 1071) that protects VRRP, IPv4 headers and ICMPv6.</summary>
public static class InternetChecksum
{
    /// <summary>Adds bytes to a running sum; an odd last byte counts as the high half of a word. 64 KB of 0xff fit the sum 65,000 times over.</summary>
    public static uint Add(uint sum, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
            bytes = bytes[2..];
        }
        return bytes.Length == 1 ? sum + (uint)(bytes[0] << 8) : sum;
    }

    /// <summary>Adds the pseudo-header of an upper-layer packet: source, destination, length and protocol (RFC 9568 5.2.8, RFC 8200 8.1).</summary>
    public static uint AddPseudoHeader(uint sum, in NodeAddress source, in NodeAddress destination, int length, byte protocol)
    {
        Span<byte> addresses = stackalloc byte[32];
        source.Write(addresses);
        destination.Write(addresses[source.Length..]);
        return Add(sum, addresses[..(source.Length + destination.Length)]) + protocol + (uint)length;
    }

    /// <summary>Folds a sum into the field's value. Over bytes that already hold a right checksum the result is 0.</summary>
    public static ushort Finish(uint sum)
    {
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }
}
