using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>The words of one rule line, taken one option at a time.</summary>
internal sealed class RuleReading(KeywordLine line, bool isStatic)
{
    /// <summary>Where preferences start that the operator did not give; each following rule gets the next lower one.</summary>
    private const uint FirstPreference = 16_384;

    private RuleLineModel _rule = new(line.Complaints.SourcePosition);
    private readonly ImmutableArray<string>.Builder _notApplied = ImmutableArray.CreateBuilder<string>();
    private bool _hasAction;
    private bool _hasPreference;
    private bool? _isIPv6;

    public bool Failed { get; private set; }

    public void Option(ref int i)
    {
        string word = line.Words[i];
        switch (word)
        {
            case "from" or "to":
                Selector(word, line.Word(++i));
                break;
            case "inet6":
                _isIPv6 = true;
                break;
            case "inet":
                _isIPv6 = false;
                break;
            case "table" or "lookup":
                Table(line.Word(++i));
                break;
            case "blackhole" or "unreachable" or "prohibit":
                Action(word == "blackhole" ? (byte)6 : word == "unreachable" ? (byte)7 : (byte)8);
                break;
            case "goto" or "nop" or "l3mdev":
                if (_hasAction) Fail(word == "l3mdev" ? "Cannot specify l3mdev with other action" : OneAction);
                _hasAction = true;
                if (word == "nop") _rule = _rule with { Action = 3 };
                else if (word == "l3mdev") _notApplied.Add(word);
                else GoTo(line.Word(++i));
                break;
            case "preference" or "priority" or "order" or "pref":
                Preference(line.Word(++i));
                break;
            case "iif" or "dev" or "oif":
                Device(word, line.Word(++i));
                break;
            case "fwmark":
                Mark(line.Word(++i));
                break;
            case "no_track":
                _rule = _rule with { NoTrack = true };
                break;
            case "track_group" when isStatic:
                _rule = _rule with { TrackGroup = StaticKeywords.TrackGroup(line, line.Word(++i)) };
                break;
            case "not":
                _rule = _rule with { IsInverted = true };
                break;
            case "tos" or "dsfield" or "suppress_prefixlength" or "suppress_prefixlen" or "protocol" or "ipproto" or "sport" or "dport":
                Selected(word, line.Word(++i));
                break;
            case "realms" or "suppress_ifgroup" or "tun_id" or "uidrange":
                _notApplied.Add($"{word} {line.Word(++i)}");
                break;
            default:
                Fail(_isIPv6 == true && !_hasAction ? $"Invalid rule action {word}" : $"Unknown rule option {word}");
                break;
        }
    }

    private const string OneAction = "Cannot specify more than one of table/nop/goto/blackhole/prohibit/unreachable/l3mdev for rule";

    private void Fail(string complaint)
    {
        line.Error(complaint);
        Failed = true;
    }

    private void Selector(string word, string text)
    {
        if (line.Complaints.Fatal || text is "all" or "any" or "default") return;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (Values.Address(slash < 0 ? text : text[..slash]) is not { } address)
        {
            line.Error($"VRRP parsed invalid IP {text}. skipping IP...");
            Fail($"Invalid rule {word} address {text}");
            return;
        }
        int length = Values.IsIPv6(address) ? 128 : 32;
        if (slash >= 0 && Numbers.TryUnsigned(line.Complaints, text[(slash + 1)..], 0, length, out long read)) length = (int)read;
        if (_isIPv6 is { } family && family != Values.IsIPv6(address))
        {
            Fail("rule specification has mixed IPv4 and IPv6");
            return;
        }
        _isIPv6 = Values.IsIPv6(address);
        _rule = word == "from" ? _rule with { From = address, FromPrefixLength = length } : _rule with { To = address, ToPrefixLength = length };
    }

    private void Table(string text)
    {
        if (line.Complaints.Fatal) return;
        if (_hasAction) Fail(OneAction);
        else if (Scopes.Table(text) is { } table) _rule = _rule with { Table = table };
        else Fail($"Routing table {text} not found for rule");
        _hasAction = true;
    }

    private void Action(byte action)
    {
        if (_hasAction) Fail(OneAction);
        _hasAction = true;
        _rule = _rule with { Action = action };
    }

    private void GoTo(string text)
    {
        if (line.Complaints.Fatal) return;
        if (Numbers.TryUnsigned(line.Complaints, text, 0, uint.MaxValue, out long target)) _rule = _rule with { Action = 2, GoTo = (uint)target };
        else Fail("Invalid target goto specified");
    }

