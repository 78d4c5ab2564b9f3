namespace Evenkeel.Proxy.Servers.Health;

/// <summary>How long to wait between two probes (configuration.txt 5.2 "inter", "fastinter", "downinter"; 3.2 "spread-checks").</summary>
internal static class CheckInterval
{
    /// <summary>Milliseconds: fastinter on the way up or down, downinter while fully down, inter else.</summary>
    public static int Of(Server server)
    {
        var (model, health) = (server.Model, server.Health);
        if (health.Value == 0) return model.DownIntervalMs ?? model.IntervalMs;
        return health.Value == health.Rise + health.Fall - 1 ? model.IntervalMs : model.FastIntervalMs ?? model.IntervalMs;
    }

    /// <summary>Moves the interval by up to <paramref name="percent"/> either way.</summary>
    public static int Spread(int intervalMs, int percent, uint random)
    {
        if (percent <= 0) return intervalMs;
        var range = (long)intervalMs * percent / 100;
        var shift = (long)(random * (ulong)(2 * range + 1) >> 32) - range;
        return (int)Math.Max(1, intervalMs + shift);
    }
}
