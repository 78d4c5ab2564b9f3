using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Tests.Unit.Vrrp.Router;

/// <summary>One virtual router with a hand-driven clock; collects what it asked for.</summary>
internal sealed class RouterBench
{
    public static readonly NodeAddress Own = NodeAddress.Parse("10.99.0.2");
    public static readonly NodeAddress Lower = NodeAddress.Parse("10.99.0.1");
    public static readonly NodeAddress Higher = NodeAddress.Parse("10.99.0.3");
    private static readonly NodeAddress Group = NodeAddress.Parse("224.0.0.18");
    private readonly EffectList _effects = new();

    public RouterBench(RouterSettings? settings = null, SyncGroup? group = null)
    {
        Router = new VirtualRouter(settings ?? Settings(), group) { Source = Own };
    }

    public VirtualRouter Router { get; }

    public long NowUs { get; set; }

    public static RouterSettings Settings(byte priority = 100) =>
        new() { Name = "VI_1", VirtualRouterId = 51, Priority = priority, Addresses = [NodeAddress.Parse("10.99.0.100")] };

    /// <summary>Effects of the last event, those that only tell left out.</summary>
    public string Did => string.Join(' ', Effects.Where(e => e.Kind <= EffectKind.Stopped).Select(Say));

    public Effect[] Effects { get; private set; } = [];

    public bool Told(EffectKind kind) => Effects.Any(e => e.Kind == kind);

    public RouterBench Start(bool adopts = false) => Run(() => Router.Start(NowUs, _effects, adopts));

    public RouterBench Stop() => Run(() => Router.Stop(NowUs, _effects));

    public RouterBench Master()
    {
        Start();
        return At(Router.NextDeadlineUs);
    }

    /// <summary>Moves the clock and lets the router run its timer if one is due.</summary>
    public RouterBench At(long nowUs)
    {
        NowUs = nowUs;
        return Run(() =>
        {
            if (Router.NextDeadlineUs <= NowUs)
                Router.OnTimer(NowUs, _effects);
        });
    }

    public RouterBench Readiness(ProxyReadiness readiness) => Run(() => Router.SetProxyReadiness(readiness, NowUs, _effects));

    public RouterBench Fault(FaultCauses cause, bool present) => Run(() => Router.SetFault(cause, present, NowUs, _effects));

    public RouterBench Tracker(string name, TrackerStatus status, int value = 0, Evenkeel.Vrrp.TrackerKind kind = Evenkeel.Vrrp.TrackerKind.Script) =>
        Run(() => Router.TrackerChanged(kind, name, status, value, NowUs, _effects));

    public RouterBench PeerLost(NodeAddress peer) => Run(() => Router.PeerLost(peer, NowUs, _effects));

    public RouterBench AddressLost() => Run(() => Router.AddressLost(NowUs, _effects));

    public RouterBench Hear(byte priority, NodeAddress? from = null, byte ttl = 255, int? intervalCs = null, RouterSettings? sentBy = null)
    {
        var settings = sentBy ?? Router.Settings;
        var writer = new AdvertisementWriter(
            settings.Version, settings.VirtualRouterId, intervalCs ?? settings.IntervalCs, settings.Addresses, settings.Password, ChecksumForm.PseudoHeader);
        var source = from ?? Lower;
        var packet = writer.Build(priority, source, Group).ToArray();
        return Run(() =>
        {
            Assert.Equal(AdvertisementStatus.Valid, Advertisement.Parse(packet, source, Group, Group, out var advertisement));
            Router.Receive(advertisement, new Arrival(source, ttl, IsMulticast: true), NowUs, _effects);
        });
    }

    private RouterBench Run(Action action)
    {
        _effects.Clear();
        action();
        Effects = _effects.Items.ToArray();
        return this;
    }

    private static string Say(Effect effect) => effect.Kind switch
    {
        EffectKind.SendAdvertisement => $"send({effect.Priority})",
        EffectKind.ClaimAddresses => "claim",
        EffectKind.ReleaseAddresses => "release",
        EffectKind.Announce => $"announce({effect.Count})",
        EffectKind.CancelAnnouncements => "hush",
        _ => effect.Kind.ToString(),
    };
}
