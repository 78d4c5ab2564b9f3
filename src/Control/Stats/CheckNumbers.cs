using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Health;

namespace Evenkeel.Control.Stats;

/// <summary>The numbers `show servers state` uses for checks; measured against the original, which reads them back from its state file.</summary>
public static class CheckNumbers
{
    private const int InProgress = 1, Configured = 2, Enabled = 4, Paused = 8, IsAgent = 16;

    /// <summary>srv_check_state: in progress, configured, enabled, paused. Maintenance pauses a check that runs; where none does, the original shows what
    /// the file said.</summary>
    public static int HealthFlags(Server server)
    {
        var isPaused = server.Health.IsEnabled
            ? (server.Admin & AdminState.ForcedMaintenance) != 0
            : server.Model.Disabled;
        return isPaused ? Flags(server.Health) | Paused : Flags(server.Health);
    }

    /// <summary>srv_agent_state: the same with a flag that says agent.</summary>
    public static int AgentFlags(Server server) => server.Agent.IsConfigured ? Flags(server.Agent) | IsAgent : 0;

    private static int Flags(HealthState health) =>
        (health.IsRunning ? InProgress : 0) | (health.IsConfigured ? Configured : 0) | (health.IsEnabled ? Enabled : 0);
}
