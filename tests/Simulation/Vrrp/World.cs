using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Tests.Simulation.Vrrp;

/// <summary>
/// A seeded world of two to four nodes on one network in virtual time: packets are lost, late and doubled, the network splits, links go one way,
/// nodes freeze, crash,
/// lose power and restart, trackers flap. Everything follows from the seed.
/// </summary>
/// <remarks>A client sits beside every node and knows only what announcements told it, like a neighbour cache that has not expired.</remarks>
public sealed partial class World
{
    private const int Nobody = -1;
    private static readonly NodeAddress Group = NodeAddress.Parse("224.0.0.18");
    private readonly WorldOptions _options;
    private readonly Random _random;
    private readonly PriorityQueue<SimulatedEvent, (long, long)> _events = new();
    private readonly EffectList _effects = new();
    private readonly SimulatedNode[] _nodes;
    private readonly int[] _island;
    private readonly bool[,] _cut;
    private readonly int[] _clientBelieves;
    private readonly WorldReport _report = new();
    private readonly bool _everybodyPreempts;
    private double _loss;
    private double _duplication;
    private long _jitterUs;
    private long _nowUs;
    private long _order;

    private readonly record struct SimulatedEvent(SimulatedNode? To, byte[]? Packet, NodeAddress From, int Client, int Owner);

    private World(WorldOptions options)
    {
        _options = options;
        _random = new Random(options.Seed);
        _everybodyPreempts = _random.Next(4) > 0;
        var version = _random.Next(3) == 0 ? 2 : 3;
        var intervalCs = version == 2 ? 100 : _random.Next(3) switch { 0 => 100, 1 => 10, _ => 1 };
        _nodes = new SimulatedNode[_random.Next(2, 5)];
        var secondBurst = _random.Next(2) == 0;
        var samePriority = _random.Next(8) == 0;
        for (var i = 0; i < _nodes.Length; i++)
        {
            _nodes[i] = new SimulatedNode(i, new RouterSettings
            {
                Name = $"VI_{i}", VirtualRouterId = 51, Version = version, IntervalCs = intervalCs,
                Priority = (byte)(samePriority ? 100 : 100 + (i * _random.Next(1, 40))),
                NoPreempt = (!_everybodyPreempts && _random.Next(2) == 0) || options.Bug == PlantedBug.IgnoresPreemption,
                PreemptDelayUs = _random.Next(6) == 0 ? 2_000_000 : 0,
                MakeBeforeBreak = _random.Next(5) > 0,
                Announcements = secondBurst ? new() : new() { MasterDelayMs = 0, LowerPriorityDelayMs = 0 },
                Addresses = [NodeAddress.Parse("10.99.0.100")],
            });
        }
        _island = new int[_nodes.Length];
        _cut = new bool[_nodes.Length, _nodes.Length];
        _clientBelieves = new int[_nodes.Length];
        Array.Fill(_clientBelieves, Nobody);
    }

    private long IntervalUs => _nodes[0].Settings.IntervalUs;

    /// <summary>Runs one world from start to end. The report is the same for the same options, always.</summary>
    public static WorldReport Run(WorldOptions options)
    {
        var world = new World(options);
        world.Play();
        world._report.VirtualSeconds = world._nowUs / 1e6;
        return world._report;
    }

    private void RunFor(long durationUs, Action? eachTick = null, long tickUs = 20_000)
    {
        var end = _nowUs + durationUs;
        var tick = eachTick is null ? long.MaxValue : _nowUs + tickUs;
        while (_report.Violations.Count == 0)
        {
            var next = _events.TryPeek(out _, out var at) ? at.Item1 : long.MaxValue;
            if (Math.Min(next, tick) > end)
                break;
            if (tick <= next)
            {
                _nowUs = tick;
                tick += tickUs;
                eachTick!();
                continue;
            }
            _nowUs = next;
            Deliver(_events.Dequeue());
        }
        _nowUs = end;
    }

    private void Deliver(in SimulatedEvent happening)
    {
        if (happening.To is null)
        {
            _clientBelieves[happening.Client] = happening.Owner;
            return;
        }
        var node = happening.To;
        if (!node.IsOn || node.Router is null)
            return;
        if (happening.Packet is { } packet)
        {
            if (node.IsFrozen)
                node.Keep(packet, happening.From);
            else
                Receive(node, packet, happening.From);
        }
        else if (!node.IsFrozen && node.WakeUs <= _nowUs)
        {
            Wake(node);
        }
    }

