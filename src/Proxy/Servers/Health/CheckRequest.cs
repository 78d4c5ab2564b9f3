using System.Buffers;
using System.Text;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Samples;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>The request of `option httpchk` and `http-check send`, written for each check.</summary>
internal sealed class CheckRequest
{
    private readonly byte[] _method;
    private readonly byte[] _uri;
    private readonly BoundLogFormat? _uriFormat;
    private readonly byte[] _body;
    private readonly BoundLogFormat? _bodyFormat;
    private readonly (byte[] Name, BoundLogFormat Value)[] _headers;
    private readonly bool _isOld;
    private readonly bool _announcesBody;
    private readonly bool _closes;
    private readonly bool _sendsState;

    public CheckRequest(CheckSendHttpModel model, bool sendsState, Binder binder)
    {
        var method = Or(model.Method, "OPTIONS");
        _method = Encoding.Latin1.GetBytes(method);
        _uri = Encoding.Latin1.GetBytes(Or(model.Uri, "/"));
        _uriFormat = model.UriFormat is { } uri ? binder.Bind(uri) : null;
        _body = Encoding.Latin1.GetBytes(model.Body ?? "");
        _bodyFormat = model.BodyFormat is { } body ? binder.Bind(body) : null;
        // The length of the body is for us to say.
        _headers = [.. model.Headers.Where(header => header.Name is not ("content-length" or "transfer-encoding"))
            .Select(header => (Encoding.Latin1.GetBytes(header.Name), binder.Bind(header.Value)))];
        _isOld = model.Version is "" or "HTTP/1.0";
        // A method that may have a body says so even when there is none (RFC 9110 8.6); as in the original, so does one that is not known.
        _announcesBody = model.Body is not null || _bodyFormat is not null || method is not ("GET" or "HEAD" or "OPTIONS" or "DELETE");
        _closes = !_isOld && !model.Headers.Any(header => header.Name == "connection");
        _sendsState = sendsState;
    }

    public byte[] Write(CheckExchange exchange, SampleContext context, string node)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Put(bytes, _method, " "u8, Target(context), _isOld ? " HTTP/1.0\r\n"u8 : " HTTP/1.1\r\n"u8);
        foreach (var (name, value) in _headers)
        {
            var mark = context.Scratch.Mark;
            Put(bytes, name, ": "u8, value.Evaluate(context), "\r\n"u8);
            context.Scratch.Release(mark);
        }
        ReadOnlySpan<byte> body = _bodyFormat is null ? _body : _bodyFormat.Evaluate(context);
        if (_announcesBody) bytes.Write(Encoding.ASCII.GetBytes($"content-length: {body.Length}\r\n"));
        if (_sendsState) bytes.Write(Encoding.Latin1.GetBytes(ServerStateHeader.Of(exchange.Server, node)));
        Put(bytes, _closes ? "connection: close\r\n"u8 : default, "\r\n"u8, body, default);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>What the Host header will say; empty without one.</summary>
    public ReadOnlySpan<byte> Host(SampleContext context)
    {
        foreach (var (name, value) in _headers)
            if (name.AsSpan().SequenceEqual("host"u8)) return value.Evaluate(context);
        return default;
    }

    /// <summary>The target; the host of an absolute one is the one the Host header names.</summary>
    private ReadOnlySpan<byte> Target(SampleContext context)
    {
        ReadOnlySpan<byte> uri = _uriFormat is null ? _uri : _uriFormat.Evaluate(context);
        var authority = uri.IndexOf("://"u8);
        if (authority <= 0 || uri[0] == '/') return uri.IsEmpty ? "/"u8 : uri;
        if (!_headers.Any(static header => header.Name.AsSpan().SequenceEqual("host"u8))) return uri;
        var rest = uri[(authority + 3)..];
        var path = rest.IndexOf((byte)'/');
        return (byte[])[.. uri[..(authority + 3)], .. Host(context), .. path < 0 ? default : rest[path..]];
    }

    private static void Put(ArrayBufferWriter<byte> bytes, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third,
        ReadOnlySpan<byte> fourth)
    {
        bytes.Write(first);
        bytes.Write(second);
        bytes.Write(third);
        bytes.Write(fourth);
    }

    private static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;
}
