using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Health;

namespace Evenkeel.Control.Stats;

/// <summary>The numbers `show servers state` uses for checks; measured against the original, which reads them back from its state file.</summary>
public static class CheckNumbers
{
    private const int InProgress = 1, Configured = 2, Enabled = 4, Paused = 8, IsAgent = 16;

    public static int NumberOf(CheckStatus status) => status switch
    {
        CheckStatus.Unknown => 0,
        CheckStatus.Initializing => 1,
        CheckStatus.Started => 2,
        CheckStatus.HandedOver => 4,
        CheckStatus.SocketError => 5,
        CheckStatus.L4Ok => 6,
        CheckStatus.L4TimedOut => 7,
        CheckStatus.L4Failed => 8,
        CheckStatus.L6Ok => 9,
        CheckStatus.L6TimedOut => 10,
        CheckStatus.L6BadResponse => 11,
        CheckStatus.L7TimedOut => 12,
        CheckStatus.L7BadResponse => 13,
        CheckStatus.L7Ok => 15,
        CheckStatus.L7ConditionallyOk => 16,
        CheckStatus.L7BadStatus => 17,
        CheckStatus.ProcessError => 18,
        CheckStatus.ProcessTimedOut => 19,
        _ => 20,
    };

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
