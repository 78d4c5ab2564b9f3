using System.Collections.Immutable;
using System.Text;
using Evenkeel.Linux.Pcre;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Replacement by regular expression (configuration.txt 7.3.1 "regsub").</summary>
internal static class RegexConverters
{
    public static readonly ConverterRow[] Rows =
    [
        new(new ConverterSignature("regsub", SampleType.String, SampleType.String, [new(ArgumentKind.Regex), Takes.Text, Takes.Text.Optional()])
        {
            Check = HasKnownFlags,
        }, Replace)
        {
            Prepare = (arguments, _) => new Substitution(arguments),
        },
    ];

    private sealed class Substitution(ImmutableArray<SampleArgument> arguments)
    {
        private readonly string _flags = arguments.Length > 2 ? arguments[2].Text : "";

        public PcreRegex Regex { get; } = PcreRegex.TryCompile(Encoding.Latin1.GetBytes(arguments[0].Text),
            arguments.Length > 2 && arguments[2].Text.Contains('i', StringComparison.Ordinal), out _)!;

        public byte[] Template { get; } = Encoding.Latin1.GetBytes(arguments[1].Text);

        public bool IsGlobal => _flags.Contains('g', StringComparison.Ordinal);
    }

    private static string? HasKnownFlags(ImmutableArray<SampleArgument> arguments)
    {
        if (arguments.Length < 3) return null;
        foreach (var flag in arguments[2].Text)
            if (flag is not ('i' or 'g')) return $"invalid regex flag '{flag}', only 'i' and 'g' are supported";
        return null;
    }

    private static bool Replace(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var substitution = (Substitution)arguments.State!;
        var text = sample.Bytes;
        var free = context.Scratch.Free;
        var length = 0;
        var start = 0;
        while (start <= text.Length && substitution.Regex.TryMatch(text, context.Match, start))
        {
            var match = context.Match[0];
            var (at, end) = (match.Start.Value, match.End.Value);
            if (!Put(text[start..at], free, ref length)) return false;
            if (!RegexTemplate.TryExpand(substitution.Template, text, context.Match, free[length..], out var written)) return false;
            length += written;
            start = end;
            if (!substitution.IsGlobal) break;
            // An empty match moves on by one byte, which is kept.
            if (end > at) continue;
            if (end < text.Length && !Put(text.Slice(end, 1), free, ref length)) return false;
            start = end + 1;
        }
        if (start < text.Length && !Put(text[start..], free, ref length)) return false;
        sample.SetString(context.Scratch.Keep(length));
        return true;
    }

    private static bool Put(ReadOnlySpan<byte> bytes, Span<byte> destination, ref int length)
    {
        if (!bytes.TryCopyTo(destination[length..])) return false;
        length += bytes.Length;
        return true;
    }
}
