using System.Net.Sockets;
using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Config.Keepalived.Drafts;
using Evenkeel.Config.Keepalived.Language;
using static Evenkeel.Config.Keepalived.Blocks.Keyword;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>`virtual_server`, `virtual_server_group` and `SSL`: read and checked; the kernel's layer-4 balancing is not driven yet.</summary>
internal static partial class VirtualServerKeywords
{
    private const string NoLvs = "layer-4 kernel balancing is not there yet";

    private static readonly HashSet<string> Schedulers = new(StringComparer.Ordinal)
    {
        "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "mh", "dh", "fo", "ovf", "sed", "nq", "twos",
    };

    public static Block Build() => new("virtual_server", ParsePass.Checker,
        [.. Scheduling(), .. Method("lvs_method"), .. Method("lb_kind"), .. Service(), .. Timing(),
        Opens("real_server", BuildServer(), BeginServer)])
    {
        End = End,
    };

    private static Keyword Not(string name, Action<KeywordLine> read) => new(name, KeywordSupport.NotYet, NoLvs, line =>
    {
        read(line);
        return true;
    });

    private static void Ignore(KeywordLine line) { }

    private static void NoteScript(KeywordLine line)
    {
        if (Scripts.Command(line) is { } command) line.Draft.CheckScripts.Add(command);
    }

    private static VirtualServerDraft Now(KeywordLine line) => line.Draft.VirtualServer!;

    public static bool Begin(KeywordLine line)
    {
        string kind = line.Word(1);
        if (line.Complaints.Fatal) return false;
        line.Draft.HasVirtualServers = true;
        if (kind == "group")
        {
            line.Draft.VirtualServer = new VirtualServerDraft { Name = $"[{line.Word(2)}]", IsGroup = true };
            return !line.Complaints.Fatal;
        }
        if (kind == "fwmark")
        {
            string text = line.Word(2);
            if (Values.Unsigned(line, text, 0, uint.MaxValue, $"virtual server fwmark '{text}' must be in [0, 4294967295] - ignoring") is not { } mark)
                return false;
            line.Draft.VirtualServer = new VirtualServerDraft { Name = $"FWM {mark}", IsFirewallMark = true };
            return true;
        }
        if (Endpoint(line, 1) is not { } endpoint)
        {
            line.Error($"Invalid virtual server IP address/port {kind}/{line.WordOrNull(2)} - skipping");
            return false;
        }
        line.Draft.VirtualServer = new VirtualServerDraft { Name = $"[{kind}]", Family = endpoint.Family, Port = endpoint.Port };
        return true;
    }

    /// <summary>`ADDRESS [PORT]` from a word on; port 0 when none is given.</summary>
    private static (AddressFamily Family, long Port)? Endpoint(KeywordLine line, int index)
    {
        if (Values.Address(line.Word(index)) is not { } address) return null;
        if (line.WordOrNull(index + 1) is not { } text || text == "0") return (address.AddressFamily, 0);
        return Numbers.TryUnsigned(line.Complaints, text, 1, 65_535, out long port) ? (address.AddressFamily, port) : null;
    }

    private static IEnumerable<Keyword> Scheduling()
    {
        foreach (string name in (string[])["lvs_sched", "lb_algo"])
            yield return Not(name, line =>
            {
                string scheduler = line.Word(1);
                if (Schedulers.Contains(scheduler)) Now(line).Scheduler = scheduler;
                else line.Error($"Invalid lvs_scheduler '{scheduler}' - ignoring");
            });
        foreach (string name in (string[])["flag-1", "flag-2", "flag-3", "mh-port", "mh-fallback"]) yield return Not(name, Ignore);
        foreach (string name in (string[])["sh-port", "sh-fallback", "hashed"])
            yield return Not(name, line =>
            {
                if (Now(line).Scheduler is { } scheduler && scheduler != "sh") line.Error($"{line.Keyword} only applies to sh scheduler - ignoring");
            });
        yield return Not("ops", line => Now(line).OnePacketScheduling = true);
    }

    private static IEnumerable<Keyword> Method(string name) =>
    [
        Not(name, line =>
        {
            if (ForwardingMethod(line)) Now(line).Method = line.Words[1];
        }),
    ];

    private static bool ForwardingMethod(KeywordLine line)
    {
        string method = line.Word(1);
        if (line.Complaints.Fatal) return false;
        if (method is not ("NAT" or "DR" or "TUN"))
        {
            line.Error($"PARSER : unknown [{method}] routing method for virtual server.");
            return false;
        }
        for (int i = 2; method == "TUN" && i < line.Count; i++)
        {
            string option = line.Words[i];
            if (option == "type")
            {
                string type = line.Word(++i);
                if (type is not ("ipip" or "gue" or "gre")) line.Error($"Unknown tunnel type {type} for virtual server.");
            }
            else if (option == "port")
            {
                string port = line.Word(++i);
                Values.Unsigned(line, port, 1, 65_535, $"Invalid gue tunnel port '{port}' for virtual server.");
            }
            else if (option is not ("nocsum" or "csum" or "remcsum"))
            {
                line.Error($"Unknown tunnel option {option} for virtual server.");
            }
        }
        return true;
    }

