using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Config.Keepalived.Drafts;
using Evenkeel.Config.Keepalived.Language;
using Evenkeel.Model.Vrrp;
using static Evenkeel.Config.Keepalived.Blocks.Keyword;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>`real_server` and its checkers.</summary>
internal static partial class VirtualServerKeywords
{
    private static Block BuildServer() => new("real_server", ParsePass.Checker,
    [
        Not("weight", line =>
        {
            string text = line.Word(1);
            if (Values.Unsigned(line, text, 0, int.MaxValue, $"Real server weight {text} is outside range 0-2147483647") is { } weight)
                Server(line).Weight = weight;
        }),
        Not("lvs_method", line => ForwardingMethod(line)),
        Not("notify_up", NoteScript),
        Not("notify_down", NoteScript),
        Not("uthreshold", Threshold),
        Not("lthreshold", Threshold),
        Not("smtp_alert", line => Values.OptionalBool(line, value => $"Invalid real_server smtp_alert parameter {value}")),
        Not("virtualhost", line => line.Word(1)),
        Not("snmp_name", line => line.Word(1)),
        Not("alpha", line => Values.OptionalBool(line, value => $"Invalid alpha parameter {value}")),
        Not("inhibit_on_failure", line => Values.OptionalBool(line, value => $"Invalid inhibit_on_failure parameter {value}")),
        Not("connect_timeout", CheckTimeout),
        Not("retry", Retry),
        Not("delay_before_retry", line => Values.Timer(line, line.Word(1), 0, 4_294_967_295, null)),
        Not("warmup", line => Values.Timer(line, line.Word(1), 0, 4_294_967_295, null)),
        Not("delay_loop", Loop),
        Checker("TCP_CHECK", Connection()),
        Checker("PING_CHECK", Connection()),
        Checker("HTTP_GET", Http(), EndHttp),
        Checker("SSL_GET", [.. Http(), Not("enable_sni", Ignore), Not("sni_name", line => line.Word(1)), Not("tls_compliant", Ignore)], EndHttp),
        Checker("SMTP_CHECK", [.. Connection(), Not("helo_name", line => line.Word(1)), Checker("host", Connection())]),
        Checker("DNS_CHECK", [.. Connection(), Not("type", DnsType), Not("name", line => line.Word(1))]),
        Checker("MISC_CHECK", Misc(), EndMisc),
        Checker("UDP_CHECK", [.. Connection(), .. Udp()]),
        Checker("BFD_CHECK", [Not("name", line =>
        {
            string name = line.Word(1);
            var server = Server(line);
            if (!line.Draft.BfdInstances.Exists(b => b.Model.Name == name))
                line.Error($"([{server.Address}]:{Now(line).Protocol ?? "none"}:{server.Port}) BFD_CHECK - BFD {name} not configured");
        })]),
        Checker("FILE_CHECK", [Not("track_file", line =>
        {
            line.Word(1);
            Server(line).Checker.HasFile = true;
        }), Not("dynamic", Ignore), Not("weight", line => line.Word(1))], line =>
        {
            if (!Server(line).Checker.HasFile) line.Error("FILE_CHECK has no track_file specified - ignoring");
        }),
    ])
    {
        End = EndServer,
    };

    private static RealServerDraft Server(KeywordLine line) => Now(line).Server!;

    private static bool BeginServer(KeywordLine line)
    {
        var endpoint = Endpoint(line, 1);
        if (line.Complaints.Fatal) return false;
        if (endpoint is not { } found)
        {
            line.Error($"Invalid real server ip address/port {line.Words[1]}/{line.WordOrNull(2)} - skipping");
            return false;
        }
        Now(line).Server = new RealServerDraft(line.Words[1], found.Port, found.Family);
        return true;
    }

    private static void EndServer(KeywordLine line)
    {
        var service = Now(line);
        var server = service.Server!;
        if (service.Family is { } family && family != server.Family)
            line.Error($"Address family of virtual server and real server {server.Address} don't match - skipping real server.");
        else service.Servers.Add(server);
    }

