using System.Globalization;
using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Simulation;

/// <summary>The rules: what must be true of every world, whatever happened before.</summary>
public sealed partial class World
{
    private const long SettlingUs = 50_000;
    private const long ClaimTolerantUs = 1_000;
    private long _quietSinceUs = long.MaxValue;

    /// <summary>Within this time after the last trouble two masters have heard each other: a beat, the answer, and the settling of the loser.</summary>
    private static long ConflictOverUs(SimulatedGroup group) => (2 * group.IntervalUs) + SettlingUs;

    /// <summary>An address adopted at start is given up when a master speaks, one interval later at most; then it settles.</summary>
    private static long HandedOverUs(SimulatedGroup group) => ConflictOverUs(group) + group.IntervalUs + SettlingUs;

    /// <summary>Within this time somebody has claimed: restart, the longest master-down interval, and a skew unit for unready nodes.</summary>
    private static long ClaimedUs(SimulatedGroup group) => ((group.DownTimerAdverts + 1) * group.IntervalUs) + (2 * group.SkewUnitUs) + (2 * SettlingUs);

    /// <summary>Long enough for the last word of a conflict to be repeated, which happens at growing distances.</summary>
    private static long QuietUs(SimulatedGroup group) =>
        ClaimedUs(group) + (8 * group.IntervalUs) + (12 * Math.Max(1_000_000, group.IntervalUs)) + group.PreemptDelayUs;

    private void Quiet(string when)
    {
        _quietSinceUs = _nowUs;
        foreach (var group in _groups) Observe(group);
        RunUntilRest();
        foreach (var group in _groups)
        {
            Lasting(group, ref group.Masters, ConflictOverUs(group), "masters");
            Lasting(group, ref group.Holders, HandedOverUs(group), "nodes hold the address");
            if (group.Unclaimed.Is && _nowUs - Math.Max(group.Unclaimed.SinceUs, _quietSinceUs) > ClaimedUs(group)) ViolateUnclaimed(group);
            if (_report.Violations.Count == 0) ExpectBestHolder(group, when);
        }
        _quietSinceUs = long.MaxValue;
    }

    /// <summary>Until every rule had its time and then nothing is left but the beat, which would go on like this for ever.</summary>
    private void RunUntilRest()
    {
        var longest = _nowUs + _groups.Max(QuietUs);
        RunFor(_groups.Max(g => Math.Max(ClaimedUs(g), HandedOverUs(g))));
        // Twice: what was said last is on its way for a moment.
        for (var rests = 0; rests < 2 && _nowUs < longest && _report.Violations.Count == 0; rests = IsAtRest() ? rests + 1 : 0)
            RunFor(Math.Min(SettlingUs + IntervalUs, longest - _nowUs));
    }

    private bool IsAtRest() => _groups.TrueForAll(static group => group.Members.TrueForAll(static m => m.Router is null or { IsAtRest: true })
        && (group.Members.Exists(static m => m.IsMaster) || !group.Members.Exists(static m => m.IsHealthy)));

    private void Lasting(SimulatedGroup group, ref SimulatedGroup.Span span, long limitUs, string what)
    {
        var lasted = span.Is ? _nowUs - Math.Max(span.SinceUs, _quietSinceUs) : 0;
        if (lasted > limitUs) ViolateTwo(group, what, lasted);
    }

    private void Observe(SimulatedNode node)
    {
        foreach (var router in node.Routers) Observe(router.Group);
    }

