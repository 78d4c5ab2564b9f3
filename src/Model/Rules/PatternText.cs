using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Evenkeel.Model.Rules;

/// <summary>Numbers and networks as they stand in patterns (configuration.txt 7.1.2, 7.1.6), in files, on lines and at run time.</summary>
public static class PatternText
{
    /// <summary>`5`, `1:10`, `:10`, `5:`.</summary>
    public static bool TryRange(string pattern, out IntegerRange range, out string error)
    {
        error = "";
        var colon = pattern.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            var isNumber = TryNumber(pattern, out var number);
            if (!isNumber) error = $"'{pattern}' is not a number";
            range = new IntegerRange(number, number);
            return isNumber;
        }
        long minimum = long.MinValue, maximum = long.MaxValue;
        var ok = (colon == 0 || TryNumber(pattern[..colon], out minimum))
            && (colon == pattern.Length - 1 || TryNumber(pattern[(colon + 1)..], out maximum))
            && minimum <= maximum && pattern.Length > 1;
        if (!ok) error = $"'{pattern}' is not a valid number range";
        range = new IntegerRange(minimum, maximum);
        return ok;
    }

    /// <summary>An address with an optional prefix length or mask; abbreviated IPv4 as `10.12/8`.</summary>
    public static bool TryNetwork(string pattern, out NetworkModel network)
    {
        network = default;
        var (text, mask) = SplitMask(pattern);
        return AddressBytes(text) is { } address && TryNetwork(address, mask, out network);
    }

    /// <summary>An address that is known with the mask as written; empty means the address alone.</summary>
    public static bool TryNetwork(byte[] address, string mask, out NetworkModel network)
    {
        network = default;
        var bits = mask.Length == 0 ? MaskOf(address.Length * 8, address.Length) : Mask(mask, address.Length);
        if (bits is null) return false;
        network = new NetworkModel([.. address.Select((octet, i) => (byte)(octet & bits[i]))], [.. bits]);
        return true;
    }

    /// <summary>What stands before and behind the slash; "/" alone has a mask that is none.</summary>
    public static (string Address, string Mask) SplitMask(string pattern)
    {
        var slash = pattern.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (pattern, "") : (pattern[..slash], slash == pattern.Length - 1 ? "/" : pattern[(slash + 1)..]);
    }

    public static string NotAnAddress(string pattern) => $"'{pattern}' is not a valid IPv4 or IPv6 address";

    public static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    /// <summary>One number of digits only, up to 18 of them: most lines of most files.</summary>
    public static bool TryPlainNumber(ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        if (text.IsEmpty || text.Length > 18) return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit((char)c)) return false;
            number = number * 10 + (c - '0');
        }
        return true;
    }

    /// <summary>`a.b.c.d` or `a.b.c.d/n`: most lines of most files. Bits outside of the mask are cleared.</summary>
    public static bool TryPlainIPv4(ReadOnlySpan<byte> text, out uint address, out uint mask)
    {
        address = 0;
        mask = uint.MaxValue;
        for (var part = 0; part < 4; part++)
        {
            if (!TakeOctet(ref text, out var octet)) return false;
            address = (address << 8) | octet;
            if (part == 3) break;
            if (text.IsEmpty || text[0] != '.') return false;
            text = text[1..];
        }
        if (text.IsEmpty) return true;
        if (text[0] != '/' || text.Length > 3 || !TryPlainNumber(text[1..], out var bits) || bits > 32) return false;
        mask = bits == 0 ? 0 : uint.MaxValue << (32 - (int)bits);
        address &= mask;
        return true;
    }

    private static bool TakeOctet(ref ReadOnlySpan<byte> text, out uint octet)
    {
        octet = 0;
        var digits = 0;
        while (digits < text.Length && digits < 4 && char.IsAsciiDigit((char)text[digits])) octet = octet * 10 + (uint)(text[digits++] - '0');
        text = text[digits..];
        return digits is > 0 and < 4 && octet <= 255;
    }

    /// <summary>Why it is no string of hex digits, else null.</summary>
    public static string? HexError(string pattern)
    {
        if (pattern.Length % 2 != 0) return "an even number of hex digit is expected";
        foreach (var c in pattern)
            if (!char.IsAsciiHexDigit(c)) return $"an hex digit is expected (found '{c}')";
        return null;
    }

    private static byte[]? AddressBytes(string text) => text.Contains(':', StringComparison.Ordinal) ? IPv6(text) : IPv4(text);

    private static byte[]? Mask(string text, int length)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bits)) return bits <= length * 8 ? MaskOf(bits, length) : null;
        return length == 4 && text.Count(c => c == '.') == 3 ? IPv4(text) : null;
    }

    private static byte[] MaskOf(int bits, int length)
    {
        var mask = new byte[length];
        for (var i = 0; i < bits; i++) mask[i / 8] |= (byte)(0x80 >> (i % 8));
        return mask;
    }

    private static byte[]? IPv6(string text) =>
        IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? address.GetAddressBytes() : null;

    /// <summary>One to four decimal parts; missing ones are the zeroes before the last: 10.12 is 10.0.0.12.</summary>
    private static byte[]? IPv4(string text)
    {
        var parts = text.Split('.');
        if (parts.Length > 4) return null;
        var bytes = new byte[4];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!byte.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return null;
            bytes[i == parts.Length - 1 ? 3 : i] = value;
        }
        return bytes;
    }
}
