using Evenkeel.Proxy.Memory;

namespace Evenkeel.Proxy.Http1;

/// <summary>
/// Checks a chunked body as it passes and leaves it in canonical form: extensions and superfluous zeros are cut out, trailer names come in lower
/// case. What may be
/// sent on is thus always a prefix of the buffer, and no byte is copied for a body that was canonical already.
/// </summary>
/// <remarks>
/// Push parser: keeps a state and a count, no bytes. A chunk-size line or trailer that has not fully arrived is left unscanned. Sizes above 2^52 are refused.
/// Source: RFC 9112 §7.1; line ends must be CR LF here, as HAProxy 3.5 wants them.
/// </remarks>
public struct ChunkScanner
{
    private const int MaxSizeDigits = 13;

    /// <summary>A size line with its extensions, or a trailer line, longer than this is refused.</summary>
    private const int MaxLineLength = 4_096;
    private const int MaxTrailerLines = 100;

    private enum State : byte { Size, Data, DataEnd, Trailer, Done }

    private State _state;
    private int _trailerLines;
    private long _left;

    /// <summary>Trailers are cut out like extensions.</summary>
    public bool DropsTrailers { get; set; }

    /// <summary>
    /// What the body counts for so far where bytes are counted: what was in chunks, names and values of trailers, and one for the end, as in the original.
    /// </summary>
    public long Content { get; private set; }

    public readonly bool IsDone => _state == State.Done;

    /// <summary>Bytes of the current chunk still to come; a hint for how much to read.</summary>
    public readonly long DataLeft => _state == State.Data ? _left : 0;

    /// <summary>Scans bytes from <paramref name="from"/> filled bytes behind the buffer's start on.</summary>
    /// <param name="scanned">How many filled bytes from the start may be sent on.</param>
    /// <returns>Done at the end of the body; what follows in the buffer is not part of it.</returns>
    public ParseStatus Scan(NativeBuffer buffer, int from, out int scanned)
    {
        scanned = from;
        while (_state != State.Done)
        {
            var rest = buffer.Filled[scanned..];
            if (_state == State.Data)
            {
                var take = (int)Math.Min(_left, rest.Length);
                scanned += take;
                Content += take;
                _left -= take;
                if (_left > 0) return ParseStatus.NeedMore;
                _state = State.DataEnd;
                continue;
            }

            var feed = rest.IndexOf((byte)'\n');
            if (feed < 0) return rest.Length > MaxLineLength || HasBadStart(rest) ? ParseStatus.Invalid : ParseStatus.NeedMore;
            if (feed == 0 || rest[feed - 1] != '\r') return ParseStatus.Invalid;
            var kept = ScanLine(rest[..(feed - 1)], rest);
            if (kept < 0) return ParseStatus.Invalid;
            if (kept < feed + 1) buffer.CutOut(scanned + kept, feed + 1 - kept);
            scanned += kept;
        }

        return ParseStatus.Done;
    }

    /// <summary>One line without its end.</summary>
    /// <param name="writable">The same bytes and those behind them.</param>
    /// <returns>Bytes the line has in canonical form, its end included; -1 when it is not allowed here.</returns>
    private int ScanLine(ReadOnlySpan<byte> line, Span<byte> writable)
    {
        switch (_state)
        {
            case State.Size:
                return ScanSize(line, writable);
            case State.DataEnd:
                _state = State.Size;
                return line.IsEmpty ? 2 : -1;
            default:
                if (line.IsEmpty)
                {
                    _state = State.Done;
                    Content++;
                    return 2;
                }

                if (++_trailerLines > MaxTrailerLines || line.IndexOfAny((byte)0, (byte)'\r') >= 0) return -1;
                var name = HeaderBytes.LowerName(writable[..line.Length]);
                if (name <= 0) return -1;
                Content += name + line[(name + 1)..].Trim(" \t"u8).Length;
                return DropsTrailers ? 0 : line.Length + 2;
        }
    }

    private int ScanSize(ReadOnlySpan<byte> line, Span<byte> writable)
    {
        var digits = 0;
        long size = 0;
        while (digits < line.Length && char.IsAsciiHexDigit((char)line[digits]))
        {
            if (size >> (4 * (MaxSizeDigits - 1)) != 0) return -1;
            size = size * 16 + HexValue(line[digits++]);
        }

        if (digits == 0) return -1;
        // Behind the size: nothing, or white space and an extension, which is not for the next hop.
        var tail = line[digits..].TrimStart(" \t"u8);
        if (!tail.IsEmpty && tail[0] != ';') return -1;
        if (tail.IndexOfAny((byte)0, (byte)'\r') >= 0) return -1;
        var zeros = 0;
        while (zeros < digits - 1 && line[zeros] == '0') zeros++;
        _left = size;
        _state = size == 0 ? State.Trailer : State.Data;
        if (zeros > 0) writable[zeros..digits].CopyTo(writable);
        var kept = digits - zeros;
        writable[kept] = (byte)'\r';
        writable[kept + 1] = (byte)'\n';
        return kept + 2;
    }

    /// <summary>A line that has only begun can already be wrong.</summary>
    private readonly bool HasBadStart(ReadOnlySpan<byte> rest) => _state switch
    {
        State.DataEnd => rest is [not (byte)'\r', ..] or [(byte)'\r', _, ..],
        State.Size => rest is [var first, ..] && !char.IsAsciiHexDigit((char)first),
        _ => false,
    };

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
