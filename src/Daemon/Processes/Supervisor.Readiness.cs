namespace Evenkeel.Daemon.Processes;

/// <content>
/// Tells the address plane whether the proxy beside it serves. A proxy that is gone or silent for <see cref="SilenceMs"/> does not: its heartbeat comes
/// from a thread that has seen every one of its loops answer. One that died is started again in a fraction of that, and its clients wait in the sockets
/// that are kept here: moving the address would take longer, twice.
/// </content>
public sealed partial class Supervisor
{
    /// <summary>Five missed heartbeats: more than any pause of a healthy process, less than an advertisement interval.</summary>
    public const int SilenceMs = 500;

    private bool _draining;
    private bool? _toldReady;
    private string _toldReason = "";
    private int _toldPid;
    private long _lastReadyMs;

    private bool ReadinessMatters => Find(WorkerSeat.ProxyRole) is not null && Find(WorkerSeat.AddressRole) is not null;

    private long ReadinessDeadlineMs() =>
        !ReadinessMatters || _toldReady != true ? long.MaxValue
            : Find(WorkerSeat.ProxyRole) is { HasBeenFit: true } proxy ? proxy.LastHeartbeatMs + SilenceMs : _lastReadyMs + SilenceMs;

    private void PassReadinessOn()
    {
        if (!ReadinessMatters || _stopping) return;
        var proxy = Find(WorkerSeat.ProxyRole)!;
        var address = Find(WorkerSeat.AddressRole)!;
        var (ready, reason) = _draining ? (false, "drained by command") : ReadinessOf(proxy, NowMs);
        if (ready == _toldReady && reason == _toldReason && address.Pid == _toldPid) return;
        if (!address.Send(RecordType.Readiness, ready ? (byte)1 : (byte)0, reason)) return;
        if (ready != _toldReady) _plan.Say(ready ? "proxy is ready" : $"proxy is not ready: {reason}", !ready && _toldReady is not null);
        (_toldReady, _toldReason, _toldPid) = (ready, reason, address.Pid);
    }

    private (bool Ready, string Reason) ReadinessOf(WorkerProcess proxy, long nowMs)
    {
        if (proxy is { IsRunning: true, HasBeenFit: true, LastHeartbeat: { } heartbeat })
        {
            _lastReadyMs = proxy.LastHeartbeatMs;
            return nowMs - proxy.LastHeartbeatMs >= SilenceMs ? (false, "it does not answer") : (heartbeat.Value == 1, heartbeat.Text);
        }
        if (_toldReady == true && nowMs - _lastReadyMs < SilenceMs) return (true, "");
        if (!proxy.IsRunning) return (false, "its process is gone");
        return (false, proxy.LastHeartbeat is { } first ? first.Text : "it is starting");
    }
}
