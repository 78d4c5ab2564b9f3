using Evenkeel.Vrrp;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Tests.Unit.Vrrp.Router;

public sealed class RouterHealthTests
{
    private const long Second = 1_000_000;

    private static RouterBench Following(int weight, bool reverse = false, TrackerKind kind = TrackerKind.Script)
    {
        var bench = new RouterBench();
        bench.Router.Follow([new TrackerSlot(kind, "chk", weight, reverse)]);
        return bench.Start();
    }

    [Fact]
    public void A_script_of_weight_0_is_waited_for_and_its_failure_is_a_fault()
    {
        var bench = Following(0);
        Assert.Equal((VrrpState.Init, long.MaxValue), (bench.Router.State, bench.Router.NextDeadlineUs));
        Assert.Equal(VrrpState.Backup, bench.Tracker("chk", TrackerStatus.Up).Router.State);
        Assert.Equal(VrrpState.Fault, bench.Tracker("chk", TrackerStatus.Down).Router.State);
        Assert.Equal(VrrpState.Backup, bench.Tracker("chk", TrackerStatus.Up).Router.State);
    }

    [Theory]
    [InlineData(20, false, 100, 120, 100)]
    [InlineData(20, true, 100, 80, 100)]
    [InlineData(-20, false, 100, 100, 80)]
    [InlineData(-20, true, 100, 100, 120)]
    [InlineData(200, false, 100, 254, 100)]
    [InlineData(-200, false, 100, 100, 1)]
    public void A_weight_moves_the_priority_within_1_and_254(int weight, bool reverse, byte unknown, byte up, byte down)
    {
        var bench = Following(weight, reverse);
        Assert.Equal(VrrpState.Backup, bench.Router.State);
        Assert.Equal(unknown, bench.Router.EffectivePriority);
        Assert.Equal(up, bench.Tracker("chk", TrackerStatus.Up).Router.EffectivePriority);
        Assert.Equal(down, bench.Tracker("chk", TrackerStatus.Down).Router.EffectivePriority);
    }

    [Fact]
    public void Weight_0_with_reverse_is_a_fault_while_up()
    {
        var bench = Following(0, reverse: true);
        Assert.Equal(VrrpState.Fault, bench.Tracker("chk", TrackerStatus.Up).Router.State);
        Assert.Equal(VrrpState.Backup, bench.Tracker("chk", TrackerStatus.Down).Router.State);
    }

    [Theory]
    [InlineData(1, 30, 130, VrrpState.Backup)]
    [InlineData(2, -20, 60, VrrpState.Backup)]
    [InlineData(1, -253, 1, VrrpState.Backup)]
    [InlineData(1, -254, 1, VrrpState.Fault)]
    [InlineData(0, 0, 100, VrrpState.Backup)]
    [InlineData(0, 5, 100, VrrpState.Fault)]
    public void A_file_s_number_is_multiplied_by_its_weight(int weight, int value, byte priority, VrrpState state)
    {
        var bench = Following(weight, kind: TrackerKind.File).Tracker("chk", TrackerStatus.Up, value, TrackerKind.File);
        Assert.Equal((priority, state), (bench.Router.EffectivePriority, bench.Router.State));
    }

    [Fact]
    public void A_changed_priority_moves_the_running_timer_by_the_difference_of_the_skews()
    {
        var bench = Following(-20);
        var deadline = bench.Router.NextDeadlineUs;
        bench.NowUs = Second;
        bench.Tracker("chk", TrackerStatus.Down);
        Assert.Equal(deadline + (176 * Second / 256) - (156 * Second / 256), bench.Router.NextDeadlineUs);
    }

    [Fact]
    public void A_master_whose_priority_falls_says_so_with_its_next_beat()
    {
        var bench = Following(-20).At(4 * Second);
        bench.Tracker("chk", TrackerStatus.Down);
        Assert.Equal("", bench.Did);
        Assert.Equal("send(80)", bench.At(bench.Router.NextDeadlineUs).Did);
    }

    [Fact]
    public void Nothing_is_claimed_before_the_proxy_is_ready()
    {
        var bench = new RouterBench().Readiness(ProxyReadiness.Starting).Start();
        Assert.Equal(VrrpState.Init, bench.Router.State);
        bench.NowUs = 60 * Second;
        bench.Readiness(ProxyReadiness.Ready);
        Assert.Equal((VrrpState.Backup, (63 * Second) + (156 * Second / 256)), (bench.Router.State, bench.Router.NextDeadlineUs));
    }

    [Fact]
    public void A_master_that_loses_its_proxy_resigns_at_once_and_comes_after_every_ready_peer()
    {
        var bench = new RouterBench().Readiness(ProxyReadiness.Ready).Master();
        bench.NowUs += 100;
        Assert.Equal("hush send(0)", bench.Readiness(ProxyReadiness.Unready).Did);
        Assert.Equal((VrrpState.Backup, (byte)1), (bench.Router.State, bench.Router.EffectivePriority));
        Assert.Equal(bench.NowUs + Second + (156 * Second / 256), bench.Router.NextDeadlineUs);

        bench.Hear(2);
        Assert.Equal(RouterBench.Lower, bench.Router.MasterAddress);
        Assert.Equal("release", bench.At(bench.NowUs + 20_000).Did);
    }

