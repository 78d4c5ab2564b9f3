using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>
/// Holds the outcome of a probe against `rise` and `fall`: probe -> <b>HealthRules</b> -> <see cref="Server"/>'s state (configuration.txt 5.2 "rise", "fall").
/// </summary>
/// <remarks>
/// One number per server carries it: 0 to rise - 1 is down and on the way up, rise to rise + fall - 1 is up and on the way down. Reaching either half
/// jumps to its far end, so that rise good probes in a row bring a server up and fall bad ones take it down.
/// </remarks>
public static class HealthRules
{
    public static void Apply(Server server, CheckOutcome outcome, long nowMs)
    {
        lock (server.Backend.ChangeLock)
        {
            var health = server.Health;
            var (previous, before) = (health.Last, health.Value);
            health.Last = outcome;
            if (server.InMaintenance || !health.IsEnabled) return;
            if (outcome.Result == CheckResult.Failed) Fail(health);
            else Pass(health);
            if (previous.Status != outcome.Status || before != health.Value) server.Backend.Events?.HealthMoved(server, health, outcome);
            server.ChangeOperating(Target(server, health, outcome), ChangeCause.Check, outcome, nowMs);
            server.StepSlowStart(nowMs);
        }
    }

    /// <summary>Too many errors in a row were seen in traffic (`observe`): does what `on-error` says, and has the next probe come soon.</summary>
    internal static void React(Server server, string info, long nowMs)
    {
        lock (server.Backend.ChangeLock)
        {
            var health = server.Health;
            if (server.InMaintenance || !health.IsEnabled || !health.IsUp) return;
            if (server.Model.OnError != ErrorReaction.FastInterval)
            {
                if (server.Model.OnError == ErrorReaction.SuddenDeath) health.Value = Math.Min(health.Value, health.Rise + 1);
                if (server.Model.OnError == ErrorReaction.MarkDown) health.Value = health.Rise;
                Fail(health);
                var outcome = new CheckOutcome(CheckStatus.HandedOver, CheckResult.Failed, 0, -1, info);
                health.Last = outcome;
                server.Backend.Events?.HealthMoved(server, health, outcome);
                server.ChangeOperating(Target(server, health, outcome), ChangeCause.Check, outcome, nowMs);
            }

            server.ProbeSoon?.Invoke(server.Model.FastIntervalMs ?? server.Model.IntervalMs);
        }
    }

    private static void Fail(HealthState health)
    {
        if (!health.IsUp)
        {
            health.Value = 0;
            return;
        }

        health.CountFailure();
        health.Value = health.Value > health.Rise ? health.Value - 1 : 0;
    }

    private static void Pass(HealthState health)
    {
        if (health.Value < health.Rise + health.Fall - 1) health.Value++;
        if (health.IsUp) health.Value = health.Rise + health.Fall - 1;
    }

    private static OperatingState Target(Server server, HealthState health, CheckOutcome outcome)
    {
        if (!health.IsUp || server.Agent is { IsEnabled: true, IsUp: false }) return OperatingState.Stopped;
        return outcome.Result switch
        {
            CheckResult.ConditionallyPassed => OperatingState.Stopping,
            CheckResult.Passed => OperatingState.Running,
            _ => server.Operating,
        };
    }
}
