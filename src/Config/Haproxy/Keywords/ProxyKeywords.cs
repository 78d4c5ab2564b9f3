using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.HealthChecks;
using Evenkeel.Config.Haproxy.Sections;

namespace Evenkeel.Config.Haproxy.Keywords;

using Row = Keyword<ProxySection>;

/// <summary>The first words of statements in defaults, frontend, backend and listen sections (configuration.txt 4.1).</summary>
internal static class ProxyKeywords
{
    public static readonly KeywordTable<ProxySection> Table = new("proxy", Implemented, NotYet, Removed);

    private static Row[] Implemented =>
    [
        Does("acl", ProxyRules.Acl),
        Does("backlog", ProxyLimits.Backlog),
        Does("balance", ProxyBalance.Balance),
        Does("be-unpublished", ProxyIdentity.Unpublished),
        Does("bind", ProxyBinds.Bind),
        Does("capture", ProxyCaptures.Capture),
        Does("clitcpka-cnt", ProxyKeepAlive.Probes),
        Does("clitcpka-idle", ProxyKeepAlive.Time),
        Does("clitcpka-intvl", ProxyKeepAlive.Time),
        Does("cookie", ProxyPersistence.Cookie),
        Does("declare", ProxyCaptures.Declare),
        Does("default-server", ProxyServers.DefaultServer),
        Does("default_backend", ProxySwitching.DefaultBackend),
        Does("description", ProxyIdentity.Description),
        Does("dynamic-cookie-key", ProxyPersistence.DynamicCookieKey),
        Does("force-persist", ProxyPersistence.Rule),
        Does("http-send-name-header", ProxyPersistence.NameHeader),
        Does("ignore-persist", ProxyPersistence.Rule),
        Does("persist", ProxyPersistence.Persist),
        Does("disabled", ProxyIdentity.Disabled),
        Does("enabled", ProxyIdentity.Enabled),
        Does("errorfile", ProxyErrors.ErrorFile),
        Does("errorfiles", ProxyErrors.ErrorFiles),
        Does("errorloc", ProxyErrors.ErrorLocation),
        Does("errorloc302", ProxyErrors.ErrorLocation),
        Does("errorloc303", ProxyErrors.ErrorLocation),
        Does("error-log-format", ProxyLogging.ErrorLogFormat),
        Does("external-check", ExternalChecks.Read),
        Does("fullconn", ProxyLimits.FullConn),
        Does("hash-balance-factor", ProxyBalance.BalanceFactor),
        Does("hash-preserve-affinity", ProxyBalance.PreserveAffinity),
        Does("hash-type", ProxyBalance.HashType),
        Does("guid", ProxyIdentity.Guid),
        Does("http-after-response", ProxyRules.HttpAfterResponse),
        Does("http-check", HealthCheck(CheckStatements.Http)),
        Does("http-error", ProxyErrors.HttpError),
        Does("http-request", ProxyRules.HttpRequest),
        Does("http-response", ProxyRules.HttpResponse),
        Does("http-reuse", ProxyServers.HttpReuse),
        Does("id", ProxyIdentity.Id),
        Does("load-server-state-from-file", ProxyIdentity.LoadServerState),
        Does("log", ProxyLogging.Log),
        Does("log-format", ProxyLogging.LogFormat),
        Does("log-format-sd", ProxyLogging.StructuredData),
        Does("log-steps", ProxyLogging.LogSteps),
        Does("log-tag", ProxyLogging.LogTag),
        Does("max-keep-alive-queue", ProxyLimits.MaxKeepAliveQueue),
        Does("max-session-srv-conns", ProxyLimits.MaxSessionServerConnections),
        Does("maxconn", ProxyLimits.MaxConn),
        Does("force-be-switch", ProxySwitching.ForceSwitch),
        Does("mode", ProxyIdentity.Mode),
        Does("monitor", ProxySwitching.Monitor),
        Does("monitor-uri", ProxySwitching.MonitorUri),
        Does("option", OptionKeywords.Option),
        Does("rate-limit", ProxyLimits.RateLimit),
        Does("redirect", ProxyRules.Redirect),
        Does("retries", ProxyLimits.Retries),
        Does("retry-on", ProxyLimits.RetryOn),
        Does("server", ProxyServers.Server),
        Does("server-state-file-name", ProxyIdentity.ServerStateFileName),
        Does("server-template", ProxyServers.ServerTemplate),
        Does("source", ProxyServers.Source),
        Does("srvtcpka-cnt", ProxyKeepAlive.Probes),
        Does("srvtcpka-idle", ProxyKeepAlive.Time),
        Does("srvtcpka-intvl", ProxyKeepAlive.Time),
        Does("stats", StatsKeywords.Stats),
        Does("tcp-check", HealthCheck(CheckStatements.Tcp)),
        Does("tcp-request", ProxyRules.TcpRequest),
        Does("tcp-response", ProxyRules.TcpResponse),
        Does("timeout", TimeoutKeywords.Timeout),
        Does("unique-id-format", ProxyLogging.UniqueIdFormat),
        Does("unique-id-header", ProxyLogging.UniqueIdHeader),
        Does("use-server", ProxySwitching.UseServer),
        Does("use_backend", ProxySwitching.UseBackend),
    ];

    private static Action<ProxySection, Statement> HealthCheck(Action<ICheckOwner, Statement> read) => (section, statement) =>
    {
        section.WarnWhenLacking(ProxySides.Backend, statement.Keyword);
        read(section, statement);
    };

    private static Row[] NotYet =>
    [
        .. new[]
        {
            "compression", "email-alert", "filter", "filter-sequence", "quic-initial",
            "ssl-f-use", "stick", "stick-table", "use-fcgi-app",
        }.Select(name => new Row(name, KeywordSupport.NotYet, null)),
    ];

    private static Row[] Removed =>
    [
        Gone("appsession", "'appsession' is not supported anymore since HAProxy 1.6."),
        Gone("bind-process", "'bind-process' is not supported anymore.", isTight: true),
        Gone("block", "The 'block' directive is not supported anymore since HAProxy 2.1. Use 'http-request deny' which uses the exact same syntax."),
        Gone("clitimeout", "the 'clitimeout' directive is not supported anymore since HAProxy 2.1. Use 'timeout client'."),
        Gone("contimeout", "the 'contimeout' directive is not supported anymore since HAProxy 2.1. Use 'timeout connect'."),
        Gone("srvtimeout", "the 'srvtimeout' directive is not supported anymore since HAProxy 2.1. Use 'timeout server'."),
        Gone("grace", "the 'grace' keyword is not supported any more since HAProxy version 2.5."),
        Gone("redisp", "keyword 'redisp' directive is not supported anymore since HAProxy 2.1. Use 'option redispatch'."),
        Gone("redispatch", "keyword 'redispatch' directive is not supported anymore since HAProxy 2.1. Use 'option redispatch'."),
        Gone("transparent",
            "support for 'transparent' was removed in version 3.5. The modern way to do the same is to create a server with address 0.0.0.0.", isTight: true),
        new("dispatch", KeywordSupport.Removed, ProxyServers.Dispatch),
        new("monitor-net", KeywordSupport.Removed, ProxySwitching.MonitorNet),
        .. RemovedRules.Rows,
    ];

    private static Row Does(string name, Action<ProxySection, Statement> read) => new(name, KeywordSupport.Implemented, read);

    internal static Row Gone(string name, string text, bool isTight = false) =>
        isTight
            ? new Row(name, KeywordSupport.Removed, (section, _) => section.Context.AlertTight(text), text)
            : new Row(name, KeywordSupport.Removed, null, text);
}
