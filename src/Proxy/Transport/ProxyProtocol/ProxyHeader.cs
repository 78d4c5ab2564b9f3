using System.Buffers.Binary;
using System.Numerics;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Proxy.Transport.ProxyProtocol;

/// <summary>What came of looking for a PROXY header; every value but Done ends the connection.</summary>
public enum ProxyHeaderStatus : byte
{
    Done,

    /// <summary>It begins like one and ends too early. As in HAProxy, a header that does not come in one piece is refused.</summary>
    Truncated,
    NotAHeader,
    Invalid,

    /// <summary>A version 1 line for something else than TCP over IPv4 or IPv6.</summary>
    Unhandled,
}

/// <summary>
/// A PROXY protocol header at the start of a connection, versions 1 and 2: who the client of the proxy before us was. Source: proxy-protocol.txt 2.1, 2.2.
/// </summary>
/// <remarks>
/// Version 2: <c>[ signature 12 | version and command 1 | family 1 | length 2 | addresses | TLVs ]</c>; a TLV is <c>[ type 1 | length 2 | value ]</c>.
/// </remarks>
public struct ProxyHeader
{
    /// <summary>Signature, version, family, length.</summary>
    public const int FixedLength = 16;

    /// <summary>Longest accepted authority, and unique id, bytes (proxy-protocol.txt 2.2.5; a host name has at most 255).</summary>
    private const int MaxAuthority = 255;
    private const int MaxUniqueId = 128;

    /// <summary>Longest value of the other types (configuration.txt 7.3.3 "fc_pp_tlv").</summary>
    private const int MaxValue = 1_024;

    /// <summary>Longest line of version 1 with its CR LF.</summary>
    private const int MaxLine = 107;

    public const byte TypeAlpn = 0x01;
    public const byte TypeAuthority = 0x02;
    public const byte TypeCrc32C = 0x03;
    public const byte TypeUniqueId = 0x05;
    public const byte TypeNamespace = 0x30;

    public static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Bytes of the whole header.</summary>
    public int Length { get; private set; }

    /// <summary>The header tells addresses; otherwise the connection's own count (UNKNOWN, LOCAL).</summary>
    public bool HasAddresses { get; private set; }

    public IpEndpoint Source { get; private set; }

    public IpEndpoint Destination { get; private set; }

    /// <summary>Where the TLVs begin; they end with the header.</summary>
    public int TlvOffset { get; private set; }

    /// <summary>Reads the header at the start of <paramref name="bytes"/>.</summary>
    public static ProxyHeaderStatus Read(ReadOnlySpan<byte> bytes, out ProxyHeader header)
    {
        header = default;
        if (bytes.StartsWith("PROXY"u8)) return header.ReadLine(bytes);
        if (bytes.Length > Signature.Length && bytes.StartsWith(Signature) && bytes[12] >> 4 == 2)
            return bytes.Length < FixedLength ? ProxyHeaderStatus.Truncated : header.ReadBinary(bytes);
        var couldBecomeOne = bytes.Length < 5 ? "PROXY"u8.StartsWith(bytes) || Signature.StartsWith(bytes)
            : bytes.Length <= Signature.Length && Signature.StartsWith(bytes);
        return couldBecomeOne ? ProxyHeaderStatus.Truncated : ProxyHeaderStatus.NotAHeader;
    }

    /// <summary>The first TLV of a type at or behind <paramref name="offset"/>, which moves behind it.</summary>
    public static bool TryFindTlv(ReadOnlySpan<byte> tlvs, int type, scoped ref int offset, out ReadOnlySpan<byte> value)
    {
        value = default;
        while (tlvs.Length - offset >= 3)
        {
            var found = tlvs[offset];
            var length = BinaryPrimitives.ReadUInt16BigEndian(tlvs[(offset + 1)..]);
            if (length > tlvs.Length - offset - 3) return false;
            value = tlvs.Slice(offset + 3, length);
            offset += 3 + length;
            if (found == type) return true;
        }

        return false;
    }

