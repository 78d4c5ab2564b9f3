using System.Buffers.Text;

namespace Evenkeel.Proxy.Logging.Forwarding;

/// <summary>The dates of syslog's two forms, and one made of the other. Nothing is computed but the month.</summary>
internal static class SyslogDates
{
    /// <summary>"2003-10-11T22:14:15".</summary>
    public const int IsoSecondLength = 19;

    private static ReadOnlySpan<byte> Months => "JanFebMarAprMayJunJulAugSepOctNovDec"u8;

    /// <summary>"Oct 11 22:14:15", the day with a blank or a digit in front.</summary>
    public static bool IsSyslogDate(ReadOnlySpan<byte> text) =>
        MonthOf(text[..3]) > 0 && text[3] == ' ' && (text[4] == ' ' || IsDigit(text[4])) && IsDigit(text[5]) && text[6] == ' ' && IsDigit(text[7])
        && IsDigit(text[8]) && text[9] == ':' && IsDigit(text[10]) && IsDigit(text[11]) && text[12] == ':' && IsDigit(text[13]) && IsDigit(text[14]);

    /// <summary>Puts "2026-10-11T22:14:15-00:00": the offset says that the zone is not known (RFC 3339 §4.3).</summary>
    public static void PutIso(ref LineWriter line, ReadOnlySpan<byte> syslogDate, int year)
    {
        Span<byte> text = stackalloc byte[IsoSecondLength];
        Utf8Formatter.TryFormat(year, text, out _, new('D', 4));
        text[4] = text[7] = (byte)'-';
        Utf8Formatter.TryFormat(MonthOf(syslogDate[..3]), text[5..], out _, new('D', 2));
        text[8] = syslogDate[4] == ' ' ? (byte)'0' : syslogDate[4];
        text[9] = syslogDate[5];
        text[10] = (byte)'T';
        syslogDate[7..15].CopyTo(text[11..]);
        line.Put(text);
        line.Put("-00:00"u8);
    }

    /// <summary>Puts "Oct 11 22:14:15".</summary>
    /// <returns>False when there is no such month: nothing is put.</returns>
    public static bool TryPutSyslog(ref LineWriter line, ReadOnlySpan<byte> isoDate)
    {
        var month = IsDigit(isoDate[5]) && IsDigit(isoDate[6]) ? ((isoDate[5] - '0') * 10) + (isoDate[6] - '0') : 0;
        if (month is < 1 or > 12) return false;
        line.Put(Months.Slice((month - 1) * 3, 3));
        line.Put(isoDate[8] == '0' ? "  "u8 : " "u8);
        line.Put(isoDate[8] == '0' ? isoDate[9..10] : isoDate[8..10]);
        line.Put(" "u8);
        line.Put(isoDate[11..IsoSecondLength]);
        return true;
    }

    /// <summary>From 1; 0 when there is none of this name.</summary>
    private static int MonthOf(ReadOnlySpan<byte> name)
    {
        for (var month = 0; month < 12; month++)
            if (name.SequenceEqual(Months.Slice(month * 3, 3))) return month + 1;
        return 0;
    }

    private static bool IsDigit(byte c) => c is >= (byte)'0' and <= (byte)'9';
}
