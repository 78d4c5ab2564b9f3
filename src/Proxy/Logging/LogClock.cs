using System.Buffers.Text;
using System.Globalization;

namespace Evenkeel.Proxy.Logging;

/// <summary>
/// Dates for log lines as text: made once a second, copied after that. Owner: whoever owns the <see cref="LogSender"/>.
/// </summary>
/// <remarks>Local time of the machine's zone, whose offset is asked once a minute.</remarks>
public sealed class LogClock
{
    private readonly TimeZoneInfo _zone;
    private readonly byte[] _syslogDate = new byte[15];
    private readonly byte[] _isoSecond = new byte[19];
    private readonly byte[] _isoOffset = new byte[6];
    private long _second = long.MinValue;
    private long _minute = long.MinValue;
    private TimeSpan _offset;
    private DateTime _local;
    private int _millisecond;

    public LogClock(TimeZoneInfo zone) => _zone = zone;

    /// <summary>"Nov 22 23:11:15", the day padded with a space (RFC 3164 §4.1.2).</summary>
    public ReadOnlySpan<byte> SyslogDate => _syslogDate;

    /// <summary>The year, in local time.</summary>
    public int Year => _local.Year;

    /// <summary>Milliseconds since 1970-01-01 UTC; call before a line is written.</summary>
    public void Set(long wallMs)
    {
        var second = Math.DivRem(wallMs, 1000, out var millisecond);
        _millisecond = (int)millisecond;
        if (second == _second) return;
        _second = second;
        var utc = DateTime.UnixEpoch.AddSeconds(second);
        if (second / 60 != _minute)
        {
            _minute = second / 60;
            _offset = _zone.GetUtcOffset(utc);
            WriteOffset();
        }

        _local = utc + _offset;
        _local.TryFormat(_syslogDate, out _, "MMM dd HH:mm:ss", CultureInfo.InvariantCulture);
        if (_syslogDate[4] == '0') _syslogDate[4] = (byte)' ';
        _local.TryFormat(_isoSecond, out _, "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
    }

    /// <summary>Writes "2026-11-22T23:11:15.338000+00:00" (RFC 3339; the clock has milliseconds) and tells its length, 32.</summary>
    public int WriteIso(Span<byte> destination)
    {
        _isoSecond.CopyTo(destination);
        destination[19] = (byte)'.';
        Utf8Formatter.TryFormat(_millisecond, destination[20..], out _, new('D', 3));
        "000"u8.CopyTo(destination[23..]);
        _isoOffset.CopyTo(destination[26..]);
        return 32;
    }

    /// <summary>Writes "23/Nov/2026:03:26:28.839" and tells its length, 24.</summary>
    public int WriteAccessDate(Span<byte> destination)
    {
        _local.TryFormat(destination, out var length, "dd/MMM/yyyy:HH:mm:ss.", CultureInfo.InvariantCulture);
        Utf8Formatter.TryFormat(_millisecond, destination[length..], out var digits, new('D', 3));
        return length + digits;
    }

    private void WriteOffset()
    {
        var minutes = (int)Math.Abs(_offset.TotalMinutes);
        _isoOffset[0] = _offset < TimeSpan.Zero ? (byte)'-' : (byte)'+';
        _isoOffset[3] = (byte)':';
        Utf8Formatter.TryFormat(minutes / 60, _isoOffset.AsSpan(1), out _, new('D', 2));
        Utf8Formatter.TryFormat(minutes % 60, _isoOffset.AsSpan(4), out _, new('D', 2));
    }
}
