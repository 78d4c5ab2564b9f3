using System.Buffers.Text;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Logging;

/// <summary>What stands before the message in each format of a `log` line (configuration.txt 4.2 "log").</summary>
internal static class LogHeader
{
    /// <summary>Longest header: priority 5, date 32, spaces and dashes 10, and the three names.</summary>
    public static int MaxLength(LogIdentity identity) => 64 + identity.HostName.Length + MaxTagLength + identity.ProcessId.Length;

    /// <summary>Longer tags are cut, bytes: a line of a configuration file is no longer.</summary>
    private const int MaxTagLength = 2_048;

    /// <param name="structuredData">Of rfc5424, as it is; empty writes the dash of none.</param>
    /// <returns>Bytes written; <paramref name="line"/> has room for <see cref="MaxLength"/> and the structured data.</returns>
    public static int Write(Span<byte> line, LogLineFormat format, int facility, LogLevel level, LogClock clock, LogIdentity identity, ReadOnlySpan<byte> tag,
        ReadOnlySpan<byte> structuredData)
    {
        var at = 0;
        tag = tag[..Math.Min(tag.Length, MaxTagLength)];
        if (format is LogLineFormat.Short or LogLineFormat.Timed) PutPriority(line, ref at, (int)level);
        else if (format is not (LogLineFormat.Iso or LogLineFormat.Raw)) PutPriority(line, ref at, facility * 8 + (int)level);
        switch (format)
        {
            case LogLineFormat.Rfc3164:
                Put(line, ref at, clock.SyslogDate);
                line[at++] = (byte)' ';
                Put(line, ref at, identity.SendsHostName ? identity.HostName : "localhost"u8);
                line[at++] = (byte)' ';
                PutTag(line, ref at, identity, tag);
                break;
            case LogLineFormat.Local:
                Put(line, ref at, clock.SyslogDate);
                line[at++] = (byte)' ';
                PutTag(line, ref at, identity, tag);
                break;
            case LogLineFormat.Rfc5424:
                PutRfc5424(line, ref at, clock, identity, tag);
                Put(line, ref at, structuredData.IsEmpty ? "-"u8 : structuredData);
                line[at++] = (byte)' ';
                break;
            case LogLineFormat.Timed or LogLineFormat.Iso:
                at += clock.WriteIso(line[at..]);
                line[at++] = (byte)' ';
                break;
        }

        return at;
    }

    /// <summary>VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID (absent), and behind it STRUCTURED-DATA (RFC 5424 §6).</summary>
    private static void PutRfc5424(Span<byte> line, ref int at, LogClock clock, LogIdentity identity, ReadOnlySpan<byte> tag)
    {
        Put(line, ref at, "1 "u8);
        at += clock.WriteIso(line[at..]);
        line[at++] = (byte)' ';
        Put(line, ref at, identity.SendsHostName ? identity.HostName : "-"u8);
        line[at++] = (byte)' ';
        Put(line, ref at, tag);
        line[at++] = (byte)' ';
        Put(line, ref at, identity.ProcessId);
        Put(line, ref at, " - "u8);
    }

    private static void PutTag(Span<byte> line, ref int at, LogIdentity identity, ReadOnlySpan<byte> tag)
    {
        Put(line, ref at, tag);
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
