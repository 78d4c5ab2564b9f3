using CsCheck;
using Evenkeel.Proxy.Loop;

namespace Evenkeel.Tests.Unit.Proxy.Loop;

public sealed class TimerWheelTests
{
    private sealed class Probe : LoopTimer
    {
        public List<long> Fired { get; } = [];

        public Action? Then { get; set; }

        public override void OnDeadline(long nowMs)
        {
            Fired.Add(nowMs);
            Then?.Invoke();
        }
    }

    [Fact]
    public void A_timer_goes_off_at_its_millisecond_and_not_before()
    {
        var wheel = new TimerWheel(1_000);
        var timer = new Probe();
        wheel.Set(timer, 1_300);
        wheel.Advance(1_299);
        Assert.Empty(timer.Fired);
        wheel.Advance(1_300);
        Assert.Equal([1_300], timer.Fired);
        Assert.Equal(0, wheel.Count);
    }

    [Fact]
    public void Moving_a_deadline_back_keeps_it_from_going_off_early()
    {
        var wheel = new TimerWheel(0);
        var timer = new Probe();
        wheel.Set(timer, 100);
        wheel.Advance(90);
        wheel.Set(timer, 190);
        wheel.Advance(189);
        Assert.Empty(timer.Fired);
        wheel.Advance(190);
        Assert.Equal([190], timer.Fired);
    }

    [Fact]
    public void A_cancelled_timer_stays_silent_and_can_be_set_again()
    {
        var wheel = new TimerWheel(0);
        var timer = new Probe();
        wheel.Set(timer, 50);
        TimerWheel.Cancel(timer);
        wheel.Advance(60);
        wheel.Set(timer, 80);
        wheel.Advance(100);
        Assert.Equal([80], timer.Fired);
    }

    [Fact]
    public void A_timer_may_set_itself_again_from_its_own_call()
    {
        var wheel = new TimerWheel(0);
        var timer = new Probe();
        timer.Then = () => { if (timer.Fired.Count < 3) wheel.Set(timer, timer.Fired.Count * 10 + 10); };
        wheel.Set(timer, 10);
        wheel.Advance(1_000);
        Assert.Equal([10, 20, 30], timer.Fired);
    }

    [Fact]
    public void An_empty_wheel_has_nothing_to_wait_for()
    {
        var wheel = new TimerWheel(0);
        Assert.Equal(-1, wheel.DelayMs(0));
        wheel.Set(new Probe(), 7);
        Assert.Equal(7, wheel.DelayMs(0));
    }

    /// <summary>
    /// Whatever the start, the deadlines and the steps of the clock: each timer goes off exactly once, at the first step not before its deadline.
    /// </summary>
    [Fact]
    public void Every_deadline_is_met_once_at_the_first_step_after_it() =>
        Gen.Select(Gen.Long[0, 1L << 40], Gen.Long[1, 1L << 26].Array[1, 40], Gen.Int[1, 100_000].Array[1, 40]).Sample((start, delays, steps) =>
        {
            var wheel = new TimerWheel(start);
            var timers = delays.Select(delay => { var t = new Probe(); wheel.Set(t, start + delay); return (t, start + delay); }).ToList();
            var now = start;
            foreach (var step in steps)
            {
                var wait = wheel.DelayMs(now);
                var earliest = timers.Where(x => x.t.Fired.Count == 0).Select(x => x.Item2).DefaultIfEmpty(long.MaxValue).Min();
                Assert.True(wait < 0 ? earliest == long.MaxValue : now + wait <= earliest);
                now += step;
                wheel.Advance(now);
                foreach (var (timer, deadline) in timers)
                {
                    Assert.Equal(deadline <= now ? 1 : 0, timer.Fired.Count);
                    if (timer.Fired.Count == 1) Assert.Equal(deadline, timer.Fired[0]);
                }
            }
        });
}
