using Evenkeel.Vrrp.Bfd;

namespace Evenkeel.Tests.Unit.Vrrp.Bfd;

public sealed class BfdSessionTests
{
    private const long Second = 1_000_000;

    [Fact]
    public void Two_active_sides_come_up_and_then_speak_at_the_negotiated_pace()
    {
        var pair = new BfdPair(BfdPair.Settings(10_000, 20_000), BfdPair.Settings(15_000, 12_000, multiplier: 3)).For(3 * Second);
        Assert.Equal((BfdState.Up, BfdState.Up), (pair.A.State, pair.B.State));
        Assert.Equal((12_000, 20_000), (pair.A.TransmitIntervalUs, pair.B.TransmitIntervalUs));
        Assert.Equal(3 * 20_000, pair.A.DetectionTimeUs);
        Assert.Equal(5 * 12_000, pair.B.DetectionTimeUs);
        pair.Sent[0] = 0;
        pair.For(Second);
        Assert.InRange(pair.Sent[0], (int)(Second / 12_000), (int)(Second / 9_000));
    }

    [Fact]
    public void Before_it_is_up_a_session_speaks_no_more_than_once_a_second()
    {
        var pair = new BfdPair(BfdPair.Settings(), BfdPair.Settings()) { CutToA = true, CutToB = true };
        pair.For(10 * Second);
        Assert.InRange(pair.Sent[0], 9, 15);
        Assert.Equal(BfdState.Down, pair.A.State);
    }

    [Fact]
    public void Silence_is_noticed_within_the_detection_time_and_the_other_side_learns_of_it()
    {
        var pair = new BfdPair(BfdPair.Settings(), BfdPair.Settings()).For(3 * Second);
        pair.CutToA = true;
        pair.For(60_000);
        Assert.Equal((BfdState.Down, BfdDiagnostic.DetectionTimeExpired), (pair.A.State, pair.A.Diagnostic));
        Assert.InRange(pair.ChangedUs[0], (3 * Second) + 39_000, (3 * Second) + 52_000);
        Assert.Equal((BfdState.Down, BfdDiagnostic.NeighbourSaidDown), (pair.B.State, pair.B.Diagnostic));
    }

    [Fact]
    public void A_one_way_link_does_not_come_up()
    {
        var pair = new BfdPair(BfdPair.Settings(), BfdPair.Settings()) { CutToA = true };
        pair.For(20 * Second);
        Assert.NotEqual(BfdState.Up, pair.A.State);
        Assert.NotEqual(BfdState.Up, pair.B.State);
    }

    [Fact]
    public void A_passive_side_says_nothing_before_it_is_spoken_to()
    {
        var passive = BfdPair.Settings() with { IsPassive = true };
        var silent = new BfdPair(passive, passive).For(5 * Second);
        Assert.Equal([0, 0], silent.Sent);
        Assert.Equal(BfdState.Up, new BfdPair(passive, BfdPair.Settings()).For(5 * Second).A.State);
    }

    [Fact]
    public void A_clean_end_is_told_as_administratively_down()
    {
        var pair = new BfdPair(BfdPair.Settings(), BfdPair.Settings()).For(3 * Second);
        Assert.Equal(BfdEffects.Send, pair.A.Stop());
        Assert.Equal(BfdState.AdminDown, pair.A.NextPacket.State);
        Assert.Equal(BfdEffects.StateChanged | BfdEffects.Send, pair.B.Receive(pair.A.NextPacket, pair.NowUs) & ~BfdEffects.TimersChanged);
        Assert.Equal((BfdState.Down, BfdDiagnostic.NeighbourSaidDown), (pair.B.State, pair.B.Diagnostic));
    }

    [Fact]
    public void Every_poll_is_answered_at_once_and_ends()
    {
        var pair = new BfdPair(BfdPair.Settings(), BfdPair.Settings()).For(3 * Second);
        Assert.False(pair.A.NextPacket.Poll);
        pair.A.Reconfigure(BfdPair.Settings(transmitUs: 30_000), pair.NowUs);
        Assert.True(pair.A.NextPacket.Poll);
        pair.For(100_000);
        Assert.False(pair.A.NextPacket.Poll);
        Assert.Equal((BfdState.Up, 150_000L), (pair.B.State, pair.B.DetectionTimeUs));
    }

    [Fact]
    public void A_neighbour_that_takes_no_packets_gets_none()
    {
        var pair = new BfdPair(BfdPair.Settings(), BfdPair.Settings()).For(3 * Second);
        pair.A.Receive(pair.B.NextPacket with { MinimumReceiveUs = 0 }, pair.NowUs);
        Assert.Equal(BfdEffects.None, pair.A.OnTimer(pair.A.NextDeadlineUs) & BfdEffects.Send);
    }

    [Fact]
    public void However_much_is_lost_a_pair_finds_together_again_and_never_falls_on_a_good_link()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var multiplier = (byte)random.Next(3, 8);
            var pair = new BfdPair(BfdPair.Settings((uint)random.Next(5_000, 100_000), (uint)random.Next(5_000, 100_000), multiplier),
                BfdPair.Settings((uint)random.Next(5_000, 100_000), (uint)random.Next(5_000, 100_000), multiplier), seed);
            for (var round = 0; round < 4; round++)
            {
                (pair.CutToA, pair.CutToB, pair.Loss) = (random.Next(3) == 0, random.Next(3) == 0, random.NextDouble());
                pair.For(random.NextInt64(3 * Second));
                (pair.CutToA, pair.CutToB, pair.Loss) = (false, false, 0);
                pair.For(6 * Second);
                Assert.True(pair.A.State == BfdState.Up && pair.B.State == BfdState.Up, $"seed {seed}: {pair.A.State}, {pair.B.State}");
                var changed = (pair.ChangedUs[0], pair.ChangedUs[1]);
                pair.For(3 * Second);
                Assert.True(changed == (pair.ChangedUs[0], pair.ChangedUs[1]), $"seed {seed}: fell on a good link");
            }
        }
    }

    [Fact]
    public void Nothing_is_allocated_per_packet()
    {
        var pair = new BfdPair(BfdPair.Settings(), BfdPair.Settings()).For(3 * Second);
        var packet = pair.B.NextPacket;
        var now = pair.NowUs;
        Allocations.AreNone(() =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                now += 8_000;
                pair.A.Receive(packet, now);
                pair.A.OnTimer(now);
            }
        });
    }
}