    private static Keyword Checker(string name, IEnumerable<Keyword> keywords, Action<KeywordLine>? end = null) =>
        Opens(name, new Block(name, ParsePass.Checker, keywords) { End = end }, line =>
        {
            if (name != "url") Server(line).Checker = new CheckerDraft();
            return true;
        });

    private static void Threshold(KeywordLine line)
    {
        string text = line.Word(1);
        Values.Unsigned(line, text, 0, uint.MaxValue, $"Invalid real_server {line.Keyword} '{text}' - ignoring");
    }

    private static void CheckTimeout(KeywordLine line)
    {
        string text = line.Word(1);
        Values.Timer(line, text, 1, 4_294_967_295, $"connect_timeout {text} invalid - ignoring");
    }

    private static void Retry(KeywordLine line)
    {
        string text = line.Word(1);
        Values.Unsigned(line, text, 0, uint.MaxValue, $"Invalid retry connection value '{text}'");
    }

    private static void Loop(KeywordLine line)
    {
        string text = line.Word(1);
        Values.Timer(line, text, 1, LongestLoopUs, $"delay_loop '{text}' is invalid - ignoring");
    }

    private static void Port(KeywordLine line)
    {
        string text = line.Word(1);
        Values.Unsigned(line, text, 1, 65_535, $"Invalid checker {line.Keyword} '{text}'");
    }

    private static void Address(KeywordLine line)
    {
        string text = line.Word(1);
        if (Values.Address(text) == null) line.Error($"Invalid {line.Keyword} address {text} - ignoring");
    }

    private static IEnumerable<Keyword> Connection() =>
    [
        Not("connect_ip", Address),
        Not("connect_port", Port),
        Not("bindto", Address),
        Not("bind_if", line => line.Word(1)),
        Not("bind_port", Port),
        Not("fwmark", line =>
        {
            string text = line.Word(1);
            Values.Unsigned(line, text, 0, uint.MaxValue, $"Invalid fwmark connection value '{text}'");
        }),
        Not("connect_timeout", CheckTimeout),
        Not("alpha", line => Values.OptionalBool(line, value => $"Invalid alpha parameter {value}")),
        Not("retry", Retry),
        Not("delay_before_retry", line => Values.Timer(line, line.Word(1), 0, 4_294_967_295, null)),
        Not("warmup", line => Values.Timer(line, line.Word(1), 0, 4_294_967_295, null)),
        Not("delay_loop", Loop),
        Not("log_all_failures", line => Values.OptionalBool(line, value => $"Invalid log_all_failures parameter {value}")),
    ];

    private static IEnumerable<Keyword> Http() =>
    [
        .. Connection(),
        Not("nb_get_retry", line =>
        {
            line.Error("nb_get_retry is deprecated - please use 'retry'");
            string text = line.Word(1);
            Values.Unsigned(line, text, 0, uint.MaxValue, $"Invalid nb_get_retry value '{text}'");
        }),
        Not("http_protocol", line =>
        {
            string text = line.Word(1);
            if (text is not ("1.0" or "1.1" or "1.0C" or "1.0c")) line.Error($"Invalid http_protocol version {text}");
        }),
        Not("fast_recovery", line => Values.OptionalBool(line, value => $"Invalid fast_recovery parameter {value}")),
        Not("virtualhost", line => line.Word(1)),
        Checker("url",
        [
            Not("path", line =>
            {
                line.Word(1);
                Server(line).Checker.UrlHasPath = true;
            }),
            Not("digest", line =>
            {
                string digest = line.Word(1);
                if (digest.Length != 32) line.Error($"digest '{digest}' character length should be 32 rather than {digest.Length}");
            }),
            Not("status_code", StatusCodes),
            Not("virtualhost", line => line.Word(1)),
            .. ((string[])["regex", "regex_options", "regex_stack", "regex_min_offset", "regex_max_offset"]).Select(name => Not(name, line => line.Word(1))),
            Not("regex_no_match", Ignore),
            Not("tls_compliant", Ignore),
        ], line =>
        {
            var checker = Server(line).Checker;
            if (checker.UrlHasPath) checker.Urls++;
            else line.Error("HTTP/SSL_GET checker url has no path - ignoring");
            checker.UrlHasPath = false;
        }),
    ];

