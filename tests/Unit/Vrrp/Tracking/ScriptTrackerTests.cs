using Evenkeel.Linux;
using Evenkeel.Vrrp.Router;
using Evenkeel.Vrrp.Tracking;

namespace Evenkeel.Tests.Unit.Vrrp.Tracking;

public sealed class ScriptTrackerTests
{
    private readonly Stage _stage = new();

    private ScriptTracker Start(Evenkeel.Model.Vrrp.VrrpScriptModel model)
    {
        var tracker = new ScriptTracker(model, _stage, _stage, _stage, _stage);
        tracker.Start();
        _stage.Pass(0);
        return tracker;
    }

    [Fact]
    public void It_runs_at_once_and_then_every_interval()
    {
        Start(Stage.Script());
        for (int i = 0; i < 3; i++)
        {
            _stage.Last.End(0);
            _stage.Pass(1);
        }
        Assert.Equal(4, _stage.Started.Count);
        Assert.Equal(["chk Up"], _stage.Reported);
    }

    [Fact]
    public void Runs_do_not_drift_when_the_loop_was_frozen()
    {
        Start(Stage.Script());
        _stage.Last.End(0);
        _stage.Freeze(5.4);
        _stage.Last.End(0);
        int before = _stage.Started.Count;
        _stage.Pass(0.59);
        Assert.Equal(before, _stage.Started.Count);
        _stage.Pass(0.02);
        Assert.Equal(before + 1, _stage.Started.Count);
    }

    [Fact]
    public void A_run_that_is_still_going_is_not_started_twice()
    {
        Start(Stage.Script() with { TimeoutMs = 10_000 });
        _stage.Pass(4);
        Assert.Single(_stage.Started);
        Assert.Single(_stage.Log, "Track script chk is already running, expect idle - skipping run");
    }

    [Fact]
    public void A_run_beyond_its_time_fails_gets_TERM_and_two_seconds_later_KILL()
    {
        Start(Stage.Script() with { IntervalMs = 5_000, TimeoutMs = 1_000 });
        _stage.Pass(1.1);
        Assert.Equal(["chk Down"], _stage.Reported);
        Assert.Equal([15], _stage.Last.Signals);
        _stage.Pass(2);
        Assert.Equal([15, 9], _stage.Last.Signals);
        Assert.Contains("VRRP_Script(chk) timed_out", _stage.Log);
    }

    [Fact]
    public void The_end_of_a_run_that_was_timed_out_is_not_counted_again()
    {
        Start(Stage.Script() with { IntervalMs = 5_000, TimeoutMs = 1_000, Rise = 1 });
        _stage.Pass(1.1);
        _stage.Last.End(0);
        Assert.Equal(["chk Down"], _stage.Reported);
        _stage.Pass(4);
        _stage.Last.End(0);
        Assert.Equal(["chk Down", "chk Up"], _stage.Reported);
    }

    [Fact]
    public void Without_a_timeout_the_interval_is_the_limit()
    {
        Start(Stage.Script() with { IntervalMs = 2_000 });
        _stage.Pass(2.1);
        Assert.Equal([15], _stage.Last.Signals);
    }

    [Fact]
    public void A_program_that_cannot_be_started_counts_as_failed()
    {
        _stage.Refusal = Errno.ENOENT;
        Start(Stage.Script());
        Assert.Equal(["chk Down"], _stage.Reported);
    }

    [Fact]
    public void Death_by_signal_is_a_failure_and_says_so()
    {
        Start(Stage.Script());
        _stage.Last.Die(9);
        Assert.Equal(["chk Down"], _stage.Reported);
        Assert.Contains("VRRP_Script(chk) failed (due to signal 9)", _stage.Log);
    }

    [Fact]
    public void With_init_fail_it_is_reported_down_before_it_ran()
    {
        var tracker = new ScriptTracker(Stage.Script() with { InitFail = true }, _stage, _stage, _stage, _stage);
        tracker.Start();
        Assert.Equal(["chk Down"], _stage.Reported);
        Assert.Equal(TrackerStatus.Down, tracker.Status);
    }

    [Fact]
    public void After_a_stop_nothing_is_started_or_reported()
    {
        var tracker = Start(Stage.Script());
        tracker.Stop();
        Assert.Equal([15], _stage.Last.Signals);
        _stage.Last.End(0);
        _stage.Pass(10);
        Assert.Single(_stage.Started);
        Assert.Empty(_stage.Reported);
    }
}
