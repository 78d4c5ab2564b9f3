using Evenkeel.Vrrp.Addresses;

namespace Evenkeel.Tests.Unit.Vrrp.Worker;

public sealed class SteadyPaceTests
{
    private const long Second = 1_000_000;

    [Theory]
    [InlineData(1, 1, Second, 60)]
    [InlineData(1, 1, Second / 100, 60)]
    [InlineData(1, 1, 2 * Second, 30)]
    [InlineData(3, 3, Second, 180)]
    [InlineData(255, 255, Second, 600)]
    [InlineData(1, 600, Second, 1)]
    [InlineData(10, 300, Second, 20)]
    public void An_address_has_its_turn_once_an_interval_unless_there_are_too_many(int own, int all, long intervalUs, int inAMinute)
    {
        var pace = new SteadyPace();
        pace.Begin(0);
        var said = 0;
        // Beats are a little early, and a little late.
        for (long beat = intervalUs, n = 0; beat <= 60 * Second; beat += intervalUs, n++)
            said += pace.Due(beat + (n % 2 == 0 ? -200 : 200), own, all, intervalUs);
        Assert.InRange(said, inAMinute * 0.98 - 1, inAMinute * 1.02);
    }

    [Fact]
    public void After_a_long_silence_each_address_is_announced_once()
    {
        var pace = new SteadyPace();
        Assert.Equal(3, pace.Due(100 * Second, 3, 3, Second));
        Assert.Equal(0, pace.Due((100 * Second) + 10_000, 3, 3, Second));
        Assert.Equal(0, pace.Due(200 * Second, 0, 3, Second));
    }
}
