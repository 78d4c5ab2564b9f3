using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>The words of one route line, taken one option at a time.</summary>
internal sealed class RouteReading(KeywordLine line, bool isStatic)
{
    /// <summary>Options with one value that are read and checked for their presence; nothing applies them yet.</summary>
    private static readonly HashSet<string> NotAppliedWithValue = new(StringComparer.Ordinal)
    {
        "realms", "vrf", "congctl", "pref", "expires", "fastopen_no_cookie", "ttl-propagate", "nhid",
    };

    private RouteModel _route = new(null, 0, line.Complaints.SourcePosition);
    private readonly ImmutableArray<string>.Builder _notApplied = ImmutableArray.CreateBuilder<string>();
    private readonly List<RouteMetricModel> _metrics = [];
    private readonly List<NextHopModel> _hops = [];
    private bool _hasDestination;
    private bool? _isIPv6;
    private bool _failed;

    public bool Stop { get; private set; }

    public void Option(ref int i)
    {
        string word = line.Words[i];
        switch (word)
        {
            case "unicast" or "blackhole" or "unreachable" or "prohibit" or "throw" or "local" or "broadcast" or "multicast" when !_hasDestination:
                _route = _route with { Type = Type(word) };
                break;
            case "inet6":
                _isIPv6 = true;
                break;
            case "to":
                Destination(line.Word(++i));
                break;
            case "src" or "via" or "gw" or "or":
                Address(word, ref i);
                break;
            case "dev" or "oif":
                Device(line.Word(++i));
                break;
            case "table" or "scope" or "protocol" or "metric" or "priority" or "preference":
                Number(word, ref i);
                break;
            case "tos" or "dsfield":
                TypeOfService(line.Word(++i));
                break;
            case "nexthop":
                NextHop(ref i);
                break;
            case "onlink":
                _route = _route with { OnLink = true };
                break;
            case "no_track":
                _route = _route with { NoTrack = true };
                break;
            case "track_group" when isStatic:
                _route = _route with { TrackGroup = StaticKeywords.TrackGroup(line, line.Word(++i)) };
                break;
            case "add":
                _route = _route with { Placement = RoutePlacement.Add };
                break;
            case "append":
                _route = _route with { Placement = RoutePlacement.Append };
                break;
            default:
                Rest(word, ref i);
                break;
        }
    }

    private static byte Type(string word) => word switch
    {
        "local" => 2,
        "broadcast" => 3,
        "multicast" => 5,
        "blackhole" => 6,
        "unreachable" => 7,
        "prohibit" => 8,
        "throw" => 9,
        _ => 1,
    };

    private void Destination(string text)
    {
        _hasDestination = true;
        if (text == "default") return;
        if (ReadAddress(text, out int length) is not { } address)
        {
            _failed = true;
            return;
        }
        _route = _route with { Destination = address, PrefixLength = length };
    }

