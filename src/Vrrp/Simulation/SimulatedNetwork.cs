using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Simulation;

/// <summary>Who shares a virtual router with whom, and under which addresses nodes speak: read from their files, as far as these say.</summary>
internal static class SimulatedNetwork
{
    /// <param name="ignorePreemption">A planted bug: nobody preempts, whatever the files say.</param>
    public static (SimulatedNode[] Nodes, List<SimulatedGroup> Groups) Build(IReadOnlyList<WorldNode> nodes, bool ignorePreemption = false)
    {
        SimulatedNode[] all = [.. nodes.Select((node, index) => new SimulatedNode(index, node.Name, node.Model))];
        var groups = new List<SimulatedGroup>();
        foreach (var node in all)
        {
            foreach (var model in RouterSettings.WithDefaults(node.Model).Instances) groups.AddMember(all, node, model, ignorePreemption);
        }
        foreach (var group in groups)
        {
            group.IntervalUs = group.Members.Max(m => m.Settings.IntervalUs);
            group.SkewUnitUs = group.Members.Max(m => VrrpTimers.SkewUnitUs(m.Settings.Version, group.IntervalUs));
            group.DownTimerAdverts = group.Members.Max(m => m.Settings.DownTimerAdverts);
            group.PreemptDelayUs = group.Members.Max(m => m.Settings.PreemptDelayUs);
        }
        return (all, groups);
    }

    private static void AddMember(this List<SimulatedGroup> groups, SimulatedNode[] all, SimulatedNode node, VrrpInstanceModel instance, bool ignorePreemption)
    {
        var settings = RouterSettings.From(instance);
        if (ignorePreemption) settings = settings with { NoPreempt = true };
        var group = GroupFor(groups, node, instance, all.Length);
        var router = new SimulatedRouter(node, group, instance, settings, AddressOf(all, node, instance))
        {
            Writer = new AdvertisementWriter(
                settings.Version, settings.VirtualRouterId, settings.IntervalCs, settings.Addresses, settings.Password, ChecksumForm.PseudoHeader),
        };
        node.Routers.Add(router);
        group.Members.Add(router);
        foreach (var slot in TrackerList.Of(node.Model, instance)) node.Trackers[(slot.Kind, slot.Name)] = (TrackerStatus.Up, 0);
    }

    /// <summary>One number and family are one virtual router. Interfaces are named differently on different machines, so they only tell apart instances
    /// of one file that use the same number twice.</summary>
    private static SimulatedGroup GroupFor(List<SimulatedGroup> groups, SimulatedNode node, VrrpInstanceModel instance, int nodeCount)
    {
        foreach (var group in groups)
        {
            var first = group.Members[0].Instance;
            if (first.VirtualRouterId == instance.VirtualRouterId && first.IsIPv6 == instance.IsIPv6 && !group.Members.Exists(m => m.Node == node))
                return group;
        }
        var made = new SimulatedGroup($"{instance.Name} (router {instance.VirtualRouterId})", nodeCount);
        groups.Add(made);
        return made;
    }

    /// <summary>A unicast node's address follows from its own file, else from what its peers call it; any other gets the next one of a range: the order of the
    /// files then breaks ties, the last one winning.</summary>
    private static NodeAddress AddressOf(IReadOnlyList<SimulatedNode> nodes, SimulatedNode node, VrrpInstanceModel instance)
    {
        if ((instance.UnicastPeers.IsEmpty ? instance.MulticastSource : instance.UnicastSource) is { } own) return NodeAddress.From(own);
        if (!instance.UnicastPeers.IsEmpty)
        {
            var mine = instance.UnicastPeers.Select(p => p.Address).ToHashSet();
            foreach (var other in nodes)
            {
                if (other == node) continue;
                foreach (var its in other.Model.Instances)
                {
                    if (its.VirtualRouterId != instance.VirtualRouterId || its.IsIPv6 != instance.IsIPv6) continue;
                    if (its.UnicastPeers.FirstOrDefault(p => !mine.Contains(p.Address)) is { } me) return NodeAddress.From(me.Address);
                }
            }
        }
        return instance.IsIPv6
            ? NodeAddress.Parse(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"fe80::{node.Index + 1:x}"))
            : NodeAddress.OfIPv4(0x0a630001u + (uint)node.Index);
    }

    public static bool Reaches(SimulatedRouter from, SimulatedRouter to)
    {
        if (from.Settings.IsUnicast)
        {
            foreach (ref readonly var peer in from.Settings.Peers.AsSpan())
            {
                if (peer.Address == to.Address) return true;
            }
            return false;
        }
        return from.Multicast == to.Multicast;
    }
}
