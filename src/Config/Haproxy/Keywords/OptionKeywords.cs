using System.Collections.Frozen;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Sections;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Keywords;

/// <summary>A switch of `option NAME`: on, off by `no`, back to its default by `default`.</summary>
/// <param name="Sides">Which side of a proxy it is for.</param>
/// <param name="NeedsHttp">Warned about when the proxy is not in HTTP mode.</param>
/// <param name="Set">Null when it is refused.</param>
internal sealed record OptionSwitch(string Name, ProxySides Sides, bool NeedsHttp, Func<ProxyDraft, bool?, ProxyOptions>? Set,
    KeywordSupport Support, string Note = "");

/// <summary>`option ...` statements (configuration.txt 4.2 "option ..."): plain switches, and those with arguments.</summary>
internal static class OptionKeywords
{
    private const ProxySides Front = ProxySides.Frontend;
    private const ProxySides Back = ProxySides.Backend;
    private const ProxySides Both = ProxySides.Frontend | ProxySides.Backend;

    public static readonly IReadOnlyList<OptionSwitch> Switches =
    [
        On("abortonclose", Both, false, (options, on) => options with { AbortOnClose = on }),
        On("accept-unsafe-violations-in-http-request", Front, true, (options, on) => options with { AcceptUnsafeRequests = on == true }),
        On("accept-unsafe-violations-in-http-response", Back, true, (options, on) => options with { AcceptUnsafeResponses = on == true }),
        new("allbackups", Back, false, (draft, on) => { draft.AllBackups = on == true; return draft.Options; }, KeywordSupport.Implemented),
        On("checkcache", Back, true, (options, on) => options with { CheckCache = on == true }),
        On("clitcpka", Front, false, (options, on) => options with { ClientTcpKeepAlive = on == true }),
        On("contstats", Front, false, (options, on) => options with { ContinuousStatistics = on == true }),
        Same("disable-h2-upgrade", Front, true, "HTTP/2 is not spoken yet"),
        On("dontlog-normal", Front, false, (options, on) => options with { DontLogNormal = on == true }),
        On("dontlognull", Front, false, (options, on) => options with { DontLogNull = on == true }),
        On("h1-case-adjust-bogus-client", Front, false, (options, on) => options with { AdjustClientCase = on == true }),
        On("h1-case-adjust-bogus-server", Back, false, (options, on) => options with { AdjustServerCase = on == true }),
        On("http-buffer-request", Both, true, (options, on) => options with { HttpBufferRequest = on == true }),
        On("http-drop-request-trailers", Back, true, (options, on) => options with { DropRequestTrailers = on == true }),
        On("http-drop-response-trailers", Front, true, (options, on) => options with { DropResponseTrailers = on == true }),
        On("http-ignore-probes", Front, true, (options, on) => options with { HttpIgnoreProbes = on == true }),
        Same("http-no-delay", Both, true, "bytes are sent as soon as they are there"),
        On("http-pretend-keepalive", Back, true, (options, on) => options with { HttpPretendKeepAlive = on == true }),
        On("http-use-proxy-header", Front, true, (options, on) => options with { UseProxyHeader = on == true }),
        On("idle-close-on-response", Front, true, (options, on) => options with { IdleCloseOnResponse = on == true }),
        On("independent-streams", Both, false, (options, on) => options with { IndependentStreams = on == true }),
        On("log-health-checks", Back, false, (options, on) => options with { LogHealthChecks = on == true }),
        On("log-separate-errors", Front, false, (options, on) => options with { LogSeparateErrors = on == true }),
        On("logasap", Front, false, (options, on) => options with { LogAsap = on == true }),
        On("nolinger", Both, false, (options, on) => options with { NoLinger = on == true }),
        On("persist", Back, false, (options, on) => options with { Persist = on == true }),
        On("prefer-last-server", Back, true, (options, on) => options with { PreferLastServer = on == true }),
        On("socket-stats", Front, false, (options, on) => options with { SocketStats = on == true }),
        On("splice-auto", Both, false, (options, on) => options with { SpliceAuto = on == true }),
        On("splice-request", Both, false, (options, on) => options with { SpliceRequest = on == true }),
        On("splice-response", Both, false, (options, on) => options with { SpliceResponse = on == true }),
        On("srvtcpka", Back, false, (options, on) => options with { ServerTcpKeepAlive = on == true }),
        On("tcp-smart-accept", Front, false, (options, on) => options with { TcpSmartAccept = on == true }),
        On("tcp-smart-connect", Back, false, (options, on) => options with { TcpSmartConnect = on == true }),
        Same("use-small-buffers", Back, false, "memory is managed differently"),
    ];

    private static readonly FrozenDictionary<string, OptionSwitch> ByName = Switches.ToFrozenDictionary(row => row.Name, StringComparer.Ordinal);

