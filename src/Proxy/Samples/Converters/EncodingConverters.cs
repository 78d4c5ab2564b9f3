using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Binary values as text and back: hexadecimal, base64, binary digits, numbers of a chunk (configuration.txt 7.3.1).</summary>
internal static class EncodingConverters
{
    public static readonly ConverterRow[] Rows =
    [
        new(new ConverterSignature("hex", SampleType.Binary, SampleType.String, []), ToHex),
        new(new ConverterSignature("hex2i", SampleType.String, SampleType.Integer, []), HexToInteger),
        new(new ConverterSignature("base2", SampleType.Binary, SampleType.String, []), ToBinaryDigits),
        new(new ConverterSignature("base64", SampleType.Binary, SampleType.String, []), ToBase64),
        new(new ConverterSignature("b64dec", SampleType.String, SampleType.Binary, []), FromBase64),
        new(new ConverterSignature("ub64enc", SampleType.Binary, SampleType.String, []), ToUrlBase64),
        new(new ConverterSignature("ub64dec", SampleType.String, SampleType.Binary, []), FromUrlBase64),
        Chunks("be2dec", isText: true, (context, arguments, ref sample) => ToNumbers(context, arguments, ref sample, littleEndian: false)),
        Chunks("le2dec", isText: true, (context, arguments, ref sample) => ToNumbers(context, arguments, ref sample, littleEndian: true)),
        Chunks("be2hex", isText: false, ToHexChunks),
    ];

    private static ConverterRow Chunks(string name, bool isText, SampleFunction function)
    {
        var separator = isText ? Takes.Text : Takes.Text.Optional();
        var size = isText ? Takes.Integer : Takes.Integer.Optional();
        return new ConverterRow(new ConverterSignature(name, SampleType.Binary, SampleType.String, [separator, size, Takes.Integer.Optional()])
        {
            Check = arguments => HasChunkSize(arguments, isText),
        }, function);
    }

    private static string? HasChunkSize(ImmutableArray<SampleArgument> arguments, bool limited)
    {
        if (arguments.Length < 2 || arguments[1].IsEmpty) return null;
        var size = arguments[1].Number;
        if (limited && size is < 1 or > 8) return $"chunk_size value must be in the range 1-8 ({size})";
        if (size < 0) return "expects a non-negative chunk_size";
        return arguments.Length > 2 && !arguments[2].IsEmpty && arguments[2].Number is not (0 or 1)
            ? $"Unsupported truncate value ({arguments[2].Number})" : null;
    }

    private static bool ToHex(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var free = context.Scratch.Free;
        if (free.Length < sample.Bytes.Length * 2) return false;
        for (var i = 0; i < sample.Bytes.Length; i++)
        {
            free[i * 2] = HexDigit.Upper(sample.Bytes[i] >> 4);
            free[i * 2 + 1] = HexDigit.Upper(sample.Bytes[i] & 15);
        }
        sample.SetString(context.Scratch.Keep(sample.Bytes.Length * 2));
        return true;
    }

    private static bool HexToInteger(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var value = 0L;
        foreach (var c in sample.Bytes)
        {
            var digit = HexDigit.ValueOf(c);
            if (digit < 0) return false;
            value = (value << 4) + digit;
        }
        sample.SetInteger(value);
        return true;
    }

    private static bool ToBinaryDigits(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var free = context.Scratch.Free;
        if (free.Length < sample.Bytes.Length * 8) return false;
        for (var i = 0; i < sample.Bytes.Length * 8; i++) free[i] = (byte)('0' + (sample.Bytes[i / 8] >> (7 - i % 8) & 1));
        sample.SetString(context.Scratch.Keep(sample.Bytes.Length * 8));
        return true;
    }

    private static bool ToBase64(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (Base64.EncodeToUtf8(sample.Bytes, context.Scratch.Free, out _, out var written) != OperationStatus.Done) return false;
        sample.SetString(context.Scratch.Keep(written));
        return true;
    }

