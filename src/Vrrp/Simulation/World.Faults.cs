using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Simulation;

/// <summary>The story of a world: rounds of trouble, each followed by quiet in which the rules must come true.</summary>
public sealed partial class World
{
    private static readonly FaultKind[] NodeFaults =
    [
        FaultKind.PowerOff, FaultKind.ProcessDies, FaultKind.CleanStop, FaultKind.Reload, FaultKind.Freeze, FaultKind.Suspend, FaultKind.InterfaceDown,
        FaultKind.TrackerFails, FaultKind.ProxyUnready,
    ];

    private static readonly FaultKind[] NetworkFaults = [FaultKind.Partition, FaultKind.OneWayLink, FaultKind.LossyNetwork, FaultKind.SlowNetwork];

    private long _outageUs;
    private long _outageNotBeforeUs;

    private long IntervalUs => _groups.Max(g => g.IntervalUs);

    private bool IsOver =>
        _report.Violations.Count > 0 || _report.Rounds >= _options.Rounds || _nowUs >= _options.DurationUs || _options.Stop?.Invoke() == true;

    private void Play()
    {
        if (_groups.Count == 0) return;
        foreach (var node in _nodes) StartNode(node);
        Quiet("start");
        while (!IsOver)
        {
            _report.Rounds++;
            if (_random.Next(2) == 0) OneTrouble();
            else ManyTroubles();
            Heal();
            Quiet($"round {_report.Rounds}");
        }
    }

    private void ManyTroubles()
    {
        var troubles = _random.Next(2, 5);
        for (var i = 0; i < troubles && _report.Violations.Count == 0; i++)
        {
            var kind = _random.Next(3) == 0 ? NetworkFaults[_random.Next(NetworkFaults.Length)] : NodeFaults[_random.Next(NodeFaults.Length)];
            Inflict(kind, _nodes[_random.Next(_nodes.Length)]);
            RunFor(_random.NextInt64(10_000, Math.Max(20_000, 6 * IntervalUs)));
        }
    }

    /// <summary>One fault on a node that holds an address, and time enough for another to take over: what clients lose is measured.</summary>
    private void OneTrouble()
    {
        var kind = NodeFaults[_random.Next(NodeFaults.Length)];
        var master = _groups[_random.Next(_groups.Count)].Members.Find(m => m.IsMaster && m.Node.IsActing);
        if (master is null) return;
        RunFor(_random.NextInt64(IntervalUs));
        if (!master.IsMaster) return;
        (_outageUs, _outageNotBeforeUs) = (0, _nowUs);
        if (!Inflict(kind, master.Node)) return;
        RunFor(_groups.Max(ClaimedUs));
        if (!master.Group.Outage.Is) _report.OutagesAfter(kind).Add(_outageUs);
    }

    /// <returns>False when the node is in no state for it.</returns>
    private bool Inflict(FaultKind kind, SimulatedNode node)
    {
        if (Array.IndexOf(NodeFaults, kind) < 0) InflictNetwork(kind, node);
        else if (!InflictNode(kind, node)) return false;
        _report.Count(kind);
        return true;
    }

    private bool InflictNode(FaultKind kind, SimulatedNode node)
    {
        if (!node.IsActing) return false;
        if (kind != FaultKind.TrackerFails) Tell($"{node.Name}: {kind}");
        switch (kind)
        {
            case FaultKind.PowerOff:
                Kill(node, keepsAddresses: false);
                break;
            case FaultKind.ProcessDies:
                Kill(node, keepsAddresses: true);
                break;
            case FaultKind.CleanStop:
                foreach (var router in node.Routers)
                {
                    var isUnheard = router.Router is { HasUnheardWord: true };
                    _effects.Clear();
                    router.Router?.Stop(LocalUs(node), _effects);
                    Settle(router);
                    // The winner never heard of the conflict, and nobody is left who could tell it.
                    if (isUnheard) Expire(router);
                }
                break;
            case FaultKind.Reload:
                foreach (var router in node.Routers)
                {
                    if (router.Settings.IsOwner) continue;
                    Reconfigure(router, router.Settings with { Priority = (byte)Math.Clamp(router.Settings.Priority + _random.Next(-30, 31), 1, 254) });
                }
                break;
            case FaultKind.Freeze:
                node.IsFrozen = true;
                break;
            case FaultKind.Suspend:
                node.IsFrozen = true;
                var began = _nowUs;
                RunFor(_random.NextInt64(10_000, 8 * IntervalUs));
                node.ClockLagUs += _nowUs - began;
                foreach (var router in node.Routers) router.Waiting.Clear();
                Thaw(node);
                break;
            case FaultKind.InterfaceDown:
                SetInterface(node, isDown: true);
                break;
            case FaultKind.TrackerFails:
                return FailTracker(node);
            case FaultKind.ProxyUnready:
                if (!_options.WithProxy) return false;
                SetReadiness(node, ProxyReadiness.Unready);
                break;
        }
        return true;
    }