    /// <summary>Options with arguments or with a meaning beyond a switch, in the order the original looks for a near name.</summary>
    public static readonly KeywordTable<ProxySection> Special = new("option",
        [
            Does("forwardfor", OptionReaders.ForwardFor), Does("httpchk", OptionReaders.HealthCheck), Does("httpclose", OptionReaders.ConnectionMode),
            Does("http-server-close", OptionReaders.ConnectionMode), Does("http-keep-alive", OptionReaders.ConnectionMode),
            Does("httplog", OptionReaders.LogFormat), Does("tcplog", OptionReaders.LogFormat), Does("redispatch", OptionReaders.Redispatch),
            Does("tcp-check", OptionReaders.HealthCheck), Does("tcpka", OptionReaders.TcpKeepAlive),
            .. new[] { "external-check", "ldap-check", "mysql-check", "pgsql-check", "redis-check", "smtpchk", "spop-check", "ssl-hello-chk" }
                .Select(name => Does(name, OptionReaders.HealthCheck)),
            Does("httpslog", OptionReaders.LogFormat), Does("forwarded", ForwardingOptions.Forwarded), Does("originalto", ForwardingOptions.OriginalTo),
            Does("http-restrict-req-hdr-names", ForwardingOptions.HeaderNames),
            Gone("forceclose", "option 'forceclose' is not supported any more since HAProxy 2.0, please just remove it, or use 'option httpclose' if "
                + "absolutely needed."),
            Gone("http-tunnel", "option 'http-tunnel' is not supported any more since HAProxy 2.1, please just remove it, it shouldn't be needed."),
            Gone("http_proxy", "option 'http_proxy' is not supported any more since HAProxy 2.5. This option stopped working in HAProxy 1.9 and "
                + "usually had nasty side effects. It can be more reliably implemented with combinations of 'http-request set-dst' and 'http-request "
                    + "set-uri', and even 'http-request do-resolve' if DNS resolution is desired."),
            Gone("transparent", "support for option 'transparent' was removed in version 3.5."),
        ]);

    /// <summary>Those of <see cref="Special"/> that may be negated.</summary>
    private static readonly FrozenSet<string> Negatable = FrozenSet.Create(StringComparer.Ordinal,
        "httpclose", "http-server-close", "http-keep-alive", "redispatch", "forwarded");

    private static OptionSwitch On(string name, ProxySides sides, bool needsHttp, Func<ProxyOptions, bool?, ProxyOptions> set) =>
        new(name, sides, needsHttp, (draft, on) => set(draft.Options, on), KeywordSupport.Implemented);

    private static OptionSwitch Same(string name, ProxySides sides, bool needsHttp, string reason) =>
        new(name, sides, needsHttp, (draft, _) => draft.Options, KeywordSupport.WithoutEffect, reason);

    private static Keyword<ProxySection> Does(string name, Action<ProxySection, Statement> read) => new(name, KeywordSupport.Implemented, read);

    private static Keyword<ProxySection> Gone(string name, string text) => new(name, KeywordSupport.Removed, null, text);

    public static IEnumerable<string> Names =>
        Switches.Select(row => row.Name).Concat(Special.Rows.Where(row => row.Support != KeywordSupport.Removed).Select(row => row.Name));

    public static IEnumerable<KeywordRow> Report() =>
        Switches.Select(row => new KeywordRow("option", row.Name, row.Support, row.Note)).Concat(Special.Report());

    public static void Option(ProxySection section, Statement statement)
    {
        var (context, name) = (section.Context, statement[1]);
        if (name.Length == 0)
        {
            context.AlertTight("'option' expects an option name.");
            return;
        }
        if (ByName.TryGetValue(name, out var row))
        {
            Switch(section, statement, row);
            return;
        }
        var special = Special.Find(name);
        if (special is { Support: KeywordSupport.Removed }) context.AlertTight(special.Note);
        else if ((statement.IsNegated && !Negatable.Contains(name)) || (statement.IsReset && name != "redispatch"))
            context.AlertTight($"negation/default is not supported for option '{name}'.");
        else if (special is { Read: not null }) special.Read(section, statement);
        else if (special is not null) context.NotSupported($"'option {name}'");
        else Unknown(context, name);
    }

    private static void Unknown(ParseContext context, string name)
    {
        var near = Suggestion.Nearest(name, Names);
        context.Alert($"unknown option '{name}'{(near is null ? "." : $"; did you mean '{near}' maybe ?")}");
    }

    private static void Switch(ProxySection section, Statement statement, OptionSwitch row)
    {
        var context = section.Context;
        if (context.HasTooMany(statement, 1, from: 1)) return;
        if (section.Lacks(row.Sides, row.Name))
        {
            // The original forgets then that it knew the option, and refuses the file.
            Unknown(context, row.Name);
            return;
        }
        if (row.Set is null)
        {
            if (!statement.IsNegated && !statement.IsReset) context.NotSupported($"'option {row.Name}'");
            return;
        }
        bool? on = statement.IsReset ? null : !statement.IsNegated;
        section.Draft.Options = row.Set(section.Draft, on);
        var switches = section.Draft.HttpSwitches;
        if (row.NeedsHttp) section.Draft.HttpSwitches = on == true ? switches.Add(row.Name) : switches.Remove(row.Name);
    }
}
