using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Simulation;

/// <summary>Something that configurations say about each other, in plain words.</summary>
/// <param name="BreaksFailover">The address would not move when it should, or two nodes would hold it.</param>
/// <param name="Splits">The nodes do not hear each other: a simulation could only show what is said here already.</param>
public sealed record ElectionFinding(string Group, string Text, bool BreaksFailover, bool Splits = false);

/// <summary>Reads several nodes' configurations side by side: whether they hear each other, and whether the weights of what they track can ever move an
/// address. Pure: nothing is run.</summary>
public static class ElectionAnalysis
{
    public static IReadOnlyList<ElectionFinding> Of(IReadOnlyList<WorldNode> nodes)
    {
        var (_, groups) = SimulatedNetwork.Build(nodes);
        var findings = new List<ElectionFinding>();
        foreach (var group in groups)
        {
            if (group.Members.Count == 1)
            {
                Add(group, $"only {group.Members[0].Node.Name} has it: nobody takes its addresses over", true);
                continue;
            }
            foreach (var from in group.Members)
                foreach (var to in group.Members)
                    if (from != to && WhyUnheard(from, to) is { } why) findings.Add(new ElectionFinding(group.Title, why, true, Splits: true));
            JudgeWeights(group);
        }
        return findings;

        void Add(SimulatedGroup group, string text, bool breaks) => findings.Add(new ElectionFinding(group.Title, text, breaks));

        void JudgeWeights(SimulatedGroup group)
        {
            foreach (var member in group.Members)
                foreach (var (text, breaks) in Weights(group, member)) Add(group, text, breaks);
        }
    }

    /// <summary>Has one node's advertisement judged by the other's router, as it would be on the wire.</summary>
    private static string? WhyUnheard(SimulatedRouter from, SimulatedRouter to)
    {
        var (sender, hearer) = (from.Node.Name, to.Node.Name);
        if (!SimulatedNetwork.Reaches(from, to))
        {
            return from.Settings.IsUnicast
                ? $"{sender} does not send to {to.Address}, the address of {hearer}: its unicast_peer lacks it"
                : $"{sender} and {hearer} use different multicast groups";
        }
        var packet = from.Writer.Build(from.Settings.Priority, from.Address, from.Settings.IsUnicast ? to.Address : from.Multicast).ToArray();
        var status = Advertisement.Parse(packet, from.Address, from.Settings.IsUnicast ? to.Address : to.Multicast, to.Multicast, out var advertisement);
        if (status == AdvertisementStatus.Valid)
        {
            var router = new VirtualRouter(to.Settings) { Source = to.Address };
            var arrival = new Arrival(from.Address, Advertisement.TimeToLive, !from.Settings.IsUnicast);
            status = router.Receive(advertisement, arrival, 0, new EffectList());
        }
        var why = status switch
        {
            AdvertisementStatus.Valid => null,
            AdvertisementStatus.WrongVersion => $"{from.Settings.Version} is spoken there, {to.Settings.Version} here (version)",
            AdvertisementStatus.WrongInterval =>
                $"in version 2 advert_int must be the same ({from.Settings.IntervalCs / 100} s and {to.Settings.IntervalCs / 100} s)",
            AdvertisementStatus.WrongAuthenticationType or AdvertisementStatus.WrongPassword => "authentication differs",
            AdvertisementStatus.WrongDestination => "one speaks unicast, the other multicast",
            AdvertisementStatus.Own => "both would speak from the same address",
            _ => status.ToString(),
        };
        return why is null ? null : $"{hearer} drops what {sender} says, and both become master: {why}";
    }

    private static IEnumerable<(string Text, bool Breaks)> Weights(SimulatedGroup group, SimulatedRouter member)
    {
        var slots = TrackerList.Of(member.Node.Model, member.Instance);
        var weighted = slots.Where(s => s.Weight != 0 && s.Kind != TrackerKind.File).ToArray();
        var rival = group.Members.Where(m => m != member).MaxBy(Healthy)!;
        int own = Healthy(member), other = Healthy(rival);
        if (weighted.Length == 0 || own < other) yield break;
        var name = member.Node.Name;
        foreach (var slot in weighted)
        {
            var failed = Priority(member, slots, s => s.Kind == slot.Kind && s.Name == slot.Name);
            if (failed == own) yield return ($"{Word(slot)} changes nothing on {name}: its priority stays {own} when it fails", true);
            else if (failed >= other) yield return (TooLight(member, rival, slot, own, failed, other), true);
            else if (Preempting(group, member, failed) is null)
            {
                yield return ($"when {Word(slot)} fails on {name}, its priority falls from {own} to {failed}, but {rival.Node.Name} has nopreempt "
                    + "and never takes an address from a master that still speaks", true);
            }
        }
        var all = Priority(member, slots, s => s.Weight != 0);
        if (weighted.Length > 1 && all >= other)
        {
            yield return ($"even when all of {Names(weighted)} fail on {name} its priority is {all}, and {rival.Node.Name} has {other}: "
                + "the address never moves", true);
        }
    }

    private static string TooLight(SimulatedRouter member, SimulatedRouter rival, TrackerSlot slot, int own, int failed, int other)
    {
        var enough = own - other + 1;
        var advice = slot.Weight < 0 ? $"a weight of -{enough} or less would do, or 0, which gives the address up at once"
            : $"a weight of {enough} or more would do (with the priority lowered by as much), or 0, which gives the address up at once";
        return $"when {Word(slot)} fails on {member.Node.Name}, its priority falls from {own} to {failed}, and {rival.Node.Name} has {other}: "
            + $"the address never moves; {advice}";
    }

    /// <summary>Who would take the address from a master of this priority.</summary>
    private static SimulatedRouter? Preempting(SimulatedGroup group, SimulatedRouter master, int priority) =>
        group.Members.Find(m => m != master && Healthy(m) > priority && !m.Settings.NoPreempt);

    private static int Healthy(SimulatedRouter member) => Priority(member, TrackerList.Of(member.Node.Model, member.Instance), _ => false);

    private static int Priority(SimulatedRouter member, TrackerSlot[] slots, Func<TrackerSlot, bool> hasFailed)
    {
        var router = new VirtualRouter(member.Settings);
        router.Follow(slots);
        var ignored = new EffectList();
        foreach (var slot in slots)
        {
            // A tracker told to be reversed fails by coming up.
            var good = slot.Reverse ? TrackerStatus.Down : TrackerStatus.Up;
            var bad = slot.Reverse ? TrackerStatus.Up : TrackerStatus.Down;
            router.TrackerChanged(slot.Kind, slot.Name, hasFailed(slot) ? bad : good, 0, 0, ignored);
        }
        return router.TrackedPriority;
    }

    private static string Word(TrackerSlot slot) => $"{slot.Kind.ToString().ToLowerInvariant()} {slot.Name} (weight {slot.Weight})";

    private static string Names(TrackerSlot[] slots) => string.Join(", ", slots.Select(Word));
}