    private void Observe(SimulatedGroup group)
    {
        int masters = 0, holders = 0;
        bool healthy = false, served = false;
        foreach (var member in group.Members)
        {
            if (member.IsMaster) masters++;
            // Processes that died leave the address behind; only a living node can be asked to let go, and only one with a link is in anybody's way.
            if (member is { Holds: true, IsCutOff: false, Node: { IsOn: true, IsRunning: true }, Router: not null }) holders++;
            healthy |= member.IsHealthy;
            served |= member.Serves;
        }
        var isQuiet = _quietSinceUs != long.MaxValue;
        var notBefore = isQuiet ? _quietSinceUs : long.MinValue;
        var twoMasters = group.Masters.Set(masters > 1, _nowUs, notBefore);
        // With nobody who is master, holders that leave wait for a successor as long as they say, and what is left is the rule below.
        var twoHolders = group.Holders.Set(holders > 1 && masters > 0, _nowUs, notBefore);
        var unclaimed = group.Unclaimed.Set(masters == 0 && healthy, _nowUs, notBefore);
        _outageUs += group.Outage.Set(!served, _nowUs, _outageNotBeforeUs);
        if (!isQuiet) return;
        if (twoMasters > ConflictOverUs(group)) ViolateTwo(group, "masters", twoMasters);
        if (twoHolders > HandedOverUs(group)) ViolateTwo(group, "nodes hold the address", twoHolders);
        if (unclaimed > ClaimedUs(group)) ViolateUnclaimed(group);
    }

    private void ViolateTwo(SimulatedGroup group, string what, long lastedUs) =>
        Violate(group, $"two {what} for {lastedUs / 1000} ms while messages flow");

    private void ViolateUnclaimed(SimulatedGroup group) =>
        Violate(group, $"nobody claims the address {(_nowUs - _quietSinceUs) / 1000} ms after messages flow again");

    private void ExpectBestHolder(SimulatedGroup group, string when)
    {
        var master = group.Members.Find(m => m.IsMaster);
        if (master is null) return;
        if (!master.Holds) Violate(group, $"{when}: the master does not hold the address");
        foreach (var member in group.Members)
        {
            if (!member.IsHealthy || member.Router!.Settings.NoPreempt || member.Router.Group is not null) continue;
            if (member.Router.EffectivePriority > master.Router!.EffectivePriority && !member.IsCutOff)
                Violate(group, $"{when}: priority {master.Router.EffectivePriority} keeps the address against {member.Router.EffectivePriority}");
        }
        if (_options.Bug == PlantedBug.IgnoresPreemption) ExpectConfiguredPreemption(group, master, when);
        for (var neighbour = 0; neighbour < _nodes.Length; neighbour++)
        {
            var believed = group.Believed[neighbour];
            if (!_nodes[neighbour].IsOn || believed == SimulatedGroup.Nobody || believed == master.Node.Index) continue;
            var holder = group.Members.Find(m => m.Node.Index == believed);
            // A machine whose process is dead still answers for the address: nobody else can repair that.
            if (holder is { Holds: true, Router: null }) continue;
            Violate(group, $"{when}: the neighbour beside {_nodes[neighbour].Name} still sends to {_nodes[believed].Name}, the master is {master.Node.Name}");
        }
    }

    /// <summary>The planted bug changes what routers were told; the files still say what was meant.</summary>
    private void ExpectConfiguredPreemption(SimulatedGroup group, SimulatedRouter master, string when)
    {
        foreach (var member in group.Members)
        {
            if (member.IsHealthy && !member.Instance.NoPreempt && member.Router!.EffectivePriority > master.Router!.EffectivePriority)
                Violate(group, $"{when}: priority {master.Router.EffectivePriority} keeps the address against {member.Router.EffectivePriority}");
        }
    }

    private void ExpectEveryIslandServed()
    {
        foreach (var group in _groups)
        {
            for (var island = 0; island < 2; island++)
            {
                var here = group.Members.Where(m => _island[m.Node.Index] == island && m.IsHealthy && !m.Node.IsFrozen && !m.IsCutOff).ToArray();
                var isDeaf = here.Any(a => here.Any(b => _cut[a.Node.Index, b.Node.Index])) || _loss > 0;
                var settled = here.All(m => LocalUs(m.Node) - m.Router!.StateSinceUs > ClaimedUs(group));
                var frozen = group.Members.Exists(m => _island[m.Node.Index] == island && m.Node.IsFrozen);
                var grouped = here.Any(m => m.Router!.Group is not null);
                if (here.Length > 0 && !isDeaf && settled && !frozen && !grouped && !here.Any(m => m.IsMaster))
                    Violate(group, $"nobody claims the address on the side of {here[0].Node.Name}");
            }
        }
    }

