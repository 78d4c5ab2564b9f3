using System.Collections.Immutable;
using System.Net;

namespace Evenkeel.Model.Vrrp;

/// <summary>One line of `virtual_routes` or `static_routes`: the words of `ip route add`, read and checked.</summary>
/// <param name="Destination">Null is the default route.</param>
public sealed record RouteModel(IPAddress? Destination, int PrefixLength, SourcePosition Position)
{
    public bool IsIPv6 { get; init; }
    public IPAddress? Gateway { get; init; }
    public IPAddress? Source { get; init; }
    public string? Interface { get; init; }

    /// <summary>Routing table (RT_TABLE_MAIN = 254).</summary>
    public uint Table { get; init; } = 254;
    public uint? Metric { get; init; }

    /// <summary>RT_SCOPE_*; null: global, with a gateway or without.</summary>
    public byte? Scope { get; init; }

    /// <summary>RTN_*: 1 unicast, 6 blackhole, 7 unreachable, 8 prohibit, 9 throw.</summary>
    public byte Type { get; init; } = 1;

    /// <summary>RTPROT_*; 18 is Keepalived's own number.</summary>
    public byte Protocol { get; init; } = 18;
    public byte TypeOfService { get; init; }

    /// <summary>`mtu`, `advmss`, `window` and the like.</summary>
    public ImmutableArray<RouteMetricModel> Metrics { get; init; } = [];

    /// <summary>`nexthop`: several ways instead of one gateway.</summary>
    public ImmutableArray<NextHopModel> NextHops { get; init; } = [];
    public bool OnLink { get; init; }
    public bool NoTrack { get; init; }
    public string? TrackGroup { get; init; }

    /// <summary>NLM_F_CREATE with nothing, NLM_F_EXCL for `add`, NLM_F_APPEND for `append`; the default prepends.</summary>
    public RoutePlacement Placement { get; init; }

    /// <summary>Options that were read but that nothing applies yet, as the operator wrote them.</summary>
    public ImmutableArray<string> NotApplied { get; init; } = [];
}

/// <summary>One RTAX_* value of a route; a locked one is not changed by what the path says.</summary>
public sealed record RouteMetricModel(ushort Number, uint Value, bool IsLocked);

/// <param name="Weight">1 to 256.</param>
public sealed record NextHopModel(IPAddress? Gateway, string? Interface, int Weight, bool OnLink);

public enum RoutePlacement { Prepend, Add, Append }

/// <summary>One line of `virtual_rules` or `static_rules`: the words of `ip rule add`, read and checked.</summary>
public sealed record RuleLineModel(SourcePosition Position)
{
    public bool IsIPv6 { get; init; }
    public IPAddress? From { get; init; }
    public int FromPrefixLength { get; init; }
    public IPAddress? To { get; init; }
    public int ToPrefixLength { get; init; }
    public uint? Table { get; init; }
    public uint Preference { get; init; }
    public string? InputInterface { get; init; }
    public string? OutputInterface { get; init; }
    public uint? FirewallMark { get; init; }
    public uint? FirewallMask { get; init; }

    /// <summary>FR_ACT_*: 1 to table, 2 goto, 3 nop, 6 blackhole, 7 unreachable, 8 prohibit.</summary>
    public byte Action { get; init; } = 1;

    /// <summary>`goto`: the preference to go on at.</summary>
    public uint? GoTo { get; init; }

    /// <summary>`not`</summary>
    public bool IsInverted { get; init; }
    public byte TypeOfService { get; init; }
    public byte? IpProtocol { get; init; }
    public (ushort First, ushort Last)? SourcePorts { get; init; }
    public (ushort First, ushort Last)? DestinationPorts { get; init; }
    public uint? SuppressPrefixLength { get; init; }

    /// <summary>RTPROT_*; 18 is Keepalived's own number.</summary>
    public byte Protocol { get; init; } = 18;
    public bool NoTrack { get; init; }
    public string? TrackGroup { get; init; }
    public ImmutableArray<string> NotApplied { get; init; } = [];
}