    private IPAddress? ReadAddress(string text, out int length)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        length = 0;
        if (Values.Address(slash < 0 ? text : text[..slash]) is not { } address)
        {
            line.Error($"VRRP parsed invalid IP {text}. skipping IP...");
            return null;
        }
        int longest = Values.IsIPv6(address) ? 128 : 32;
        length = longest;
        if (slash >= 0)
        {
            if (Numbers.TryUnsigned(line.Complaints, text[(slash + 1)..], 0, longest, out long read)) length = (int)read;
            else line.Error($"Invalid address prefix len {text[(slash + 1)..]} for address {text} - using {longest}");
        }
        if (_isIPv6 is { } family && family != Values.IsIPv6(address))
        {
            line.Error("Cannot mix IPv4 and IPv6 addresses for route");
            Stop = _failed = true;
            return null;
        }
        _isIPv6 = Values.IsIPv6(address);
        return address;
    }

    private void Address(string word, ref int i)
    {
        string text = line.Word(++i);
        if (line.Complaints.Fatal) return;
        if (word == "gw") line.Error("\"gw\" for routes is deprecated. Please use \"via\"");
        if (word == "or") line.Error("\"or\" for routes is deprecated. Please use \"nexthop\"");
        if (word == "via" && text is "inet" or "inet6") text = line.Word(++i);
        if (ReadAddress(text, out _) is not { } address)
        {
            if (!Stop) line.Error($"invalid route {(word == "src" ? "src" : "via")} address {text}");
            Stop = _failed = true;
        }
        else if (word == "src")
        {
            _route = _route with { Source = address };
        }
        else if (word == "or")
        {
            _hops.Add(new NextHopModel(address, null, 1, OnLink: false));
        }
        else
        {
            _route = _route with { Gateway = address };
        }
    }

    private void Device(string name)
    {
        if (line.Complaints.Fatal) return;
        _route = _route with { Interface = name };
        Values.InterfaceExists(line, name, $"WARNING - interface {name} for VROUTE nexthop doesn't exist");
    }

    private void Number(string word, ref int i)
    {
        string text = line.Word(++i);
        if (line.Complaints.Fatal) return;
        switch (word)
        {
            case "table":
                if (Scopes.Table(text) is { } table) _route = _route with { Table = table };
                else Fail($"Routing table {text} not found for route");
                break;
            case "scope":
                if (Scopes.Parse(text) is { } scope) _route = _route with { Scope = scope };
                else Fail($"Invalid scope {text} for route");
                break;
            case "protocol":
                if (Scopes.Protocol(text) is { } protocol) _route = _route with { Protocol = protocol };
                else Fail($"Invalid protocol {text} for route");
                break;
            default:
                if (!Numbers.TryUnsigned(line.Complaints, text, 0, uint.MaxValue, out long number)) Fail($"Invalid {word} {text} for route");
                else _route = _route with { Metric = (uint)number };
                break;
        }
    }

    private void TypeOfService(string text)
    {
        bool hexadecimal = text.StartsWith("0x", StringComparison.Ordinal);
        if (byte.TryParse(hexadecimal ? text.AsSpan(2) : text, hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
            CultureInfo.InvariantCulture, out byte tos)) _route = _route with { TypeOfService = tos };
        else Fail($"TOS value {text} is invalid");
    }

    /// <summary>`nexthop [via ADDRESS] [dev NAME] [weight NUMBER] [onlink]`, up to the next one.</summary>
    private void NextHop(ref int i)
    {
        IPAddress? gateway = null;
        string? device = null;
        int weight = 1;
        bool onLink = false;
        while (i + 1 < line.Count && line.Words[i + 1] != "nexthop" && !Stop)
        {
            string word = line.Words[++i];
            switch (word)
            {
                case "via":
                    string text = line.Word(++i);
                    if (text is "inet" or "inet6") text = line.Word(++i);
                    gateway = ReadAddress(text, out _);
                    if (gateway == null && !Stop) Fail($"invalid nexthop address {text}");
                    break;
                case "dev":
                    device = line.Word(++i);
                    Values.InterfaceExists(line, device, $"WARNING - interface {device} for VROUTE nexthop doesn't exist");
                    break;
                case "weight":
                    string number = line.Word(++i);
                    if (Numbers.TryUnsigned(line.Complaints, number, 0, 256, out long read) && read > 0) weight = (int)read;
                    else Fail($"Invalid weight {number} specified for route");
                    break;
                case "onlink":
                    onLink = true;
                    break;
                default:
                    Fail($"Route has trailing nonsense after nexthops - {word}");
                    break;
            }
        }
        _hops.Add(new NextHopModel(gateway, device, weight, onLink));
    }

    private void Fail(string complaint)
    {
        line.Error(complaint);
        Stop = _failed = true;
    }

    private void Rest(string word, ref int i)
    {
        if (RouteMetric.Find(word) is { } metric)
        {
            if (metric.Read(line, ref i) is { } value) _metrics.Add(value);
            else Stop = _failed = true;
            return;
        }
        if (NotAppliedWithValue.Contains(word))
        {
            string value = line.Word(++i);
            if (word == "pref" && _isIPv6 != true) line.Error("pref is only valid for IPv6");
            _notApplied.Add($"{word} {value}");
            return;
        }
        if (word is "features" or "encap")
        {
            // What follows belongs to it up to the end of the line.
            _notApplied.Add(string.Join(' ', line.Words.Skip(i)));
            if (word == "features") i++;
            else Stop = true;
            return;
        }
        if (_hasDestination || Values.Address(word.Split('/')[0]) == null && word != "default")
        {
            line.Error($"VRRP parsed invalid IP {word}. skipping IP...");
            Fail($"unknown route keyword {word}");
            return;
        }
        Destination(word);
    }

    public RouteModel? Finish()
    {
        if (_failed) return null;
        foreach (string option in _notApplied)
            line.Draft.NotSupported.Add(new Drafts.UnsupportedUse(option, "this route option is not applied yet", line.Complaints.SourcePosition));
        // `via A or B` is the old form of two next hops.
        if (_hops.Count > 0 && _route.Gateway is { } first) _hops.Insert(0, new NextHopModel(first, _route.Interface, 1, _route.OnLink));
        return _route with
        {
            IsIPv6 = _isIPv6 == true,
            Gateway = _hops.Count > 0 ? null : _route.Gateway,
            NextHops = [.. _hops],
            Metrics = [.. _metrics],
            NotApplied = _notApplied.ToImmutable(),
        };
    }
}
