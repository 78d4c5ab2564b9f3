using System.Buffers.Binary;
using System.Net;

namespace Evenkeel.Linux.Netlink;

/// <summary>Writes the requests for routes and rules (rtnetlink(7): rtmsg and fib_rule_hdr, both 12 bytes, and their attributes).</summary>
public static class RouteMessages
{
    internal const int HeaderLength = 12;
    internal const ushort RTA_DST = 1;
    internal const ushort RTA_OIF = 4;
    internal const ushort RTA_PRIORITY = 6;
    internal const ushort RTA_TABLE = 15;
    internal const ushort FRA_PRIORITY = 6;
    internal const ushort FRA_TABLE = 15;
    private const ushort RTA_GATEWAY = 5;
    private const ushort RTA_PREFSRC = 7;
    private const ushort RTA_METRICS = 8;
    private const ushort RTA_MULTIPATH = 9;
    private const ushort RTAX_LOCK = 1;
    private const ushort FRA_DST = 1;
    private const ushort FRA_SRC = 2;
    private const ushort FRA_IIFNAME = 3;
    private const ushort FRA_GOTO = 4;
    private const ushort FRA_FWMARK = 10;
    private const ushort FRA_SUPPRESS_PREFIXLEN = 14;
    private const ushort FRA_FWMASK = 16;
    private const ushort FRA_OIFNAME = 17;
    private const ushort FRA_PROTOCOL = 21;
    private const ushort FRA_IP_PROTO = 22;
    private const ushort FRA_SPORT_RANGE = 23;
    private const ushort FRA_DPORT_RANGE = 24;
    private const uint FIB_RULE_INVERT = 2;
    private const byte RTNH_F_ONLINK = 4;
    private const byte AnyTable = 0;
    private const int NextHopHeaderLength = 8;

    /// <summary>Next hops that are taken of one route.</summary>
    private const int MostNextHops = 64;

