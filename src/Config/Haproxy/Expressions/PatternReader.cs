using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Evenkeel.Model;
using Evenkeel.Model.Rules;

namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>Checks one pattern against its match method, and reads numbers and networks out of it (configuration.txt 7.1.2-7.1.6).</summary>
internal static class PatternReader
{
    public static bool TryRead(string pattern, MatchMethod method, bool ignoreCase, IWorld world, out string error)
    {
        error = method switch
        {
            MatchMethod.Integer or MatchMethod.Length => TryRange(pattern, IntegerOperator.Equal, out _, out var wrong) ? "" : wrong,
            MatchMethod.Address => TryNetwork(pattern, world, resolves: false, out _) ? "" : NotAnAddress(pattern),
            MatchMethod.Regex => world.RegexError(pattern, ignoreCase) is { } regexError ? $"regex '{pattern}' is invalid ({regexError})" : "",
            MatchMethod.Binary => HexError(pattern) ?? "",
            _ => "",
        };
        return error.Length == 0;
    }

    public static string NotAnAddress(string pattern) => $"'{pattern}' is not a valid IPv4 or IPv6 address";

    /// <summary>`5`, `1:10`, `:10`, `5:`; an operator in front makes a half-open range of a single number.</summary>
    public static bool TryRange(string pattern, IntegerOperator op, out IntegerRange range, out string error)
    {
        range = default;
        error = "";
        var colon = pattern.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            if (!TryNumber(pattern, out var number))
            {
                error = $"'{pattern}' is not a number";
                return false;
            }
            range = op switch
            {
                IntegerOperator.GreaterOrEqual => new IntegerRange(number, long.MaxValue),
                IntegerOperator.Greater => number == long.MaxValue ? new IntegerRange(1, 0) : new IntegerRange(number + 1, long.MaxValue),
                IntegerOperator.LessOrEqual => new IntegerRange(long.MinValue, number),
                IntegerOperator.Less => number == long.MinValue ? new IntegerRange(1, 0) : new IntegerRange(long.MinValue, number - 1),
                _ => new IntegerRange(number, number),
            };
            return true;
        }
        long minimum = long.MinValue, maximum = long.MaxValue;
        var ok = (colon == 0 || TryNumber(pattern[..colon], out minimum))
            && (colon == pattern.Length - 1 || TryNumber(pattern[(colon + 1)..], out maximum))
            && minimum <= maximum && pattern.Length > 1;
        if (!ok) error = $"'{pattern}' is not a valid number range";
        range = new IntegerRange(minimum, maximum);
        return ok;
    }

    /// <summary>An address with an optional prefix length or mask; abbreviated IPv4 as `10.12/8`; a host name when <paramref name="resolves"/>.</summary>
    public static bool TryNetwork(string pattern, IWorld world, bool resolves, out ImmutableArray<NetworkModel> networks)
    {
        networks = [];
        var slash = pattern.IndexOf('/', StringComparison.Ordinal);
        var text = slash < 0 ? pattern : pattern[..slash];
        byte[]? address = text.Contains(':', StringComparison.Ordinal) ? IPv6(text) : IPv4(text);
        if (address is null)
        {
            if (!resolves || text.Length == 0 || text.Contains(':', StringComparison.Ordinal)) return false;
            var resolved = world.Resolve(text).FirstOrDefault(candidate => candidate.AddressFamily == AddressFamily.InterNetwork);
            if (resolved is null) return false;
            address = resolved.GetAddressBytes();
        }
        var mask = slash < 0 ? MaskOf(address.Length * 8, address.Length) : Mask(pattern[(slash + 1)..], address.Length);
        if (mask is null) return false;
        for (var i = 0; i < address.Length; i++) address[i] &= mask[i];
        networks = [new NetworkModel([.. address], [.. mask])];
        return true;
    }

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

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private static string? HexError(string pattern)
    {
        foreach (var c in pattern)
            if (!char.IsAsciiHexDigit(c)) return $"an hex digit is expected (found '{c}')";
        return pattern.Length % 2 == 0 ? null : "an even number of hex digit is expected";
    }
}

/// <summary>The word before an integer pattern (configuration.txt 7.1.2).</summary>
internal enum IntegerOperator { Equal, GreaterOrEqual, Greater, LessOrEqual, Less }
