using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;

namespace Evenkeel.Linux.Netlink;

/// <summary>Where a new route goes among those that match the same destination.</summary>
public enum RouteOrder : byte { Prepend, OnlyIfNone, Append }

/// <summary>A route to be set or removed (RTM_NEWROUTE, RTM_DELROUTE). A null destination is the default route.</summary>
public sealed record RouteRequest
{
    public bool IsIPv6 { get; init; }
    public IPAddress? Destination { get; init; }
    public int PrefixLength { get; init; }
    public IPAddress? Gateway { get; init; }
    public IPAddress? Source { get; init; }

    /// <summary>0: the kernel finds it from the gateway.</summary>
    public int InterfaceIndex { get; init; }
    public uint Table { get; init; }
    public uint? Metric { get; init; }
    public byte Scope { get; init; }
    public byte Type { get; init; }
    public byte Protocol { get; init; }
    public byte TypeOfService { get; init; }
    public bool OnLink { get; init; }
    public RouteOrder Order { get; init; }

    /// <summary>RTAX_* numbers and values; a locked one is not changed by what the path says.</summary>
    public ImmutableArray<(ushort Number, uint Value, bool IsLocked)> Metrics { get; init; } = [];

    public ImmutableArray<NextHopRequest> NextHops { get; init; } = [];
}

/// <summary>One of several ways a route may go.</summary>
/// <param name="Weight">1 to 256.</param>
public readonly record struct NextHopRequest(IPAddress? Gateway, int InterfaceIndex, int Weight, bool OnLink);

/// <summary>What the kernel says of a route that came or went, as much of it as tells routes apart.</summary>
public readonly record struct RouteRecord(
    bool IsIPv6, IPAddress? Destination, int PrefixLength, uint Table, uint Metric, byte TypeOfService, int InterfaceIndex)
{
    /// <summary>Whether it is the entry that a request made. The kernel fills in what a request leaves out.</summary>
    public bool Is(RouteRequest request)
    {
        // IPv6 routes without a metric get 1024.
        const uint defaultIPv6Metric = 1024;
        var metric = request.Metric ?? (request.IsIPv6 ? defaultIPv6Metric : 0);
        return IsIPv6 == request.IsIPv6 && PrefixLength == request.PrefixLength && Table == request.Table && Metric == metric
            && TypeOfService == request.TypeOfService && (request.InterfaceIndex == 0 || InterfaceIndex == 0 || InterfaceIndex == request.InterfaceIndex)
            && Equals(Destination, request.PrefixLength == 0 ? null : request.Destination);
    }

    public static bool TryParse(ReadOnlySpan<byte> payload, out RouteRecord record)
    {
        record = default;
        if (payload.Length < RouteMessages.HeaderLength || payload[0] is not (2 or 10))
            return false;
        var length = payload[0] == 2 ? 4 : 16;
        uint table = payload[4];
        IPAddress? destination = null;
        var (metric, index) = (0u, 0);
        var attributes = new AttributeReader(payload[RouteMessages.HeaderLength..]);
        while (attributes.Next())
        {
            var value = attributes.Value;
            if (attributes.Type == RouteMessages.RTA_DST && value.Length == length)
                destination = new IPAddress(value);
            else if (attributes.Type == RouteMessages.RTA_TABLE && value.Length == 4)
                table = BinaryPrimitives.ReadUInt32LittleEndian(value);
            else if (attributes.Type == RouteMessages.RTA_PRIORITY && value.Length == 4)
                metric = BinaryPrimitives.ReadUInt32LittleEndian(value);
            else if (attributes.Type == RouteMessages.RTA_OIF && value.Length == 4)
                index = BinaryPrimitives.ReadInt32LittleEndian(value);
        }
        record = new RouteRecord(payload[0] == 10, payload[1] == 0 ? null : destination, payload[1], table, metric, payload[3], index);
        return true;
    }
}

/// <summary>A policy rule to be set or removed (RTM_NEWRULE, RTM_DELRULE).</summary>
public sealed record RuleRequest
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

    /// <summary>FR_ACT_*.</summary>
    public byte Action { get; init; } = 1;
    public uint? GoTo { get; init; }
    public bool IsInverted { get; init; }
    public byte TypeOfService { get; init; }
    public byte? IpProtocol { get; init; }
    public (ushort First, ushort Last)? SourcePorts { get; init; }
    public (ushort First, ushort Last)? DestinationPorts { get; init; }
    public uint? SuppressPrefixLength { get; init; }
    public byte Protocol { get; init; }
}

/// <summary>What tells rules apart when one went away: rules of this program have preferences of their own.</summary>
public readonly record struct RuleRecord(bool IsIPv6, uint Preference, uint Table, byte Action)
{
    public bool Is(RuleRequest request) =>
        IsIPv6 == request.IsIPv6 && Preference == request.Preference && Action == request.Action && Table == (request.Table ?? 0);

    public static bool TryParse(ReadOnlySpan<byte> payload, out RuleRecord record)
    {
        record = default;
        if (payload.Length < RouteMessages.HeaderLength || payload[0] is not (2 or 10))
            return false;
        uint table = payload[4];
        var preference = 0u;
        var attributes = new AttributeReader(payload[RouteMessages.HeaderLength..]);
        while (attributes.Next())
        {
            if (attributes.Type == RouteMessages.FRA_TABLE && attributes.Value.Length == 4)
                table = BinaryPrimitives.ReadUInt32LittleEndian(attributes.Value);
            else if (attributes.Type == RouteMessages.FRA_PRIORITY && attributes.Value.Length == 4)
                preference = BinaryPrimitives.ReadUInt32LittleEndian(attributes.Value);
        }
        record = new RuleRecord(payload[0] == 10, preference, table, payload[7]);
        return true;
    }
}
