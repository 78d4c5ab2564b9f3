using System.Globalization;
using Evenkeel.Linux;
using Evenkeel.Linux.Netlink;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Vrrp.Routes;

/// <summary>One line of `virtual_rules` or `static_rules`.</summary>
public sealed class RuleEntry(RuleLineModel model) : KernelEntry(model.Position, model.TrackGroup, model.NoTrack)
{
    private readonly RuleRequest _request = new()
    {
        IsIPv6 = model.IsIPv6,
        From = model.From,
        FromPrefixLength = model.FromPrefixLength,
        To = model.To,
        ToPrefixLength = model.ToPrefixLength,
        Table = model.Table,
        Preference = model.Preference,
        InputInterface = model.InputInterface,
        OutputInterface = model.OutputInterface,
        FirewallMark = model.FirewallMark,
        FirewallMask = model.FirewallMask,
        Action = model.Action,
        GoTo = model.GoTo,
        IsInverted = model.IsInverted,
        TypeOfService = model.TypeOfService,
        IpProtocol = model.IpProtocol,
        SourcePorts = model.SourcePorts,
        DestinationPorts = model.DestinationPorts,
        SuppressPrefixLength = model.SuppressPrefixLength,
        Protocol = model.Protocol,
    };

    public override string Key
    {
        get
        {
            Span<byte> buffer = new byte[512];
            return Convert.ToHexString(RouteMessages.Build(buffer, 0, 0, 0, _request));
        }
    }

    public override string Text => string.Create(CultureInfo.InvariantCulture, $"rule {model.Preference}");

    public override string Description
    {
        get
        {
            var words = new List<string>();
            if (model.IsInverted)
                words.Add("not");
            if (model.From is not null)
                words.Add(string.Create(CultureInfo.InvariantCulture, $"from {model.From}/{model.FromPrefixLength}"));
            if (model.To is not null)
                words.Add(string.Create(CultureInfo.InvariantCulture, $"to {model.To}/{model.ToPrefixLength}"));
            words.Add(string.Create(CultureInfo.InvariantCulture, $"priority {model.Preference}"));
            if (model.FirewallMark is { } mark)
                words.Add(string.Create(CultureInfo.InvariantCulture, $"fwmark 0x{mark:x}"));
            if (model.InputInterface is not null)
                words.Add($"iif {model.InputInterface}");
            if (model.OutputInterface is not null)
                words.Add($"oif {model.OutputInterface}");
            words.Add(string.Create(CultureInfo.InvariantCulture, $"tos 0x{model.TypeOfService:x} protocol {model.Protocol}"));
            words.Add(model.Table is { } table ? string.Create(CultureInfo.InvariantCulture, $"lookup {table}")
                : model.GoTo is { } target ? string.Create(CultureInfo.InvariantCulture, $"goto {target}")
                : model.Action switch { 3 => "nop", 6 => "blackhole", 7 => "unreachable", _ => "prohibit" });
            return string.Join(' ', words);
        }
    }

    public bool Is(in RuleRecord rule) => rule.Is(_request);

    public override SysResult Add(RouteNetlink netlink) => netlink.AddRule(_request);

    public override SysResult Remove(RouteNetlink netlink) => netlink.RemoveRule(_request);
}
