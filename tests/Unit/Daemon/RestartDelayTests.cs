using Evenkeel.Daemon.Processes;

namespace Evenkeel.Tests.Unit.Daemon;

public sealed class RestartDelayTests
{
    [Fact]
    public void A_worker_that_keeps_ending_is_started_ever_more_rarely()
    {
        var delay = new RestartDelay();
        var waits = Enumerable.Range(0, 12).Select(_ => delay.After(ranMs: 5)).ToArray();
        Assert.Equal(RestartDelay.FirstMs, waits[0]);
        Assert.Equal(waits.Order(), waits);
        Assert.Equal(RestartDelay.MostMs, waits[^1]);
    }

    [Fact]
    public void A_worker_that_ran_well_is_started_again_at_once()
    {
        var delay = new RestartDelay();
        for (var i = 0; i < 10; i++) delay.After(ranMs: 0);
        Assert.Equal(0, delay.After(RestartDelay.HealthyMs));
        Assert.Equal(RestartDelay.FirstMs, delay.After(ranMs: 0));
    }
}
