using System.Globalization;
using System.Numerics;
using Evenkeel.Config.Keepalived.Language;

namespace Evenkeel.Config.Keepalived.Blocks;

/// <summary>Numbers as the original reads and refuses them, each refusal in its words.</summary>
internal static class Numbers
{
    /// <summary>An unsigned whole number; decimal, a leading zero means nothing.</summary>
    public static bool TryUnsigned(Complaints complaints, string text, long minimum, long maximum, out long value)
    {
        value = 0;
        if (text.StartsWith('-') && IsDigits(text.AsSpan(1)))
        {
            complaints.Error($"negative number '{text}'");
            return false;
        }
        if (!TryParse(text, out var parsed))
        {
            complaints.Error($"invalid number '{text}'");
            return false;
        }
        if (parsed > uint.MaxValue)
        {
            complaints.Error($"number '{text}' outside unsigned integer range");
            return false;
        }
        return InRange(complaints, text, parsed, minimum, maximum, out value);
    }

    public static bool TrySigned(Complaints complaints, string text, long minimum, long maximum, out long value)
    {
        value = 0;
        if (!TryParse(text, out var parsed))
        {
            complaints.Error($"invalid number '{text}'");
            return false;
        }
        if (parsed > int.MaxValue || parsed < int.MinValue)
        {
            complaints.Error($"number '{text}' outside integer range");
            return false;
        }
        return InRange(complaints, text, parsed, minimum, maximum, out value);
    }

    private static bool InRange(Complaints complaints, string text, BigInteger parsed, long minimum, long maximum, out long value)
    {
        value = 0;
        if (parsed < minimum || parsed > maximum)
        {
            complaints.Error($"number '{text}' outside range [{minimum}, {maximum}]");
            return false;
        }
        value = (long)parsed;
        return true;
    }

    /// <summary>
    /// A number with a fraction, in units of 10^-<paramref name="places"/>: `0.92` with 6 places is 920,000. Text that is no number counts as 0 after it was
    /// named, so that it is accepted where 0 is (the original does that too).
    /// </summary>
    public static bool TryDecimal(Complaints complaints, string text, long minimum, long maximum, int places, out long value)
    {
        value = 0;
        if (text.StartsWith('-') && IsDecimal(text.AsSpan(1)))
        {
            complaints.Error($"negative number '{text}'");
            return false;
        }
        if (!IsDecimal(text.AsSpan().TrimStart('+')))
        {
            complaints.Error($"invalid number '{text}'");
            return minimum <= 0;
        }
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        string whole = dot < 0 ? text.TrimStart('+') : text[..dot].TrimStart('+');
        string fraction = dot < 0 ? "" : text[(dot + 1)..];
        if (fraction.TrimEnd('0').Length > places)
        {
            complaints.Error($"number '{text}' has too many decimal places");
            return minimum <= 0;
        }
        var parsed = BigInteger.Parse("0" + whole + fraction.PadRight(places, '0')[..places], NumberStyles.None, CultureInfo.InvariantCulture);
        if (parsed < minimum || parsed > maximum)
        {
            complaints.Error($"number '{text}' outside range [{Format(minimum, places)}, {Format(maximum, places)}]");
            return false;
        }
        value = (long)parsed;
        return true;
    }

    private static string Format(long value, int places)
    {
        long unit = (long)Math.Pow(10, places);
        return (value / unit).ToString(CultureInfo.InvariantCulture) + "." + (value % unit).ToString(CultureInfo.InvariantCulture).PadLeft(places, '0');
    }

    private static bool TryParse(string text, out BigInteger value)
    {
        value = default;
        var digits = text.AsSpan();
        if (digits.StartsWith("+") || digits.StartsWith("-")) digits = digits[1..];
        // More digits than this are out of every range; parsing a megabyte of them would be quadratic.
        if (!IsDigits(digits) || digits.Length > 4_000) return false;
        value = BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        if (text[0] == '-') value = -value;
        return true;
    }

    private static bool IsDigits(ReadOnlySpan<char> text) => text.Length > 0 && text.IndexOfAnyExceptInRange('0', '9') < 0;

    private static bool IsDecimal(ReadOnlySpan<char> text)
    {
        int dot = text.IndexOf('.');
        if (dot < 0) return text.Length <= 4_000 && IsDigits(text);
        var whole = text[..dot];
        var fraction = text[(dot + 1)..];
        return text.Length is > 1 and <= 4_000 && (whole.IsEmpty || IsDigits(whole)) && (fraction.IsEmpty || IsDigits(fraction));
    }

    /// <summary>on|off|true|false|yes|no in any case; null for anything else.</summary>
    public static bool? Bool(string text) => text.ToUpperInvariant() switch
    {
        "ON" or "TRUE" or "YES" => true,
        "OFF" or "FALSE" or "NO" => false,
        _ => null,
    };
}
