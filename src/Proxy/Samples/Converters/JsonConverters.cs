using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Texts as the inside of JSON strings (configuration.txt 7.3.1 "json").</summary>
internal static class JsonConverters
{
    public static readonly ConverterRow[] Rows =
    [
        new(new ConverterSignature("json", SampleType.String, SampleType.String, [Takes.Text.Optional()]) { Check = IsEncoding }, Escape)
        {
            Prepare = (arguments, _) => arguments.Length == 0 || arguments[0].IsEmpty ? "ascii" : arguments[0].Text,
        },
    ];

    private static string? IsEncoding(ImmutableArray<SampleArgument> arguments) =>
        arguments.Length == 0 || arguments[0].Text is "" or "ascii" or "utf8" or "utf8s" or "utf8p" or "utf8ps" ? null
            : "Unexpected input code type. Allowed value are 'ascii', 'utf8', 'utf8s', 'utf8p' and 'utf8ps'";

    private static bool Escape(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var encoding = (string)arguments.State!;
        var isUtf8 = encoding != "ascii";
        var skipsErrors = encoding is "utf8s" or "utf8ps";
        var text = sample.Bytes;
        var free = context.Scratch.Free;
        var length = 0;
        for (var i = 0; i < text.Length;)
        {
            // The longest escape is \uXXXX.
            if (free.Length < length + 6) return false;
            var code = (int)text[i];
            var used = 1;
            if (isUtf8 && code >= 0x80)
            {
                if (Rune.DecodeFromUtf8(text[i..], out var rune, out used) != OperationStatus.Done || rune.Value > 0xFFFF)
                {
                    if (!skipsErrors) return false;
                    i += used;
                    continue;
                }
                code = rune.Value;
            }
            i += used;
            length += Write(code, free[length..]);
        }
        sample.SetString(context.Scratch.Keep(length));
        return true;
    }

    private static int Write(int code, Span<byte> destination)
    {
        var letter = code switch
        {
            '"' or '\\' or '/' => (byte)code,
            '\b' => (byte)'b',
            '\f' => (byte)'f',
            '\n' => (byte)'n',
            '\r' => (byte)'r',
            '\t' => (byte)'t',
            _ => (byte)0,
        };
        if (letter != 0)
        {
            destination[0] = (byte)'\\';
            destination[1] = letter;
            return 2;
        }
        if (code is >= 0x20 and < 0x7F)
        {
            destination[0] = (byte)code;
            return 1;
        }
        "\\u"u8.CopyTo(destination);
        for (var i = 0; i < 4; i++) destination[2 + i] = HexDigit.Lower(code >> (12 - i * 4) & 15);
        return 6;
    }
}
