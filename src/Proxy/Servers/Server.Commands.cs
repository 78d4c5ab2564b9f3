namespace Evenkeel.Proxy.Servers;

/// <remarks>The start of its time, and what people may do to its health by command, whatever its checks say; the next check decides again.</remarks>
public sealed partial class Server
{
    /// <summary>Time starts to count: for a server that is down from the start its down time too. Before any worker runs.</summary>
    internal void BeginAt(long nowMs)
    {
        Interlocked.Exchange(ref _lastChangeMs, nowMs);
        if (!IsUp) Interlocked.Exchange(ref _downSinceMs, nowMs);
        if (Model.Saved is { } saved) Restore(saved, nowMs);
    }

    /// <summary>A server added by `add server` waits in maintenance for `enable server`, and its checks for `enable health`. Before anybody sees it.</summary>
    internal void BeginInMaintenance()
    {
        _admin |= AdminState.ForcedMaintenance;
        if (Model.Disabled) _admin &= ~AdminState.ConfiguredMaintenance;
        _operating = OperatingState.Stopped;
        Health.Value = 0;
        Health.IsEnabled = Agent.IsEnabled = false;
    }

    /// <summary>[srv_use_ssl]: 1 with TLS, 0 without, -1 while `no-ssl` of the configuration holds.</summary>
    public int TlsState => Tls is { IsForTraffic: true } ? 1 : Model.Tls is { IsRefused: true } && Tls is not { WasSwitched: true } ? -1 : 0;

    /// <summary>`set server ssl on|off`: idle connections of the other kind end. Any thread.</summary>
    /// <returns>False when the configuration gave nothing TLS could work with.</returns>
    public bool SwitchTls(bool isOn)
    {
        if (Tls is not { } tls) return false;
        tls.Switch(isOn);
        foreach (var pool in Pools) pool.CloseIdleSoon();
        return true;
    }

    /// <summary>`set server name`: the new name holds for commands, statistics and logs from now on. Any thread.</summary>
    public void Rename(string name) => _name = name;

    /// <summary>Why a server cannot be removed now, in the original's words; null when it can. Any thread.</summary>
    public string? RemovalObstacle()
    {
        if (Model.IsReferenced || Followers.Count > 0) return "This server cannot be removed at runtime due to other configuration elements pointing to it.";
        if (!InMaintenance) return "Only servers in maintenance mode can be deleted.";
        var gauges = Traffic.Gauges();
        var busy = Slots.Current + Queue.Length.Current + gauges.UsedConnections + gauges.SafeIdleConnections + gauges.UnsafeIdleConnections;
        return busy > 0 ? "Server still has connections attached to it, cannot remove it." : null;
    }

    /// <summary>Of all that may stand in the way of a removal only idle connections are left.</summary>
    public bool HoldsOnlyIdle => InMaintenance && !Model.IsReferenced && Followers.Count == 0 && Slots.Current + Queue.Length.Current == 0
        && Traffic.Gauges().UsedConnections == 0;

    /// <summary>Each worker's connections to this server, for those who may only ask for their end.</summary>
    public IReadOnlyList<Transport.ServerPool> WorkerPools => Pools;

    /// <summary>`set server health up|stopping|down`: the state and the check's counter change, followers with it. Any thread.</summary>
    public void ForceHealth(OperatingState target, long nowMs)
    {
        lock (Backend.ChangeLock)
        {
            Health.Value = target == OperatingState.Stopped ? 0 : Health.Rise + Health.Fall - 1;
            ChangeOperating(target, ChangeCause.Command, null, nowMs);
        }
    }

    /// <summary>`set server agent up|down`: as if the agent had said so, whatever the health check found. Any thread.</summary>
    public void ForceAgent(bool isUp, long nowMs)
    {
        lock (Backend.ChangeLock)
        {
            Agent.Value = isUp ? Agent.Rise + Agent.Fall - 1 : 0;
            ChangeOperating(isUp ? OperatingState.Running : OperatingState.Stopped, ChangeCause.Command, null, nowMs);
        }
    }
}
