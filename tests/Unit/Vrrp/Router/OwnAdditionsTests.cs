using Evenkeel.Vrrp.Router;

namespace Evenkeel.Tests.Unit.Vrrp.Router;

/// <summary>What Keepalived does not do, and that its switch brings back what Keepalived does.</summary>
public sealed class OwnAdditionsTests
{
    private const long Second = 1_000_000;

    private static RouterBench Bench(Func<RouterSettings, RouterSettings> change) => new(change(RouterBench.Settings()));

    [Fact]
    public void A_backup_claims_soon_when_the_session_to_its_master_falls()
    {
        var bench = new RouterBench().Start().At(Second).Hear(150);
        bench.PeerLost(RouterBench.Lower);
        Assert.True(bench.Told(EffectKind.MasterUnreachable));
        Assert.Equal(Second + (50_000 * 156 / 256), bench.Router.NextDeadlineUs);
        bench.At(bench.Router.NextDeadlineUs);
        Assert.Equal((VrrpState.Master, TransitionReason.MasterUnreachable), (bench.Router.State, bench.Router.StateReason));
    }

    [Fact]
    public void The_better_of_two_backups_claims_first()
    {
        var best = Bench(s => s with { Priority = 140 }).Start().At(Second).Hear(150).PeerLost(RouterBench.Lower);
        var worst = Bench(s => s with { Priority = 90 }).Start().At(Second).Hear(150).PeerLost(RouterBench.Lower);
        Assert.True(best.Router.NextDeadlineUs < worst.Router.NextDeadlineUs);
    }

    [Fact]
    public void A_session_to_somebody_else_than_the_master_changes_nothing()
    {
        var bench = new RouterBench().Start().At(Second).Hear(150);
        var deadline = bench.Router.NextDeadlineUs;
        bench.PeerLost(RouterBench.Higher);
        Assert.Equal(deadline, bench.Router.NextDeadlineUs);
        var master = new RouterBench().Master();
        Assert.Equal("", master.PeerLost(RouterBench.Lower).Did);
    }

    [Fact]
    public void A_master_that_still_speaks_is_followed_again()
    {
        var bench = new RouterBench().Start().At(Second).Hear(150).PeerLost(RouterBench.Lower).Hear(150);
        Assert.Equal(Second + (3 * Second) + (156 * Second / 256), bench.Router.NextDeadlineUs);
    }

    [Fact]
    public void Without_restore_addresses_a_removed_address_ends_mastership_as_in_keepalived()
    {
        var bench = Bench(s => s with { RestoreAddresses = false }).Master();
        Assert.Equal("hush send(0) release", bench.AddressLost().Did);
        Assert.Equal((VrrpState.Backup, TransitionReason.AddressRemoved), (bench.Router.State, bench.Router.StateReason));
        Assert.Equal("claim announce(5)", new RouterBench().Master().AddressLost().Did);
    }

    [Fact]
    public void A_goodbye_is_said_twice_unless_a_successor_has_spoken()
    {
        var bench = new RouterBench().Master();
        var stopped = bench.NowUs;
        Assert.Equal("hush send(0)", bench.Stop().Did);
        Assert.Equal("send(0)", bench.At(stopped + (Second / 16)).Did);
        Assert.Equal("release", bench.At(stopped + Second + 300_000).Did[..7]);

        var heard = new RouterBench().Master();
        stopped = heard.NowUs;
        heard.Stop();
        heard.NowUs += 10_000;
        heard.Hear(90);
        Assert.DoesNotContain("send", heard.At(stopped + (Second / 16)).Did, StringComparison.Ordinal);
    }

    [Fact]
    public void A_goodbye_heard_twice_does_not_begin_the_wait_again()
    {
        var bench = new RouterBench().Start().At(Second).Hear(150).Hear(0);
        var deadline = bench.Router.NextDeadlineUs;
        bench.NowUs += 50_000;
        Assert.Equal(deadline, bench.Hear(0).Router.NextDeadlineUs);
    }

    [Fact]
    public void A_router_of_both_versions_follows_version_2_until_version_3_is_heard_from_the_same_master()
    {
        var old = RouterBench.Settings() with { Version = 2, IntervalCs = 300 };
        var bench = Bench(s => s with { Version = 3, DualVersion = true }).Start().At(Second).Hear(150, sentBy: old);
        Assert.Equal((150, 3 * Second), (bench.Router.MasterPriority, bench.Router.MasterIntervalUs));
        bench.Hear(150);
        Assert.Equal(Second, bench.Router.MasterIntervalUs);
        bench.Hear(150, sentBy: old);
        Assert.Equal(Second, bench.Router.MasterIntervalUs);
        Assert.True(Bench(s => s with { Version = 3 }).Start().At(Second).Hear(150, sentBy: old).Told(EffectKind.Rejected));
    }
}
