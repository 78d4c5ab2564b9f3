namespace Evenkeel.Proxy.Http1;

/// <summary>Finds the byte for which a head was refused, for people who ask later (`show errors`); the parser itself only knows the line.</summary>
public static class HeadFault
{
    /// <param name="head">From the first byte that was received.</param>
    /// <returns>Its position; the end where the head as a whole is at fault.</returns>
    public static int Position(ReadOnlySpan<byte> head, HeadError error)
    {
        if (error is HeadError.None or HeadError.TooLarge or HeadError.TooManyHeaders or HeadError.StartLineTooLong) return head.Length;
        for (var (line, number) = (0, 0); line < head.Length; number++)
        {
            var feed = head[line..].IndexOf((byte)'\n');
            var end = feed < 0 ? head.Length : line + feed;
            var text = head[line..end];
            if (text.EndsWith("\r"u8)) text = text[..^1];
            var fault = number == 0 ? (error == HeadError.BadStartLine ? StartLine(text) : -1) : Header(text, error);
            if (fault >= 0) return line + fault;
            line = end + 1;
        }
        return head.Length;
    }

    /// <summary>The first byte that no start line may have; its end when none stands out.</summary>
    private static int StartLine(ReadOnlySpan<byte> line)
    {
        for (var at = 0; at < line.Length; at++)
            if (line[at] is < 0x20 or >= 0x7F) return at;
        return line.Length;
    }

    private static int Header(ReadOnlySpan<byte> line, HeadError error)
    {
        var colon = line.IndexOf((byte)':');
        if (error == HeadError.BadHeaderName)
        {
            for (var at = 0; at < (colon < 0 ? line.Length : colon); at++)
                if (!IsToken(line[at]) && !(at > 0 && line[0] is (byte)' ' or (byte)'\t')) return at;
            return colon < 0 && !line.IsEmpty ? line.Length : colon == 0 ? 0 : -1;
        }
        return colon < 0 ? -1 : line[colon..].IndexOfAny((byte)0, (byte)'\r') is >= 0 and var bad ? colon + bad : -1;
    }

    private static bool IsToken(byte c) => char.IsAsciiLetterOrDigit((char)c) || "!#$%&'*+-.^_`|~"u8.IndexOf(c) >= 0;
}
