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
