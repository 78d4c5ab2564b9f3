using System.Buffers.Text;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Logging.Forwarding;

/// <summary>What stands before the text of a forwarded message in each format (configuration.txt 12.6): the parts it came with, in other places.</summary>
internal static class ForwardedHeader
{
    /// <param name="line">What does not fit is left out.</param>
    /// <param name="source">Who sent the message.</param>
    public static void Write(ref LineWriter line, LogTarget target, in SyslogMessage message, LogHostPolicy hostPolicy, IpEndpoint source, LogClock clock)
    {
        var format = FormatOf(target, message, hostPolicy);
        if (format == LogLineFormat.Raw) return;
        if (format != LogLineFormat.Iso) PutPriority(ref line, target, message, format is LogLineFormat.Short or LogLineFormat.Timed);
        switch (format)
        {
            case LogLineFormat.Rfc3164 or LogLineFormat.Local:
                PutSyslogDate(ref line, message, clock);
                line.Put(" "u8);
                if (format == LogLineFormat.Rfc3164) PutHost(ref line, message, hostPolicy, source, "localhost"u8);
                PutTag(ref line, message);
                break;
            case LogLineFormat.Rfc5424:
                line.Put("1 "u8);
                PutIsoDate(ref line, message, clock, keepsNone: true);
                line.Put(" "u8);
                PutHost(ref line, message, hostPolicy, source, "-"u8);
                PutField(ref line, message.Tag);
                PutField(ref line, message.ProcessId);
                PutField(ref line, message.MessageId);
                PutField(ref line, message.StructuredData);
                break;
            case LogLineFormat.Timed or LogLineFormat.Iso:
                PutIsoDate(ref line, message, clock, keepsNone: false);
                line.Put(" "u8);
                break;
        }
    }

    /// <summary>Without a format of its own a target keeps the message's; a text of no form gets a date and its sender's host, unless hosts are kept.</summary>
    private static LogLineFormat FormatOf(LogTarget target, in SyslogMessage message, LogHostPolicy hostPolicy)
    {
        if (target.DeclaredFormat != LogLineFormat.Unspecified) return target.DeclaredFormat;
        if (message.Format != LogLineFormat.Unspecified) return message.Format;
        return hostPolicy == LogHostPolicy.Keep ? LogLineFormat.Priority : LogLineFormat.Rfc3164;
    }

    private static void PutPriority(ref LineWriter line, LogTarget target, in SyslogMessage message, bool isLevelOnly)
    {
        var level = (int)target.Capped(message.Level);
        var facility = message.Facility >= 0 ? message.Facility : target.Facility;
        Span<byte> digits = stackalloc byte[12];
        Utf8Formatter.TryFormat(isLevelOnly ? level : (facility * 8) + level, digits, out var length);
        line.Put("<"u8);
        line.Put(digits[..length]);
        line.Put(">"u8);
    }

    private static void PutSyslogDate(ref LineWriter line, in SyslogMessage message, LogClock clock)
    {
        if (message.Format == LogLineFormat.Rfc3164) line.Put(message.Timestamp);
        else if (message.Timestamp.Length < SyslogDates.IsoSecondLength || !SyslogDates.TryPutSyslog(ref line, message.Timestamp)) line.Put(clock.SyslogDate);
    }

    /// <param name="keepsNone">A message of rfc5424 that says that it has no time goes on without.</param>
    private static void PutIsoDate(ref LineWriter line, in SyslogMessage message, LogClock clock, bool keepsNone)
    {
        Span<byte> now = stackalloc byte[32];
        if (message.Format == LogLineFormat.Rfc3164) SyslogDates.PutIso(ref line, message.Timestamp, clock.Year);
        else if (message.Timestamp.Length > 1 || (keepsNone && message.Timestamp.Length == 1)) line.Put(message.Timestamp);
        else line.Put(now[..clock.WriteIso(now)]);
    }

    private static void PutHost(ref LineWriter line, in SyslogMessage message, LogHostPolicy policy, IpEndpoint source, ReadOnlySpan<byte> none)
    {
        var hasSource = source.AddressLength > 0 && message.Format != LogLineFormat.Raw;
        var (hasHost, keepsHost) = (!message.Host.IsEmpty, policy != LogHostPolicy.Replace || !hasSource);
        if (hasHost && keepsHost) line.Put(message.Host);
        if (hasSource && policy != LogHostPolicy.Keep && !(hasHost && policy == LogHostPolicy.Fill))
        {
            if (hasHost && keepsHost) line.Put(","u8);
            Span<byte> address = stackalloc byte[64];
            line.Put(address[..source.FormatAddress(address)]);
        }
        else if (!hasHost) line.Put(none);
        line.Put(" "u8);
    }

    private static void PutTag(ref LineWriter line, in SyslogMessage message)
    {
        if (message.Tag.IsEmpty) return;
        line.Put(message.Tag);
        if (!message.ProcessId.IsEmpty)
        {
            line.Put("["u8);
            line.Put(message.ProcessId);
            line.Put("]"u8);
        }
        line.Put(": "u8);
    }

    private static void PutField(ref LineWriter line, ReadOnlySpan<byte> field)
    {
        line.Put(field.IsEmpty ? "-"u8 : field);
        line.Put(" "u8);
    }
}
