using System.Runtime.InteropServices;

namespace Evenkeel.Linux;

/// <summary>Seconds since the epoch as local time and as text, by the C library and its time zone.</summary>
public static unsafe partial class CalendarTime
{
    /// <summary>`struct tm` is 56 bytes with glibc; tm_gmtoff stands at byte 40.</summary>
    private const int TmSize = 56;
    private const int GmtOffsetAt = 40;

    /// <summary>Seconds local time is ahead of UTC at that moment.</summary>
    public static long LocalOffsetSeconds(long unixSeconds)
    {
        var tm = stackalloc byte[TmSize];
        return localtime_r(&unixSeconds, tm) is null ? 0 : *(long*)(tm + GmtOffsetAt);
    }

    /// <summary>Writes a moment as strftime(3) does.</summary>
    /// <param name="format">Ends with a NUL.</param>
    /// <returns>Bytes written; 0 when it does not fit.</returns>
    public static int Format(ReadOnlySpan<byte> format, long unixSeconds, bool local, Span<byte> destination)
    {
        if (format.IsEmpty || format[^1] != 0) return 0;
        var tm = stackalloc byte[TmSize];
        if ((local ? localtime_r(&unixSeconds, tm) : gmtime_r(&unixSeconds, tm)) is null) return 0;
        // Bound: strftime writes at most destination.Length bytes and reads the format to its NUL, which was looked for above.
        fixed (byte* text = destination, pattern = format) return (int)strftime(text, (nuint)destination.Length, pattern, tm);
    }

    [LibraryImport("libc")]
    private static partial byte* localtime_r(long* seconds, byte* tm);

    [LibraryImport("libc")]
    private static partial byte* gmtime_r(long* seconds, byte* tm);

    [LibraryImport("libc")]
    private static partial nuint strftime(byte* text, nuint size, byte* format, byte* tm);
}
