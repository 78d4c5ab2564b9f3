using System.Buffers;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules;

/// <summary>`option forwarded`, bound: the Forwarded header of RFC 7239 for the server.</summary>
internal sealed class ForwardedHeader(ForwardedModel model, Binder binder)
{
    /// <summary>Characters of an obfuscated name or port (RFC 7239 §6.3).</summary>
    private static readonly SearchValues<byte> Obfuscated = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"u8);

    private readonly BoundExpression? _host = Bind(model.Host, binder);
    private readonly BoundExpression? _by = Bind(model.By, binder);
    private readonly BoundExpression? _byPort = Bind(model.ByPort, binder);
    private readonly BoundExpression? _for = Bind(model.For, binder);
    private readonly BoundExpression? _forPort = Bind(model.ForPort, binder);

    private static BoundExpression? Bind(ForwardedPart? part, Binder binder) => part?.Expression is { } expression ? binder.Bind(expression) : null;

    public void AddTo(HttpMessage request, SampleContext context, Stream stream)
    {
        var text = context.Scratch.Free[..(context.Scratch.Free.Length / 2)];
        context.Scratch.Keep(text.Length);
        var length = 0;
        if (model.Proto) Put(text, ref length, stream.Session.Connection.Tls is null ? "proto=http;"u8 : "proto=https;"u8);
        if (model.Host is not null) PutHost(request, context, text, ref length);
        if (model.By is not null) PutNode("by="u8, _by, model.ByPort, _byPort, stream.LocalAddress, context, text, ref length);
        if (model.For is not null) PutNode("for="u8, _for, model.ForPort, _forPort, stream.ClientAddress, context, text, ref length);
        if (length > 0) _ = request.Add("forwarded"u8, text[..(length - 1)]);
    }

    private void PutHost(HttpMessage request, SampleContext context, Span<byte> text, ref int length)
    {
        var sample = default(Sample);
        ReadOnlySpan<byte> host;
        if (_host is not null)
        {
            if (!_host.TryEvaluateAs(SampleType.String, context, ref sample)) return;
            host = sample.Bytes;
        }
        else
        {
            var index = request.Find(KnownHeader.Host);
            if (index < 0) return;
            host = request.Value(index);
        }

        Put(text, ref length, "host=\""u8);
        foreach (var each in host)
        {
            if (each is (byte)'"' or (byte)'\\') Put(text, ref length, "\\"u8);
            Put(text, ref length, [each]);
        }

        Put(text, ref length, "\";"u8);
    }

    private static void PutNode(ReadOnlySpan<byte> word, BoundExpression? name, ForwardedPart? port, BoundExpression? portExpression, IpEndpoint address,
        SampleContext context, Span<byte> text, ref int length)
    {
        Span<byte> node = stackalloc byte[256];
        var nodeLength = name is null ? WriteAddress(address, node) : WriteName(name, context, node);
        var isPlain = !node[..nodeLength].ContainsAny((byte)'[', (byte)':');
        if (port is not null)
        {
            var before = nodeLength;
            nodeLength += WritePort(portExpression, address.Port, context, node[nodeLength..]);
            isPlain &= nodeLength == before;
        }

        Put(text, ref length, word);
        if (!isPlain) Put(text, ref length, "\""u8);
        Put(text, ref length, node[..nodeLength]);
        Put(text, ref length, isPlain ? ";"u8 : "\";"u8);
    }

    private static int WriteAddress(IpEndpoint address, Span<byte> node)
    {
        if (address.AddressLength == 0) return Copy("unknown"u8, node);
        var isSix = address.AddressLength == 16;
        var length = address.FormatAddress(node[(isSix ? 1 : 0)..]);
        if (!isSix) return length;
        node[0] = (byte)'[';
        node[length + 1] = (byte)']';
        return length + 2;
    }

    private static int WriteName(BoundExpression expression, SampleContext context, Span<byte> node)
    {
        var sample = default(Sample);
        if (!expression.TryEvaluate(context, ref sample)) return Copy("unknown"u8, node);
        if (!sample.IsAddress)
        {
            if (!SampleCast.TryCast(ref sample, SampleType.String, context.Scratch)) return Copy("unknown"u8, node);
            var name = sample.Bytes;
            var bare = name is [(byte)'[', .., (byte)']'] ? name[1..^1] : name;
            if (!SampleCast.TryParseAddress(bare, ref sample)) return WriteObfuscated(name, node);
        }

        var isSix = sample.Type == SampleType.IPv6;
        if (!SampleCast.TryFormatAddress(sample, node[(isSix ? 1 : 0)..], out var length)) return Copy("unknown"u8, node);
        if (!isSix) return length;
        node[0] = (byte)'[';
        node[length + 1] = (byte)']';
        return length + 2;
    }

    private static int WriteObfuscated(ReadOnlySpan<byte> name, Span<byte> node)
    {
        if (name.SequenceEqual("unknown"u8) || name.IsEmpty
            || name.Length > node.Length - 16 || name.ContainsAnyExcept(Obfuscated)) return Copy("unknown"u8, node);
        if (name[0] == '_') return Copy(name, node);
        node[0] = (byte)'_';
        return 1 + Copy(name, node[1..]);
    }

    /// <returns>Bytes written, the colon included; 0 when there is no port to tell.</returns>
    private static int WritePort(BoundExpression? expression, int port, SampleContext context, Span<byte> node)
    {
        var sample = default(Sample);
        if (expression is null) sample.SetInteger(port);
        else if (!expression.TryEvaluate(context, ref sample)) return 0;
        if (!SampleCast.TryCast(ref sample, SampleType.String, context.Scratch)) return 0;
        var text = sample.Bytes;
        var isNumber = text.Length is > 0 and <= 5 && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9') && NumberOf(text) <= ushort.MaxValue;
        if (!isNumber && (text.IsEmpty || text.ContainsAnyExcept(Obfuscated))) return 0;
        if (text.Length + 2 > node.Length) return 0;
        node[0] = (byte)':';
        var length = 1;
        if (!isNumber && text[0] != '_') node[length++] = (byte)'_';
        return length + Copy(text, node[length..]);
    }

    private static int NumberOf(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits) number = number * 10 + (digit - '0');
        return number;
    }

    private static int Copy(ReadOnlySpan<byte> bytes, Span<byte> destination)
    {
        bytes.CopyTo(destination);
        return bytes.Length;
    }

    private static void Put(Span<byte> text, ref int length, ReadOnlySpan<byte> bytes)
    {
        if (length + bytes.Length > text.Length) return;
        bytes.CopyTo(text[length..]);
        length += bytes.Length;
    }
}