    [Fact]
    public void A_master_in_fault_by_a_script_keeps_the_address_until_the_successor_speaks()
    {
        var bench = Following(0).Tracker("chk", TrackerStatus.Up);
        bench.At(bench.Router.NextDeadlineUs);
        Assert.Equal("hush send(0)", bench.Tracker("chk", TrackerStatus.Down).Did);
        Assert.Equal((VrrpState.Fault, true), (bench.Router.State, bench.Router.HoldsAddresses));
        bench.NowUs += Second / 2;
        bench.Hear(90);
        Assert.Equal("release", bench.At(bench.NowUs + 20_000).Did);
    }

    [Fact]
    public void Without_a_successor_a_master_in_fault_lets_go_after_the_longest_skew()
    {
        var bench = Following(0).Tracker("chk", TrackerStatus.Up);
        bench.At(bench.Router.NextDeadlineUs);
        bench.Tracker("chk", TrackerStatus.Down);
        Assert.Equal("release", bench.At(bench.NowUs + (13 * Second / 10)).Did);
    }

    [Fact]
    public void When_nobody_is_ready_the_better_sum_claims_first()
    {
        var better = new RouterBench(RouterBench.Settings(100)).Readiness(ProxyReadiness.Ready).Master().Readiness(ProxyReadiness.Unready);
        var worse = new RouterBench(RouterBench.Settings(95)).Readiness(ProxyReadiness.Ready).Start().Readiness(ProxyReadiness.Unready);
        worse.NowUs = better.NowUs;
        worse.Hear(150);
        worse.Hear(0);
        Assert.True(better.Router.NextDeadlineUs < worse.Router.NextDeadlineUs);
        Assert.Equal("send(1) claim announce(5)", better.At(better.Router.NextDeadlineUs).Did);
        Assert.Equal(VrrpState.Backup, worse.Hear(1).Router.State);
    }

    [Fact]
    public void A_proxy_that_is_back_gives_the_priority_back_at_once()
    {
        var bench = new RouterBench().Readiness(ProxyReadiness.Ready).Master().Readiness(ProxyReadiness.Unready);
        bench.At(bench.Router.NextDeadlineUs);
        Assert.Equal(VrrpState.Master, bench.Router.State);
        Assert.Equal("send(100)", bench.Readiness(ProxyReadiness.Ready).Did);
    }

    [Fact]
    public void A_group_waits_until_all_its_members_want_to_be_master()
    {
        var group = new SyncGroup("G1");
        var first = new RouterBench(RouterBench.Settings(), group).Start();
        var second = new RouterBench(RouterBench.Settings(90) with { Name = "VI_2", VirtualRouterId = 52 }, group).Start();

        first.At(first.Router.NextDeadlineUs);
        Assert.Equal(VrrpState.Backup, first.Router.State);
        second.At(second.Router.NextDeadlineUs);
        Assert.Equal((VrrpState.Master, VrrpState.Master, VrrpState.Master), (first.Router.State, second.Router.State, group.State));
        Assert.Equal(TransitionReason.GroupMaster, first.Router.StateReason);
        Assert.Equal("send(90) claim announce(5) send(100) claim announce(5)", second.Did);
        Assert.True(second.Told(EffectKind.GroupChanged));
    }

    [Fact]
    public void One_member_that_yields_takes_the_group_with_it()
    {
        var group = new SyncGroup("G1");
        var first = new RouterBench(RouterBench.Settings(), group).Start();
        var second = new RouterBench(RouterBench.Settings() with { VirtualRouterId = 52 }, group).Start();
        first.At(first.Router.NextDeadlineUs);
        second.At(second.Router.NextDeadlineUs);
        Assert.Equal(VrrpState.Master, group.State);

        first.NowUs = second.NowUs;
        first.Hear(200);
        Assert.Equal((VrrpState.Backup, VrrpState.Backup, VrrpState.Backup), (first.Router.State, second.Router.State, group.State));
    }

    [Fact]
    public void One_member_in_fault_puts_all_in_fault_until_it_is_over()
    {
        var group = new SyncGroup("G1");
        var first = new RouterBench(RouterBench.Settings(), group).Start();
        var second = new RouterBench(RouterBench.Settings() with { VirtualRouterId = 52 }, group).Start();
        first.Fault(FaultCauses.InterfaceDown, true);
        Assert.Equal((VrrpState.Fault, TransitionReason.GroupFault), (second.Router.State, second.Router.StateReason));
        first.Fault(FaultCauses.InterfaceDown, false);
        Assert.Equal((VrrpState.Backup, VrrpState.Backup), (first.Router.State, second.Router.State));
    }

    [Fact]
    public void What_was_known_of_a_tracker_survives_a_reload()
    {
        var bench = Following(-20).Tracker("chk", TrackerStatus.Down);
        bench.Router.Follow([new TrackerSlot(TrackerKind.Script, "chk", -30, false)]);
        var effects = new EffectList();
        bench.Router.Reconfigure(RouterBench.Settings(), bench.NowUs, effects);
        Assert.Equal(70, bench.Router.EffectivePriority);
    }
}
