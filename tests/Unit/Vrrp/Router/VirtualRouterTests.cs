using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Tests.Unit.Vrrp.Router;

public sealed class VirtualRouterTests
{
    private const long Second = 1_000_000;
    private const long SkewOf100 = 156 * Second / 256;

    [Fact]
    public void It_starts_as_backup_and_waits_three_intervals_and_the_skew()
    {
        var bench = new RouterBench().Start();
        Assert.Equal(VrrpState.Backup, bench.Router.State);
        Assert.Equal((3 * Second) + SkewOf100, bench.Router.NextDeadlineUs);

        bench.At(bench.Router.NextDeadlineUs - 1);
        Assert.Equal(VrrpState.Backup, bench.Router.State);

        bench.At(bench.Router.NextDeadlineUs);
        Assert.Equal("send(100) claim announce(5)", bench.Did);
        Assert.Equal((VrrpState.Master, TransitionReason.AdvertisementTimeout), (bench.Router.State, bench.Router.StateReason));
    }

    [Fact]
    public void State_master_below_255_waits_like_everybody_else()
    {
        var bench = new RouterBench(RouterBench.Settings() with { StartsAsMaster = true }).Start();
        Assert.Equal((3 * Second) + SkewOf100, bench.Router.NextDeadlineUs);
    }

    [Fact]
    public void An_owner_with_state_master_claims_at_once_and_no_tracker_moves_its_priority()
    {
        var bench = new RouterBench(RouterBench.Settings(255) with { StartsAsMaster = true });
        bench.Router.Follow([new TrackerSlot(Evenkeel.Vrrp.TrackerKind.Script, "chk", -50, false)]);
        bench.Master();
        Assert.Equal((0L, "send(255) claim announce(5)"), (bench.NowUs, bench.Did));
        bench.Tracker("chk", TrackerStatus.Down);
        Assert.Equal(255, bench.Router.EffectivePriority);
    }

    [Fact]
    public void An_owner_told_to_ignore_advertisements_neither_yields_nor_answers()
    {
        var bench = new RouterBench(RouterBench.Settings(255) with { StartsAsMaster = true, OwnerIgnoresAdvertisements = true }).Master();
        foreach (byte priority in (byte[])[0, 100, 255])
            Assert.Equal("", bench.Hear(priority, RouterBench.Higher).Did);
        Assert.Equal(VrrpState.Master, bench.Router.State);
        Assert.Equal("send(255)", new RouterBench(RouterBench.Settings(255) with { StartsAsMaster = true }).Master().Hear(100).Did[..9]);
    }

    [Theory]
    [InlineData(3_000_000, VrrpState.Master)]
    [InlineData(3_300_000, VrrpState.Backup)]
    public void A_master_late_for_longer_than_another_node_waits_steps_back_when_timer_expired_backup_says_so(long silenceUs, VrrpState expected)
    {
        var bench = new RouterBench(RouterBench.Settings() with { NoPreempt = true, HighestOtherPriority = 200 }).Master();
        Assert.Equal(expected, bench.At(bench.NowUs + silenceUs).Router.State);
    }

    [Fact]
    public void An_owner_with_state_backup_waits() =>
        Assert.Equal((3 * Second) + (Second / 256), new RouterBench(RouterBench.Settings(255)).Start().Router.NextDeadlineUs);

    [Fact]
    public void A_master_keeps_its_beat_and_repeats_its_announcement_after_five_seconds()
    {
        var bench = new RouterBench().Master();
        var start = bench.NowUs;
        for (var i = 1; i < 5; i++)
            Assert.Equal("send(100)", bench.At(start + (i * Second)).Did);
        Assert.Equal("send(100) announce(5)", bench.At(start + (5 * Second)).Did);
        Assert.Equal("send(100)", bench.At(start + (6 * Second) + 1_000).Did);
        Assert.Equal(start + (7 * Second), bench.Router.NextDeadlineUs);
    }