    /// <summary>The checksum of RFC 4960 over some bytes, as the CRC32C TLV carries it.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> before, ReadOnlySpan<byte> zeroed, ReadOnlySpan<byte> after)
    {
        var crc = uint.MaxValue;
        foreach (var b in before) crc = BitOperations.Crc32C(crc, b);
        foreach (var _ in zeroed) crc = BitOperations.Crc32C(crc, (byte)0);
        foreach (var b in after) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    private ProxyHeaderStatus ReadLine(ReadOnlySpan<byte> bytes)
    {
        var end = bytes[..Math.Min(bytes.Length, MaxLine)].IndexOf((byte)'\n');
        var rest = end < 0 ? bytes[5..] : bytes[5..end];
        var isTcp4 = rest.StartsWith(" TCP4 "u8);
        if (!isTcp4 && !rest.StartsWith(" TCP6 "u8))
        {
            if (rest.SequenceEqual(" UNKNOWN\r"u8))
            {
                Length = TlvOffset = end + 1;
                return ProxyHeaderStatus.Done;
            }

            return end < 0 && bytes.Length < MaxLine ? ProxyHeaderStatus.Truncated : ProxyHeaderStatus.Unhandled;
        }

        if (end < 0) return bytes.Length < MaxLine ? ProxyHeaderStatus.Truncated : ProxyHeaderStatus.Invalid;
        if (!rest.EndsWith("\r"u8) || !TryReadEnds(rest[6..^1], isTcp4 ? EndpointFamily.IPv4 : EndpointFamily.IPv6)) return ProxyHeaderStatus.Invalid;
        HasAddresses = true;
        Length = TlvOffset = end + 1;
        return ProxyHeaderStatus.Done;
    }

    /// <summary>`SOURCE DESTINATION SOURCE-PORT DESTINATION-PORT`.</summary>
    private bool TryReadEnds(ReadOnlySpan<byte> text, EndpointFamily family)
    {
        var first = TakeWord(ref text);
        var second = TakeWord(ref text);
        if (!TryReadPort(TakeWord(ref text), out var from) || !TryReadPort(text, out var to)) return false;
        if (!AddressText.TryRead(first, family, from, out var source)) return false;
        if (!AddressText.TryRead(second, family, to, out var destination)) return false;
        (Source, Destination) = (source, destination);
        return true;
    }

    private static ReadOnlySpan<byte> TakeWord(ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)' ');
        var word = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return word;
    }

    /// <summary>Digits; more than 16 bits are cut off, as HAProxy does.</summary>
    private static bool TryReadPort(ReadOnlySpan<byte> digits, out int port)
    {
        port = 0;
        if (digits.Length is 0 or > 9) return false;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            port = port * 10 + (digit - '0');
        }

        port &= 0xFFFF;
        return true;
    }

    private ProxyHeaderStatus ReadBinary(ReadOnlySpan<byte> bytes)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        if (bytes.Length < FixedLength + length) return ProxyHeaderStatus.Truncated;
        Length = FixedLength + length;
        var addresses = bytes.Slice(FixedLength, length);
        TlvOffset = FixedLength;
        switch (bytes[12] & 15)
        {
            // LOCAL: the family and addresses, if any, count for nothing.
            case 0:
                break;
            case 1 when bytes[13] == 0x11 && length >= 12:
                (Source, Destination) = (EndAt(addresses, 4, 0), EndAt(addresses, 4, 1));
                (HasAddresses, TlvOffset) = (true, FixedLength + 12);
                break;
            case 1 when bytes[13] == 0x21 && length >= 36:
                (Source, Destination) = (EndAt(addresses, 16, 0), EndAt(addresses, 16, 1));
                (HasAddresses, TlvOffset) = (true, FixedLength + 36);
                break;
            default:
                return ProxyHeaderStatus.Invalid;
        }

        return AreTlvsValid(bytes[..Length]) ? ProxyHeaderStatus.Done : ProxyHeaderStatus.Invalid;
    }

    private static IpEndpoint EndAt(ReadOnlySpan<byte> addresses, int size, int index)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(addresses[(2 * size + 2 * index)..]);
        var address = addresses.Slice(index * size, size);
        return size == 4
            ? new IpEndpoint(EndpointFamily.IPv4, 0, BinaryPrimitives.ReadUInt32BigEndian(address), port)
            : new IpEndpoint(EndpointFamily.IPv6, BinaryPrimitives.ReadUInt64BigEndian(address), BinaryPrimitives.ReadUInt64BigEndian(address[8..]), port);
    }

    /// <summary>They fill the rest of the header exactly, known ones keep their limits, and a checksum is right.</summary>
    private readonly bool AreTlvsValid(ReadOnlySpan<byte> header)
    {
        for (var at = TlvOffset; at < header.Length;)
        {
            if (header.Length - at < 3) return false;
            var length = BinaryPrimitives.ReadUInt16BigEndian(header[(at + 1)..]);
            if (length > header.Length - at - 3) return false;
            var value = header.Slice(at + 3, length);
            var isValid = header[at] switch
            {
                TypeAuthority => length <= MaxAuthority,
                TypeUniqueId => length <= MaxUniqueId,
                TypeCrc32C => length == 4
                    && BinaryPrimitives.ReadUInt32BigEndian(value) == Crc32C(header[..(at + 3)], value, header[(at + 7)..]),
                _ => length <= MaxValue,
            };
            if (!isValid) return false;
            at += 3 + length;
        }

        return true;
    }
}
