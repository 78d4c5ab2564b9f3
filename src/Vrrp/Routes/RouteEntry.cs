using System.Globalization;
using Evenkeel.Linux;
using Evenkeel.Linux.Netlink;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Addresses;

namespace Evenkeel.Vrrp.Routes;

/// <summary>One line of `virtual_routes` or `static_routes`.</summary>
/// <param name="model">What the line says.</param>
/// <param name="home">The instance's interface, where routes go that name neither a way nor an interface; null for static ones.</param>
/// <param name="table">All interfaces.</param>
public sealed class RouteEntry(RouteModel model, NetworkInterface? home, InterfaceTable table) : KernelEntry(model.Position, model.TrackGroup, model.NoTrack)
{
    private const byte Unicast = 1;
    private const byte GlobalScope = 0;
    private const uint MainTable = 254;

    public override string Key
    {
        get
        {
            Span<byte> buffer = new byte[4_096];
            return Convert.ToHexString(RouteMessages.Build(buffer, 0, 0, 0, Request));
        }
    }

    public override string Text
    {
        get
        {
            var destination = model.Destination is null ? "default" : string.Create(CultureInfo.InvariantCulture, $"{model.Destination}/{model.PrefixLength}");
            return model.Gateway is null ? $"route {destination}" : $"route {destination} via {model.Gateway}";
        }
    }

    public override string Description
    {
        get
        {
            var family = model.IsIPv6 ? "inet6" : "inet";
            var words = new List<string> { model.Placement.ToString().ToLowerInvariant() };
            if (TypeWord(model.Type) is { } type)
                words.Add(type);
            words.Add(model.Destination is null ? "default" : string.Create(CultureInfo.InvariantCulture, $"{model.Destination}/{model.PrefixLength}"));
            if (model.Gateway is not null)
                words.Add($"via {family} {model.Gateway}");
            if (model.Interface is not null)
                words.Add($"dev {model.Interface}");
            if (model.Source is not null)
                words.Add($"src {model.Source}");
            if (model.Table != MainTable)
                words.Add(string.Create(CultureInfo.InvariantCulture, $"table {model.Table}"));
            words.Add(string.Create(CultureInfo.InvariantCulture, $"proto {model.Protocol}"));
            if (model.Metric is { } metric)
                words.Add(string.Create(CultureInfo.InvariantCulture, $"metric {metric}"));
            if (NoTrack)
                words.Add("no_track");
            if (model.Interface is null && Request.InterfaceIndex is > 0 and var index && table.Find(index) is { } used)
                words.Add($"[dev {used.Name}]");
            return string.Join(' ', words);
        }
    }

    private static string? TypeWord(byte type) => type switch
    {
        2 => "local",
        3 => "broadcast",
        5 => "multicast",
        6 => "blackhole",
        7 => "unreachable",
        8 => "prohibit",
        9 => "throw",
        _ => null,
    };

    /// <summary>The kernel's request with interface numbers as they are now.</summary>
    public RouteRequest Request => new()
    {
        IsIPv6 = model.IsIPv6,
        Destination = model.Destination,
        PrefixLength = model.PrefixLength,
        Gateway = model.Gateway,
        Source = model.Source,
        InterfaceIndex = IndexOf(model.Interface),
        Table = model.Table,
        Metric = model.Metric,
        Scope = model.Scope ?? GlobalScope,
        Type = model.Type,
        Protocol = model.Protocol,
        TypeOfService = model.TypeOfService,
        OnLink = model.OnLink,
        Order = (RouteOrder)model.Placement,
        Metrics = [.. model.Metrics.Select(m => (m.Number, m.Value, m.IsLocked))],
        NextHops = [.. model.NextHops.Select(h => new NextHopRequest(h.Gateway, h.Interface is null ? 0 : table[h.Interface].Index, h.Weight, h.OnLink))],
    };

    public bool Is(in RouteRecord route) => route.Is(Request);

    public override SysResult Add(RouteNetlink netlink) => netlink.AddRoute(Request);

    public override SysResult Remove(RouteNetlink netlink) => netlink.RemoveRoute(Request);

    private int IndexOf(string? name)
    {
        if (name is not null)
            return table[name].Index;
        var needsOne = model.Type == Unicast && model.Gateway is null && model.NextHops.IsEmpty;
        return needsOne && home is not null ? home.Index : 0;
    }
}
