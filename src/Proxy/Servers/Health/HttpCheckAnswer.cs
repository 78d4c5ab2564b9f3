using System.Buffers.Text;
using System.Text;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>
/// The HTTP response to a probe as far as it has arrived, read afresh from the buffer each time: probes are rare and short, so this is
/// a plain reader, strict about what decides (status line, framing) and blind to the rest.
/// </summary>
internal readonly ref struct HttpCheckAnswer
{
    private HttpCheckAnswer(int status, ReadOnlySpan<byte> reason, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> body, bool isComplete)
    {
        Status = status;
        Reason = reason;
        Headers = headers;
        Body = body;
        IsComplete = isComplete;
    }

    public enum Reading { NeedMore, Done, Invalid }

    public int Status { get; }

    public ReadOnlySpan<byte> Reason { get; }

    /// <summary>The header lines, each with its CRLF.</summary>
    public ReadOnlySpan<byte> Headers { get; }

    /// <summary>The body without chunk headers, as far as it is there.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>Nothing more belongs to the body.</summary>
    public bool IsComplete { get; }

    /// <param name="buffer">What has been received since the request.</param>
    /// <param name="scratch">As large as the buffer; takes the chunks of a chunked body.</param>
    public static Reading TryRead(ReadOnlySpan<byte> buffer, bool peerClosed, Span<byte> scratch, out HttpCheckAnswer answer)
    {
        answer = default;
        if (!"HTTP/1."u8.StartsWith(buffer[..Math.Min(7, buffer.Length)])) return Reading.Invalid;
        var head = buffer.IndexOf("\r\n\r\n"u8);
        if (head < 0) return Reading.NeedMore;
        var line = buffer[..buffer.IndexOf("\r\n"u8)];
        // "HTTP/1.x NNN reason"
        if (line.Length < 12 || line[8] != ' ' || !Utf8Parser.TryParse(line[9..12], out int status, out var digits) || digits != 3) return Reading.Invalid;
        var headers = buffer[(line.Length + 2)..(head + 2)];
        var rest = buffer[(head + 4)..];
        if (status is >= 100 and < 200 and not 101) return TryRead(rest, peerClosed, scratch, out answer);
        var reason = line.Length > 13 ? line[13..] : default;
        answer = WithBody(status, reason, headers, rest, peerClosed, scratch);
        return Reading.Done;
    }

    /// <summary>The value of the first header of that name (lower case), trimmed.</summary>
    public static bool TryFind(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> lowerName, out ReadOnlySpan<byte> value)
    {
        while (headers.IndexOf("\r\n"u8) is var end and > 0)
        {
            var colon = headers[..end].IndexOf((byte)':');
            if (colon == lowerName.Length && Ascii.EqualsIgnoreCase(headers[..colon], lowerName))
            {
                value = headers[(colon + 1)..end].Trim(" \t"u8);
                return true;
            }

            headers = headers[(end + 2)..];
        }

        value = default;
        return false;
    }

    private static HttpCheckAnswer WithBody(int status, ReadOnlySpan<byte> reason, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> rest, bool peerClosed,
        Span<byte> scratch)
    {
        if (TryFind(headers, "transfer-encoding"u8, out var coding) && coding.EndsWith("chunked"u8))
        {
            var length = Dechunk(rest, scratch, out var last);
            return new(status, reason, headers, scratch[..length], last || peerClosed);
        }

        if (TryFind(headers, "content-length"u8, out var text) && Utf8Parser.TryParse(text, out long announced, out _))
        {
            var here = (int)Math.Min(announced, rest.Length);
            return new(status, reason, headers, rest[..here], here == announced || peerClosed);
        }

        return new(status, reason, headers, rest, peerClosed || status is 204 or 304);
    }

    /// <summary>Copies the data of the chunks that are there; <paramref name="last"/> tells whether the closing one is.</summary>
    private static int Dechunk(ReadOnlySpan<byte> rest, Span<byte> destination, out bool last)
    {
        var length = 0;
        last = false;
        while (rest.IndexOf("\r\n"u8) is var end and > 0 && Utf8Parser.TryParse(rest[..end], out int size, out _, 'x') && size >= 0)
        {
            rest = rest[(end + 2)..];
            last = size == 0;
            if (last) break;
            var here = Math.Min(size, rest.Length);
            rest[..here].CopyTo(destination[length..]);
            length += here;
            if (rest.Length < size + 2) break;
            rest = rest[(size + 2)..];
        }

        return length;
    }
}