    [Fact]
    public void A_late_master_does_not_send_a_burst()
    {
        var bench = new RouterBench().Master();
        bench.At(bench.NowUs + (4 * Second));
        Assert.Equal(1, bench.Effects.Count(e => e.Kind == EffectKind.SendAdvertisement));
        Assert.Equal(bench.NowUs + Second, bench.Router.NextDeadlineUs);
    }

    [Theory]
    [InlineData(101)]
    [InlineData(100)]
    public void A_backup_follows_an_equal_or_higher_master(byte priority)
    {
        var bench = new RouterBench().Start();
        bench.NowUs = 2 * Second;
        bench.Hear(priority);
        Assert.True(bench.Told(EffectKind.MasterIs));
        Assert.Equal(bench.NowUs + (3 * Second) + SkewOf100, bench.Router.NextDeadlineUs);
        Assert.Equal(RouterBench.Lower, bench.Router.MasterAddress);
        Assert.False(bench.Hear(priority).Told(EffectKind.MasterIs));
    }

    [Fact]
    public void A_backup_does_not_let_a_lower_master_stop_its_timer()
    {
        var bench = new RouterBench().Start();
        var deadline = bench.Router.NextDeadlineUs;
        bench.NowUs = Second;
        bench.Hear(99);
        Assert.True(bench.Told(EffectKind.LowerPriorityDiscarded));
        Assert.Equal(deadline, bench.Router.NextDeadlineUs);
    }

    [Fact]
    public void With_nopreempt_a_lower_master_is_followed()
    {
        var bench = new RouterBench(RouterBench.Settings() with { NoPreempt = true }).Start();
        bench.NowUs = Second;
        bench.Hear(1);
        Assert.Equal(Second + (3 * Second) + SkewOf100, bench.Router.NextDeadlineUs);
    }

    [Fact]
    public void A_preempt_delay_counts_from_the_first_lower_advertisement()
    {
        var bench = new RouterBench(RouterBench.Settings() with { PreemptDelayUs = 10 * Second }).Start();
        for (var second = 1; second <= 10; second++)
        {
            bench.NowUs = second * Second;
            bench.Hear(50);
            Assert.Equal(bench.NowUs + (3 * Second) + SkewOf100, bench.Router.NextDeadlineUs);
        }
        bench.NowUs = 11 * Second;
        bench.Hear(50);
        Assert.Equal((13 * Second) + SkewOf100, bench.Router.NextDeadlineUs);
        Assert.Equal(VrrpState.Master, bench.At(bench.Router.NextDeadlineUs).Router.State);
    }

    [Fact]
    public void A_preempt_delay_does_not_hold_back_a_node_that_hears_no_master()
    {
        var bench = new RouterBench(RouterBench.Settings() with { PreemptDelayUs = 100 * Second }).Start();
        Assert.Equal(VrrpState.Master, bench.At((3 * Second) + SkewOf100).Router.State);
    }

    [Fact]
    public void A_goodbye_leaves_only_the_skew_to_wait()
    {
        var bench = new RouterBench().Start();
        bench.Hear(150);
        bench.NowUs = Second;
        bench.Hear(0);
        Assert.Equal(Second + SkewOf100, bench.Router.NextDeadlineUs);
        bench.At(bench.Router.NextDeadlineUs);
        Assert.Equal(TransitionReason.MasterResigned, bench.Router.StateReason);
    }

    [Fact]
    public void The_skew_of_version_2_is_part_of_a_second_and_of_version_3_part_of_the_interval()
    {
        Assert.Equal(SkewOf100, VrrpTimers.SkewUs(2, 100, 10 * Second));
        Assert.Equal(10 * SkewOf100, VrrpTimers.SkewUs(3, 100, 10 * Second));
        Assert.Equal(6_093, VrrpTimers.SkewUs(3, 100, 10_000));
        Assert.Equal(Second / 256, VrrpTimers.SkewUs(2, 255, Second));
    }

