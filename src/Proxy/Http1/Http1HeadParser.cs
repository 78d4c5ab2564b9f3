using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Message;

namespace Evenkeel.Proxy.Http1;

public enum ParseStatus : byte { NeedMore, Done, Invalid }

/// <summary>Why a head was refused.</summary>
public enum HeadError : byte { None, BadStartLine, BadHeaderName, BadHeaderValue, TooManyHeaders, StartLineTooLong, TooLarge }

/// <summary>
/// Push parser for the head of an HTTP/1 message: bytes in a buffer -> <b>Http1HeadParser</b> -> header table of an <see cref="HttpMessage"/>. Keeps
/// only positions,
/// so that the bytes may come in any pieces with the same result. It writes to the buffer in two places: names become lower case, folds become spaces.
/// </summary>
/// <remarks>
/// Lines end in CR LF or a lone LF, as HAProxy takes them; NUL and a lone CR are refused everywhere, white space before a colon too.
/// Source: RFC 9112 §2 to §5; what HAProxy 3.5 accepts was taken from the wire.
/// </remarks>
public struct Http1HeadParser
{
    private int _at;
    private int _scanned;
    private bool _startLineDone;

    public HeadError Error { get; private set; }

    /// <summary>Offset in the buffer of the first byte behind the head, once done.</summary>
    public readonly int End => _at;

    /// <summary><see cref="Begin"/> has been called: some byte of the head has arrived.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>
    /// Targets may have characters that HTTP does not allow there, and a header whose name has some is left out instead of refused, as the original does.
    /// Set after <see cref="Begin"/>.
    /// </summary>
    public bool IsLenient { get; set; }

    /// <summary>Where the start line stands in the buffer; valid once the first line has been read.</summary>
    public int StartLineOffset { get; private set; }
    public int StartLineLength { get; private set; }

    /// <summary>Begins a head at the buffer's first filled byte.</summary>
    public void Begin(NativeBuffer buffer, HttpMessage message)
    {
        this = default;
        HasStarted = true;
        _at = _scanned = buffer.Start;
        message.StartReceived(buffer);
    }

    /// <param name="maxHeaders">`tune.http.maxhdr`; one place is taken by the start line.</param>
    /// <param name="maxLength">Most bytes the head may have.</param>
    public ParseStatus Parse(NativeBuffer buffer, HttpMessage message, bool isRequest, int maxHeaders, int maxLength)
    {
        while (true)
        {
            var bytes = buffer.Slice(_at, buffer.End - _at);
            var feed = HeaderLine.FindFeed(bytes, _scanned - _at);
            if (feed < 0) return Incomplete(buffer, isRequest, maxLength);
            if (_at + feed + 1 - buffer.Start > maxLength) return Fail(_startLineDone ? HeadError.TooLarge : HeadError.StartLineTooLong);
            var length = feed > 0 && bytes[feed - 1] == '\r' ? feed - 1 : feed;
            var status = _startLineDone
                ? ParseLine(buffer, message, bytes, length, feed - length, maxHeaders)
                : ParseFirst(message, bytes[..length], isRequest);
            _at = _scanned = _at + feed + 1;
            if (status != ParseStatus.NeedMore) return status;
        }
    }

    private ParseStatus ParseFirst(HttpMessage message, Span<byte> line, bool isRequest)
    {
        // Empty lines before a request are left over from sloppy clients (RFC 9112 §2.2).
        if (line.IsEmpty && isRequest) return ParseStatus.NeedMore;
        StartLineOffset = _at;
        StartLineLength = line.Length;
        _startLineDone = true;
        var good = isRequest ? Http1StartLine.ParseRequest(message, line, _at, IsLenient) : Http1StartLine.ParseStatus(message, line, _at);
        return good ? ParseStatus.NeedMore : Fail(HeadError.BadStartLine);
    }

    /// <param name="bytes">From the line's start on.</param>
    /// <param name="length">Of the line without its end, which has <paramref name="ending"/> bytes before the line feed.</param>
    private ParseStatus ParseLine(NativeBuffer buffer, HttpMessage message, Span<byte> bytes, int length, int ending, int maxHeaders)
    {
        if (length == 0) return ParseStatus.Done;
        if (bytes[0] is (byte)' ' or (byte)'\t') return ParseContinuation(buffer, message, bytes[..length]);
        if (message.HeaderCount + 1 >= maxHeaders) return Fail(HeadError.TooManyHeaders);
        var line = default(HeaderLine);
        var error = line.Read(bytes, length);
        if (error == HeadError.BadHeaderName && IsLenient && bytes[..length].IndexOf((byte)':') > 0) return ParseStatus.NeedMore;
        if (error != HeadError.None) return Fail(error);
        var isPlain = ending == 1 && line.ValueStart == line.NameLength + 2 && line.ValueEnd == length && bytes[line.NameLength + 1] == ' ';
        message.ReceivedHeader(new HttpMessage.Piece(_at, line.NameLength), new HttpMessage.Piece(_at + line.ValueStart, line.ValueEnd - line.ValueStart),
            KnownHeaders.Parse(bytes[..line.NameLength]), isPlain);
        return ParseStatus.NeedMore;
    }

    /// <summary>A folded line belongs to the value before it; the line end between them becomes spaces (RFC 9112 §5.2).</summary>
    private ParseStatus ParseContinuation(NativeBuffer buffer, HttpMessage message, Span<byte> line)
    {
        if (message.HeaderCount == 0) return Fail(HeadError.BadHeaderName);
        var last = line.Length;
        while (last > 0 && line[last - 1] is (byte)' ' or (byte)'\t') last--;
        if (last == 0) return ParseStatus.NeedMore;
        if (line[..last].IndexOfAny((byte)0, (byte)'\r') >= 0) return Fail(HeadError.BadHeaderValue);
        var value = message.LastValue;
        var gapStart = value.Offset + value.Length;
        foreach (ref var each in buffer.Slice(gapStart, _at - gapStart))
            if (each is (byte)'\r' or (byte)'\n') each = (byte)' ';
        message.ReceivedContinuation(new HttpMessage.Piece(value.Offset, _at + last - value.Offset));
        return ParseStatus.NeedMore;
    }

    /// <summary>No line end yet: enough was seen to refuse what can never become HTTP, such as a TLS greeting.</summary>
    private ParseStatus Incomplete(NativeBuffer buffer, bool isRequest, int maxLength)
    {
        _scanned = buffer.End;
        var line = buffer.Slice(_at, buffer.End - _at);
        if (!_startLineDone && !(isRequest ? Http1StartLine.MayBecomeRequest(line) : Http1StartLine.MayBecomeStatus(line)))
            return Fail(HeadError.BadStartLine);
        if (buffer.End - buffer.Start >= maxLength) return Fail(_startLineDone ? HeadError.TooLarge : HeadError.StartLineTooLong);
        return ParseStatus.NeedMore;
    }

    private ParseStatus Fail(HeadError error)
    {
        Error = error;
        return ParseStatus.Invalid;
    }
}