    /// <summary>One more condition that a packet must meet.</summary>
    private void Selected(string word, string text)
    {
        if (line.Complaints.Fatal) return;
        switch (word)
        {
            case "sport" or "dport":
                Ports(word, text);
                break;
            case "tos" or "dsfield":
                if (Number(text) is { } tos and <= byte.MaxValue) _rule = _rule with { TypeOfService = (byte)tos };
                else Fail($"TOS value {text} is invalid");
                break;
            case "protocol":
                if (Scopes.Protocol(text) is { } named) _rule = _rule with { Protocol = named };
                else if (Numbers.TryUnsigned(line.Complaints, text, 0, byte.MaxValue, out long protocol)) _rule = _rule with { Protocol = (byte)protocol };
                else Fail($"Invalid protocol {text}");
                break;
            case "ipproto":
                if (IpProtocol(text) is { } number and <= byte.MaxValue) _rule = _rule with { IpProtocol = (byte)number };
                else _notApplied.Add($"{word} {text}");
                break;
            default:
                if (Numbers.TryUnsigned(line.Complaints, text, 0, uint.MaxValue, out long length)) _rule = _rule with { SuppressPrefixLength = (uint)length };
                else Fail($"Invalid suppress_prefixlength {word} specified");
                break;
        }
    }

    private void Ports(string word, string text)
    {
        string[] ends = text.Split('-', 2);
        if (ends.Length != 2 || !ushort.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out ushort first)
            || !ushort.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out ushort last))
        {
            Fail($"invalid {word} range {text}");
            return;
        }
        _rule = word == "sport" ? _rule with { SourcePorts = (first, last) } : _rule with { DestinationPorts = (first, last) };
    }

    /// <summary>Names as /etc/protocols has them; the rest by number.</summary>
    private static uint? IpProtocol(string text) => text.ToUpperInvariant() switch
    {
        "ICMP" => 1,
        "TCP" => 6,
        "UDP" => 17,
        "IPV6-ICMP" => 58,
        "SCTP" => 132,
        _ => Number(text),
    };

    private void Preference(string text)
    {
        if (line.Complaints.Fatal) return;
        if (!Numbers.TryUnsigned(line.Complaints, text, 0, uint.MaxValue, out long preference)) Fail("Invalid rule preference preference specified");
        _hasPreference = true;
        _rule = _rule with { Preference = (uint)preference };
    }

    private void Device(string word, string name)
    {
        if (line.Complaints.Fatal) return;
        Values.InterfaceExists(line, name, $"WARNING - interface {name} for rule doesn't exist");
        _rule = word == "oif" ? _rule with { OutputInterface = name } : _rule with { InputInterface = name };
    }

    private void Mark(string text)
    {
        string[] parts = text.Split('/', 2);
        if (Number(parts[0]) is not { } mark || (parts.Length > 1 && Number(parts[1]) == null))
        {
            Fail($"Invalid rule fwmark {text}");
            return;
        }
        _rule = _rule with { FirewallMark = mark, FirewallMask = parts.Length > 1 ? Number(parts[1]) : null };
    }

    private static uint? Number(string text) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint hexadecimal) ? hexadecimal : null
        : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint value) ? value : null;

    public RuleLineModel? Finish()
    {
        if (!_hasAction)
        {
            line.Error("No action specified for rule - ignoring");
            return null;
        }
        if (!_hasPreference && _rule.GoTo is { } target)
        {
            line.Error($"Invalid rule - goto target {target} specified without preference");
            return null;
        }
        if (!_hasPreference)
        {
            uint next = line.Draft.NextRulePreference ?? FirstPreference;
            line.Error($"Rule has no preference specified - setting to {next}. This is probably not what you want.");
            line.Draft.NextRulePreference = next - 1;
            _rule = _rule with { Preference = next };
        }
        if (_rule.GoTo <= _rule.Preference)
        {
            line.Error($"Invalid rule - preference {_rule.Preference} >= goto target {_rule.GoTo}");
            return null;
        }
        foreach (string option in _notApplied)
            line.Draft.NotSupported.Add(new Drafts.UnsupportedUse(option, "this rule option is not applied yet", line.Complaints.SourcePosition));
        return _rule with { IsIPv6 = _isIPv6 == true, NotApplied = _notApplied.ToImmutable() };
    }
}
