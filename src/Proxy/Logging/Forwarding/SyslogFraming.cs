namespace Evenkeel.Proxy.Logging.Forwarding;

public enum FrameStatus
{
    /// <summary>A message is there.</summary>
    Message,

    /// <summary>More has to come.</summary>
    NeedMore,

    /// <summary>The peer does not keep to any framing, or its message is too long: nothing behind this can be understood.</summary>
    Invalid,
}

/// <summary>Where messages begin and end on a stream (RFC 6587 §3.4): counted (`11 &lt;34&gt;message`), or up to a line feed.</summary>
public static class SyslogFraming
{
    /// <summary>Finds the next message in what has been received.</summary>
    /// <param name="room">Bytes a message may have at most: the buffer it has to fit into, its framing included.</param>
    /// <param name="assumesLineFeeds">Never counted, whatever it begins with; empty lines are passed over.</param>
    /// <param name="message">Without its framing and line end.</param>
    /// <param name="consumed">Bytes that are done with, message included.</param>
    public static FrameStatus Next(ReadOnlySpan<byte> received, int room, bool assumesLineFeeds, out ReadOnlySpan<byte> message, out int consumed)
    {
        message = default;
        consumed = 0;
        if (assumesLineFeeds)
            while (consumed < received.Length && received[consumed] is (byte)'\n' or (byte)'\r') consumed++;
        var rest = received[consumed..];
        if (rest.IsEmpty) return FrameStatus.NeedMore;
        if (!assumesLineFeeds && rest[0] is >= (byte)'1' and <= (byte)'9') return NextCounted(rest, room, out message, ref consumed);
        if (!assumesLineFeeds && rest[0] != '<') return FrameStatus.Invalid;
        var end = rest.IndexOf((byte)'\n');
        if (end < 0) return rest.Length >= room ? FrameStatus.Invalid : FrameStatus.NeedMore;
        message = WithoutLineEnd(rest[..end]);
        consumed += end + 1;
        return FrameStatus.Message;
    }

    private static FrameStatus NextCounted(ReadOnlySpan<byte> rest, int room, out ReadOnlySpan<byte> message, scoped ref int consumed)
    {
        message = default;
        var length = 0;
        var at = 0;
        while (at < rest.Length && rest[at] is >= (byte)'0' and <= (byte)'9')
        {
            length = (length * 10) + (rest[at++] - '0');
            // Checked at every digit, so that no number overflows.
            if (length > room) return FrameStatus.Invalid;
        }
        if (at == rest.Length) return FrameStatus.NeedMore;
        if (rest[at++] != ' ' || at + length > room) return FrameStatus.Invalid;
        if (rest.Length < at + length) return FrameStatus.NeedMore;
        message = WithoutLineEnd(rest.Slice(at, length));
        consumed += at + length;
        return FrameStatus.Message;
    }

    /// <summary>Line ends at the end of a message are part of no form.</summary>
    public static ReadOnlySpan<byte> WithoutLineEnd(ReadOnlySpan<byte> message) => message.TrimEnd("\r\n"u8);
}