    private void Receive(SimulatedNode node, byte[] packet, NodeAddress from)
    {
        if (Advertisement.Parse(packet, from, Group, Group, out var advertisement) != AdvertisementStatus.Valid)
            throw new InvalidOperationException("a packet of our own was not readable");
        if (_options.Bug == PlantedBug.DeafMaster && node.Router!.State == VrrpState.Master && advertisement.Priority > node.Router.EffectivePriority)
            return;
        Act(node, () =>
        {
            Advertisement.Parse(packet, from, Group, Group, out var again);
            node.Router!.Receive(again, new Arrival(from, 255, IsMulticast: true), _nowUs, _effects);
        });
    }

    private void Wake(SimulatedNode node) => Act(node, () =>
    {
        node.WakeUs = long.MaxValue;
        if (node.Router!.NextDeadlineUs <= _nowUs)
            node.Router.OnTimer(_nowUs, _effects);
    });

    /// <summary>Lets a router handle one event and does what it asks for.</summary>
    private void Act(SimulatedNode node, Action handle)
    {
        _effects.Clear();
        handle();
        for (var i = 0; i < _effects.Count; i++)
            Do(node, _effects[i]);
        if (node.Router is null)
            return;
        var next = node.Router.NextDeadlineUs;
        if (next >= node.WakeUs)
            return;
        node.WakeUs = next;
        Schedule(Math.Max(next, _nowUs), new SimulatedEvent(node, null, default, 0, 0));
    }

    private void Do(SimulatedNode node, in Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.SendAdvertisement:
                Send(node, effect.Priority);
                break;
            case EffectKind.ClaimAddresses:
                node.Holds = true;
                break;
            case EffectKind.ReleaseAddresses when _options.Bug != PlantedBug.KeepsAddresses:
                node.Holds = false;
                if (node.Router!.State != VrrpState.Backup || node.Router.StateReason is TransitionReason.ProxyUnready or TransitionReason.FaultCleared)
                    Expire(node);
                break;
            case EffectKind.Announce:
                // The first burst after taking over is the change of state itself; what comes while already master is repair.
                if (_options.Bug != PlantedBug.NoRepairAnnouncement || node.Router!.StateSinceUs == _nowUs)
                    Announce(node, effect.Count);
                break;
            case EffectKind.StateChanged:
                _report.Transitions++;
                Tell($"{node.Index}: {effect.From} -> {effect.To} ({effect.Reason})");
                break;
            case EffectKind.Stopped:
                node.Die();
                break;
        }
    }

    private void Send(SimulatedNode from, byte priority)
    {
        var packet = from.Writer.Build(priority, from.Address, Group).ToArray();
        foreach (var to in _nodes)
        {
            if (to == from || !Connected(from.Index, to.Index) || _cut[from.Index, to.Index] || _random.NextDouble() < _loss)
                continue;
            _report.Advertisements++;
            Schedule(_nowUs + Latency(), new SimulatedEvent(to, packet, from.Address, 0, 0));
            if (_random.NextDouble() < _duplication)
                Schedule(_nowUs + Latency(), new SimulatedEvent(to, packet, from.Address, 0, 0));
        }
    }

    private void Announce(SimulatedNode from, int count)
    {
        // Putting the address on the interface and queueing takes each node its own time.
        var delayUs = _random.Next(20, 5_000);
        for (var client = 0; client < _nodes.Length; client++)
        {
            if (!Connected(from.Index, client))
                continue;
            for (var i = 0; i < count; i++)
            {
                if (_random.NextDouble() >= _loss)
                    Schedule(_nowUs + delayUs + (i * 30), new SimulatedEvent(null, null, default, client, from.Index));
            }
        }
    }

    /// <summary>A node that left without losing a conflict told nobody who comes next: its neighbours' entries run out by themselves.</summary>
    private void Expire(SimulatedNode gone)
    {
        for (var client = 0; client < _nodes.Length; client++)
        {
            if (_clientBelieves[client] == gone.Index)
                _clientBelieves[client] = Nobody;
        }
    }

    private long Latency() => 50 + (_jitterUs > 0 ? _random.NextInt64(_jitterUs) : 0);

    private bool Connected(int a, int b) => _nodes[a].IsOn && _island[a] == _island[b];

    private void Schedule(long atUs, in SimulatedEvent happening) => _events.Enqueue(happening, (atUs, _order++));

    private void Tell(string what)
    {
        if (_report.History.Count > 400)
            _report.History.RemoveRange(0, 200);
        _report.History.Add($"{_nowUs / 1e6:F6} {what}");
    }
}
