using Evenkeel.Linux;

namespace Evenkeel.Daemon.Keepalived;

/// <summary>Watches a `reload_time_file` for the parent: looked at once a second, read when it has changed. Owner: the parent's thread.</summary>
/// <param name="path">Where it is, or will be.</param>
/// <param name="repeats">`reload_repeat`: the file stays after the reload, and a bare time counts again tomorrow.</param>
/// <param name="log">Says when a reload is planned.</param>
internal sealed class ReloadTimeFile(string path, bool repeats, KeepalivedLog log)
{
    private string? _text;
    private DateTimeOffset? _due;

    /// <returns>True when it is time to reload.</returns>
    public bool IsDue()
    {
        var text = Read();
        var now = DateTimeOffset.FromUnixTimeMilliseconds(Clocks.RealtimeNs() / 1_000_000).ToLocalTime();
        if (text != _text)
        {
            _text = text;
            Plan(now);
        }
        if (_due is not { } due || now < due) return false;
        if (repeats) Plan(now);
        else Forget();
        return true;
    }

    private void Plan(DateTimeOffset now)
    {
        var had = _due is not null;
        _due = _text is null ? null : ReloadSchedule.Next(_text, now, TimeZoneInfo.Local.GetUtcOffset);
        if (_due is { } due) log.Notice($"Scheduling reload at {due:yyyy-MM-dd HH:mm:ss}");
        else if (_text is not null) log.Error($"{path}: the first line is no time still to come - ignoring");
        else if (had) log.Notice("Scheduled reload is cancelled");
    }

    private void Forget()
    {
        Processes.PidFile.Remove(path);
        (_text, _due) = (null, null);
    }

    private string? Read()
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
