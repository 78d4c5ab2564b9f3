using Evenkeel.Vrrp.Router;

namespace Evenkeel.Tests.Simulation.Vrrp;

/// <summary>What must be true of every world, whatever happened before.</summary>
public sealed partial class World
{
    /// <summary>Within this time after the last trouble two masters have heard each other: a beat, the answer, and the settling of the loser.</summary>
    private long ConflictOverUs => (2 * IntervalUs) + 50_000;

    /// <summary>An address adopted at start is given up when a master speaks, one interval later at most; then it settles.</summary>
    private long HandedOverUs => ConflictOverUs + IntervalUs + 50_000;

    /// <summary>Within this time somebody has claimed: restart, preemption delay, the longest master-down interval, and a skew unit for unready
    /// nodes.</summary>
    private long ClaimedUs => (4 * IntervalUs) + 2_100_000;

    private void Quiet(string when)
    {
        var began = _nowUs;
        var (twoMastersSince, twoHoldersSince) = (long.MaxValue, long.MaxValue);
        RunFor(ClaimedUs + (8 * IntervalUs) + 12_000_000, () =>
        {
            var quietUs = _nowUs - began;
            var masters = _nodes.Count(n => n.IsOn && n.Router?.State == VrrpState.Master);
            twoMastersSince = masters > 1 ? Math.Min(twoMastersSince, _nowUs) : long.MaxValue;
            if (_nowUs - ConflictOverUs > twoMastersSince)
                Violate($"{when}: {masters} masters for {(_nowUs - twoMastersSince) / 1000} ms while messages flow");
            // Processes that died leave the address behind; only a living node can be asked to let go.
            var living = _nodes.Count(n => n is { IsOn: true, Holds: true, Router: not null });
            twoHoldersSince = living > 1 ? Math.Min(twoHoldersSince, _nowUs) : long.MaxValue;
            if (_nowUs - HandedOverUs > twoHoldersSince)
                Violate($"{when}: {living} nodes hold the address for {(_nowUs - twoHoldersSince) / 1000} ms while messages flow");
            if (quietUs > ClaimedUs && masters == 0 && _nodes.Any(n => n.IsHealthy))
                Violate($"{when}: nobody claims the address {quietUs / 1000} ms after messages flow again");
        });
        if (_report.Violations.Count == 0)
            ExpectBestHolder(when);
    }

    private void ExpectBestHolder(string when)
    {
        var master = Array.Find(_nodes, n => n.IsOn && n.Router?.State == VrrpState.Master);
        if (master is null)
            return;
        if (!master.Holds)
            Violate($"{when}: the master does not hold the address");
        var best = _nodes.Where(n => n.IsHealthy).Max(n => n.Router!.EffectivePriority);
        if (_everybodyPreempts && master.Router!.EffectivePriority < best)
            Violate($"{when}: priority {master.Router.EffectivePriority} keeps the address against {best}");
        for (var client = 0; client < _nodes.Length; client++)
        {
            // A machine whose process is dead still answers for the address: nobody else can repair that.
            var believed = _clientBelieves[client];
            var isZombie = believed != Nobody && _nodes[believed] is { Router: null, Holds: true };
            if (_nodes[client].IsOn && believed != Nobody && believed != master.Index && !isZombie)
                Violate($"{when}: the client beside node {client} still sends to node {_clientBelieves[client]}, the master is {master.Index}");
        }
    }

    private void ExpectEveryIslandServed()
    {
        for (var island = 0; island < 2; island++)
        {
            var here = _nodes.Where(n => _island[n.Index] == island && n.IsHealthy && !n.IsFrozen).ToArray();
            var isDeaf = here.Any(a => here.Any(b => _cut[a.Index, b.Index])) || _loss > 0;
            if (here.Length > 0 && !isDeaf && here.All(n => _nowUs - n.Router!.StateSinceUs > ClaimedUs) && !here.Any(n => n.Router!.State == VrrpState.Master)
                && !_nodes.Any(n => _island[n.Index] == island && n.IsFrozen))
                Violate($"nobody claims the address on island {island}");
        }
    }

    private void Violate(string what)
    {
        Tell($"VIOLATION {what}");
        _report.Violations.Add($"seed {_options.Seed}: {what}\n  {string.Join("\n  ", _nodes.Select(n => n.ToString()))}\n"
            + $"  last: {string.Join("\n        ", _report.History.TakeLast(25))}");
    }
}
