using System.Globalization;
using System.Text;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Services;

namespace Evenkeel.Proxy.Streams;

/// <summary>A complete answer to an error: built in, or read from an `errorfile`.</summary>
public sealed class ErrorPage
{
    private readonly byte[] _reason;
    private readonly (byte[] Name, byte[] Value)[] _headers;
    private readonly byte[] _body;
    private readonly bool _close;
    private readonly int _minorVersion;
    private readonly bool _announcesLength;
    private readonly bool _isBuiltIn;

    private ErrorPage(int status, byte[] reason, (byte[] Name, byte[] Value)[] headers, byte[] body, bool close, int minorVersion = 1, bool hasLength = true,
        bool isBuiltIn = false)
    {
        _isBuiltIn = isBuiltIn;
        _minorVersion = minorVersion;
        _announcesLength = hasLength;
        Status = status;
        _reason = reason;
        _headers = headers;
        _body = body;
        _close = close;
    }

    /// <summary>The one that its status line shows.</summary>
    public int Status { get; }

    /// <summary>The one it is an answer to.</summary>
    private int AskedStatus { get; init; }

    private bool IsSilent { get; init; }

    /// <summary>A page as HAProxy has it built in: the connection is closed after those that say that the client can not be understood.</summary>
    internal static ErrorPage BuiltIn(int status, string reason, string sentence) => new(
        status,
        Encoding.ASCII.GetBytes(reason),
        [
            ("cache-control"u8.ToArray(), "no-cache"u8.ToArray()),
            .. status is 400 or 408 ? [("connection"u8.ToArray(), "close"u8.ToArray())] : Array.Empty<(byte[], byte[])>(),
            ("content-type"u8.ToArray(), "text/html"u8.ToArray()),
        ],
        Encoding.ASCII.GetBytes($"<html><body><h1>{status} {reason}</h1>\n{sentence}\n</body></html>\n"),
        close: status is 400 or 408,
        isBuiltIn: true);

    /// <summary>
    /// Reads raw response bytes as an `errorfile` has them; no bytes at all close the connection without a word. They are sent as they are: with the file's
    /// version and headers, and without a length where the file announces none, so that the end of the connection ends the page.
    /// </summary>
    /// <returns>Null when they are no HTTP response.</returns>
    public static ErrorPage? Parse(int status, ReadOnlySpan<byte> raw)
    {
        if (raw.IsEmpty) return new ErrorPage(status, [], [], [], close: true) { AskedStatus = status, IsSilent = true };
        var text = Encoding.Latin1.GetString(raw);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var separator = 4;
        if (end < 0)
        {
            end = text.IndexOf("\n\n", StringComparison.Ordinal);
            separator = 2;
        }

        if (end < 0) return null;
        var lines = text[..end].Split('\n', StringSplitOptions.TrimEntries);
        var first = lines[0].Split(' ', 3);
        if (first.Length < 2 || !int.TryParse(first[1], CultureInfo.InvariantCulture, out var code)) return null;
        var headers = new List<(byte[], byte[])>();
        var close = false;
        var hasLength = false;
        foreach (var line in lines[1..])
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0) continue;
            var name = line[..colon].ToLowerInvariant();
            var value = line[(colon + 1)..].Trim();
            hasLength |= name == "content-length";
            if (name == "connection") close = value.Equals("close", StringComparison.OrdinalIgnoreCase);
            if (name != "connection" || close) headers.Add((Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value)));
        }

        var reason = first.Length > 2 ? Encoding.Latin1.GetBytes(first[2]) : StatusReasons.Of(code).ToArray();
        var minorVersion = first[0] == "HTTP/1.0" ? 0 : 1;
        var body = Encoding.Latin1.GetBytes(text[(end + separator)..]);
        return new ErrorPage(code == 0 ? status : code, reason, [.. headers], body, close || !hasLength, minorVersion, hasLength) { AskedStatus = status };
    }

    /// <summary>Makes it the answer.</summary>
    /// <param name="isPlain">No rules will see it, and the client's connection ends: what is built in says so among its other headers.</param>
    internal void WriteTo(ServiceReply reply, bool isPlain = false)
    {
        reply.Start(Status, _reason);
        (reply.AskedStatus, reply.IsSilent) = (AskedStatus, IsSilent);
        reply.Head.MinorVersion = _minorVersion;
        reply.AnnouncesLength = _announcesLength;
        for (var i = 0; i < _headers.Length; i++)
        {
            reply.Header(_headers[i].Name, _headers[i].Value);
            if (i == 0 && isPlain && _isBuiltIn) reply.Header("connection"u8, "close"u8);
        }
        reply.Append(_body);
        reply.Close = _close;
    }
}