    /// <summary>A backup's wait begins anew with what it heard.</summary>
    private void NoteWait(SimulatedRouter router, in Advertisement advertisement)
    {
        var machine = router.Router!;
        var goodbye = advertisement.Priority == 0;
        // A goodbye said twice does not begin the wait again.
        if (goodbye && router.Waits.AfterGoodbye) return;
        if (!goodbye && advertisement.Priority < machine.EffectivePriority && !machine.Settings.NoPreempt) return;
        var intervalUs = machine.Settings.Version == 3 && !goodbye ? advertisement.IntervalUs
            : router.Waits.IntervalUs > 0 ? router.Waits.IntervalUs : machine.Settings.IntervalUs;
        var isJudged = machine.Settings.PreemptDelayUs == 0 && machine.Group is null && !_options.WithProxy && !(goodbye && router.Waits.IntervalUs == 0);
        router.Waits = isJudged ? new(LocalUs(router.Node), machine.EffectivePriority, intervalUs, goodbye) : SimulatedRouter.Wait.Unknown;
    }

    /// <summary>Entering a state ends what was known of the wait.</summary>
    private static void NoteEntry(SimulatedRouter router, in Effect effect) => router.Waits = SimulatedRouter.Wait.Unknown;

    /// <summary>A claim must come when the RFC says: after three intervals and the skew, after a goodbye the skew alone (RFC 3768 6.1 and 6.4.2, RFC 9568 the
    /// same). Computed here once more, from the packets, so that a formula gone wrong does not judge itself.</summary>
    private void JudgeClaim(SimulatedRouter router, TransitionReason reason)
    {
        var (sinceUs, priority, intervalUs, afterGoodbye) = router.Waits;
        router.Waits = SimulatedRouter.Wait.Unknown;
        if (sinceUs == long.MinValue || reason is not (TransitionReason.AdvertisementTimeout or TransitionReason.MasterResigned)) return;
        if (priority != router.Router!.EffectivePriority) return;
        var skewUs = (256 - priority) * (router.Settings.Version == 2 ? 1_000_000 : intervalUs) / 256;
        var expectedUs = (afterGoodbye ? 0 : router.Settings.DownTimerAdverts * intervalUs) + skewUs;
        var waitedUs = LocalUs(router.Node) - sinceUs;
        if (Math.Abs(waitedUs - expectedUs) <= ClaimTolerantUs) return;
        Violate(router.Group, string.Create(CultureInfo.InvariantCulture,
            $"{router.Node.Name} with priority {priority} claims the address {waitedUs / 1000.0:F1} ms after it last heard the master; "
            + $"its priority and interval mean {expectedUs / 1000.0:F1} ms"));
    }

    private void Violate(SimulatedGroup group, string what)
    {
        Tell($"BROKEN {what}");
        if (_report.Violations.Count > 0) return;
        WriteHistory();
        var nodes = string.Join("\n  ", group.Members.Select(m => m.ToString()));
        _report.Violations.Add($"seed {_options.Seed}: {group.Title}: {what}\n  {nodes}\n  last: {string.Join("\n        ", _report.History.TakeLast(30))}");
    }

    private const int MostPast = 400;
    private readonly (long Us, string? What, SimulatedRouter? Who, Effect Effect)[] _past = new (long, string?, SimulatedRouter?, Effect)[MostPast];
    private long _pastCount;

    private void Tell(string what) => _past[_pastCount++ % MostPast] = (_nowUs, what, null, default);

    private void Tell(SimulatedRouter who, in Effect effect) => _past[_pastCount++ % MostPast] = (_nowUs, null, who, effect);

    /// <summary>Texts are made when somebody reads them, not for every change of a million.</summary>
    private void WriteHistory()
    {
        _report.History.Clear();
        for (var i = Math.Max(0, _pastCount - MostPast); i < _pastCount; i++)
        {
            var (us, what, who, effect) = _past[i % MostPast];
            what ??= $"{who!.Node.Name} {who.Settings.Name}: {effect.From} -> {effect.To} ({effect.Reason})";
            _report.History.Add(string.Create(CultureInfo.InvariantCulture, $"{us / 1e6:F6} {what}"));
        }
    }
}
