using System.Globalization;

namespace Evenkeel.Daemon.Keepalived;

/// <summary>When a `reload_time_file` asks for a reload. Pure: text and time go in.</summary>
/// <remarks>The first line is `HH:MM:SS`, `YY-MM-DD HH:MM:SS` or `YYYY-MM-DD HH:MM:SS`, with `Z` behind it for UTC; nothing else is taken
/// (keepalived.conf(5), reload_time_file).</remarks>
public static class ReloadSchedule
{
    private static readonly string[] Forms = ["yyyy-MM-dd HH:mm:ss", "yy-MM-dd HH:mm:ss"];

    /// <param name="text">The file's text.</param>
    /// <param name="now">The time now, with the offset of the machine's own time.</param>
    /// <param name="localTime">Gives a local time its offset: it is another one on the other side of a change to summer time.</param>
    /// <returns>Null when the line is none of the forms, or names a moment that has passed.</returns>
    public static DateTimeOffset? Next(string text, DateTimeOffset now, Func<DateTime, TimeSpan> localTime)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var line = end < 0 ? text : text[..end];
        var isUtc = line.EndsWith('Z');
        if (isUtc) line = line[..^1];
        if (line.Length == 8 && TimeOnly.TryParseExact(line, "HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            var today = (isUtc ? now.UtcDateTime : now.DateTime).Date;
            var next = At(today + time.ToTimeSpan());
            return next > now ? next : At(today.AddDays(1) + time.ToTimeSpan());
        }
        if (!DateTime.TryParseExact(line, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return null;
        return At(date) is var due && due > now ? due : null;

        DateTimeOffset At(DateTime moment) => new(DateTime.SpecifyKind(moment, DateTimeKind.Unspecified), isUtc ? TimeSpan.Zero : localTime(moment));
    }
}