    private bool FailTracker(SimulatedNode node)
    {
        if (node.Trackers.Count == 0) return false;
        var (kind, name) = node.Trackers.Keys.ElementAt(_random.Next(node.Trackers.Count));
        Tell($"{node.Name}: {kind} {name} fails");
        SetTracker(node, kind, name, kind == TrackerKind.File && _random.Next(2) == 0 ? TrackerStatus.Up : TrackerStatus.Down, _random.Next(-254, 1));
        return true;
    }

    private void InflictNetwork(FaultKind kind, SimulatedNode node)
    {
        switch (kind)
        {
            case FaultKind.Partition:
                // A neighbour that is on no holder's side while a conflict is settled cannot be told: an older split heals first.
                MendIslands();
                RunFor((3 * IntervalUs) + 100_000);
                for (var i = 0; i < _island.Length; i++) _island[i] = _random.Next(2);
                Tell($"network splits: {string.Join(' ', _island)}");
                RunFor(((_groups.Max(g => g.DownTimerAdverts) + 2) * IntervalUs) + (2 * _groups.Max(g => g.SkewUnitUs)) + 500_000);
                ExpectEveryIslandServed();
                break;
            case FaultKind.OneWayLink:
                var deaf = _random.Next(_nodes.Length);
                _cut[node.Index, deaf] = true;
                Tell($"{node.Name} is not heard by {_nodes[deaf].Name}");
                break;
            case FaultKind.LossyNetwork:
                _loss = _random.NextDouble() * 0.2;
                _jitterUs = _random.NextInt64(1, Math.Max(2, IntervalUs / 20));
                Tell($"loss {_loss:P0}");
                RunFor(10 * IntervalUs);
                break;
            case FaultKind.SlowNetwork:
                _duplication = _random.NextDouble() * 0.5;
                _jitterUs = _random.NextInt64(1, Math.Max(2, IntervalUs / 10));
                Tell($"packets are doubled, and late by up to {_jitterUs / 1000} ms");
                RunFor(10 * IntervalUs);
                break;
        }
    }

    /// <summary>Everything is mended; some trackers, faults and switched-off machines stay as they are.</summary>
    private void Heal()
    {
        Tell("everything is mended");
        MendIslands();
        Array.Clear(_cut);
        (_loss, _duplication, _jitterUs) = (0, 0, _random.NextInt64(0, Math.Max(1, IntervalUs / 50)));
        foreach (var node in _nodes)
        {
            if (node.IsFrozen) Thaw(node);
            if (_random.Next(5) == 0) continue;
            if (!node.IsOn || !node.IsRunning || node.Routers.Exists(r => r.Router is null or { State: VrrpState.Init })) StartNode(node);
            foreach (var router in node.Routers)
            {
                if (router.Router?.Settings != router.Settings) Reconfigure(router, router.Settings);
            }
            SetInterface(node, isDown: false);
            foreach (var (kind, name) in node.Trackers.Keys.ToArray()) SetTracker(node, kind, name, TrackerStatus.Up, 0);
            if (_options.WithProxy) SetReadiness(node, ProxyReadiness.Ready);
        }
    }

