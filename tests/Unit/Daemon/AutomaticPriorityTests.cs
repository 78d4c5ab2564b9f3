using Evenkeel.Daemon.Keepalived;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Tests.Unit.Daemon;

public sealed class AutomaticPriorityTests
{
    [Fact]
    public void Without_a_word_two_milliseconds_bring_the_lowest_real_time_priority()
    {
        var priority = new AutomaticPriority(new GlobalDefinitionsModel());
        Assert.Equal(2_000, priority.DelayUs);
        Assert.True(priority.IsWanted);
        Assert.Equal(1, priority.Raise());
        Assert.False(priority.IsWanted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void It_can_be_turned_off(int most) => Assert.False(new AutomaticPriority(new GlobalDefinitionsModel { MaxAutomaticPriority = most }).IsWanted);

    [Fact]
    public void What_was_asked_for_rises_step_by_step_after_the_originals_second()
    {
        var priority = new AutomaticPriority(new GlobalDefinitionsModel { MaxAutomaticPriority = 3, VrrpRealTimePriority = 1 });
        Assert.Equal(1_000_000, priority.DelayUs);
        Assert.Equal([2, 3], new[] { priority.Raise(), priority.Raise() });
        Assert.False(priority.IsWanted);
    }

    [Fact]
    public void Real_time_priority_of_its_own_is_enough() =>
        Assert.False(new AutomaticPriority(new GlobalDefinitionsModel { VrrpRealTimePriority = 10 }).IsWanted);

    [Fact]
    public void What_is_late_can_be_said() =>
        Assert.Equal(500, new AutomaticPriority(new GlobalDefinitionsModel { MinAutomaticPriorityDelayUs = 500 }).DelayUs);
}