    private static bool FromBase64(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        // The library would skip blanks, which the original refuses.
        if (sample.Bytes.ContainsAny(" \t\r\n"u8)) return false;
        if (sample.Bytes.Length % 4 != 0 || !TryDecode(sample.Bytes, context.Scratch.Free, isUrl: false, out var written)) return false;
        sample.SetBinary(context.Scratch.Keep(written));
        return true;
    }

    /// <summary>As in the original, and unlike in the library, bits behind the last byte may be anything.</summary>
    private static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> destination, bool isUrl, out int written)
    {
        if (text.Length % 4 == 0) text = text is [.., (byte)'=', (byte)'='] ? text[..^2] : text is [.., (byte)'='] ? text[..^1] : text;
        var whole = text.Length & ~3;
        var status = isUrl ? System.Buffers.Text.Base64Url.DecodeFromUtf8(text[..whole], destination, out _, out written)
            : Base64.DecodeFromUtf8(text[..whole], destination, out _, out written);
        if (status != OperationStatus.Done) return false;
        if (whole == text.Length) return true;
        // Two letters are a byte, three are two; the rest of the last letter's bits is left out.
        Span<byte> last = stackalloc byte[4];
        last.Fill((byte)'A');
        text[whole..].CopyTo(last);
        Span<byte> bytes = stackalloc byte[3];
        status = isUrl ? System.Buffers.Text.Base64Url.DecodeFromUtf8(last, bytes, out _, out _) : Base64.DecodeFromUtf8(last, bytes, out _, out _);
        var count = text.Length - whole - 1;
        if (status != OperationStatus.Done || count == 0 || !bytes[..count].TryCopyTo(destination[written..])) return false;
        written += count;
        return true;
    }

    private static bool ToUrlBase64(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (System.Buffers.Text.Base64Url.EncodeToUtf8(sample.Bytes, context.Scratch.Free, out _, out var written) != OperationStatus.Done) return false;
        sample.SetString(context.Scratch.Keep(written));
        return true;
    }

    private static bool FromUrlBase64(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (!TryDecode(sample.Bytes, context.Scratch.Free, isUrl: true, out var written)) return false;
        sample.SetBinary(context.Scratch.Keep(written));
        return true;
    }

    /// <summary>Each chunk as a decimal number; with `truncate` a short last chunk is left out.</summary>
    private static bool ToNumbers(SampleContext context, BoundArguments arguments, ref Sample sample, bool littleEndian)
    {
        var size = (int)arguments.Number(1);
        var separator = arguments.Bytes(0);
        var input = sample.Bytes;
        var free = context.Scratch.Free;
        var length = 0;
        for (var at = 0; at < input.Length; at += size)
        {
            var chunk = input.Slice(at, Math.Min(size, input.Length - at));
            if (chunk.Length < size && arguments.Number(2) != 0) break;
            if (at > 0)
            {
                if (!separator.TryCopyTo(free[length..])) return false;
                length += separator.Length;
            }
            ulong value = 0;
            for (var i = 0; i < chunk.Length; i++) value = (value << 8) | chunk[littleEndian ? chunk.Length - 1 - i : i];
            if (!Utf8Formatter.TryFormat(value, free[length..], out var written)) return false;
            length += written;
        }
        sample.SetString(context.Scratch.Keep(length));
        return true;
    }

    private static bool ToHexChunks(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var size = (int)arguments.Number(1);
        if (size == 0) size = Math.Max(1, sample.Bytes.Length);
        var separator = arguments.Has(1) ? arguments.Bytes(0) : default;
        var input = sample.Bytes;
        if (arguments.Number(2) != 0) input = input[..(input.Length - input.Length % size)];
        var free = context.Scratch.Free;
        var length = 0;
        for (var i = 0; i < input.Length; i++)
        {
            if (free.Length < length + separator.Length + 2) return false;
            if (i > 0 && i % size == 0)
            {
                separator.CopyTo(free[length..]);
                length += separator.Length;
            }
            free[length++] = HexDigit.Upper(input[i] >> 4);
            free[length++] = HexDigit.Upper(input[i] & 15);
        }
        sample.SetString(context.Scratch.Keep(length));
        return true;
    }
}
