using Evenkeel.Linux;
using Evenkeel.Linux.Netlink;
using Evenkeel.Model;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Addresses;

namespace Evenkeel.Vrrp.Routes;

/// <summary>One configured route or policy rule, virtual or static. Knows how to ask the kernel for itself. Owner: the worker's thread.</summary>
public abstract class KernelEntry(SourcePosition position, string? trackGroup, bool noTrack)
{
    public SourcePosition Position { get; } = position;

    /// <summary>Static entries: whose members suffer when it is lost for good.</summary>
    public string? TrackGroup { get; } = trackGroup;

    /// <summary>Nobody cares when it is removed.</summary>
    public bool NoTrack { get; } = noTrack;

    /// <summary>True while this process has set it and not taken it away.</summary>
    public bool IsSet { get; internal set; }

    /// <summary>The request as bytes: equal for entries that are the same to the kernel.</summary>
    public abstract string Key { get; }

    /// <summary>For the log: what it is, in few words.</summary>
    public abstract string Text { get; }

    /// <summary>For dump files: all of it, in the original's words.</summary>
    public abstract string Description { get; }

    public abstract SysResult Add(RouteNetlink netlink);

    public abstract SysResult Remove(RouteNetlink netlink);

    /// <summary>The order in which entries are set: rules look at routes. They are removed the other way round.</summary>
    public static KernelEntry[] Of(IEnumerable<RouteModel> routes, IEnumerable<RuleLineModel> rules, NetworkInterface? home, InterfaceTable table) =>
        [
            .. routes.Where(r => r.NotApplied.IsEmpty).Select(r => new RouteEntry(r, home, table)),
            .. rules.Where(r => r.NotApplied.IsEmpty).Select(r => new RuleEntry(r)),
        ];

    /// <summary>Hands on what is set to the entries of a new configuration that are the same.</summary>
    /// <returns>What is set and not wanted any more.</returns>
    public static List<KernelEntry> Replace(IEnumerable<KernelEntry> old, KernelEntry[] wanted)
    {
        var gone = new List<KernelEntry>();
        foreach (var entry in old)
        {
            if (!entry.IsSet)
                continue;
            if (Array.Find(wanted, candidate => !candidate.IsSet && candidate.Key == entry.Key) is { } same)
                same.IsSet = true;
            else
                gone.Add(entry);
        }
        return gone;
    }
}
