using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Health;

namespace Evenkeel.Control.Stats;

/// <summary>The numbers `show servers state` uses for checks; measured against the original, which reads them back from its state file.</summary>
public static class CheckNumbers
{
    private const int InProgress = 1, Configured = 2, Enabled = 4, Paused = 8, IsAgent = 16;

    /// <summary>srv_check_state: in progress, configured, enabled, paused by maintenance.</summary>
    public static int HealthFlags(Server server)
    {
        var flags = Flags(server.Health);
        var isPaused = (server.Admin & (AdminState.ForcedMaintenance | AdminState.ConfiguredMaintenance)) != 0;
        return isPaused && server.Health.IsConfigured ? flags | Paused : flags;
    }

    /// <summary>srv_agent_state: the same with a flag that says agent.</summary>
    public static int AgentFlags(Server server) => server.Agent.IsConfigured ? Flags(server.Agent) | IsAgent : 0;

    private static int Flags(HealthState health) =>
        (health.IsRunning ? InProgress : 0) | (health.IsConfigured ? Configured : 0) | (health.IsEnabled ? Enabled : 0);
}
