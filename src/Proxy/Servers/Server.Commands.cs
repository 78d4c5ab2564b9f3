namespace Evenkeel.Proxy.Servers;

/// <remarks>What people may do to a server's health by command, whatever its checks say; the next check decides again.</remarks>
public sealed partial class Server
{
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
