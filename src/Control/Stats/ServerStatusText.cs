using System.Globalization;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Health;

namespace Evenkeel.Control.Stats;

/// <summary>
/// The words for a server's state: `UP`, `UP 2/3` (failures short of going down), `DOWN 1/2` (successes short of coming up), `DOWN (agent)`, `NOLB`, `DRAIN`,
/// `MAINT`, `MAINT (via b/s)`, `MAINT (resolution)`, `no check` (management.txt 9.1 "status").
/// </summary>
public static class ServerStatusText
{
    public static string Of(Server server)
    {
        if (server.InMaintenance) return Maintenance(server);
        var deciding = Deciding(server);
        if (server.IsDraining) return WithProgress("DRAIN", deciding.Health, deciding.Operating);
        var isUnchecked = !deciding.Health.IsEnabled && deciding.Agent is not { IsEnabled: true, IsUp: false };
        if (isUnchecked && deciding.Operating == OperatingState.Running) return "no check";
        if (deciding.Operating == OperatingState.Stopped && deciding.Agent is { IsEnabled: true, IsUp: false }) return "DOWN (agent)";
        var word = deciding.Operating switch
        {
            OperatingState.Stopped => "DOWN",
            OperatingState.Stopping => "NOLB",
            _ => "UP",
        };
        return WithProgress(word, deciding.Agent.IsEnabled && !deciding.Agent.IsUp ? deciding.Agent : deciding.Health, deciding.Operating);
    }

    /// <summary>The server whose checks decide: the end of the chain of `track`.</summary>
    public static Server Deciding(Server server)
    {
        var decides = server;
        // A chain of `track` cannot be longer than that; the configuration refuses circles.
        for (var hops = 0; hops < 64 && decides.Tracked is { } tracked; hops++) decides = tracked;
        return decides;
    }

    private static string Maintenance(Server server)
    {
        const AdminState Own = AdminState.ForcedMaintenance | AdminState.ConfiguredMaintenance;
        if ((server.Admin & Own) != 0) return "MAINT";
        if ((server.Admin & AdminState.InheritedMaintenance) != 0 && server.Tracked is { } tracked)
            return $"MAINT (via {tracked.Backend.Name}/{tracked.Name})";
        return (server.Admin & AdminState.ResolutionMaintenance) != 0 ? "MAINT (resolution)" : "MAINT";
    }

    private static string WithProgress(string word, HealthState health, OperatingState operating)
    {
        if (!health.IsEnabled) return word;
        if (operating == OperatingState.Stopped)
            return health.Value > 0 ? string.Create(CultureInfo.InvariantCulture, $"{word} {health.Value}/{health.Rise}") : word;
        return health.Value < health.Rise + health.Fall - 1
            ? string.Create(CultureInfo.InvariantCulture, $"{word} {health.Value - health.Rise + 1}/{health.Fall}")
            : word;
    }
}
