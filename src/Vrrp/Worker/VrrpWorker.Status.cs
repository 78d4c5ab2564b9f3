using Evenkeel.Vrrp.Status;

namespace Evenkeel.Vrrp.Worker;

/// <summary>What the worker tells about itself.</summary>
public sealed partial class VrrpWorker
{
    /// <summary>Cost: linear in instances and addresses; made on demand, never on the advertisement path.</summary>
    public StatusSnapshot Snapshot()
    {
        var groups = _groups.Values.Select(g => new GroupStatus(g.Model.Name, g.Group.State, [.. g.Group.Members.Select(m => m.Settings.Name)]));
        return new StatusSnapshot(_loop.NowUs, [.. _hosts.Select(StatusOf)], [.. groups], [.. _recorder.Events], [.. _recorder.Advertisements])
        {
            ForeignPackets = ForeignPackets,
        };
    }

    private RouterStatus StatusOf(RouterHost host)
    {
        var router = host.Router;
        var master = router.MasterAddress.IsNone ? null : router.MasterAddress.ToString();
        return new RouterStatus(
            host.Name, host.Interface.Name, host.Model.VirtualRouterId, router.Settings.Version, router.State, router.StateReason, router.StateSinceUs,
            router.Settings.Priority, router.EffectivePriority, _readiness, master, router.MasterPriority,
            router.Source.IsNone ? null : router.Source.ToString(), router.Faults,
            [.. host.Addresses.Select(a => new AddressStatus(a.Address.ToString(), a.Model.PrefixLength, a.Interface.Name, a.IsPresent))],
            [.. router.Trackers], router.Counters);
    }
}
