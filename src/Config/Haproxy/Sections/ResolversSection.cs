using System.Net;
using System.Text;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>A `resolvers` section (configuration.txt 5.3.2).</summary>
internal sealed class ResolversSection(ParseContext context, string name, SourcePosition position) : ISection
{
    private const string ResolvConf = "/etc/resolv.conf";
    private const int DnsPort = 53;
    private const int MinPayload = 12;

    private readonly List<NameserverModel> _nameservers = [];
    private ResolversModel _model = new(name, position);

    public string PseudoName => name;

    public void Read(Statement statement)
    {
        switch (statement.Keyword)
        {
            case "nameserver":
                Nameserver(statement);
                break;
            case "parse-resolv-conf":
                AddFromResolvConf();
                break;
            case "hold":
                Hold(statement);
                break;
            case "resolve_retries":
                if (!statement.Has(1)) context.Alert("'resolve_retries' expects <nb> as argument.");
                else _model = _model with { Retries = Units.LenientInteger(statement[1]) };
                break;
            case "timeout":
                ReadTimeout(statement);
                break;
            case "accepted_payload_size":
                PayloadSize(statement);
                break;
            default:
                context.Alert($"unknown keyword '{statement.Keyword}' in 'resolvers' section");
                break;
        }
    }

    public void Close() => context.Draft.Resolvers.Add(_model with { Nameservers = [.. _nameservers] });

    /// <summary>The section that is there when nobody wrote it; null where the machine names no nameserver.</summary>
    public static ResolversModel? Default(IWorld world)
    {
        var nameservers = FromResolvConf(world).ToArray();
        return nameservers.Length == 0 ? null
            : new ResolversModel(ResolversModel.DefaultName, SourcePosition.None) { Nameservers = [.. nameservers] };
    }

    private void Nameserver(Statement statement)
    {
        if (!statement.Has(1) || !statement.Has(2))
        {
            context.Alert("'nameserver' expects <name> and <addr>[:<port>] as arguments.");
            return;
        }

        if (_nameservers.Find(other => other.Name == statement[1]) is { } other)
        {
            context.Diagnostics.Say(Severity.Alert, context.Position,
                $"config : Parsing [{context.Position}]: nameserver '{statement[1]}' has same name as another nameserver (declared at {other.Position}).");
            return;
        }

        const AddressRules Rules = AddressRules.Port | AddressRules.PortIsMandatory | AddressRules.Datagram | AddressRules.Resolve;
        if (AddressText.TryParse(statement[2], Rules, context.World, out var error) is not { } address || address.IsQuic)
        {
            context.Alert($"'nameserver {statement[1]}' : "
                + (error.Length > 0 ? error : $"invalid address: '{statement[2][..statement[2].LastIndexOf(':')]}' in '{statement[2]}'"));
            return;
        }

        if (address.UnsupportedFamily is not null || address.Address is null) context.NotSupported($"the nameserver address '{statement[2]}'");
        else if (address.IsDatagram || AcceptsOptions(statement))
            _nameservers.Add(new NameserverModel(statement[1], address.ToModel(address.Port), !address.IsDatagram, statement.Position));
    }

    /// <summary>A nameserver over TCP takes the options of a server; those that change how it is spoken to are not there yet.</summary>
    private bool AcceptsOptions(Statement statement)
    {
        var line = new ServerLine(context, new ProxyDraft { Kind = ProxyKind.Backend, Name = name, Position = context.Position });
        line.Model = line.Model with { Name = statement[1] };
        if (!line.TryOptions(statement, 3)) return false;
        if (line.Model is { Tls: null, ProxyHeader: null, Socks4: null, Source: null }) return true;
        context.NotSupported("a 'nameserver' with TLS, a PROXY header, a SOCKS proxy or a source address");
        return false;
    }

    private void AddFromResolvConf()
    {
        foreach (var nameserver in FromResolvConf(context.World))
            if (!_nameservers.Exists(other => other.Name == nameserver.Name)) _nameservers.Add(nameserver with { Position = context.Position });
    }

    private static IEnumerable<NameserverModel> FromResolvConf(IWorld world)
    {
        if (world.ReadFile(ResolvConf, out _) is not { } bytes) yield break;
        foreach (var line in Encoding.UTF8.GetString(bytes).Split('\n'))
        {
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || words[0] != "nameserver" || !IPAddress.TryParse(words[1], out var address)) continue;
            var family = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? SocketFamily.IPv6 : SocketFamily.IPv4;
            yield return new NameserverModel(words[1], new SocketAddressModel(family, address, DnsPort), IsStream: false, SourcePosition.None);
        }
    }

    private void Hold(Statement statement)
    {
        if (!statement.Has(1) || !statement.Has(2))
        {
            context.Alert("'hold' expects an <event> and a <time> as arguments.");
            context.Diagnostics.Say(Severity.Alert, context.Position, "config : <event> can be either 'valid', 'nx', 'refused', 'timeout', or 'other'");
            return;
        }

        if (TryTime(statement[2], "hold") is not { } ms) return;
        ResolversModel? next = statement[1] switch
        {
            "nx" => _model with { HoldNxMs = ms },
            "other" => _model with { HoldOtherMs = ms },
            "refused" => _model with { HoldRefusedMs = ms },
            "timeout" => _model with { HoldTimeoutMs = ms },
            "valid" => _model with { HoldValidMs = ms },
            "obsolete" => _model with { HoldObsoleteMs = ms },
            _ => null,
        };
        if (next is not null) _model = next;
        else context.Alert($"'hold' unknown <event>: '{statement[1]}', expects either 'nx', 'timeout', 'valid', 'obsolete' or 'other'.");
    }

    private void ReadTimeout(Statement statement)
    {
        var which = statement[1];
        if (which.Length == 0) context.Alert("'timeout' expects 'retry' or 'resolve' and <time> as arguments.");
        else if (which is not ("retry" or "resolve")) context.Alert($"'timeout' expects 'retry' or 'resolve' and <time> as arguments got '{which}'.");
        else if (!statement.Has(2)) context.Alert($"'timeout {which}' expects <time> as argument.");
        else if (TryTime(statement[2], $"timeout {which}") is { } ms) _model = which == "retry" ? _model with { RetryMs = ms } : _model with { ResolveMs = ms };
    }

    private int? TryTime(string text, string what)
    {
        switch (context.TryTime(text, 1, out var ms, out var unexpected))
        {
            case UnitError.None: return ms;
            case UnitError.Unexpected:
                context.AlertTight($"unexpected character '{unexpected}' in argument to <{what}>.");
                return null;
            default:
                context.AlertTight($"timer overflow in argument <{text}> to <{what}>, maximum value is 2147483647 ms (~24.8 days).");
                return null;
        }
    }

    private void PayloadSize(Statement statement)
    {
        var size = Units.LenientInteger(statement[1]);
        if (!statement.Has(1)) context.Alert("'accepted_payload_size' expects <nb> as argument.");
        else if (size is < MinPayload or > ushort.MaxValue)
            context.Alert($"'accepted_payload_size' must be between {MinPayload} and {ushort.MaxValue} inclusive (was {size}).");
        else _model = _model with { PayloadSize = size };
    }
}