    [Fact]
    public void Version_3_learns_the_master_s_interval_and_forgets_it_as_master()
    {
        var bench = new RouterBench(RouterBench.Settings() with { Version = 3 }).Start();
        bench.Hear(150, intervalCs: 200);
        Assert.Equal((6 * Second) + (2 * SkewOf100), bench.Router.NextDeadlineUs);
        bench.At(bench.Router.NextDeadlineUs);
        Assert.Equal(bench.NowUs + Second, bench.Router.NextDeadlineUs);
    }

    [Fact]
    public void A_master_answers_a_goodbye_at_once_and_stays()
    {
        var bench = new RouterBench().Master();
        bench.NowUs += 10;
        Assert.Equal("send(100) announce(5)", bench.Hear(0).Did);
        Assert.Equal(VrrpState.Master, bench.Router.State);
    }

    [Fact]
    public void The_winner_of_a_conflict_speaks_and_has_the_last_announcement_on_the_wire()
    {
        var bench = new RouterBench().Master();
        bench.NowUs += 10_000;
        var heard = bench.NowUs;
        Assert.Equal("send(100) announce(5)", bench.Hear(50).Did);
        Assert.True(bench.Told(EffectKind.LowerPriorityWhileMaster));
        Assert.Equal("announce(5)", bench.At(heard + 31_000).Did);
        Assert.Equal("", bench.At(heard + 62_000).Did);
    }

    [Fact]
    public void However_often_a_conflict_is_heard_answers_and_announcements_are_bounded()
    {
        var bench = new RouterBench().Master();
        var start = bench.NowUs;
        var (sent, announced) = (0, 0);
        for (var ms = 1; ms <= 900; ms++)
        {
            bench.At(start + (ms * 1_000));
            announced += bench.Effects.Count(e => e.Kind == EffectKind.Announce);
            bench.Hear(50);
            sent += bench.Effects.Count(e => e.Kind == EffectKind.SendAdvertisement);
            announced += bench.Effects.Count(e => e.Kind == EffectKind.Announce);
        }
        Assert.Equal(2, sent);
        Assert.InRange(announced, 2, 31);
    }

    [Fact]
    public void The_loser_of_a_conflict_speaks_once_more_and_keeps_the_address_until_the_winner_has_announced_itself()
    {
        var bench = new RouterBench().Master();
        Assert.Equal("send(100) hush", bench.Hear(150).Did);
        Assert.Equal((VrrpState.Backup, true), (bench.Router.State, bench.Router.HoldsAddresses));
        Assert.Equal("release", bench.At(bench.NowUs + 20_000).Did);
        Assert.Equal(RouterBench.Lower, bench.Router.MasterAddress);
        for (var answers = 0; answers < 2; answers++)
        {
            bench.NowUs += Second / 4;
            bench.Hear(150);
        }
        Assert.Equal(bench.NowUs + (3 * Second) + SkewOf100, bench.Router.NextDeadlineUs);
    }

    [Fact]
    public void Addresses_wait_for_the_successor_s_announcement_where_it_can_be_heard()
    {
        var bench = new RouterBench().Master();
        bench.Router.HearsAnnouncements = true;
        bench.Stop();
        bench.NowUs += 600_000;
        bench.Hear(90);
        Assert.Equal("", bench.At(bench.NowUs + 200_000).Did);
        bench.Router.SuccessorAnnounced(bench.NowUs);
        Assert.Equal("release Stopped", bench.At(bench.NowUs + 2_000).Did);
    }

    [Fact]
    public void A_successor_that_never_announces_itself_is_waited_for_a_quarter_of_a_second()
    {
        var bench = new RouterBench().Master();
        bench.Router.HearsAnnouncements = true;
        Assert.Equal("send(100) hush", bench.Hear(150).Did);
        var heardUs = bench.NowUs;
        Assert.True(bench.At(heardUs + (Second / 4) - 1).Router.HoldsAddresses);
        Assert.False(bench.At(heardUs + (Second / 4)).Router.HoldsAddresses);
    }

