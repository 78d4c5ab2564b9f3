using System.Globalization;
using Evenkeel.Proxy.Servers.Balance;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>Does to a server what its agent says: agent -> <b>AgentRules</b> -> <see cref="Server"/>'s state, weight and limit.</summary>
/// <remarks>An agent that cannot be reached, or says nothing of up and down, changes nothing: reaching the server is the health check's business.</remarks>
internal static class AgentRules
{
    private const int MaxWeight = 256;

    public static void Apply(Server server, AgentReport? report, CheckOutcome outcome, long nowMs)
    {
        lock (server.Backend.ChangeLock)
        {
            if (!server.Agent.IsEnabled) return;
            if (report is not null) Configure(server, report, nowMs);
            if (outcome.Result == CheckResult.Neutral) return;
            Judge(server, report, outcome, nowMs);
        }
    }

    private static void Configure(Server server, AgentReport report, long nowMs)
    {
        if (report.Weight is { } text && WeightOf(text, server) is { } weight) server.SetWeight(weight, nowMs);
        if (report.MaxConnections is { } most)
        {
            server.MaxConnections = most;
            server.WakeQueue();
        }
        if (report.Administrative == "maint") server.EnterMaintenance(nowMs);
        else if (report.Administrative == "drain") server.StartDraining(nowMs);
        else if (report.Administrative == "ready") server.MakeReady(nowMs);
    }

    /// <summary>Null for what is no weight, and for what a static algorithm cannot follow.</summary>
    private static int? WeightOf(string text, Server server)
    {
        var isShare = text.EndsWith('%');
        if (!int.TryParse(isShare ? text[..^1] : text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        if (!isShare && number > MaxWeight) return null;
        var weight = isShare ? (int)Math.Min(MaxWeight, (long)server.InitialWeight * number / 100) : number;
        return weight == 0 || weight == server.InitialWeight || BalancerFactory.FollowsWeights(server.Backend.Model) ? weight : null;
    }

    private static void Judge(Server server, AgentReport? report, CheckOutcome outcome, long nowMs)
    {
        var agent = server.Agent;
        var (previous, before) = (agent.Last, agent.Value);
        agent.Last = outcome;
        // Not to have reached it says nothing.
        if (report is not null) agent.Value = outcome.Result == CheckResult.Failed ? 0 : agent.Rise + agent.Fall - 1;
        if (previous.Status != outcome.Status || before != agent.Value) server.Backend.Events?.HealthMoved(server, agent, outcome);
        if (report is null) return;
        var isUp = agent.IsUp && (!server.Health.IsEnabled || server.Health.IsUp);
        server.ChangeOperating(isUp ? OperatingState.Running : OperatingState.Stopped, ChangeCause.Agent, outcome, nowMs);
    }
}
