using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Values out of JSON texts (configuration.txt 7.3.1 "json_query").</summary>
internal static class JsonQueryConverters
{
    /// <summary>Integers a JSON number holds exactly (RFC 8259 6): beyond them there is no value.</summary>
    private const long MaxInteger = (1L << 53) - 1;

    public static readonly ConverterRow[] Rows =
    [
        new(new ConverterSignature("json_query", SampleType.String, SampleType.Any, [Takes.Text, Takes.Text.Optional()])
        {
            Check = arguments => arguments.Length == 0 || arguments[0].IsEmpty ? "json_path must not be empty" : HasOutputType(arguments),
        }, (context, arguments, ref sample) => TryRun((Query)arguments.State!, context, ref sample)) { Prepare = (arguments, _) => Query.Of(arguments) },
    ];

    /// <param name="Path">Null when it is no path: then nothing is found.</param>
    internal sealed record Query(JsonPath? Path, bool AsInteger)
    {
        public static Query Of(ImmutableArray<SampleArgument> arguments) =>
            new(JsonPath.Parse(arguments[0].Text), arguments.Length > 1 && !arguments[1].IsEmpty);
    }

    internal static string? HasOutputType(ImmutableArray<SampleArgument> arguments) =>
        arguments.Length < 2 || arguments[1].Text is "" or "int" ? null : "output_type only supports \"int\" as argument";

    /// <summary>Takes the value out of the text in <paramref name="sample"/>: booleans, texts, numbers and whole arrays; objects and null are none.</summary>
    internal static bool TryRun(Query query, SampleContext context, ref Sample sample)
    {
        if (query.Path is not { } path) return false;
        switch (path.Find(sample.Bytes, out var token))
        {
            case JsonKind.True:
                sample.SetBoolean(true);
                return true;
            case JsonKind.False:
                sample.SetBoolean(false);
                return true;
            case JsonKind.Array:
                sample.SetString(token);
                return true;
            case JsonKind.String:
                return TryUnescape(token[1..^1], context.Scratch, ref sample);
            case JsonKind.Number:
                return query.AsInteger ? TryInteger(token, ref sample) : TryNumberText(token, context.Scratch, ref sample);
            default:
                return false;
        }
    }

    private static bool TryInteger(ReadOnlySpan<byte> token, ref Sample sample)
    {
        var value = SampleCast.ParseInteger(token);
        if (value is > MaxInteger or < -MaxInteger) return false;
        sample.SetInteger(value);
        return true;
    }

    /// <summary>As C's `%g` writes it: six digits.</summary>
    private static bool TryNumberText(ReadOnlySpan<byte> token, ScratchArena scratch, ref Sample sample)
    {
        var dot = token.IndexOf((byte)'.');
        var isBroken = token is [(byte)'-'] || (dot >= 0 && (dot + 1 == token.Length || token[dot + 1] is < (byte)'0' or > (byte)'9'));
        var value = 0d;
        if (!isBroken && !Utf8Parser.TryParse(token, out value, out _)) return false;
        if (double.IsInfinity(value))
        {
            sample.SetString(value > 0 ? "inf"u8 : "-inf"u8);
            return true;
        }
        if (!value.TryFormat(scratch.Free, out var length, "g6", CultureInfo.InvariantCulture)) return false;
        sample.SetString(scratch.Keep(length));
        return true;
    }

    /// <summary>Of `\uXXXX` only the first 256 characters are known, each one byte, as in the original.</summary>
    private static bool TryUnescape(ReadOnlySpan<byte> text, ScratchArena scratch, ref Sample sample)
    {
        var free = scratch.Free;
        if (free.Length < text.Length) return false;
        var length = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (c == '\\')
            {
                if (++at >= text.Length) return false;
                if (text[at] == 'u')
                {
                    if (text.Length - at < 5 || text[at + 1] != '0' || text[at + 2] != '0') return false;
                    var (high, low) = (HexDigit.ValueOf(text[at + 3]), HexDigit.ValueOf(text[at + 4]));
                    if (high < 0 || low < 0) return false;
                    c = (byte)(high << 4 | low);
                    at += 4;
                }
                else
                {
                    var known = "bfnrt\\\""u8.IndexOf(text[at]);
                    if (known < 0) return false;
                    c = "\b\f\n\r\t\\\""u8[known];
                }
            }
            free[length++] = c;
        }
        sample.SetString(scratch.Keep(length));
        return true;
    }
}
