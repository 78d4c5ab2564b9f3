using System.Buffers;
using System.Buffers.Text;

namespace Evenkeel.Proxy.Samples;

/// <summary>Dates of HTTP headers (RFC 9110 §5.6.7): written in IMF form, read in all three forms.</summary>
public static class HttpDateText
{
    /// <summary>"Sun, 06 Nov 1994 08:49:37 GMT".</summary>
    public const int Length = 29;

    /// <summary>With a dot and up to a million microseconds or their sign.</summary>
    public const int LongestLength = Length + 8;

    private const int SecondsEnd = 25;

    private static ReadOnlySpan<byte> Months => "JanFebMarAprMayJunJulAugSepOctNovDec"u8;

    private static ReadOnlySpan<byte> Days => "SunMonTueWedThuFriSat"u8;

    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    public static void Write(long unixSeconds, Span<byte> destination)
    {
        var moment = DateTime.UnixEpoch.AddSeconds(Math.Clamp(unixSeconds, 0, 253_402_300_799));
        Days.Slice((int)moment.DayOfWeek * 3, 3).CopyTo(destination);
        ", 00 mmm yyyy 00:00:00 GMT"u8.CopyTo(destination[3..]);
        Put(destination[5..], moment.Day, 2);
        Months.Slice((moment.Month - 1) * 3, 3).CopyTo(destination[8..]);
        Put(destination[12..], moment.Year, 4);
        Put(destination[17..], moment.Hour, 2);
        Put(destination[20..], moment.Minute, 2);
        Put(destination[23..], moment.Second, 2);
    }

    /// <summary>Puts ".N" before " GMT" of a written date.</summary>
    /// <param name="destination">A date and room up to <see cref="LongestLength"/>.</param>
    /// <returns>The length of the whole.</returns>
    public static int InsertBehindSeconds(long number, Span<byte> destination)
    {
        destination[SecondsEnd] = (byte)'.';
        var length = SecondsEnd + 1 + (Utf8Formatter.TryFormat(number, destination[(SecondsEnd + 1)..], out var digits) ? digits : 0);
        " GMT"u8.CopyTo(destination[length..]);
        return length + 4;
    }

    public static bool TryParse(ReadOnlySpan<byte> text, out long unixSeconds)
    {
        unixSeconds = 0;
        var comma = text.IndexOf((byte)',');
        return comma < 0 ? TryParseAsctime(text, out unixSeconds) : TryParseDayFirst(text[(comma + 1)..].TrimStart((byte)' '), out unixSeconds);
    }

    /// <summary>"06 Nov 1994 08:49:37 GMT" or "06-Nov-94 08:49:37 GMT".</summary>
    private static bool TryParseDayFirst(ReadOnlySpan<byte> text, out long unixSeconds)
    {
        unixSeconds = 0;
        if (text.Length < 18 || !TryNumber(text[..2], out var day) || MonthOf(text[3..6]) is not (> 0 and var month)) return false;
        text = text[7..];
        var space = text.IndexOf((byte)' ');
        if (space is not (2 or 4) || !TryNumber(text[..space], out var year)) return false;
        // Two digits mean the past century from 70 on (RFC 850 dates).
        if (space == 2) year += year < 70 ? 2000 : 1900;
        return TryMoment(year, month, day, text[(space + 1)..], out unixSeconds);
    }

    /// <summary>"Sun Nov  6 08:49:37 1994".</summary>
    private static bool TryParseAsctime(ReadOnlySpan<byte> text, out long unixSeconds)
    {
        unixSeconds = 0;
        if (text.Length != 24 || MonthOf(text[4..7]) is not (> 0 and var month)) return false;
        return TryNumber(text[8..10].TrimStart((byte)' '), out var day) && TryNumber(text[20..], out var year)
            && TryMoment(year, month, day, text[11..19], out unixSeconds);
    }

    private static bool TryMoment(int year, int month, int day, ReadOnlySpan<byte> time, out long unixSeconds)
    {
        unixSeconds = 0;
        if (time.Length < 8 || !TryNumber(time[..2], out var hour) || !TryNumber(time[3..5], out var minute) || !TryNumber(time[6..8],
            out var second)) return false;
        if (year is < 1 or > 9999 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60) return false;
        var midnight = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc);
        unixSeconds = (long)(midnight - DateTime.UnixEpoch).TotalSeconds + hour * 3600 + minute * 60 + second;
        return true;
    }

    private static int MonthOf(ReadOnlySpan<byte> name)
    {
        var at = Months.IndexOf(name);
        return at >= 0 && at % 3 == 0 ? at / 3 + 1 : 0;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, out int value) => Utf8Parser.TryParse(digits, out value, out var used) && used == digits.Length;

    private static void Put(Span<byte> destination, int value, byte width) =>
        Utf8Formatter.TryFormat(value, destination, out _, new StandardFormat('D', width));
}
