using System.Text;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>The language a client likes best of those that are offered (configuration.txt 7.3.1 "language").</summary>
internal static class LanguageConverters
{
    /// <summary>Quality 1, in thousandths.</summary>
    private const int FullQuality = 1_000;

    public static readonly ConverterRow[] Rows =
    [
        new(new ConverterSignature("language", SampleType.String, SampleType.String, [Takes.Text, Takes.Text.Optional()]), Choose)
        {
            Prepare = (arguments, _) => (arguments.Length == 0 ? "" : arguments[0].Text).Split(';').Select(Encoding.Latin1.GetBytes).ToArray(),
        },
    ];

    private static bool Choose(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var offered = (byte[][])arguments.State!;
        byte[]? best = null;
        var bestQuality = 0;
        foreach (var range in sample.Bytes.Split((byte)','))
        {
            var item = sample.Bytes[range].Trim(" \t"u8);
            var semicolon = item.IndexOf((byte)';');
            var quality = semicolon < 0 ? FullQuality : QualityOf(item[(semicolon + 1)..].TrimStart(" \t"u8));
            if (quality <= bestQuality) continue;
            if (Find(offered, (semicolon < 0 ? item : item[..semicolon]).TrimEnd(" \t"u8)) is not { } found) continue;
            best = found;
            bestQuality = quality;
        }
        if (best is null && !arguments.Has(1)) return false;
        sample.SetString(best ?? arguments.Bytes(1));
        return true;
    }

    /// <summary>The language with its variant, else without.</summary>
    private static byte[]? Find(byte[][] offered, ReadOnlySpan<byte> language)
    {
        foreach (var candidate in offered)
            if (language.SequenceEqual(candidate)) return candidate;
        var dash = language.IndexOf((byte)'-');
        return dash < 0 ? null : Find(offered, language[..dash]);
    }

    /// <summary>Up to three digits behind the point count; what is no `q=` or no number means 1.</summary>
    private static int QualityOf(ReadOnlySpan<byte> parameter)
    {
        if (!parameter.StartsWith("q="u8) || parameter.Length < 3 || parameter[2] is < (byte)'0' or > (byte)'9') return FullQuality;
        if (parameter[2] != '0') return FullQuality;
        var quality = 0;
        var weight = 100;
        for (var at = 4; at < parameter.Length && parameter[3] == '.' && weight > 0 && parameter[at] is >= (byte)'0' and <= (byte)'9'; at++, weight /= 10)
            quality += (parameter[at] - '0') * weight;
        return quality;
    }
}