    public static ReadOnlySpan<byte> Build(Span<byte> buffer, ushort type, ushort flags, uint sequence, RouteRequest route)
    {
        var writer = new NetlinkWriter(buffer, type, flags, sequence);
        var header = writer.Header(HeaderLength);
        header[0] = (byte)(route.IsIPv6 ? 10 : 2);
        header[1] = (byte)route.PrefixLength;
        header[3] = route.TypeOfService;
        // Tables above 255 only fit into the attribute.
        header[4] = route.Table <= byte.MaxValue ? (byte)route.Table : AnyTable;
        header[5] = route.Protocol;
        header[6] = route.Scope;
        header[7] = route.Type;
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], route.OnLink ? RTNH_F_ONLINK : 0u);
        writer.Attribute(RTA_TABLE, route.Table);
        if (route.Destination is not null && route.PrefixLength > 0)
            Write(ref writer, RTA_DST, route.Destination);
        if (route.Source is not null)
            Write(ref writer, RTA_PREFSRC, route.Source);
        if (route.Gateway is not null)
            Write(ref writer, RTA_GATEWAY, route.Gateway);
        if (route.InterfaceIndex > 0)
            writer.Attribute(RTA_OIF, (uint)route.InterfaceIndex);
        if (route.Metric is { } metric)
            writer.Attribute(RTA_PRIORITY, metric);
        WriteMetrics(ref writer, route);
        WriteNextHops(ref writer, route);
        return writer.Finish();
    }

    private static void WriteMetrics(ref NetlinkWriter writer, RouteRequest route)
    {
        if (route.Metrics.IsEmpty)
            return;
        const int attribute = 8;
        var locked = 0u;
        foreach (var metric in route.Metrics)
            locked |= metric.IsLocked ? 1u << metric.Number : 0;
        var nested = new byte[(route.Metrics.Length + 1) * attribute];
        var length = 0;
        foreach (var metric in route.Metrics)
            length = Nest(nested, length, metric.Number, metric.Value);
        if (locked != 0)
            length = Nest(nested, length, RTAX_LOCK, locked);
        writer.Attribute(RTA_METRICS, nested.AsSpan(0, length));
    }

    private static int Nest(Span<byte> nested, int at, ushort type, uint value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(nested[at..], 8);
        BinaryPrimitives.WriteUInt16LittleEndian(nested[(at + 2)..], type);
        BinaryPrimitives.WriteUInt32LittleEndian(nested[(at + 4)..], value);
        return at + 8;
    }

    private static void WriteNextHops(ref NetlinkWriter writer, RouteRequest route)
    {
        if (route.NextHops.IsEmpty)
            return;
        // struct rtnexthop: length 2, flags 1, weight - 1, interface 4; then attributes.
        var hops = new byte[MostNextHops * (NextHopHeaderLength + 20)];
        var length = 0;
        foreach (var hop in route.NextHops.Take(MostNextHops))
        {
            var start = length;
            length += NextHopHeaderLength;
            if (hop.Gateway is not null)
            {
                var bytes = hop.Gateway.GetAddressBytes();
                BinaryPrimitives.WriteUInt16LittleEndian(hops.AsSpan(length), (ushort)(4 + bytes.Length));
                BinaryPrimitives.WriteUInt16LittleEndian(hops.AsSpan(length + 2), RTA_GATEWAY);
                bytes.CopyTo(hops, length + 4);
                length += 4 + bytes.Length;
            }
            BinaryPrimitives.WriteUInt16LittleEndian(hops.AsSpan(start), (ushort)(length - start));
            hops[start + 2] = hop.OnLink ? RTNH_F_ONLINK : (byte)0;
            hops[start + 3] = (byte)(Math.Clamp(hop.Weight, 1, 256) - 1);
            BinaryPrimitives.WriteInt32LittleEndian(hops.AsSpan(start + 4), hop.InterfaceIndex);
        }
        writer.Attribute(RTA_MULTIPATH, hops.AsSpan(0, length));
    }

    public static ReadOnlySpan<byte> Build(Span<byte> buffer, ushort type, ushort flags, uint sequence, RuleRequest rule)
    {
        var writer = new NetlinkWriter(buffer, type, flags, sequence);
        var header = writer.Header(HeaderLength);
        header[0] = (byte)(rule.IsIPv6 ? 10 : 2);
        header[1] = (byte)(rule.To is null ? 0 : rule.ToPrefixLength);
        header[2] = (byte)(rule.From is null ? 0 : rule.FromPrefixLength);
        header[3] = rule.TypeOfService;
        header[4] = rule.Table is { } table && table <= byte.MaxValue ? (byte)table : AnyTable;
        header[7] = rule.Action;
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], rule.IsInverted ? FIB_RULE_INVERT : 0u);
        if (rule.To is not null)
            Write(ref writer, FRA_DST, rule.To);
        if (rule.From is not null)
            Write(ref writer, FRA_SRC, rule.From);
        if (rule.InputInterface is not null)
            writer.Attribute(FRA_IIFNAME, rule.InputInterface);
        if (rule.OutputInterface is not null)
            writer.Attribute(FRA_OIFNAME, rule.OutputInterface);
        writer.Attribute(FRA_PRIORITY, rule.Preference);
        Write(ref writer, FRA_TABLE, rule.Table);
        Write(ref writer, FRA_FWMARK, rule.FirewallMark);
        Write(ref writer, FRA_FWMASK, rule.FirewallMask);
        Write(ref writer, FRA_GOTO, rule.GoTo);
        Write(ref writer, FRA_SUPPRESS_PREFIXLEN, rule.SuppressPrefixLength);
        if (rule.Protocol != 0)
            writer.Attribute(FRA_PROTOCOL, [rule.Protocol]);
        if (rule.IpProtocol is { } protocol)
            writer.Attribute(FRA_IP_PROTO, [protocol]);
        Write(ref writer, FRA_SPORT_RANGE, rule.SourcePorts);
        Write(ref writer, FRA_DPORT_RANGE, rule.DestinationPorts);
        return writer.Finish();
    }

    private static void Write(ref NetlinkWriter writer, ushort attribute, IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        writer.Attribute(attribute, bytes[..length]);
    }

    private static void Write(ref NetlinkWriter writer, ushort attribute, uint? value)
    {
        if (value is { } number)
            writer.Attribute(attribute, number);
    }

    private static void Write(ref NetlinkWriter writer, ushort attribute, (ushort First, ushort Last)? ports)
    {
        if (ports is not { } range)
            return;
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, range.First);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], range.Last);
        writer.Attribute(attribute, bytes);
    }
}
