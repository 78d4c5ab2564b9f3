using System.Globalization;

namespace Evenkeel.Control.RuntimeApi;

/// <summary>Reads numbers as commands are typed.</summary>
public static class CommandNumbers
{
    /// <summary>A duration with an optional unit (us, ms, s, m, h, d), in milliseconds; parts of a millisecond count as one.</summary>
    /// <param name="defaultUnitMs">What a bare number counts.</param>
    public static bool TryDuration(string text, int defaultUnitMs, out long milliseconds)
    {
        milliseconds = 0;
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
        if (digits == 0 || !long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        if (number > int.MaxValue) return false;
        long? value = text[digits..] switch
        {
            "" => number * defaultUnitMs,
            "us" => (number + 999) / 1000,
            "ms" => number,
            "s" => number * 1000,
            "m" => number * 60_000,
            "h" => number * 3_600_000,
            "d" => number * 86_400_000,
            _ => null,
        };
        milliseconds = value ?? 0;
        return value is not null;
    }

    /// <summary>The number a text begins with, 0 when it begins with none: as lenient as the original where it is.</summary>
    public static int Leading(string text)
    {
        var end = text.StartsWith('-') ? 1 : 0;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return int.TryParse(text.AsSpan(0, end), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