    private static void StatusCodes(KeywordLine line)
    {
        line.Word(1);
        foreach (string word in line.Words.Skip(1))
        {
            string[] bounds = word.Split('-', 2);
            bool valid = Array.TrueForAll(bounds, b => b.Length == 3 && b.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0 && b[0] is >= '1' and <= '5');
            if (!valid || string.CompareOrdinal(bounds[0], bounds[^1]) > 0) line.Error($"Invalid HTTP_GET status code '{word}'");
        }
    }

    private static void EndHttp(KeywordLine line)
    {
        if (Server(line).Checker.Urls == 0) line.Error("HTTP/SSL_GET checker has no urls specified - ignoring");
    }

    private static void DnsType(KeywordLine line)
    {
        string type = line.Word(1);
        if (type.ToUpperInvariant() is not ("A" or "NS" or "CNAME" or "SOA" or "MX" or "TXT" or "AAAA"))
            line.Error($"Unknown DNS check type {type} - ignoring");
    }

    private static IEnumerable<Keyword> Misc() =>
    [
        Not("misc_path", line =>
        {
            line.Word(1);
            if (Scripts.Words(line, out _, out _) is { } words) Server(line).Checker.Script = new CommandModel(words, null, string.Join(' ', words));
        }),
        Not("misc_timeout", line =>
        {
            string text = line.Word(1);
            Values.Unsigned(line, text, 0, int.MaxValue / 1_000, $"Invalid misc_timeout value '{text}'");
        }),
        Not("misc_dynamic", Ignore),
        Not("user", line =>
        {
            var checker = Server(line).Checker;
            checker.User = Scripts.User(line.World, line.Word(1), line.WordOrNull(2));
            checker.UserFailed = checker.User == null;
            if (checker.UserFailed) line.Error($"Failed to set uid/gid for misc checker script {Quoted(checker.Script)} - removing");
        }),
        Not("alpha", line => Values.OptionalBool(line, value => $"Invalid alpha parameter {value}")),
        Not("retry", Retry),
        Not("delay_before_retry", line => Values.Timer(line, line.Word(1), 0, 4_294_967_295, null)),
        Not("warmup", line => Values.Timer(line, line.Word(1), 0, 4_294_967_295, null)),
        Not("delay_loop", Loop),
        Not("log_all_failures", line => Values.OptionalBool(line, value => $"Invalid log_all_failures parameter {value}")),
    ];

    private static void EndMisc(KeywordLine line)
    {
        var checker = Server(line).Checker;
        if (checker.Script is not { } script)
        {
            line.Error("No script path has been specified for MISC_CHECKER - skipping");
            return;
        }
        if (checker.UserFailed) return;
        if ((checker.User ?? Scripts.DefaultUser(line)) is { } user)
            line.Draft.CheckScripts.Add(Scripts.Resolved(line.World, script with { User = user }));
        else line.Error($"Unable to set default user for misc script {Quoted(script)} - removing");
    }

    private static string Quoted(CommandModel? script) => script == null ? "" : string.Join(' ', script.Words.Select(w => $"'{w}'"));

    private static IEnumerable<Keyword> Udp() =>
    [
        Not("payload", line => HexString(line, 1, "payload")),
        Not("require_reply", line =>
        {
            if (line.Count > 1) HexString(line, 1, "require_reply");
        }),
        Not("min_reply_length", line => Length(line, "min")),
        Not("max_reply_length", line => Length(line, "max")),
    ];

    private static void HexString(KeywordLine line, int from, string what)
    {
        line.Word(from);
        bool masked = what == "require_reply";
        foreach (string word in line.Words.Skip(from))
        {
            if (word.All(c => Uri.IsHexDigit(c) || (masked && c is 'x' or 'X'))) continue;
            line.Error($"Invalid hex string for UDP_CHECK {what}");
            return;
        }
    }

    private static void Length(KeywordLine line, string which)
    {
        string text = line.Word(1);
        Values.Unsigned(line, text, 0, 65_535, $"UDP_CHECK {which} length {text} not valid - must be between 0 & 65535");
    }
}
