using System.Collections.Immutable;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Pieces of a value: bytes, fields, words, parameters; no copy is made (configuration.txt 7.3.1).</summary>
internal static class CutConverters
{
    public static readonly ConverterRow[] Rows =
    [
        new(new ConverterSignature("bytes", SampleType.Binary, SampleType.Binary, [Takes.IntegerOrVariable, Takes.IntegerOrVariable.Optional()])
        {
            Check = IsRange,
        }, Bytes),
        new(new ConverterSignature("field", SampleType.String, SampleType.String, [Takes.Integer, Takes.Text, Takes.Integer.Optional()])
        {
            Check = HasIndex,
        }, Field),
        new(new ConverterSignature("word", SampleType.String, SampleType.String, [Takes.Integer, Takes.Text, Takes.Integer.Optional()])
        {
            Check = HasIndex,
        }, Word),
        new(new ConverterSignature("ltrim", SampleType.String, SampleType.String, [Takes.Text]), TrimStart),
        new(new ConverterSignature("rtrim", SampleType.String, SampleType.String, [Takes.Text]), TrimEnd),
        new(new ConverterSignature("param", SampleType.String, SampleType.String, [Takes.Text, Takes.Text.Optional()]) { Check = HasOneDelimiter }, Parameter)
        {
            Prepare = (arguments, _) => arguments.Length < 2 || arguments[1].IsEmpty ? (byte)'&' : Delimiter(arguments[1].Text),
        },
    ];

    private static string? IsRange(ImmutableArray<SampleArgument> arguments)
    {
        if (arguments[0] is { Kind: ArgumentKind.Integer, Number: < 0 }) return "expects a non-negative integer";
        return arguments.Length > 1 && arguments[1] is { Kind: ArgumentKind.Integer, IsEmpty: false, Number: <= 0 } ? "expects a positive integer" : null;
    }

    private static bool Bytes(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (!arguments.TryInteger(0, context, out var offset)) return false;
        var length = (long)sample.Bytes.Length;
        if (arguments.Has(1) && !arguments.TryInteger(1, context, out length)) return false;
        if (offset < 0 || offset >= sample.Bytes.Length || length < 0)
        {
            sample.Bytes = default;
            return true;
        }
        var rest = sample.Bytes[(int)offset..];
        sample.Bytes = rest[..(int)Math.Min(length, rest.Length)];
        return true;
    }

    private static string? HasIndex(ImmutableArray<SampleArgument> arguments) => arguments[0].Number == 0 ? "Unexpected value 0 for index" : null;

    /// <summary>Fields lie between single delimiters and may be empty; a field that is not there has no value.</summary>
    private static bool Field(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var index = arguments.Number(0);
        var count = arguments.Number(2, otherwise: 1);
        return index > 0 ? TryFieldsFromStart(ref sample.Bytes, arguments.Bytes(1), index, count)
            : TryFieldsFromEnd(ref sample.Bytes, arguments.Bytes(1), -index, count);
    }

    private static bool TryFieldsFromStart(ref ReadOnlySpan<byte> text, ReadOnlySpan<byte> delimiters, long index, long count)
    {
        for (; index > 1; index--)
        {
            var delimiter = text.IndexOfAny(delimiters);
            if (delimiter < 0) return false;
            text = text[(delimiter + 1)..];
        }
        if (count == 0) return true;
        var length = 0;
        while (true)
        {
            var delimiter = text[length..].IndexOfAny(delimiters);
            if (delimiter < 0) return true;
            length += delimiter;
            if (--count == 0) break;
            length++;
        }
        text = text[..length];
        return true;
    }

    private static bool TryFieldsFromEnd(ref ReadOnlySpan<byte> text, ReadOnlySpan<byte> delimiters, long index, long count)
    {
        for (; index > 1; index--)
        {
            var delimiter = text.LastIndexOfAny(delimiters);
            if (delimiter < 0) return false;
            text = text[..delimiter];
        }
        if (count == 0) return true;
        var start = text.Length;
        while (true)
        {
            var delimiter = text[..start].LastIndexOfAny(delimiters);
            if (delimiter < 0) return true;
            if (--count == 0)
            {
                text = text[(delimiter + 1)..];
                return true;
            }
            start = delimiter;
        }
    }

    /// <summary>Words are runs of other characters than delimiters; a word that is not there has no value.</summary>
    private static bool Word(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var delimiters = arguments.Bytes(1);
        var index = arguments.Number(0);
        var count = arguments.Number(2, otherwise: 1);
        var text = sample.Bytes;
        sample.Bytes = index > 0 ? WordsFromStart(text, delimiters, index, count) : WordsFromEnd(text, delimiters, -index, count);
        return !sample.Bytes.IsEmpty;
    }

    private static ReadOnlySpan<byte> WordsFromStart(ReadOnlySpan<byte> text, ReadOnlySpan<byte> delimiters, long index, long count)
    {
        text = text.TrimStart(delimiters);
        for (; index > 1 && !text.IsEmpty; index--)
        {
            var delimiter = text.IndexOfAny(delimiters);
            text = delimiter < 0 ? default : text[delimiter..].TrimStart(delimiters);
        }
        if (count == 0) return text;
        var end = 0;
        for (; count > 0 && end < text.Length; count--)
        {
            end += text.Length - end - text[end..].TrimStart(delimiters).Length;
            var delimiter = text[end..].IndexOfAny(delimiters);
            end = delimiter < 0 ? text.Length : end + delimiter;
        }
        return text[..end].TrimEnd(delimiters);
    }

    private static ReadOnlySpan<byte> WordsFromEnd(ReadOnlySpan<byte> text, ReadOnlySpan<byte> delimiters, long index, long count)
    {
        text = text.TrimEnd(delimiters);
        for (; index > 1 && !text.IsEmpty; index--)
        {
            var delimiter = text.LastIndexOfAny(delimiters);
            text = delimiter < 0 ? default : text[..delimiter].TrimEnd(delimiters);
        }
        if (count == 0) return text;
        var start = text.Length;
        for (; count > 0 && start > 0; count--)
        {
            start = text[..start].TrimEnd(delimiters).Length;
            start = text[..start].LastIndexOfAny(delimiters) + 1;
        }
        return text[start..].TrimStart(delimiters);
    }

    private static bool TrimStart(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        sample.Bytes = sample.Bytes.TrimStart(arguments.Bytes(0));
        return true;
    }

    private static bool TrimEnd(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        sample.Bytes = sample.Bytes.TrimEnd(arguments.Bytes(0));
        return true;
    }

    private static string? HasOneDelimiter(ImmutableArray<SampleArgument> arguments) =>
        arguments.Length < 2 || arguments[1].IsEmpty || Delimiter(arguments[1].Text) is not null ? null : "Argument should be a single character";

    /// <summary>One character, or its code as `0xHH`.</summary>
    private static object? Delimiter(string text)
    {
        if (text.Length == 1) return (byte)text[0];
        var isCode = text.Length == 4 && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return isCode && byte.TryParse(text.AsSpan(2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code) ? code : null;
    }

    private static bool Parameter(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var rest = sample.Bytes;
        var name = arguments.Bytes(0);
        var delimiter = (byte)arguments.State!;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf(delimiter);
            var pair = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (!pair.StartsWith(name)) continue;
            if (pair.Length > name.Length && pair[name.Length] != '=') continue;
            sample.Bytes = pair.Length > name.Length ? pair[(name.Length + 1)..] : default;
            return true;
        }
        return false;
    }
}
