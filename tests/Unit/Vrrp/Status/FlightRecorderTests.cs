using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;
using Evenkeel.Vrrp.Status;

namespace Evenkeel.Tests.Unit.Vrrp.Status;

public sealed class FlightRecorderTests
{
    private static readonly VirtualRouter Router = new(new RouterSettings { Name = "VI", VirtualRouterId = 51 });

    [Fact]
    public void It_keeps_the_last_thousand_of_each_and_the_beat_never_pushes_a_decision_out()
    {
        var recorder = new FlightRecorder();
        recorder.Record(1, new Effect(EffectKind.StateChanged, Router) { To = VrrpState.Master });
        for (var i = 0; i < 5_000; i++)
            recorder.Record(new RecordedAdvertisement(i, Router, NodeAddress.None, 100, 3, AdvertisementStatus.Valid));
        Assert.Equal(1_000, recorder.Advertisements.Count());
        Assert.Equal(4_000, recorder.Advertisements.First().NowUs);
        Assert.Equal(VrrpState.Master, Assert.Single(recorder.Events).Effect.To);
    }

    [Fact]
    public void Events_are_told_in_their_order_with_the_time_of_day_and_the_reason()
    {
        var recorder = new FlightRecorder();
        var peer = NodeAddress.Parse("10.0.0.2");
        recorder.Record(2_000_000, new Effect(EffectKind.StateChanged, Router)
        {
            From = VrrpState.Backup, To = VrrpState.Master, Reason = TransitionReason.AdvertisementTimeout,
        });
        recorder.Record(new RecordedAdvertisement(1_000_000, Router, peer, 200, 2, AdvertisementStatus.WrongVersion));
        var snapshot = new StatusSnapshot(3_000_000, [], [], [.. recorder.Events], [.. recorder.Advertisements]);
        var lines = EventText.Of(snapshot, unixNowUs: 1_000_000_000_000_000).TrimEnd('\n').Split('\n');
        Assert.EndsWith("VI: heard advertisement v2 priority 200 from 10.0.0.2, dropped: WrongVersion", lines[0]);
        Assert.EndsWith(":39.000000 VI: BACKUP -> MASTER: no advertisement came for the whole master-down interval", lines[1]);
    }

    [Fact]
    public void Every_reason_has_words() =>
        Assert.All(Enum.GetValues<TransitionReason>(), reason => Assert.Contains(' ', ReasonText.Of(reason) + (reason == TransitionReason.Started ? " " : "")));
}
