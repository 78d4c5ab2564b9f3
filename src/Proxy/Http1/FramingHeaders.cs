using Evenkeel.Proxy.Message;

namespace Evenkeel.Proxy.Http1;

/// <summary>
/// Content-Length, Transfer-Encoding and Connection are read in one way for both directions; where requests and responses differ, their checks
/// decide.
/// </summary>
internal ref struct FramingHeaders
{
    private readonly HttpMessage _message;

    public FramingHeaders(HttpMessage message) => _message = message;

    public bool HasLength { get; private set; }

    public long Length { get; private set; }

    public bool HasTransferEncoding { get; private set; }

    /// <summary>`chunked` is the last coding.</summary>
    public bool Chunked { get; private set; }

    /// <summary>A coding that is not known stands before it.</summary>
    public bool OtherCoding { get; private set; }

    public bool Close { get; private set; }

    public bool KeepAlive { get; private set; }

    public bool UpgradeToken { get; private set; }

    /// <summary>Takes one header in; equal repetitions of Content-Length are merged.</summary>
    /// <param name="index">Moves back when the header was removed.</param>
    /// <returns>False when it makes the message ambiguous.</returns>
    public bool TakeContentLength(ref int index)
    {
        var value = _message.Value(index);
        var isList = value.Contains((byte)',');
        while (true)
        {
            var comma = value.IndexOf((byte)',');
            var item = (comma < 0 ? value : value[..comma]).Trim(" \t"u8);
            if (!TryParseLength(item, out var length) || (HasLength && length != Length)) return false;
            if (HasLength && !isList)
            {
                _message.RemoveAt(index--);
                return true;
            }

            HasLength = true;
            Length = length;
            if (comma < 0) break;
            value = value[(comma + 1)..];
        }

        // The next reader gets the number in the one form that cannot be misread: no list, no blanks, no zeros in front.
        Span<byte> digits = stackalloc byte[20];
        return Length.TryFormat(digits, out var written)
            && (_message.Value(index).SequenceEqual(digits[..written]) || _message.SetValue(index, digits[..written]));
    }

    /// <returns>False when `chunked` is repeated or not last, or when the list has empty elements, which not every reader passes over.</returns>
    public bool TakeTransferEncoding(int index)
    {
        HasTransferEncoding = true;
        var value = _message.Value(index);
        while (true)
        {
            var comma = value.IndexOf((byte)',');
            var coding = (comma < 0 ? value : value[..comma]).Trim(" \t"u8);
            if (Chunked || coding.IsEmpty) return false;
            if (HeaderWords.EqualsIgnoreCase(coding, "chunked"u8)) Chunked = true;
            else OtherCoding = true;
            if (comma < 0) return true;
            value = value[(comma + 1)..];
        }
    }

    /// <summary>Notes what is said about this connection and removes those words; words for others stay.</summary>
    public void TakeConnection(ref int index)
    {
        var value = _message.Value(index);
        Span<byte> kept = stackalloc byte[256];
        var keptLength = 0;
        var removed = false;
        while (!value.IsEmpty)
        {
            var comma = value.IndexOf((byte)',');
            var word = (comma < 0 ? value : value[..comma]).Trim(" \t"u8);
            value = comma < 0 ? default : value[(comma + 1)..];
            if (HeaderWords.EqualsIgnoreCase(word, "close"u8)) Close = true;
            else if (HeaderWords.EqualsIgnoreCase(word, "keep-alive"u8)) KeepAlive = true;
            else
            {
                if (HeaderWords.EqualsIgnoreCase(word, "upgrade"u8)) UpgradeToken = true;
                if (!word.IsEmpty) keptLength = HeaderWords.AppendWord(kept, keptLength, word);
                continue;
            }

            removed = true;
        }

        if (keptLength == 0) _message.RemoveAt(index--);
        else if (removed) _message.SetValue(index, kept[..keptLength]);
    }

    /// <summary>The Upgrade header is not for the next hop: it goes, and the word in Connection too.</summary>
    public static void DropUpgrade(HttpMessage message)
    {
        message.Remove(KnownHeader.Upgrade);
        Span<byte> kept = stackalloc byte[256];
        for (var i = message.HeaderCount - 1; i >= 0; i--)
        {
            if (message.Known(i) != KnownHeader.Connection) continue;
            var value = message.Value(i);
            var keptLength = 0;
            while (!value.IsEmpty)
            {
                var comma = value.IndexOf((byte)',');
                var word = (comma < 0 ? value : value[..comma]).Trim(" \t"u8);
                value = comma < 0 ? default : value[(comma + 1)..];
                if (!word.IsEmpty && !HeaderWords.EqualsIgnoreCase(word, "upgrade"u8)) keptLength = HeaderWords.AppendWord(kept, keptLength, word);
            }

            if (keptLength == 0) message.RemoveAt(i);
            else message.SetValue(i, kept[..keptLength]);
        }
    }

    private static bool TryParseLength(ReadOnlySpan<byte> digits, out long length)
    {
        length = 0;
        if (digits.IsEmpty || digits.Length > 18) return false;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit)) return false;
            length = length * 10 + (digit - '0');
        }

        return true;
    }
}
