namespace Evenkeel.Proxy.Servers;

/// <remarks>What happens around a server that comes back or goes: `slowstart`, `on-marked-down`, `on-marked-up` (configuration.txt 5.2).</remarks>
public sealed partial class Server
{
    private int _throttlePercent = 100;
    private long _slowSinceMs;

    /// <summary>Share of its weight and connections a server gets that has just come back; 100 once `slowstart` is over [throttle].</summary>
    public int ThrottlePercent => Volatile.Read(ref _throttlePercent);

    /// <summary>
    /// Called for each server whose streams have to end: `on-marked-down shutdown-sessions`, and backups by `on-marked-up shutdown-backup-sessions`.
    /// Set once at start; any thread calls it.
    /// </summary>
    public Action<Server>? SessionsToEnd { get; set; }

    /// <summary>After each health check: raises the share of this server and of those that track it.</summary>
    internal void StepSlowStart(long nowMs)
    {
        foreach (var follower in Followers) follower.StepSlowStart(nowMs);
        if (Operating != OperatingState.Starting) return;
        lock (Backend.ChangeLock)
        {
            if (Operating != OperatingState.Starting || Model.SlowStartMs is not { } lengthMs) return;
            var percent = (int)Math.Clamp((nowMs - _slowSinceMs) * 100 / lengthMs, 1, 100);
            Volatile.Write(ref _throttlePercent, percent);
            if (percent == 100) _operating = OperatingState.Running;
            Backend.RebuildBalancer();
            WakeQueue();
        }
    }

    /// <summary>The weight in units of 1/scale, throttled where the scale is fine enough to show it; never 0.</summary>
    internal int WeightIn(int scale) => scale == 1 ? EffectiveWeight : Math.Max(1, EffectiveWeight * scale * ThrottlePercent / 100);

    /// <summary>A server that was seen down starts slowly; at the start of the process none has been.</summary>
    private OperatingState BeginSlowStart(OperatingState before, OperatingState target, long nowMs)
    {
        var starts = before == OperatingState.Stopped && target == OperatingState.Running && Model.SlowStartMs > 0;
        _slowSinceMs = nowMs;
        Volatile.Write(ref _throttlePercent, starts ? 1 : 100);
        return starts ? OperatingState.Starting : target;
    }

    private void EndSessions(bool wasUp)
    {
        if (wasUp && !IsUp && Model.OnMarkedDownShutdownSessions) SessionsToEnd?.Invoke(this);
        if (wasUp || !IsUsable || Model.Backup || !Model.OnMarkedUpShutdownBackupSessions) return;
        foreach (var server in Backend.Servers)
            if (server.Model.Backup) server.SessionsToEnd?.Invoke(server);
    }
}
