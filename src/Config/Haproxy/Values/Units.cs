namespace Evenkeel.Config.Haproxy.Values;

public enum UnitError { None, Unexpected, Overflow }

/// <summary>Times and sizes as they are written (configuration.txt 2.5, 2.6).</summary>
public static class Units
{
    /// <summary>Reads a time; without a unit it is in units of <paramref name="defaultUnitMs"/>. Microseconds are rounded up to a millisecond.</summary>
    /// <remarks>What stands behind a whole time (`5sec`) is no error but has to be told: see <see cref="SurplusText"/>. Sections read times by
    /// <see cref="ParseContext.TryTime"/>, which does.</remarks>
    /// <param name="unexpected">The character that does not belong, a NUL when the text is empty. Without an error, the first one too many.</param>
    public static UnitError TryTime(string text, int defaultUnitMs, out int milliseconds, out char unexpected)
    {
        var error = ParseTime(text, defaultUnitMs, out var value, out unexpected);
        value = Math.Ceiling(value);
        milliseconds = value > int.MaxValue ? 0 : (int)value;
        return error == UnitError.None && value > int.MaxValue ? UnitError.Overflow : error;
    }

    /// <summary>Reads a time kept in seconds, which is also its unit when it has none; parts of a second are rounded up.</summary>
    public static UnitError TrySeconds(string text, out int seconds, out char unexpected)
    {
        var error = ParseTime(text, 1_000, out var value, out unexpected);
        value = Math.Ceiling(value / 1_000);
        seconds = value > int.MaxValue ? 0 : (int)value;
        return error == UnitError.None && value > int.MaxValue ? UnitError.Overflow : error;
    }

    private static UnitError ParseTime(string text, int defaultUnitMs, out double milliseconds, out char unexpected)
    {
        milliseconds = 0;
        unexpected = '\0';
        var at = 0;
        double value = 0;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++) value = value * 10 + (text[at] - '0');
        if (at == 0)
        {
            unexpected = text.Length == 0 ? '\0' : text[0];
            return UnitError.Unexpected;
        }
        (double Factor, int Length)? unit = text[at..] switch
        {
            "" => (defaultUnitMs, 0),
            ['u', 's', ..] => (0.001, 2),
            ['m', 's', ..] => (1, 2),
            ['s', ..] => (1_000, 1),
            ['m', ..] => (60_000, 1),
            ['h', ..] => (3_600_000, 1),
            ['d', ..] => (86_400_000, 1),
            _ => null,
        };
        if (unit is not { } known)
        {
            unexpected = text[at];
            return UnitError.Unexpected;
        }
        if (at + known.Length < text.Length) unexpected = text[at + known.Length];
        milliseconds = value * known.Factor;
        return UnitError.None;
    }

    /// <summary>What is said of `5sec`: it counts as `5s`, for now.</summary>
    public static string SurplusText(string text, char unexpected) =>
        $"unexpected character '{unexpected}' after the timer value '{text}', only (us=microseconds,ms=milliseconds,s=seconds,m=minutes,h=hours,d=days) "
        + "are supported. This will be reported as an error in next versions.";

    /// <summary>Reads a size in bytes with an optional k, m or g (powers of 1024, either case).</summary>
    /// <param name="unexpected">What stands behind the number and does not belong there; with an overflow, what was too much.</param>
    public static UnitError TrySize(string text, out long bytes, out string unexpected)
    {
        (bytes, unexpected) = (0, "");
        var at = 0;
        long value = 0;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
        {
            value = value * 10 + (text[at] - '0');
            if (value > uint.MaxValue) return TooMuch(text[at..], out unexpected);
        }
        var shift = (at < text.Length ? char.ToLowerInvariant(text[at]) : '\0') switch { 'k' => 10, 'm' => 20, 'g' => 30, _ => 0 };
        if (shift > 0 && value << shift > uint.MaxValue) return TooMuch(text[at..], out unexpected);
        if (shift > 0) at++;
        unexpected = text[at..];
        if (unexpected.Length > 0 || text.Length == 0) return UnitError.Unexpected;
        bytes = value << shift;
        return UnitError.None;
    }

    private static UnitError TooMuch(string rest, out string unexpected)
    {
        unexpected = rest;
        return UnitError.Overflow;
    }

    /// <summary>An integer as the original's atol reads it: leading blanks, a sign, then digits; anything else ends it; no digits are zero.</summary>
    public static int LenientInteger(string text) => (int)Math.Clamp(LeadingNumber(text), -int.MaxValue, int.MaxValue);

    /// <summary>The same for larger numbers; those above 10^15 are that.</summary>
    public static long LeadingNumber(string text)
    {
        var at = 0;
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        var negative = at < text.Length && text[at] == '-';
        if (at < text.Length && text[at] is '-' or '+') at++;
        long value = 0;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++) value = Math.Min(value * 10 + text[at] - '0', 1_000_000_000_000_000);
        return negative ? -value : value;
    }

    /// <summary>A whole word of digits with an optional sign.</summary>
    public static bool TryInteger(string text, out int value) =>
        int.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out value);

    /// <summary>A delay below this, without a unit, was probably meant in seconds, milliseconds.</summary>
    private const int SmallTimeMs = 100;

    public static bool IsSuspiciouslySmall(string text, int ms) => ms is > 0 and < SmallTimeMs && text.All(char.IsAsciiDigit);

    /// <param name="what">Keyword and name: `timeout client`.</param>
    /// <param name="where">What it was said of: `frontend 'f'`.</param>
    public static string SmallTimeText(string what, string text, string where) =>
        $"'{what} {text}' in {where} is suspiciously small for a value in milliseconds. Please use an explicit unit ('{text}ms') if that was the intent.";
}
