using System.Collections.Immutable;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Percent-encoding (configuration.txt 7.3.1 "url_dec", "url_enc").</summary>
internal static class UrlConverters
{
    public static readonly ConverterRow[] Rows =
    [
        new(new ConverterSignature("url_dec", SampleType.String, SampleType.String, [Takes.Integer.Optional()]), Decode),
        new(new ConverterSignature("url_enc", SampleType.String, SampleType.String, [Takes.Text.Optional()]) { Check = IsQuery }, Encode),
    ];

    /// <summary>Decodes `%XX`, and `+` behind a question mark or in a form. A broken escape has no result.</summary>
    private static bool Decode(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var text = sample.Bytes;
        var free = context.Scratch.Free;
        if (free.Length < text.Length) return false;
        var isForm = arguments.Number(0) != 0;
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '?') isForm = true;
            if (c == '+' && isForm) c = (byte)' ';
            if (c == '%')
            {
                if (i + 2 >= text.Length) return false;
                var high = HexDigit.ValueOf(text[i + 1]);
                var low = HexDigit.ValueOf(text[i + 2]);
                if (high < 0 || low < 0) return false;
                c = (byte)((high << 4) | low);
                i += 2;
            }
            free[length++] = c;
        }
        sample.SetString(context.Scratch.Keep(length));
        return true;
    }

    private static string? IsQuery(ImmutableArray<SampleArgument> arguments) =>
        arguments.Length == 0 || arguments[0].IsEmpty || arguments[0].Text == "query" ? null : "Unexpected encode type. Allowed value is 'query'";

    /// <summary>Encodes everything but letters, digits, `-`, `.`, `_` and `~`.</summary>
    private static bool Encode(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var free = context.Scratch.Free;
        var length = 0;
        foreach (var c in sample.Bytes)
        {
            if (length + 3 > free.Length) return false;
            if (char.IsAsciiLetterOrDigit((char)c) || c is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~')
            {
                free[length++] = c;
                continue;
            }
            free[length++] = (byte)'%';
            free[length++] = HexDigit.Upper(c >> 4);
            free[length++] = HexDigit.Upper(c & 15);
        }
        sample.SetString(context.Scratch.Keep(length));
        return true;
    }
}
