using System.Collections.Immutable;
using System.Globalization;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Values;

/// <summary>`1,3-4:6`: the lines of a sample and its size, numbered from 1 (configuration.txt 4.2 "log").</summary>
internal static class LogSampleText
{
    /// <param name="error">In the original's words when the answer is null.</param>
    public static LogSampleModel? TryParse(string text, out string error)
    {
        error = Read(text, out var sample);
        return error.Length == 0 ? sample : null;
    }

    private static string Read(string text, out LogSampleModel? sample)
    {
        sample = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return "Missing sample size";
        var (ranges, sizeText) = (text[..colon], text[(colon + 1)..]);
        if (ranges.Length == 0) return "no sampling ranges given";
        var read = new List<(int First, int Last)>();
        foreach (var range in ranges.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (TryRange(range) is not { } one) return $"wrong sample range '{range}'";
            read.Add(one);
        }
        if (read.Count == 0) return "no sampling ranges given";
        read.Sort();
        for (var i = 1; i < read.Count; i++)
            if (read[i].First <= read[i - 1].Last) return "ranges are overlapping";
        if (!TryNumber(sizeText, out var size)) return $"wrong sample size '{sizeText}' for sample range '{ranges}'";
        if (size < read[^1].Last)
            return $"sample size {size} should be greater or equal to {read[^1].Last} the maximum of the high ranges limits";
        sample = new LogSampleModel([.. read], size);
        return "";
    }

    private static (int First, int Last)? TryRange(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (!TryNumber(dash < 0 ? text : text[..dash], out var first)) return null;
        var last = first;
        if (dash >= 0 && !TryNumber(text[(dash + 1)..], out last)) return null;
        return last < first ? null : (first, last);
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;
}