    private static IEnumerable<Keyword> Service() =>
    [
        Not("protocol", line =>
        {
            string text = line.Word(1);
            if (text.ToLowerInvariant() is "tcp" or "udp" or "sctp") Now(line).Protocol = text.ToLowerInvariant();
            else line.Error($"Unknown protocol {text} - ignoring");
        }),
        Not("persistence_engine", line => line.Word(1)),
        Not("persistence_timeout", line =>
        {
            if (line.WordOrNull(1) is not { } text || Values.Unsigned(line, text, 1, 2_678_400, "persistence_timeout invalid") != null)
                Now(line).IsPersistent = true;
        }),
        Not("persistence_granularity", line =>
        {
            string text = line.Word(1);
            bool six = Now(line).Family == AddressFamily.InterNetworkV6;
            if (six) Values.Unsigned(line, text, 1, 128, $"Invalid IPv6 persistence_granularity specified - {text}");
            else if (Values.Address(text) == null) line.Error($"Invalid IPv4 persistence_granularity specified - {text}");
        }),
        Not("ip_family", line =>
        {
            string text = line.Word(1);
            if (text is not ("inet" or "inet6")) line.Error($"unknown address family {text}");
        }),
        Not("ha_suspend", Ignore),
        Not("smtp_alert", line => Values.OptionalBool(line, value => $"Invalid virtual_server smtp_alert parameter {value}")),
        Not("virtualhost", line => line.Word(1)),
        Not("snmp_name", line => line.Word(1)),
        Not("alpha", Ignore),
        Not("omega", Ignore),
        Not("inhibit_on_failure", Ignore),
        Not("quorum", line =>
        {
            string text = line.Word(1);
            if (Values.Unsigned(line, text, 1, uint.MaxValue, $"Quorum {text} must be in [1, 4294967295]. Setting to 1.") is { } quorum)
                Now(line).Quorum = quorum;
        }),
        Not("hysteresis", line =>
        {
            string text = line.Word(1);
            if (Values.Unsigned(line, text, 0, uint.MaxValue, $"Hysteresis {text} must be in [0, 4294967295] - ignoring") is { } value)
                Now(line).Hysteresis = value;
        }),
        Not("quorum_up", NoteScript),
        Not("quorum_down", NoteScript),
        Not("sorry_server", line =>
        {
            if (Endpoint(line, 1) == null) line.Error($"Invalid sorry server IP address {line.WordOrNull(1)} - skipping");
        }),
        Not("sorry_server_inhibit", Ignore),
        Not("sorry_server_lvs_method", line => ForwardingMethod(line)),
    ];

    private static IEnumerable<Keyword> Timing() =>
    [
        Not("retry", line =>
        {
            string text = line.Word(1);
            Values.Unsigned(line, text, 0, uint.MaxValue, $"retry value invalid - {text}");
        }),
        Not("connect_timeout", line =>
        {
            string text = line.Word(1);
            Values.Timer(line, text, 1, 4_294_967_295, $"virtual server connect_timeout {text} invalid - ignoring");
        }),
        Not("delay_before_retry", line => Values.Timer(line, line.Word(1), 0, 4_294_967_295, null)),
        Not("warmup", line => Values.Timer(line, line.Word(1), 0, 4_294_967_295, null)),
        Not("delay_loop", line =>
        {
            string text = line.Word(1);
            Values.Timer(line, text, 1, LongestLoopUs, $"virtual server delay loop '{text}' invalid - ignoring");
        }),
    ];

    /// <summary>18446744073709.551614 s is what the original allows; it is more than a long holds in microseconds by a factor of two.</summary>
    private const long LongestLoopUs = long.MaxValue;

    private static void End(KeywordLine line)
    {
        var server = Now(line);
        if (server.Servers.Count == 0) line.Error($"Virtual server {server.Title} has no real servers - ignoring");
        else line.Draft.VirtualServers.Add(server);
    }

    public static Block BuildGroup() => new("virtual_server_group", ParsePass.Checker, []);

    /// <summary>The lines of a group are values: addresses, ranges and firewall marks; it is read here as a whole.</summary>
    public static bool BeginGroup(KeywordLine line)
    {
        string name = line.Word(1);
        if (line.Complaints.Fatal) return false;
        int entries = 0;
        bool four = false, six = false, mark = false;
        line.ReadEntries(entry =>
        {
            string first = entry.Words[0];
            if (first == "fwmark")
            {
                entries++;
                mark |= entry.Count < 3;
                return;
            }
            if (Values.Address(first.Split('-', '/')[0]) is not { } address)
            {
                entry.Error($"Invalid virtual server group IP address {first} {entry.WordOrNull(1)} - skipping");
                return;
            }
            entries++;
            if (address.AddressFamily == AddressFamily.InterNetworkV6) six = true;
            else four = true;
        });
        if (entries == 0) line.Error($"virtual server group {name} has no entries - removing");
        else if (four && six && mark) line.Error($"virtual server group {name} cannot have IPv4, IPv6 and fwmark without family - removing");
        line.Draft.HasVirtualServers = true;
        // Its block has been read; what follows is no part of it.
        return false;
    }

    public static Block BuildSsl() => new("SSL", ParsePass.Checker,
    [
        Not("password", line => line.Word(1)),
        Not("ca", line => line.Word(1)),
        Not("certificate", line => line.Word(1)),
        Not("key", line => line.Word(1)),
    ]);
}
