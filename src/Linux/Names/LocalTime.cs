using System.Globalization;
using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Names;

/// <summary>The machine's local time for log lines, by the C library: .NET's own time zones would cost every process their tables.</summary>
public static unsafe partial class LocalTime
{
    private static readonly string[] Days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    private static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    /// <summary>`Sun Nov 22 23:03:10 2026`, as ctime(3) writes it.</summary>
    public static string Calendar()
    {
        var now = Read();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Days[now.WeekDay]} {Months[now.Month]} {now.Day,2} {now.Hour:00}:{now.Minute:00}:{now.Second:00} {1900 + now.Year}");
    }

    /// <summary>`Nov 22 23:03:10`, as syslog lines begin (RFC 3164 4.1.2).</summary>
    public static string Syslog()
    {
        var now = Read();
        return string.Create(CultureInfo.InvariantCulture, $"{Months[now.Month]} {now.Day,2} {now.Hour:00}:{now.Minute:00}:{now.Second:00}");
    }

    private static CalendarTime Read()
    {
        var seconds = Clocks.RealtimeNs() / 1_000_000_000;
        CalendarTime time = default;
        _ = localtime_r(&seconds, &time);
        return time;
    }

    /// <summary>struct tm (time.h), 64 bit.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct CalendarTime
    {
        public int Second, Minute, Hour, Day, Month, Year, WeekDay, YearDay, IsDaylightSaving;
        public long Offset;
        public byte* Zone;
    }

    [LibraryImport("libc")]
    private static partial CalendarTime* localtime_r(long* seconds, CalendarTime* time);
}
