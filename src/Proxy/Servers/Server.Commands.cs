namespace Evenkeel.Proxy.Servers;

/// <remarks>The start of its time, and what people may do to its health by command, whatever its checks say; the next check decides again.</remarks>
public sealed partial class Server
{
    /// <summary>Time starts to count: for a server that is down from the start its down time too. Before any worker runs.</summary>
    internal void BeginAt(long nowMs)
    {
        Interlocked.Exchange(ref _lastChangeMs, nowMs);
        if (!IsUp) Interlocked.Exchange(ref _downSinceMs, nowMs);
    }

    /// <summary>`set server health up|stopping|down`: the state and the check's counter change, followers with it. Any thread.</summary>
    public void ForceHealth(OperatingState target, long nowMs)
    {
        lock (Backend.ChangeLock)
        {
            if (target != OperatingState.Stopping) Health.Value = target == OperatingState.Stopped ? 0 : Health.Rise + Health.Fall - 1;
            ChangeOperating(target, ChangeCause.Command, null, nowMs);
        }
    }
}
