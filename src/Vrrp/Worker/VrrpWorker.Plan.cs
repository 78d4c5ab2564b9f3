using System.Globalization;
using System.Text;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Worker;

/// <summary>What another configuration would change here, and who would be master then: `evenkeel plan`. Nothing is touched.</summary>
public sealed partial class VrrpWorker
{
    public string Plan(KeepalivedModel next)
    {
        var text = new StringBuilder();
        next = RouterSettings.WithDefaults(next);
        var wanted = next.Instances.ToDictionary(i => i.Name);
        foreach (var host in _hosts)
        {
            if (!wanted.ContainsKey(host.Name)) Line(text, $"{host.Name} goes: {Leaving(host)}");
        }
        foreach (var instance in wanted.Values)
        {
            var host = _hosts.Find(h => h.Name == instance.Name);
            if (host is null) Line(text, $"{instance.Name} is new: router {instance.VirtualRouterId} on {instance.Interface}, priority {instance.Priority}, "
                + $"addresses {Addresses(instance)}");
            else if (!host.IsSameRouterAs(instance)) Line(text, $"{instance.Name} becomes another router to its peers: {Leaving(host)}; then it starts anew");
            else PlanChanges(text, host, instance);
            PlanElection(text, next, instance, host);
        }
        PlanRest(text, next);
        return text.ToString();
    }

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');

    private static string Leaving(RouterHost host) => host.Router.State == VrrpState.Master
        ? $"it is master, says goodbye and removes {Addresses(host.Model)} when the successor has spoken"
        : "it holds nothing now";

    private static string Addresses(VrrpInstanceModel model) =>
        string.Join(' ', model.Addresses.Concat(model.ExcludedAddresses).Select(a => $"{a.Address}/{a.PrefixLength}").DefaultIfEmpty("none"));

    private void PlanChanges(StringBuilder text, RouterHost host, VrrpInstanceModel next)
    {
        var changes = new List<string>();
        var now = host.Model;
        Changed("priority", now.Priority, next.Priority);
        Changed("advert_int (ms)", now.AdvertisementIntervalCs * 10, next.AdvertisementIntervalCs * 10);
        Changed("nopreempt", now.NoPreempt, next.NoPreempt);
        Changed("preempt_delay (ms)", now.PreemptDelayMs, next.PreemptDelayMs);
        Changed("authentication", now.Authentication, next.Authentication);
        Changed("accept", now.Accept, next.Accept);
        if (now.Password != next.Password) changes.Add("another auth_pass: peers that keep theirs drop what is said, and both become master");
        var wanted = next.Addresses.Concat(next.ExcludedAddresses).Select(a => a with { Position = default }).ToList();
        var present = now.Addresses.Concat(now.ExcludedAddresses).Select(a => a with { Position = default }).ToList();
        foreach (var address in wanted.Except(present)) changes.Add($"address {address.Address}/{address.PrefixLength} is added");
        foreach (var address in present.Except(wanted)) changes.Add($"address {address.Address}/{address.PrefixLength} is removed");
        if (!SameTexts(now.Routes, next.Routes)) changes.Add($"virtual_routes: {now.Routes.Length} -> {next.Routes.Length}, only the difference is set");
        if (!SameTexts(now.Rules, next.Rules)) changes.Add($"virtual_rules: {now.Rules.Length} -> {next.Rules.Length}, only the difference is set");
        var slots = TrackerList.Of(_model, now).Select(Word).ToHashSet();
        var later = TrackerList.Of(_model, next).Select(Word).ToHashSet();
        foreach (var slot in later.Except(slots)) changes.Add($"tracks {slot}");
        foreach (var slot in slots.Except(later)) changes.Add($"no longer tracks {slot}");
        Line(text, $"{host.Name} {(changes.Count == 0 ? "does not change" : "keeps its state; " + string.Join("; ", changes))}");

        void Changed<T>(string what, T old, T young)
        {
            if (!Equals(old, young)) changes.Add(string.Create(CultureInfo.InvariantCulture, $"{what} {old} -> {young}"));
        }

        static string Word(TrackerSlot slot) => $"{slot.Kind.ToString().ToLowerInvariant()} {slot.Name} (weight {slot.Weight})";

        static bool SameTexts<T>(IEnumerable<T> a, IEnumerable<T> b) => a.Select(i => i!.ToString()).SequenceEqual(b.Select(i => i!.ToString()));
    }

    /// <summary>Who would win, as far as this node can know: with what its trackers say now, and the peers it hears now.</summary>
    private void PlanElection(StringBuilder text, KeepalivedModel next, VrrpInstanceModel instance, RouterHost? host)
    {
        var router = new VirtualRouter(RouterSettings.From(instance));
        router.Follow(TrackerList.Of(next, instance));
        if (host is not null)
        {
            foreach (var known in host.Router.Trackers.ToArray())
                router.TrackerChanged(known.Kind, known.Name, known.Status, known.Value, _loop.NowUs, new EffectList());
            router.Source = host.Router.Source;
        }
        var own = router.TrackedPriority;
        NodeAddress best = default;
        byte bestPriority = 0;
        var patience = host?.Router.MasterDownUs ?? 0;
        foreach (ref readonly var peer in host is null ? default : host.Heard.Peers)
        {
            if (_loop.NowUs - peer.SeenUs > patience || peer.Priority == 0) continue;
            Line(text, $"  hears {peer.Address} with priority {peer.Priority}, {(_loop.NowUs - peer.SeenUs) / 1_000} ms ago");
            if (peer.Priority > bestPriority || (peer.Priority == bestPriority && peer.Address > best)) (best, bestPriority) = (peer.Address, peer.Priority);
        }
        Line(text, $"  {Winner(host, instance, own, best, bestPriority, router.Source)}");
    }

    private static string Winner(
        RouterHost? host, VrrpInstanceModel instance, byte own, in NodeAddress best, byte bestPriority, in NodeAddress source)
    {
        var here = $"this node with priority {own}";
        var there = $"{best} with priority {bestPriority}";
        if (host is { Router.Faults: not FaultCauses.None }) return $"this node cannot be master now ({host.Router.Faults})";
        if (best.IsNone) return host?.Router.State == VrrpState.Master ? $"{here} stays master" : $"nobody else is heard: {here} becomes master";
        var higher = bestPriority > own || (bestPriority == own && best > source);
        if (host!.Router.State == VrrpState.Master) return higher ? $"{there} becomes master in place of this node ({own})" : $"{here} stays master";
        if (own <= bestPriority) return $"{there} stays master; this node has {own}";
        return instance.NoPreempt ? $"{there} stays master although this node has {own}: nopreempt" : $"{here} takes over from {there}";
    }

    private void PlanRest(StringBuilder text, KeepalivedModel next)
    {
        Count("static_ipaddress", _model.StaticAddresses.Length, next.StaticAddresses.Length);
        Count("static_routes", _model.StaticRoutes.Length, next.StaticRoutes.Length);
        Count("static_rules", _model.StaticRules.Length, next.StaticRules.Length);
        foreach (var script in next.Scripts)
        {
            var old = _model.Scripts.FirstOrDefault(s => s.Name == script.Name);
            if (old is null) Line(text, $"vrrp_script {script.Name} is new: {script.Command.Text}");
            else if (old.Command.Text != script.Command.Text) Line(text, $"vrrp_script {script.Name} runs {script.Command.Text} instead of {old.Command.Text}");
        }
        if (!SameGroups(_model, next)) Line(text, "sync groups differ: their members hand over and start anew");

        void Count(string what, int old, int young)
        {
            if (old != young) Line(text, $"{what}: {old} -> {young}");
        }
    }
}
