using System.Globalization;

namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>Reads a delay with its unit (configuration.txt 2.5): us, ms, s, m, h, d; milliseconds when there is none.</summary>
internal static class TimeText
{
    /// <param name="unexpected">The first character that cannot stand there, or NUL when there is no number at all.</param>
    public static bool TryMilliseconds(string text, out long milliseconds, out char unexpected)
    {
        var end = 0;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        unexpected = '\0';
        milliseconds = 0;
        if (end == 0 || !long.TryParse(text[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            if (end < text.Length) unexpected = text[end];
            return false;
        }
        (var factor, var divisor) = text[end..] switch
        {
            "" or "ms" => (1L, 1L),
            "us" => (1L, 1000L),
            "s" => (1000L, 1L),
            "m" => (60_000L, 1L),
            "h" => (3_600_000L, 1L),
            "d" => (86_400_000L, 1L),
            _ => (0L, 1L),
        };
        if (factor == 0)
        {
            unexpected = text[end];
            return false;
        }
        // A delay that is not zero never becomes zero by rounding.
        milliseconds = (number * factor + divisor - 1) / divisor;
        return milliseconds is >= 0 and <= int.MaxValue;
    }
}