    [Fact]
    public void What_others_announce_means_nothing_to_a_master()
    {
        var bench = new RouterBench().Master();
        bench.Router.SuccessorAnnounced(bench.NowUs);
        bench.At(bench.NowUs + 10_000);
        Assert.True(bench.Router.HoldsAddresses);
    }

    [Fact]
    public void The_loser_repeats_its_last_word_until_the_winner_answers_ahead_of_its_beat()
    {
        var bench = new RouterBench().Master();
        bench.Hear(150);
        var start = bench.NowUs;
        bench.At(start + 20_000);
        Assert.Equal("send(100)", bench.At(start + (Second / 4)).Did);
        bench.NowUs = start + (3 * Second / 10);
        bench.Hear(150);
        // One early beat may be this node's own clock that stood still for a moment: a paused virtual machine.
        Assert.Equal("send(100)", bench.At(start + (Second / 2)).Did);
        bench.NowUs = start + (6 * Second / 10);
        bench.Hear(150);
        Assert.True(bench.Router.NextDeadlineUs > bench.NowUs + (3 * Second));
    }

    [Fact]
    public void A_loser_that_gets_a_fault_before_the_winner_has_heard_it_goes_on_telling()
    {
        var bench = new RouterBench().Master();
        bench.Router.Follow([new Evenkeel.Vrrp.Router.TrackerSlot(Evenkeel.Vrrp.TrackerKind.Script, "chk", 0, false)]);
        bench.Hear(150);
        var start = bench.NowUs;
        bench.At(start + 20_000);
        bench.Tracker("chk", TrackerStatus.Down);
        Assert.Equal(VrrpState.Fault, bench.Router.State);
        Assert.Equal("send(100)", bench.At(start + (Second / 4)).Did);
        foreach (var tenths in new[] { 3, 6 })
        {
            bench.NowUs = start + (tenths * Second / 10);
            bench.Hear(150);
            bench.At(bench.NowUs + (Second / 4));
        }
        Assert.Equal(long.MaxValue, bench.Router.NextDeadlineUs);
    }

    [Fact]
    public void A_winner_s_ordinary_beat_is_no_answer()
    {
        var bench = new RouterBench().Master();
        bench.Hear(150);
        var start = bench.NowUs;
        for (var quarter = 1; quarter <= 3; quarter++)
            bench.At(start + (quarter * Second / 4));
        bench.NowUs = start + Second - 1;
        bench.Hear(150);
        Assert.Equal("send(100)", bench.At(start + Second).Did);
    }

    [Fact]
    public void Switched_to_keepalived_s_manners_the_loser_leaves_in_silence()
    {
        var settings = RouterBench.Settings() with { MakeBeforeBreak = false, ConflictRepair = false };
        var bench = new RouterBench(settings).Master();
        Assert.Equal("hush release", bench.Hear(150).Did);
    }

    [Fact]
    public void Between_equal_masters_the_higher_address_wins()
    {
        Assert.Equal(VrrpState.Backup, new RouterBench().Master().Hear(100, RouterBench.Higher).Router.State);
        Assert.Equal(VrrpState.Master, new RouterBench().Master().Hear(100, RouterBench.Lower).Router.State);
    }

    [Fact]
    public void With_lower_prio_no_advert_a_lower_master_is_not_answered() =>
        Assert.Equal("", new RouterBench(RouterBench.Settings() with { LowerPriorityNoAdvertisement = true }).Master().Hear(50).Did);

    [Fact]
    public void A_clean_stop_says_goodbye_and_lets_go_when_the_successor_has_spoken()
    {
        var bench = new RouterBench().Master();
        Assert.Equal("hush send(0)", bench.Stop().Did);
        Assert.True(bench.Router.HoldsAddresses);
        bench.NowUs += SkewOf100;
        bench.Hear(90);
        Assert.Equal("release Stopped", bench.At(bench.NowUs + 20_000).Did);
    }

