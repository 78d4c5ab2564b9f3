using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Simulation;

/// <summary>
/// A seeded world of nodes on one network in virtual time: packets are lost, late and doubled, the network splits, links go one way, nodes freeze, crash, lose
/// power and restart, trackers flap, configurations change. Every node runs the product's own routers on its own keepalived.conf, every advertisement is built,
/// sent and read. Everything follows from the seed.
/// </summary>
/// <remarks>Rounds of trouble alternate with quiet, in which the rules of World.Invariants.cs must come true. Cost: about a microsecond an event.</remarks>
public sealed partial class World
{
    private readonly WorldOptions _options;
    private readonly SeededRandom _random;
    private readonly EventQueue<Happening> _events = new();
    private readonly EffectList _effects = new();
    private readonly SimulatedNode[] _nodes;
    private readonly List<SimulatedGroup> _groups;
    private readonly Dictionary<VirtualRouter, SimulatedRouter> _simulated = [];
    private readonly WorldReport _report = new();
    private long _nowUs;

    /// <summary>A packet for a router, a router's timer (no packet), or an announcement for a neighbour (no router).</summary>
    private readonly record struct Happening(SimulatedRouter? To, byte[]? Packet, SimulatedRouter? From, int Neighbour);

    private World(WorldOptions options)
    {
        _options = options;
        _random = new SeededRandom(options.Seed);
        (_nodes, _groups) = SimulatedNetwork.Build(options.Nodes, ignorePreemption: options.Bug == PlantedBug.IgnoresPreemption);
        _island = new int[_nodes.Length];
        _cut = new bool[_nodes.Length, _nodes.Length];
    }

    /// <summary>Runs one world from start to end. The report is the same for the same options, always.</summary>
    public static WorldReport Run(WorldOptions options)
    {
        var world = new World(options);
        world.Play();
        world._report.VirtualSeconds = world._nowUs / 1e6;
        world.WriteHistory();
        return world._report;
    }

    private long LocalUs(SimulatedNode node) => _nowUs - node.ClockLagUs;

    private void RunFor(long durationUs)
    {
        var end = _nowUs + durationUs;
        while (_report.Violations.Count == 0 && _events.NextUs <= end)
        {
            _nowUs = _events.NextUs;
            Deliver(_events.Take());
        }
        _nowUs = end;
    }

    private void Deliver(in Happening happening)
    {
        if (happening.To is not { } router)
        {
            var from = happening.From!;
            from.Group.Believed[happening.Neighbour] = from.IsForgotten ? SimulatedGroup.Nobody : from.Node.Index;
            return;
        }
        if (router.Router is null || router.Node is not { IsOn: true, IsRunning: true } node) return;
        if (happening.Packet is { } packet)
        {
            _report.AdvertisementsDelivered++;
            if (node.IsFrozen) router.Keep(new SimulatedPacket(packet, happening.From!));
            else Receive(router, packet, happening.From!);
        }
        else if (!node.IsFrozen && router.WakeUs <= _nowUs)
        {
            Wake(router);
        }
    }

    private void Receive(SimulatedRouter router, byte[] packet, SimulatedRouter from)
    {
        var isUnicast = from.Settings.IsUnicast;
        var destination = isUnicast ? router.Address : router.Multicast;
        if (Advertisement.Parse(packet, from.Address, destination, router.Multicast, out var advertisement) != AdvertisementStatus.Valid)
            throw new InvalidOperationException("a packet of our own was not readable");
        var machine = router.Router!;
        if (_options.Bug == PlantedBug.DeafMaster && machine.State == VrrpState.Master && advertisement.Priority > machine.EffectivePriority) return;
        _effects.Clear();
        var status = machine.Receive(advertisement, new Arrival(from.Address, Advertisement.TimeToLive, !isUnicast), LocalUs(router.Node), _effects);
        if (status == AdvertisementStatus.Valid && machine.State == VrrpState.Backup) NoteWait(router, advertisement);
        Settle(router);
    }

    private void Wake(SimulatedRouter router)
    {
        router.WakeUs = long.MaxValue;
        _effects.Clear();
        if (router.Router!.NextDeadlineUs <= LocalUs(router.Node)) router.Router.OnTimer(LocalUs(router.Node), _effects);
        Settle(router);
    }

    /// <summary>Does what a router asked for, and what its group did with it; then looks at the rules when something changed.</summary>
    private void Settle(SimulatedRouter router)
    {
        var changed = false;
        for (var i = 0; i < _effects.Count; i++)
        {
            ref readonly var effect = ref _effects[i];
            if (effect.Router is null) continue;
            // Nearly always its own: only a group has more to do.
            if (effect.Router == router.Router) changed |= Do(router, effect);
            else if (_simulated.TryGetValue(effect.Router, out var its)) changed |= Do(its, effect);
        }
        if (router.Router?.Group is null) Schedule(router);
        else
            foreach (var each in router.Node.Routers) Schedule(each);
        if (changed) Observe(router.Node);
    }

    private void Schedule(SimulatedRouter router)
    {
        if (router.Router is null) return;
        var next = router.Router.NextDeadlineUs;
        if (next == long.MaxValue) return;
        next += router.Node.ClockLagUs;
        if (_options.Bug == PlantedBug.WrongSkew && router.Router.State == VrrpState.Backup) next += WrongSkewUs(router);
        if (next >= router.WakeUs) return;
        router.WakeUs = next;
        _events.Add(Math.Max(next, _nowUs), new Happening(router, null, null, 0));
    }

    /// <summary>What a skew that grows with the priority adds to the right one.</summary>
    private static long WrongSkewUs(SimulatedRouter router)
    {
        var priority = router.Router!.EffectivePriority;
        return Math.Max(0, (priority - (256 - priority)) * VrrpTimers.SkewUnitUs(router.Settings.Version, router.Router.MasterIntervalUs) / 256);
    }

    /// <returns>True when it may have changed who holds the address.</returns>
    private bool Do(SimulatedRouter router, in Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.SendAdvertisement:
                Send(router, effect.Priority);
                return false;
            case EffectKind.ClaimAddresses:
                (router.Holds, router.IsForgotten) = (true, false);
                return true;
            case EffectKind.ReleaseAddresses when _options.Bug != PlantedBug.KeepsAddresses:
                router.Holds = false;
                if (router.Router!.State != VrrpState.Backup || router.Router.StateReason is TransitionReason.ProxyUnready or TransitionReason.FaultCleared)
                    Expire(router);
                return true;
            case EffectKind.Announce:
                // The first burst after taking over is the change of state itself; what comes while already master is repair.
                if (_options.Bug != PlantedBug.NoRepairAnnouncement || router.Router!.StateSinceUs == LocalUs(router.Node)) Announce(router, effect.Count);
                return false;
            case EffectKind.StateChanged:
                _report.Transitions++;
                Tell(router, effect);
                if (effect.To == VrrpState.Master) JudgeClaim(router, effect.Reason);
                else NoteEntry(router, effect);
                return true;
            case EffectKind.PriorityChanged:
                // The running wait is shifted with it.
                router.Waits = SimulatedRouter.Wait.Unknown;
                return false;
            case EffectKind.Stopped:
                router.Router = null;
                _simulated.Remove(effect.Router!);
                router.Node.IsRunning = router.Node.Routers.Exists(r => r.Router is not null);
                return true;
            default:
                return false;
        }
    }
}
