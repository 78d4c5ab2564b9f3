using Evenkeel.Vrrp.Router;
using Evenkeel.Vrrp.Worker;

namespace Evenkeel.Tests.Unit.Vrrp.Worker;

public sealed class EffectPaceTests
{
    [Fact]
    public void A_flood_of_forged_advertisements_is_said_ten_times_a_second()
    {
        var pace = new EffectPace();
        // Ten thousand a second for three seconds.
        var said = Enumerable.Range(0, 30_000).Count(i => pace.Allows(EffectKind.PriorityZeroReceived, i * 100L));
        Assert.InRange(said, 3 * EffectPace.MostASecond, 4 * EffectPace.MostASecond);
    }

    [Fact]
    public void One_kind_does_not_silence_another_and_changes_of_state_are_always_said()
    {
        var pace = new EffectPace();
        for (var i = 0; i < 1_000; i++) Assert.Equal(i < EffectPace.MostASecond, pace.Allows(EffectKind.LowerPriorityWhileMaster, i));
        Assert.True(pace.Allows(EffectKind.HigherPriorityWhileMaster, 1_000));
        Assert.All(Enumerable.Range(0, 100), i => Assert.True(pace.Allows(EffectKind.StateChanged, i)));
    }
}
