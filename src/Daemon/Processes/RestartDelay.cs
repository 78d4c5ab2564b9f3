namespace Evenkeel.Daemon.Processes;

/// <summary>How long to wait before a worker that ended is started again: not at all when it ran well before, longer while it keeps ending.</summary>
public sealed class RestartDelay
{
    public const int FirstMs = 20;
    public const int MostMs = 10_000;

    /// <summary>A worker that ran this long is started again at once: it serves more than it fails.</summary>
    public const int HealthyMs = 1_000;

    private int _nextMs = FirstMs;

    /// <param name="ranMs">How long the worker ran that has just ended.</param>
    public int After(long ranMs)
    {
        if (ranMs >= HealthyMs)
        {
            _nextMs = FirstMs;
            return 0;
        }
        var delayMs = _nextMs;
        _nextMs = Math.Min(_nextMs * 2, MostMs);
        return delayMs;
    }
}
