using System.Buffers.Text;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Logging;

/// <summary>What stands before the message in each format of a `log` line (configuration.txt 4.2 "log").</summary>
internal static class LogHeader
{
    /// <summary>Longest header: priority 5, date 32, spaces and dashes 10, and the three names.</summary>
    public static int MaxLength(LogIdentity identity) => 64 + identity.HostName.Length + identity.Tag.Length + identity.ProcessId.Length;

    /// <returns>Bytes written; <paramref name="line"/> has room for <see cref="MaxLength"/>.</returns>
    public static int Write(Span<byte> line, LogLineFormat format, int facility, LogLevel level, LogClock clock, LogIdentity identity)
    {
        var at = 0;
        if (format is LogLineFormat.Short or LogLineFormat.Timed) PutPriority(line, ref at, (int)level);
        else if (format is not (LogLineFormat.Iso or LogLineFormat.Raw)) PutPriority(line, ref at, facility * 8 + (int)level);
        switch (format)
        {
            case LogLineFormat.Rfc3164:
                Put(line, ref at, clock.SyslogDate);
                line[at++] = (byte)' ';
                Put(line, ref at, identity.SendsHostName ? identity.HostName : "localhost"u8);
                line[at++] = (byte)' ';
                PutTag(line, ref at, identity);
                break;
            case LogLineFormat.Local:
                Put(line, ref at, clock.SyslogDate);
                line[at++] = (byte)' ';
                PutTag(line, ref at, identity);
                break;
            case LogLineFormat.Rfc5424:
                PutRfc5424(line, ref at, clock, identity);
                break;
            case LogLineFormat.Timed or LogLineFormat.Iso:
                at += clock.WriteIso(line[at..]);
                line[at++] = (byte)' ';
                break;
        }

        return at;
    }

    /// <summary>VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA, the last two absent (RFC 5424 §6).</summary>
    private static void PutRfc5424(Span<byte> line, ref int at, LogClock clock, LogIdentity identity)
    {
        Put(line, ref at, "1 "u8);
        at += clock.WriteIso(line[at..]);
        line[at++] = (byte)' ';
        Put(line, ref at, identity.SendsHostName ? identity.HostName : "-"u8);
        line[at++] = (byte)' ';
        Put(line, ref at, identity.Tag);
        line[at++] = (byte)' ';
        Put(line, ref at, identity.ProcessId);
        Put(line, ref at, " - - "u8);
    }

    private static void PutTag(Span<byte> line, ref int at, LogIdentity identity)
    {
        Put(line, ref at, identity.Tag);
        line[at++] = (byte)'[';
        Put(line, ref at, identity.ProcessId);
        Put(line, ref at, "]: "u8);
    }

    private static void PutPriority(Span<byte> line, ref int at, int priority)
    {
        line[at++] = (byte)'<';
        Utf8Formatter.TryFormat(priority, line[at..], out var digits);
        at += digits;
        line[at++] = (byte)'>';
    }

    private static void Put(Span<byte> line, ref int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(line[at..]);
        at += text.Length;
    }
}
