using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Whole texts: letter case, length, order of bytes, comparison, control characters (configuration.txt 7.3.1).</summary>
internal static class TextConverters
{
    /// <summary>Bits for the characters 0 to 31, and bit 32 for DEL; the default leaves TAB out.</summary>
    private const long DefaultControls = 0x1FFFFFDFF;
    private const long AllControls = 0x1FFFFFFFF;
    private const long HttpControls = 0x2401;

    public static readonly ConverterRow[] Rows =
    [
        Text("lower", Lower),
        Text("upper", Upper),
        Text("reverse", Reverse),
        Text("reverse_dom", ReverseDomain),
        Text("cut_crlf", CutAtLineEnd),
        Text("host_only", HostOnly),
        new(new ConverterSignature("port_only", SampleType.String, SampleType.Integer, []), PortOnly),
        new(new ConverterSignature("length", SampleType.String, SampleType.Integer, []), Length),
        new(new ConverterSignature("strcmp", SampleType.String, SampleType.Integer, [Takes.Variable]), Compare),
        new(new ConverterSignature("secure_memcmp", SampleType.Binary, SampleType.Boolean, [Takes.Variable]), CompareInConstantTime),
        new(new ConverterSignature("has_ctl", SampleType.Binary, SampleType.Boolean, [Takes.Text.Optional()]) { Check = IsControlMask }, HasControl)
        {
            Prepare = (arguments, _) => arguments.Length == 0 ? DefaultControls : ControlMask(arguments[0].Text),
        },
        new(new ConverterSignature("iif", SampleType.Boolean, SampleType.String, [Takes.Text, Takes.Text]), Choose),
    ];

    private static ConverterRow Text(string name, SampleFunction function) =>
        new(new ConverterSignature(name, SampleType.String, SampleType.String, []), function);

    private static bool Lower(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var free = context.Scratch.Free;
        if (Ascii.ToLower(sample.Bytes, free, out var written) == System.Buffers.OperationStatus.InvalidData) return LowerAnyBytes(context, ref sample);
        if (written < sample.Bytes.Length) return false;
        sample.SetString(context.Scratch.Keep(written));
        return true;
    }

    private static bool LowerAnyBytes(SampleContext context, ref Sample sample)
    {
        var free = context.Scratch.Free;
        if (free.Length < sample.Bytes.Length) return false;
        for (var i = 0; i < sample.Bytes.Length; i++) free[i] = sample.Bytes[i] is >= (byte)'A' and <= (byte)'Z' and var c ? (byte)(c | 0x20) : sample.Bytes[i];
        sample.SetString(context.Scratch.Keep(sample.Bytes.Length));
        return true;
    }

    private static bool Upper(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var free = context.Scratch.Free;
        if (free.Length < sample.Bytes.Length) return false;
        for (var i = 0; i < sample.Bytes.Length; i++) free[i] = sample.Bytes[i] is >= (byte)'a' and <= (byte)'z' and var c ? (byte)(c & ~0x20)
            : sample.Bytes[i];
        sample.SetString(context.Scratch.Keep(sample.Bytes.Length));
        return true;
    }

    private static bool Reverse(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (!context.Scratch.Free.TryCopyFrom(sample.Bytes, out var copy)) return false;
        copy.Reverse();
        sample.SetString(context.Scratch.Keep(copy.Length));
        return true;
    }

    /// <summary>`mail.example.com.` becomes `com.example.mail`; an empty label has no result.</summary>
    private static bool ReverseDomain(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var rest = sample.Bytes.EndsWith("."u8) ? sample.Bytes[..^1] : sample.Bytes;
        var free = context.Scratch.Free;
        if (rest.IsEmpty || free.Length < rest.Length) return false;
        var length = 0;
        while (true)
        {
            var dot = rest.LastIndexOf((byte)'.');
            var label = rest[(dot + 1)..];
            if (label.IsEmpty) return false;
            label.CopyTo(free[length..]);
            length += label.Length;
            if (dot < 0) break;
            free[length++] = (byte)'.';
            rest = rest[..dot];
        }
        sample.SetString(context.Scratch.Keep(length));
        return true;
    }

    private static bool CutAtLineEnd(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var end = sample.Bytes.IndexOfAny((byte)'\r', (byte)'\n');
        if (end >= 0) sample.Bytes = sample.Bytes[..end];
        return true;
    }

    private static bool HostOnly(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        sample.Bytes = sample.Bytes[..HostLength(sample.Bytes)];
        return Lower(context, arguments, ref sample);
    }

    private static bool PortOnly(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var length = HostLength(sample.Bytes);
        sample.SetInteger(length == sample.Bytes.Length ? 0 : SampleCast.ParseInteger(sample.Bytes[(length + 1)..]));
        return true;
    }

    /// <summary>Length of `name`, `1.2.3.4` or `[::1]` before a port.</summary>
    private static int HostLength(ReadOnlySpan<byte> host)
    {
        var colon = host.LastIndexOf((byte)':');
        return colon < 0 || host[colon..].Contains((byte)']') ? host.Length : colon;
    }

    private static bool Length(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        sample.SetInteger(sample.Bytes.Length);
        return true;
    }

    private static bool Compare(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var other = default(Sample);
        if (!context.TryGetVariable(arguments.Variable(0), ref other) || !SampleCast.TryCast(ref other, SampleType.String, context.Scratch)) return false;
        var common = Math.Min(sample.Bytes.Length, other.Bytes.Length);
        var order = sample.Bytes[..common].CommonPrefixLength(other.Bytes[..common]) is var at && at < common
            ? sample.Bytes[at] - other.Bytes[at]
            : sample.Bytes.Length.CompareTo(other.Bytes.Length);
        sample.SetInteger(order);
        return true;
    }

    private static bool CompareInConstantTime(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var other = default(Sample);
        if (!context.TryGetVariable(arguments.Variable(0), ref other) || !SampleCast.TryCast(ref other, SampleType.Binary, context.Scratch)) return false;
        sample.SetBoolean(CryptographicOperations.FixedTimeEquals(sample.Bytes, other.Bytes));
        return true;
    }

    private static string? IsControlMask(System.Collections.Immutable.ImmutableArray<SampleArgument> arguments) =>
        arguments.Length == 0 || ControlMask(arguments[0].Text) is not null ? null : $"Invalid mask '{arguments[0].Text}'";

    private static object? ControlMask(string text) => text switch
    {
        "any" => AllControls,
        "http" => HttpControls,
        _ when text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) =>
            long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : null,
        _ => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
    };

    private static bool HasControl(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var mask = (long)arguments.State!;
        foreach (var c in sample.Bytes)
        {
            var bit = c < 32 ? c : c == 127 ? 32 : 63;
            if ((mask >> bit & 1) == 0) continue;
            sample.SetBoolean(true);
            return true;
        }
        sample.SetBoolean(false);
        return true;
    }

    private static bool Choose(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        sample.SetString(arguments.Bytes(sample.Integer != 0 ? 0 : 1));
        return true;
    }
}
