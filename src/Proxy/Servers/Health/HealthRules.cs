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
        if (!health.IsUp) return OperatingState.Stopped;
        return outcome.Result switch
        {
            CheckResult.ConditionallyPassed => OperatingState.Stopping,
            CheckResult.Passed => OperatingState.Running,
            _ => server.Operating,
        };
    }
}
