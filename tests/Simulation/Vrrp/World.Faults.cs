using Evenkeel.Vrrp;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Tests.Simulation.Vrrp;

/// <summary>The story of a world: rounds of trouble, each followed by quiet in which the invariants must come true.</summary>
public sealed partial class World
{
    private void Play()
    {
        foreach (var node in _nodes)
            StartNode(node);
        Quiet("start");
        for (var round = 0; round < _options.Rounds && _report.Violations.Count == 0; round++)
        {
            var troubles = _random.Next(1, 4);
            for (var i = 0; i < troubles && _report.Violations.Count == 0; i++)
            {
                Trouble();
                RunFor(_random.NextInt64(10_000, Math.Max(20_000, 6 * IntervalUs)));
            }
            Heal();
            Quiet($"round {round}");
        }
    }

    private void Trouble()
    {
        _report.Faults++;
        var node = _nodes[_random.Next(_nodes.Length)];
        switch (_random.Next(12))
        {
            case 0:
                Tell("network splits");
                // A neighbour that is on no holder's side while a conflict is settled cannot be told: an older split heals first.
                Array.Clear(_island);
                RunFor((3 * IntervalUs) + 100_000);
                for (var i = 0; i < _island.Length; i++)
                    _island[i] = _random.Next(2);
                RunFor((5 * IntervalUs) + 2_500_000);
                ExpectEveryIslandServed();
                break;
            case 1:
                _cut[node.Index, _random.Next(_nodes.Length)] = true;
                Tell($"{node.Index} is not heard by some");
                break;
            case 2:
                _loss = _random.NextDouble() * 0.2;
                _jitterUs = _random.NextInt64(1, IntervalUs / 20);
                Tell($"loss {_loss:P0}");
                RunFor(10 * IntervalUs);
                break;
            case 3:
                _duplication = _random.NextDouble() * 0.5;
                break;
            case 4 or 5:
                Tell($"{node.Index} freezes");
                node.IsFrozen = node.IsOn && node.Router is not null;
                break;
            case 6:
                Tell($"{node.Index}: process dies");
                node.Die();
                break;
            case 7:
                Tell($"{node.Index}: power off");
                node.Die();
                (node.IsOn, node.Holds) = (false, false);
                Expire(node);
                break;
            case 8 when node is { Router: not null, IsFrozen: false }:
                Tell($"{node.Index}: clean stop");
                Act(node, () => node.Router!.Stop(_nowUs, _effects));
                break;
            case 9 when node is { Router: not null, IsFrozen: false }:
                if (_random.Next(2) == 0)
                    SetFault(node, true);
                else
                    SetTracker(node, "vital", TrackerStatus.Down);
                break;
            case 10 when node is { Router: not null, IsFrozen: false }:
                SetReadiness(node, ProxyReadiness.Unready);
                break;
            case 11 when node is { Router: not null, IsFrozen: false }:
                SetTracker(node, "weighted", TrackerStatus.Down);
                break;
        }
    }

    /// <summary>Everything is mended; some trackers, faults and switched-off machines stay as they are.</summary>
    private void Heal()
    {
        Tell("everything is mended");
        Array.Clear(_island);
        Array.Clear(_cut);
        (_loss, _duplication, _jitterUs) = (0, 0, _random.NextInt64(0, Math.Max(1, IntervalUs / 50)));
        foreach (var node in _nodes)
        {
            if (node.IsFrozen)
                Thaw(node);
            if (_random.Next(5) == 0)
                continue;
            if (!node.IsOn || node.Router is null || node.Router.State == VrrpState.Init)
                StartNode(node);
            SetFault(node, false);
            SetTracker(node, "weighted", TrackerStatus.Up);
            SetTracker(node, "vital", TrackerStatus.Up);
            SetReadiness(node, ProxyReadiness.Ready);
        }
    }

    private void StartNode(SimulatedNode node)
    {
        node.IsOn = true;
        var adopts = node.Holds;
        Tell($"{node.Index} starts{(adopts ? " and adopts" : "")}");
        node.Boot();
        Act(node, () => node.Router!.Start(_nowUs, _effects, adopts));
        SetTracker(node, "vital", TrackerStatus.Up);
    }

    /// <summary>What came while it was frozen is read before its timers are looked at, as the worker does.</summary>
    private void Thaw(SimulatedNode node)
    {
        Tell($"{node.Index} thaws");
        node.IsFrozen = false;
        while (node.Waiting.TryDequeue(out var waiting))
            Receive(node, waiting.Packet, waiting.From);
        if (node.Router is not null)
            Wake(node);
    }

    private void SetFault(SimulatedNode node, bool present)
    {
        if (node.Router is null)
            return;
        Act(node, () => node.Router.SetFault(FaultCauses.InterfaceDown, present, _nowUs, _effects));
    }

    private void SetTracker(SimulatedNode node, string name, TrackerStatus status)
    {
        if (node.Router is null)
            return;
        Act(node, () => node.Router.TrackerChanged(name == "vital" ? TrackerKind.Interface : TrackerKind.Script, name, status, 0, _nowUs, _effects));
    }

    private void SetReadiness(SimulatedNode node, ProxyReadiness readiness)
    {
        if (node.Router is null)
            return;
        Act(node, () => node.Router.SetProxyReadiness(readiness, _nowUs, _effects));
    }
}