    private void StartNode(SimulatedNode node)
    {
        (node.IsOn, node.IsRunning, node.IsFrozen) = (true, true, false);
        Tell($"{node.Name} starts{(node.Routers.Exists(r => r.Holds) ? " and finds the address" : "")}");
        var groups = new Dictionary<string, SyncGroup>();
        foreach (var router in node.Routers)
        {
            var grouping = TrackerList.GroupOf(node.Model, router.Instance);
            var group = grouping is null ? null
                : groups.TryGetValue(grouping.Name, out var known) ? known : groups[grouping.Name] = new SyncGroup(grouping.Name);
            if (router.Router is { } old) _simulated.Remove(old);
            router.Router = new VirtualRouter(router.Settings, group) { Source = router.Address };
            router.Router.Follow(TrackerList.Of(node.Model, router.Instance));
            _simulated[router.Router] = router;
            (router.WakeUs, router.Waits) = (long.MaxValue, SimulatedRouter.Wait.Unknown);
            router.Waiting.Clear();
        }
        foreach (var router in node.Routers)
        {
            var adopts = router.Holds && router.Instance.AdoptAddresses;
            if (router.Holds && !adopts) Expire(router);
            router.Holds = adopts;
            _effects.Clear();
            if (router.IsCutOff) router.Router!.SetFault(FaultCauses.InterfaceDown, true, LocalUs(node), _effects);
            router.Router!.Start(LocalUs(node), _effects, adopts);
            Settle(router);
        }
        foreach (var (tracker, (status, value)) in node.Trackers.ToArray()) SetTracker(node, tracker.Kind, tracker.Name, status, value);
        Observe(node);
    }

    private void Kill(SimulatedNode node, bool keepsAddresses)
    {
        (node.IsOn, node.IsRunning, node.IsFrozen) = (keepsAddresses, false, false);
        foreach (var router in node.Routers)
        {
            if (router.Router is { } machine) _simulated.Remove(machine);
            router.Router = null;
            router.Waiting.Clear();
            // Without the address it answers no neighbour's probe; nobody is left who could say more.
            if (keepsAddresses && router.Holds) continue;
            router.Holds = false;
            Expire(router);
        }
        Observe(node);
    }

    /// <summary>What came while it was frozen is read before its timers are looked at, as the worker does.</summary>
    private void Thaw(SimulatedNode node)
    {
        Tell($"{node.Name} runs again");
        node.IsFrozen = false;
        foreach (var router in node.Routers)
        {
            router.Waits = SimulatedRouter.Wait.Unknown;
            while (router.Waiting.TryDequeue(out var waiting) && router.Router is not null) Receive(router, waiting.Bytes, waiting.From);
            // A wait that began with a packet read late says nothing of the timer.
            router.Waits = SimulatedRouter.Wait.Unknown;
        }
        foreach (var router in node.Routers)
        {
            if (router.Router is not null) Wake(router);
        }
    }

    private void Reconfigure(SimulatedRouter router, RouterSettings settings)
    {
        if (router.Router is null) return;
        if (_options.Bug == PlantedBug.IgnoresPreemption) settings = settings with { NoPreempt = true };
        _effects.Clear();
        router.Router.Reconfigure(settings, LocalUs(router.Node), _effects);
        router.Waits = SimulatedRouter.Wait.Unknown;
        Settle(router);
    }

    private void SetInterface(SimulatedNode node, bool isDown)
    {
        foreach (var router in node.Routers)
        {
            if (router.IsCutOff == isDown) continue;
            router.IsCutOff = isDown;
            // It answers nobody's probe now, and cannot tell a winner what it has not heard.
            if (isDown) Expire(router);
            if (router.Router is null) continue;
            _effects.Clear();
            router.Router.SetFault(FaultCauses.InterfaceDown, isDown, LocalUs(node), _effects);
            Settle(router);
        }
        Observe(node);
    }

    private void SetTracker(SimulatedNode node, TrackerKind kind, string name, TrackerStatus status, int value)
    {
        node.Trackers[(kind, name)] = (status, value);
        foreach (var router in node.Routers)
        {
            if (router.Router is null) continue;
            _effects.Clear();
            router.Router.TrackerChanged(kind, name, status, value, LocalUs(node), _effects);
            Settle(router);
        }
    }

    private void SetReadiness(SimulatedNode node, ProxyReadiness readiness)
    {
        foreach (var router in node.Routers)
        {
            if (router.Router is null) continue;
            _effects.Clear();
            router.Router.SetProxyReadiness(readiness, LocalUs(node), _effects);
            Settle(router);
        }
    }
}