    [Fact]
    public void A_clean_stop_without_a_successor_ends_after_the_longest_skew_and_a_margin()
    {
        var bench = new RouterBench().Master();
        var stopped = bench.NowUs;
        bench.Stop();
        Assert.Equal("send(0)", bench.At(stopped + (Second / 16)).Did);
        Assert.Equal("", bench.At(stopped + (13 * Second / 10) - 1).Did);
        Assert.Equal("release Stopped", bench.At(stopped + (13 * Second / 10)).Did);
        Assert.Equal(long.MaxValue, bench.Router.NextDeadlineUs);
    }

    [Fact]
    public void Without_make_before_break_a_stop_lets_go_at_once() =>
        Assert.Equal("hush send(0) release Stopped", new RouterBench(RouterBench.Settings() with { MakeBeforeBreak = false }).Master().Stop().Did);

    [Fact]
    public void A_backup_stops_without_a_word() => Assert.Equal("Stopped", new RouterBench().Start().Stop().Did);

    [Fact]
    public void A_fault_gives_everything_up_and_its_end_means_a_full_wait_as_backup()
    {
        var bench = new RouterBench().Master();
        Assert.Equal("hush send(0) release", bench.Fault(FaultCauses.InterfaceDown, true).Did);
        Assert.Equal(VrrpState.Fault, bench.Router.State);
        bench.NowUs += Second;
        bench.Fault(FaultCauses.InterfaceDown, false);
        Assert.Equal((VrrpState.Backup, bench.NowUs + (3 * Second) + SkewOf100), (bench.Router.State, bench.Router.NextDeadlineUs));
    }

    [Fact]
    public void Addresses_left_by_a_dead_process_are_adopted_when_nobody_speaks()
    {
        var bench = new RouterBench().Start(adopts: true);
        Assert.Equal((VrrpState.Backup, true, Second + SkewOf100), (bench.Router.State, bench.Router.HoldsAddresses, bench.Router.NextDeadlineUs));
        Assert.Equal("send(100) claim announce(5)", bench.At(bench.Router.NextDeadlineUs).Did);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(150)]
    public void Addresses_left_by_a_dead_process_are_given_up_when_a_master_speaks(byte priority)
    {
        var bench = new RouterBench().Start(adopts: true);
        bench.NowUs = Second / 2;
        Assert.Equal("send(1)", bench.Hear(priority).Did);
        Assert.Equal("release", bench.At(bench.NowUs + 20_000).Did);
        Assert.Equal(VrrpState.Backup, bench.Router.State);
    }

    [Fact]
    public void Two_causes_of_fault_must_both_end()
    {
        var bench = new RouterBench().Start().Fault(FaultCauses.InterfaceDown, true).Fault(FaultCauses.NoSourceAddress, true);
        Assert.Equal(VrrpState.Fault, bench.Fault(FaultCauses.InterfaceDown, false).Router.State);
        Assert.Equal(VrrpState.Backup, bench.Fault(FaultCauses.NoSourceAddress, false).Router.State);
    }

    [Fact]
    public void A_removed_address_is_put_back_and_announced_without_a_change_of_state()
    {
        var bench = new RouterBench().Master();
        var effects = new EffectList();
        bench.Router.AddressLost(bench.NowUs, effects);
        Assert.Equal([EffectKind.ClaimAddresses, EffectKind.Announce], effects.Items.ToArray().Select(e => e.Kind));
    }

    [Fact]
    public void A_frozen_nopreempt_master_that_was_replaced_meanwhile_does_not_come_back_unless_that_is_turned_off()
    {
        var settings = RouterBench.Settings() with { NoPreempt = true, LowerPriorityNoAdvertisement = true };
        var bench = new RouterBench(settings).Master();
        var careless = new RouterBench(settings with { StallDetection = false }).Master();
        bench.NowUs += 10 * Second;
        bench.Hear(50);
        bench.At(bench.NowUs);
        Assert.Equal((VrrpState.Backup, TransitionReason.Stalled), (bench.Router.State, bench.Router.StateReason));
        Assert.True(bench.Did.Contains("send(1)", StringComparison.Ordinal), "the holder is told that there were two");
        Assert.Equal(VrrpState.Master, careless.At(careless.NowUs + (10 * Second)).Hear(50).At(careless.NowUs).Router.State);
    }

