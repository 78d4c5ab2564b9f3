using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Logging.Forwarding;

/// <summary>A syslog message taken apart (RFC 3164 §4.1, RFC 5424 §6). Parts are empty where the message has none; all borrow its bytes.</summary>
/// <remarks>Any bytes are a message: what follows neither form is one text, as in the original. Parsing never fails and allocates nothing.</remarks>
public ref struct SyslogMessage
{
    /// <summary>Longest number between the angle brackets, digits; more is no priority.</summary>
    private const int MaxPriorityDigits = 5;

    private const int HighestPriority = 999;
    private const int DateLength = 15;

    /// <summary>Rfc3164, Rfc5424, or Unspecified for a text of neither form; Raw for one that was not looked at.</summary>
    public LogLineFormat Format;

    /// <summary>-1 when the message has no priority.</summary>
    public int Facility;

    public LogLevel Level;

    /// <summary>"Oct 11 22:14:15" of rfc3164, "2003-10-11T22:14:15.003Z" of rfc5424.</summary>
    public ReadOnlySpan<byte> Timestamp;
    public ReadOnlySpan<byte> Host;
    public ReadOnlySpan<byte> Tag;
    public ReadOnlySpan<byte> ProcessId;
    public ReadOnlySpan<byte> MessageId;

    /// <summary>With its brackets.</summary>
    public ReadOnlySpan<byte> StructuredData;
    public ReadOnlySpan<byte> Text;

    /// <summary>A message that goes on as it is (`option dont-parse-log`).</summary>
    public static SyslogMessage Unparsed(ReadOnlySpan<byte> bytes) => new() { Format = LogLineFormat.Raw, Facility = -1, Text = bytes };

    public static SyslogMessage Parse(ReadOnlySpan<byte> bytes)
    {
        var message = new SyslogMessage { Format = LogLineFormat.Unspecified, Facility = -1, Text = bytes };
        if (!message.TakePriority(ref bytes)) return message;
        message.Text = bytes;
        var rest = bytes;
        var parsed = message;
        if (bytes.StartsWith("1 "u8))
        {
            if (parsed.TakeRfc5424(rest[2..])) return parsed;
        }
        else if (parsed.TakeRfc3164(rest)) return parsed;
        return message;
    }

    private bool TakePriority(ref ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] != '<') return false;
        var end = bytes.IndexOf((byte)'>');
        if (end < 0 || end > MaxPriorityDigits + 1) return false;
        var priority = 0;
        foreach (var digit in bytes[1..end])
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            priority = (priority * 10) + (digit - '0');
        }
        if (priority > HighestPriority) return false;
        (Facility, Level) = (priority / 8, (LogLevel)(priority % 8));
        bytes = bytes[(end + 1)..];
        return true;
    }

    /// <summary>TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA [MSG], each but the last followed by a blank.</summary>
    private bool TakeRfc5424(ReadOnlySpan<byte> rest)
    {
        if (!TryToken(ref rest, out Timestamp) || !(Timestamp.SequenceEqual("-"u8) || IsIsoDate(Timestamp))) return false;
        if (!TryToken(ref rest, out Host) || !TryToken(ref rest, out Tag) || !TryToken(ref rest, out ProcessId) || !TryToken(ref rest, out MessageId))
            return false;
        var length = StructuredDataLength(rest);
        if (length < 0) return false;
        StructuredData = rest[..length];
        Text = rest[(length + 1)..];
        Format = LogLineFormat.Rfc5424;
        Host = OrNothing(Host);
        Tag = OrNothing(Tag);
        ProcessId = OrNothing(ProcessId);
        MessageId = OrNothing(MessageId);
        StructuredData = OrNothing(StructuredData);
        return true;
    }

    private static ReadOnlySpan<byte> OrNothing(ReadOnlySpan<byte> field) => field.SequenceEqual("-"u8) ? [] : field;

    /// <returns>-1 when there is none, or no blank behind it.</returns>
    private static int StructuredDataLength(ReadOnlySpan<byte> rest)
    {
        if (rest.StartsWith("- "u8)) return 1;
        if (rest.IsEmpty || rest[0] != '[') return -1;
        for (var at = 1; at < rest.Length; at++)
        {
            if (rest[at] == '\\') at++;
            else if (rest[at] == ']')
            {
                if (at + 1 == rest.Length || rest[at + 1] is not ((byte)' ' or (byte)'[')) return -1;
                if (rest[at + 1] == ' ') return at + 1;
            }
        }
        return -1;
    }

    /// <summary>"Mmm dd hh:mm:ss HOSTNAME [TAG[PID]: ]CONTENT".</summary>
    private bool TakeRfc3164(ReadOnlySpan<byte> rest)
    {
        if (rest.Length <= DateLength || rest[DateLength] != ' ' || !SyslogDates.IsSyslogDate(rest[..DateLength])) return false;
        Timestamp = rest[..DateLength];
        rest = rest[(DateLength + 1)..];
        if (!TryToken(ref rest, out Host)) return false;
        Format = LogLineFormat.Rfc3164;
        Text = rest;
        var end = rest.IndexOf((byte)' ');
        if (end < 2 || rest[end - 1] != ':') return true;
        Tag = rest[..(end - 1)];
        Text = rest[(end + 1)..];
        if (Tag[^1] != ']') return true;
        var bracket = Tag.LastIndexOf((byte)'[');
        if (bracket < 0) return true;
        ProcessId = Tag[(bracket + 1)..^1];
        // A tag of nothing but a number in brackets stays a tag.
        if (bracket > 0) Tag = Tag[..bracket];
        return true;
    }

    private static bool TryToken(scoped ref ReadOnlySpan<byte> rest, scoped out ReadOnlySpan<byte> token)
    {
        var end = rest.IndexOf((byte)' ');
        token = end > 0 ? rest[..end] : default;
        if (end > 0) rest = rest[(end + 1)..];
        return end > 0;
    }

    private static bool IsIsoDate(ReadOnlySpan<byte> text) =>
        text.Length >= SyslogDates.IsoSecondLength + 1 && text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' && text[16] == ':';
}
