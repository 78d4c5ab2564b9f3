using System.Buffers.Text;
using System.Collections.Immutable;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>The `Forwarded` header, read and made (configuration.txt 7.3.1 "rfc7239_field" and its kin).</summary>
internal static class ForwardedConverters
{
    private const int FieldCount = 4;

    private enum Field { For = 0, By = 1, Host = 2, Proto = 3 }

    public static readonly ConverterRow[] Rows =
    [
        new(new ConverterSignature("rfc7239_is_valid", SampleType.String, SampleType.Boolean, []), (_, _, ref sample) =>
        {
            sample.SetBoolean(TryScan(sample.Bytes, wanted: null, out _));
            return true;
        }),
        new(new ConverterSignature("rfc7239_field", SampleType.String, SampleType.String, [Takes.Text]), (_, arguments, ref sample) =>
        {
            if (arguments.State is not Field wanted || !TryScan(sample.Bytes, wanted, out var value)) return false;
            sample.SetString(value);
            return !value.IsEmpty;
        })
        {
            Prepare = (arguments, _) => FieldOf(arguments.Length == 0 ? "" : arguments[0].Text),
        },
        new(new ConverterSignature("rfc7239_n2nn", SampleType.String, SampleType.Any, []), NodeToName),
        new(new ConverterSignature("rfc7239_n2np", SampleType.String, SampleType.Any, []), NodeToPort),
        new(new ConverterSignature("rfc7239_nn", SampleType.Any, SampleType.String, []), ToNodeName),
        new(new ConverterSignature("rfc7239_np", SampleType.Any, SampleType.String, []), ToNodePort),
    ];

    private static object? FieldOf(string name) => name switch
    {
        "for" => Field.For,
        "by" => Field.By,
        "host" => Field.Host,
        "proto" => Field.Proto,
        _ => null,
    };

    /// <summary>Reads up to four parameters of one element; each may stand once. As in the original, what follows the fourth is not looked at.</summary>
    private static bool TryScan(ReadOnlySpan<byte> text, Field? wanted, out ReadOnlySpan<byte> value)
    {
        value = default;
        var seen = 0;
        for (var count = 0; count < FieldCount; count++)
        {
            if (count > 0)
            {
                if (text.IsEmpty) return true;
                if (text[0] != ';') return false;
                text = text[1..];
            }
            var equals = text.IndexOf((byte)'=');
            if (equals < 0 || !TryField(text[..equals], out var field) || (seen & 1 << (int)field) != 0) return false;
            seen |= 1 << (int)field;
            text = text[(equals + 1)..];
            if (!TryValue(field, ref text, out var content)) return false;
            if (field == wanted) value = content;
        }
        return true;
    }

    private static bool TryField(ReadOnlySpan<byte> name, out Field field)
    {
        field = name.SequenceEqual("for"u8) ? Field.For : name.SequenceEqual("by"u8) ? Field.By : name.SequenceEqual("host"u8) ? Field.Host : Field.Proto;
        return field != Field.Proto || name.SequenceEqual("proto"u8);
    }

    private static bool TryValue(Field field, scoped ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (field == Field.Proto)
        {
            content = text.StartsWith("https"u8) ? text[..5] : text.StartsWith("http"u8) ? text[..4] : default;
            text = text[content.Length..];
            return !content.IsEmpty;
        }
        var isQuoted = text.StartsWith("\""u8);
        if (!isQuoted)
        {
            // A token: neither ports nor brackets may stand in it.
            var length = text.IndexOf((byte)';');
            content = length < 0 ? text : text[..length];
            text = text[content.Length..];
            return !content.IsEmpty && !content.ContainsAny(":[]\""u8) && IsWhole(field, content);
        }
        var end = text[1..].IndexOf((byte)'"');
        if (end < 0) return false;
        content = text[1..(end + 1)];
        text = text[(end + 2)..];
        return IsWhole(field, content);
    }

    private static bool IsWhole(Field field, ReadOnlySpan<byte> content)
    {
        if (field == Field.Host) return IsHost(content);
        return ForwardedNode.TryRead(ref content, out _) && content.IsEmpty;
    }

    private static bool IsHost(ReadOnlySpan<byte> host)
    {
        var sample = default(Sample);
        var portStart = host.LastIndexOf((byte)':');
        if (host.StartsWith("["u8))
        {
            var end = host.IndexOf((byte)']');
            if (end < 0 || !SampleCast.TryParseAddress(host[1..end], ref sample)) return false;
            portStart = end + 1 < host.Length ? end + 1 : -1;
            if (portStart >= 0 && host[portStart] != ':') return false;
        }
        else
        {
            var name = portStart < 0 ? host : host[..portStart];
            if (name.Contains((byte)'_') || !ForwardedNode.IsIdentifier(name)) return false;
        }
        if (portStart < 0) return true;
        var port = host[(portStart + 1)..];
        return port.Length is > 0 and <= 5 && !port.ContainsAnyExceptInRange((byte)'0', (byte)'9') && SampleCast.ParseInteger(port) <= ushort.MaxValue;
    }

    private static bool NodeToName(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var text = sample.Bytes;
        if (!ForwardedNode.TryRead(ref text, out var node)) return false;
        sample.SetString(node.Name);
        return SampleCast.TryParseAddress(node.Name, ref sample) || !node.Name.IsEmpty;
    }

    private static bool NodeToPort(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var text = sample.Bytes;
        if (!ForwardedNode.TryRead(ref text, out var node) || !node.HasPort) return false;
        if (node.Port > 0) sample.SetInteger(node.Port);
        else sample.SetString(node.HiddenPort);
        return true;
    }

    private static bool ToNodeName(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (sample.Type == SampleType.IPv4) return SampleCast.TryCast(ref sample, SampleType.String, context.Scratch);
        if (sample.Type != SampleType.IPv6) return ToHidden(context, whenEmpty: "unknown"u8, ref sample);
        var free = context.Scratch.Free;
        if (free.Length < 2 || !SampleCast.TryFormatAddress(sample, free[1..^1], out var length)) return false;
        free[0] = (byte)'[';
        free[length + 1] = (byte)']';
        sample.SetString(context.Scratch.Keep(length + 2));
        return true;
    }

    private static bool ToNodePort(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (sample.Type != SampleType.Integer) return ToHidden(context, whenEmpty: default, ref sample);
        if (!Utf8Formatter.TryFormat((uint)sample.Integer, context.Scratch.Free, out var length)) return false;
        sample.SetString(context.Scratch.Keep(length));
        return true;
    }

    private static bool ToHidden(SampleContext context, ReadOnlySpan<byte> whenEmpty, ref Sample sample)
    {
        if (!SampleCast.TryCast(ref sample, SampleType.String, context.Scratch) || !ForwardedNode.IsIdentifier(sample.Bytes)) return false;
        if (sample.Bytes.IsEmpty)
        {
            sample.SetString(whenEmpty);
            return !whenEmpty.IsEmpty;
        }
        var free = context.Scratch.Free;
        if (free.Length <= sample.Bytes.Length) return false;
        free[0] = (byte)'_';
        sample.Bytes.CopyTo(free[1..]);
        sample.SetString(context.Scratch.Keep(sample.Bytes.Length + 1));
        return true;
    }
}
