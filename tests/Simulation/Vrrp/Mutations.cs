namespace Evenkeel.Tests.Simulation.Vrrp;

/// <summary>What a broken or hostile sender makes of a good packet.</summary>
internal static class Mutations
{
    /// <summary>Bits turned, bytes replaced, cut, grown, doubled, mixed with another packet, or nothing but chance.</summary>
    public static byte[] Of(Random random, byte[] good, byte[] other)
    {
        var bytes = (byte[])good.Clone();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            switch (random.Next(8))
            {
                case 0 or 1 when bytes.Length > 0:
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                    break;
                case 2 when bytes.Length > 0:
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                    break;
                case 3 when bytes.Length > 0:
                    // Values that lengths and counts go wrong with.
                    bytes[random.Next(bytes.Length)] = random.Next(3) switch { 0 => (byte)0, 1 => (byte)255, _ => (byte)127 };
                    break;
                case 4:
                    bytes = bytes[..random.Next(bytes.Length + 1)];
                    break;
                case 5:
                    var longer = new byte[bytes.Length + random.Next(1, 40)];
                    random.NextBytes(longer);
                    bytes.CopyTo(longer, 0);
                    bytes = longer;
                    break;
                case 6 when bytes.Length > 1 && other.Length > 1:
                    var at = random.Next(Math.Min(bytes.Length, other.Length));
                    bytes = [.. bytes[..at], .. other[at..]];
                    break;
                case 7:
                    bytes = new byte[random.Next(0, 80)];
                    random.NextBytes(bytes);
                    break;
            }
        }
        return bytes;
    }

    /// <summary>Makes the checksum right again, so that what lies behind it is reached.</summary>
    public static void MendChecksum(Span<byte> packet, ReadOnlySpan<byte> pseudoHeader)
    {
        if (packet.Length < 8) return;
        packet[6] = packet[7] = 0;
        var sum = (ushort)~Sum(packet, pseudoHeader);
        (packet[6], packet[7]) = ((byte)(sum >> 8), (byte)sum);
    }

    /// <summary>RFC 1071, written down once more: the product's own does not judge itself.</summary>
    public static ushort Sum(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> pseudoHeader)
    {
        uint sum = 0;
        for (var i = 0; i < pseudoHeader.Length; i += 2) sum += (uint)((pseudoHeader[i] << 8) | pseudoHeader[i + 1]);
        for (var i = 0; i < packet.Length; i += 2) sum += (uint)((packet[i] << 8) | (i + 1 < packet.Length ? packet[i + 1] : 0));
        while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)sum;
    }
}