    [Fact]
    public void A_refresh_repeats_the_announcement_while_master()
    {
        var announcements = new GratuitousArpModel { MasterRefreshMs = 60_000, MasterRefreshRepeat = 2, MasterDelayMs = 0 };
        var settings = RouterBench.Settings() with { Announcements = announcements };
        var bench = new RouterBench(settings).Master();
        bench.At(bench.NowUs + (60 * Second));
        Assert.Contains(bench.Effects, e => e is { Kind: EffectKind.Announce, Count: 2 });
    }

    [Theory]
    [InlineData("ttl", AdvertisementStatus.WrongTimeToLive)]
    [InlineData("own", AdvertisementStatus.Own)]
    [InlineData("version", AdvertisementStatus.WrongVersion)]
    [InlineData("interval", AdvertisementStatus.WrongInterval)]
    [InlineData("authentication", AdvertisementStatus.WrongAuthenticationType)]
    public void What_does_not_fit_is_dropped_without_touching_the_state(string defect, AdvertisementStatus expected)
    {
        var bench = new RouterBench().Master();
        var settings = bench.Router.Settings;
        _ = defect switch
        {
            "ttl" => bench.Hear(200, ttl: 254),
            "own" => bench.Hear(200, RouterBench.Own),
            "version" => bench.Hear(200, sentBy: settings with { Version = 3 }),
            "interval" => bench.Hear(200, intervalCs: 200),
            _ => bench.Hear(200, sentBy: settings with { Password = "secret12"u8.ToArray() }),
        };
        Assert.Equal((VrrpState.Master, 1L), (bench.Router.State, bench.Router.Counters.Rejected(expected)));
        Assert.Equal("", bench.Did);
    }

    [Fact]
    public void A_wrong_password_is_dropped_and_the_right_one_taken()
    {
        var settings = RouterBench.Settings() with { Password = "secret12"u8.ToArray() };
        var bench = new RouterBench(settings).Master();
        bench.Hear(200, sentBy: settings with { Password = "secret13"u8.ToArray() });
        Assert.Equal(1, bench.Router.Counters.Rejected(AdvertisementStatus.WrongPassword));
        Assert.Equal(VrrpState.Backup, bench.Hear(200).Router.State);
    }

    [Fact]
    public void Another_list_of_addresses_is_accepted_and_said_once()
    {
        var bench = new RouterBench().Start();
        var other = bench.Router.Settings with { Addresses = [NodeAddress.Parse("10.99.0.200")] };
        Assert.True(bench.Hear(150, sentBy: other).Told(EffectKind.AddressesDiffer));
        Assert.Equal(RouterBench.Lower, bench.Router.MasterAddress);
        Assert.False(bench.Hear(150, sentBy: other).Told(EffectKind.AddressesDiffer));
        bench.Hear(150);
        Assert.True(bench.Hear(150, sentBy: other).Told(EffectKind.AddressesDiffer));
    }

    [Fact]
    public void A_steady_state_allocates_nothing()
    {
        var writer = new AdvertisementWriter(2, 51, 100, RouterBench.Settings().Addresses, null, ChecksumForm.Plain);
        var packet = writer.Build(150, RouterBench.Lower, default).ToArray();
        var router = new VirtualRouter(RouterBench.Settings()) { Source = RouterBench.Own };
        var effects = new EffectList();
        router.Start(0, effects);
        var seconds = 0;
        Allocations.AreNone(() =>
        {
            for (var end = seconds + 1_000; seconds < end;)
            {
                seconds++;
                effects.Clear();
                Advertisement.Parse(packet, RouterBench.Lower, default, default, out var advertisement);
                router.Receive(advertisement, new Arrival(RouterBench.Lower, 255, true), seconds * Second, effects);
                router.OnTimer(seconds * Second, effects);
            }
        });
    }
}
