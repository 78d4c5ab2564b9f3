using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers.Health;

namespace Evenkeel.Proxy.Servers;

/// <remarks>What a state file says of a server that begins (configuration.txt 4.2 "load-server-state-from-file").</remarks>
public sealed partial class Server
{
    /// <summary>
    /// Takes up the state another process left: weight while the configured one is the same, what people decided, what checks found. Before anybody uses the
    /// server.
    /// </summary>
    private void Restore(SavedServerState saved, long nowMs)
    {
        if (saved.InitialWeight == Model.Weight && saved.Weight is >= 0 and <= 256) Volatile.Write(ref _userWeight, saved.Weight);
        if (saved.Port > 0 && _address is { } address && !Model.PortFollowsClient) _address = address with { Port = saved.Port };
        RestoreAdmin((AdminState)saved.Admin);
        if (InMaintenance) _operating = OperatingState.Stopped;
        else if (Health.IsConfigured) RestoreHealth(saved);
        Health.Last = new CheckOutcome(CheckStatusNumber.Find(saved.CheckStatus), (CheckResult)saved.CheckResult, 0, -1, "");
        Interlocked.Exchange(ref _lastChangeMs, nowMs - 1_000L * Math.Max(0, saved.SecondsSinceChange));
        if (!IsUp) Interlocked.Exchange(ref _downSinceMs, nowMs);
    }

    private void RestoreAdmin(AdminState saved)
    {
        _admin |= saved & AdminState.ForcedDrain;
        var wasConfigured = (saved & AdminState.ConfiguredMaintenance) != 0;
        // Where the file and the configuration of now disagree about `disabled`, the configuration has changed, and is right.
        if (wasConfigured != Model.Disabled) return;
        if ((saved & AdminState.ForcedMaintenance) != 0) _admin |= AdminState.ForcedMaintenance;
        else if (Model.Disabled)
        {
            _admin &= ~AdminState.ForcedMaintenance;
            if (!InMaintenance) _operating = OperatingState.Running;
        }
    }

    private void RestoreHealth(SavedServerState saved)
    {
        (_operating, Health.Value) = (OperatingState)saved.Operating switch
        {
            OperatingState.Stopped => (OperatingState.Stopped, Math.Clamp(saved.CheckHealth, 0, Health.Rise - 1)),
            OperatingState.Stopping => (OperatingState.Stopping, Health.Rise),
            _ => (OperatingState.Running, Health.Rise + Health.Fall - 1),
        };
    }
}
