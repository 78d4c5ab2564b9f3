using Evenkeel.Model.Process;
using Evenkeel.Proxy.Loop;

namespace Evenkeel.Tests.Unit.Proxy.Loop;

/// <summary>`profiling.tasks`: `auto` measures when a loop's turns last a millisecond on average over about 1,024 of them, until they last 990 us.</summary>
public sealed class TaskProfileTests
{
    private readonly TaskProfile _profile = new();
    private long _nowNs = 1;

    private int TurnsUntil(bool isOn, long turnNs)
    {
        for (var turns = 1; turns <= 10_000; turns++)
        {
            _nowNs += turnNs;
            _profile.EndTurn(turnNs, _nowNs);
            if (_profile.IsOn == isOn) return turns;
        }
        return int.MaxValue;
    }

    [Fact]
    public void Short_turns_are_never_measured_by_themselves() => Assert.Equal(int.MaxValue, TurnsUntil(isOn: true, 989_000));

    [Fact]
    public void A_late_loop_is_measured_until_it_is_in_time_again()
    {
        Assert.Equal(1, TurnsUntil(isOn: false, 0));
        Assert.InRange(TurnsUntil(isOn: true, 2_000_000), 600, 800);
        Assert.Equal(int.MaxValue, TurnsUntil(isOn: false, 995_000));
        Assert.InRange(TurnsUntil(isOn: false, 0), 1, 20);
    }

    [Fact]
    public void One_long_turn_does_not_begin_a_measurement() => Assert.NotEqual(1, TurnsUntil(isOn: true, 500_000_000));

    [Fact]
    public void A_command_begins_and_ends_it_with_the_next_turn_and_the_totals_begin_anew()
    {
        _profile.Mode = TaskProfiling.On;
        Assert.Equal(1, TurnsUntil(isOn: true, 1_000));
        _profile.Add(300, 20);
        _profile.Add(100, 40);
        Assert.Equal((2, 400, 60), _profile.Totals);
        _profile.Mode = TaskProfiling.Off;
        Assert.Equal(1, TurnsUntil(isOn: false, 1_000));
        Assert.Equal((2, 400, 60), _profile.Totals);
        Assert.Equal((1_001, 2_001), _profile.Span);
        _profile.Mode = TaskProfiling.On;
        Assert.Equal(1, TurnsUntil(isOn: true, 1_000));
        Assert.Equal((0, 0, 0), _profile.Totals);
        Assert.Equal((3_001, 0), _profile.Span);
    }
}
