using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Config.Keepalived.Drafts;
using Evenkeel.Config.Keepalived.Language;
using Evenkeel.Model.Vrrp;
using static Evenkeel.Config.Keepalived.Blocks.Keyword;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>`track_group`, `garp_group` and the blocks of static addresses, routes and rules.</summary>
internal static class StaticKeywords
{
    public static Block TrackGroupBlock() => new("track_group", ParsePass.Vrrp,
    [
        Works("group", line => line.ReadEntries(entry => entry.Draft.TrackGroup!.Members.AddRange(entry.Words))),
    ])
    {
        End = line =>
        {
            var group = line.Draft.TrackGroup!;
            if (group.Members.Count == 0) line.Error($"Static track group {group.Name} has no members - removing");
            else line.Draft.TrackGroups.Add(new TrackGroupModel(group.Name, [.. group.Members], line.Complaints.SourcePosition));
        },
    };

    public static bool BeginTrackGroup(KeywordLine line)
    {
        if (line.Count != 2)
        {
            line.Error("track_group must have a name - skipping");
            return false;
        }
        line.Draft.TrackGroup = new TrackGroupDraft(line.Words[1]);
        return true;
    }

    /// <summary>A group named by a static address, route or rule; null after a complaint when there is none.</summary>
    public static string? TrackGroup(KeywordLine line, string name)
    {
        if (line.Draft.TrackGroups.Exists(g => g.Name == name)) return name;
        line.Error($"track_group {name} not found");
        return null;
    }

    public static Block GarpGroupBlock() => new("garp_group", ParsePass.Vrrp,
    [
        Works("garp_interval", line => line.Draft.GarpGroup!.IntervalUs = Interval(line)),
        Works("gna_interval", line => line.Draft.GarpGroup!.NeighbourIntervalUs = Interval(line)),
        Works("interface", line => AddInterface(line, line.Word(1))),
        Works("interfaces", line =>
        {
            var names = new List<string>();
            line.ReadEntries(entry => names.AddRange(entry.Words));
            foreach (string name in names) AddInterface(line, name);
        }),
    ])
    {
        End = line =>
        {
            var group = line.Draft.GarpGroup!;
            if (group.IntervalUs == null && group.NeighbourIntervalUs == null)
                line.Error($"garp group {line.Draft.GarpGroups.Count} does not have any delay set - removing");
            else line.Draft.GarpGroups.Add(new GarpGroupModel([.. group.Interfaces], (int?)group.IntervalUs, (int?)group.NeighbourIntervalUs));
        },
    };

    public static bool BeginGarpGroup(KeywordLine line)
    {
        line.Draft.GarpGroup = new GarpGroupDraft();
        return true;
    }

    /// <summary>An announcement a second apart at most matters; the limit keeps it within the model's width.</summary>
    private static long Interval(KeywordLine line) => Values.Timer(line, line.Word(1), 0, int.MaxValue, null) ?? 0;

    private static void AddInterface(KeywordLine line, string name)
    {
        if (line.Complaints.Fatal) return;
        if (!Values.InterfaceExists(line, name, $"WARNING - interface {name} specified for garp_group doesn't exist")) return;
        if (line.Draft.GarpGroups.Exists(g => g.Interfaces.Contains(name))) line.Error($"garp_group already specified for {name} - ignoring");
        else line.Draft.GarpGroup!.Interfaces.Add(name);
    }

    /// <summary>Top-level keywords whose lines between braces are values, not keywords.</summary>
    public static IEnumerable<Keyword> ValueBlocks() =>
    [
        Works("static_ipaddress", line => line.ReadEntries(entry =>
        {
            if (AddressLines.Read(entry, isStatic: true) is { } address) entry.Draft.StaticAddresses.Add(address);
        })),
        Works("static_routes", line => line.ReadEntries(entry =>
        {
            if (RouteLines.Read(entry, isStatic: true) is { } route) entry.Draft.StaticRoutes.Add(route);
        })),
        Works("static_rules", line => line.ReadEntries(entry =>
        {
            if (RuleLines.Read(entry, isStatic: true) is { } rule) entry.Draft.StaticRules.Add(rule);
        })),
        NoEffect("linkbeat_interfaces", "interfaces are watched through netlink", line => line.ReadEntries(entry =>
        {
            if (entry.World.InterfaceIndex(entry.Words[0]) == null) entry.Error($"unknown interface {entry.Words[0]} specified for linkbeat interface");
            else if (entry.WordOrNull(1) is { } kind && kind is not ("MII" or "ETHTOOL" or "IOCTL"))
                entry.Error($"extra characters {kind} in linkbeat interface");
        })),
        Works("interface_up_down_delays", line => line.ReadEntries(InterfaceDelay)),
    ];

    private static void InterfaceDelay(KeywordLine line)
    {
        string name = line.Words[0];
        if (line.World.InterfaceIndex(name) == null)
        {
            line.Error($"unknown interface {name} specified for up/down delay");
            return;
        }
        if (line.Count < 2) return;
        if (Values.Timer(line, line.Words[1], 0, 255_000_000, null) is not { } down) return;
        if (line.WordOrNull(2) is { } text)
        {
            if (Values.Timer(line, text, 0, 255_000_000, null) is { } up) line.Draft.InterfaceDelays.Add(new InterfaceDelayModel(name, down, up));
            return;
        }
        line.Draft.InterfaceDelays.Add(new InterfaceDelayModel(name, down, down));
    }
}
