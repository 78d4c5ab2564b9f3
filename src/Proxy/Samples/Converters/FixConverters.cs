using System.Collections.Immutable;
using System.Globalization;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Messages of the Financial Information eXchange: `tag=value` pairs that each end with SOH (configuration.txt 7.3.1 "fix_is_valid").</summary>
internal static class FixConverters
{
    private const byte Delimiter = 1;

    /// <summary>Bytes of the shortest valid message: `8=FIX.4.4|9=5|35=A|10=000|`. Fewer may still become one.</summary>
    private const int MinLength = 26;

    /// <summary>Bytes of the last pair, `10=000|`, which the body's length does not count.</summary>
    private const int CheckSumLength = 7;

    private const uint BeginString = 8;
    private const uint BodyLength = 9;
    private const uint CheckSum = 10;
    private const uint MsgType = 35;

    public static readonly ConverterRow[] Rows =
    [
        new(new ConverterSignature("fix_is_valid", SampleType.Binary, SampleType.Boolean, []), Validate),
        new(new ConverterSignature("fix_tag_value", SampleType.Binary, SampleType.Binary, [Takes.Text])
        {
            Check = arguments => arguments.Length > 0 && TagOf(arguments[0].Text) is not null ? null
                : $"Unknown FIX tag name '{(arguments.Length > 0 ? arguments[0].Text : "")}'",
        }, FindTag)
        {
            Prepare = (arguments, _) => TagOf(arguments[0].Text),
        },
    ];

    private enum Verdict { Valid, Invalid, Incomplete }

    private static uint? TagOf(string name) => name.ToLowerInvariant() switch
    {
        "beginstring" => BeginString,
        "bodylength" => BodyLength,
        "checksum" => CheckSum,
        "msgtype" => MsgType,
        "sendercompid" => 49,
        "targetcompid" => 56,
        _ => uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null,
    };

    private static bool FindTag(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var wanted = (uint)arguments.State!;
        var rest = sample.Bytes;
        while (TryPair(ref rest, out var tag, out var value))
        {
            if (!TryNumber(tag, out var number) || number != wanted) continue;
            sample.SetBinary(value);
            return !value.IsEmpty;
        }
        return false;
    }

    private static bool Validate(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var verdict = Judge(sample.Bytes);
        sample.SetBoolean(verdict == Verdict.Valid);
        return verdict != Verdict.Incomplete;
    }

    private static Verdict Judge(ReadOnlySpan<byte> message)
    {
        if (message.Length < MinLength) return Verdict.Incomplete;
        var rest = message;
        if (!TryPair(ref rest, out var tag, out var value)) return Verdict.Incomplete;
        if (!Is(tag, BeginString) || !IsVersion(value)) return Verdict.Invalid;
        if (!TryPair(ref rest, out tag, out value)) return Verdict.Incomplete;
        if (!Is(tag, BodyLength) || !TryNumber(value, out var bodyLength)) return Verdict.Invalid;
        var bodyStart = message.Length - rest.Length;
        if (!TryPair(ref rest, out tag, out _)) return Verdict.Incomplete;
        if (!Is(tag, MsgType)) return Verdict.Invalid;
        while (true)
        {
            var pairStart = message.Length - rest.Length;
            if (!TryPair(ref rest, out tag, out value)) return Verdict.Incomplete;
            if (!TryNumber(tag, out var number) || number == 0) return Verdict.Invalid;
            if (number != CheckSum) continue;
            if (pairStart - bodyStart != bodyLength || message.Length - rest.Length - pairStart != CheckSumLength) return Verdict.Invalid;
            byte sum = 0;
            foreach (var b in message[..pairStart]) sum += b;
            return TryNumber(value, out var given) && given == sum ? Verdict.Valid : Verdict.Invalid;
        }
    }

    private static bool Is(ReadOnlySpan<byte> tag, uint number) => TryNumber(tag, out var value) && value == number;

    private static bool IsVersion(ReadOnlySpan<byte> version)
    {
        if (version.SequenceEqual("FIXT.1.1"u8)) return true;
        return version.Length == 7 && version.StartsWith("FIX.4."u8) && version[6] is >= (byte)'0' and <= (byte)'4';
    }

    /// <summary>False when no whole pair is left. A pair without `=` is all tag.</summary>
    private static bool TryPair(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> tag, out ReadOnlySpan<byte> value)
    {
        tag = value = default;
        var end = rest.IndexOf(Delimiter);
        if (end < 0) return false;
        var pair = rest[..end];
        rest = rest[(end + 1)..];
        var equals = pair.IndexOf((byte)'=');
        tag = equals < 0 ? pair[..0] : pair[..equals];
        value = equals < 0 ? default : pair[(equals + 1)..];
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out uint value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > 9) return false;
        foreach (var c in text)
        {
            if (c is < (byte)'0' or > (byte)'9') return false;
            value = value * 10 + (uint)(c - '0');
        }
        return true;
    }
}
