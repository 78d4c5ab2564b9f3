using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.HealthChecks;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Checks;

/// <summary>The checks of one server at the end of the files.</summary>
internal sealed class ServerChecker
{
    private readonly ParseContext _context;
    private readonly ProxyDraft _proxy;
    private readonly ServerModel _server;

    private ServerChecker(ParseContext context, ProxyDraft proxy, ServerModel server) => (_context, _proxy, _server) = (context, proxy, server);

    private string Who => $"{_proxy.TypeName} '{_proxy.Name}'";

    public static void Check(ParseContext context, ProxyDraft proxy, ServerModel server)
    {
        var checker = new ServerChecker(context, proxy, server);
        if (server.Redirection is not null && proxy.Mode != ProxyMode.Http)
            context.Diagnostics.Say(Severity.Alert, proxy.Position, $"{checker.Who} : server cannot have cookie or redirect prefix in non-HTTP mode.");
        if (server.Cookie is not null && proxy.Mode != ProxyMode.Http)
            context.Diagnostics.Say(Severity.Warning, proxy.Position,
                $"{checker.Who} : ignoring cookie for server '{server.Name}' as HTTP mode is disabled.");
        if (server.IsDatagram && proxy.Mode != ProxyMode.Log)
        {
            context.Diagnostics.Say(Severity.Alert, server.Position,
                $"[{server.Position}] : unsupported transport for server address in '{ProxyModeNames.Of(proxy.Mode)}' backend.");
            context.IsFatal = true;
        }
        checker.Probes();
        checker.Protocols();
        if (server.Track is { } tracked) checker.Tracking(tracked);
        const RetryOn Needed = RetryOn.ConnectionFailure | RetryOn.EmptyResponse | RetryOn.ResponseTimeout;
        if (server.AsksFastOpen && (proxy.RetryOn & Needed) != Needed)
            context.Diagnostics.Say(Severity.Warning, server.Position, $"[{server.Position}] : 'server {proxy.Name}/{server.Name}' : server has tfo activated, "
                + "the backend should be configured with at least 'conn-failure', 'empty-response' and 'response-timeout' or we wouldn't be able to "
                + "retry the connection on failure.");
    }

    private void Say(string text) =>
        _context.Diagnostics.Say(Severity.Alert, _server.Position, $"[{_server.Position}] : 'server {_proxy.Name}/{_server.Name}' : {text}");

    private void Probes()
    {
        if (_server.HealthCheckName is { } name && !_context.Draft.HealthChecks.ContainsKey(name))
            Say($"parsing [{_server.Position}]: healthcheck section '*healthcheck-{name}' not found for server '{_server.Name}'.");
    }

    /// <summary>Names the first server whose probes know no port; as the original, only when nothing else was wrong, and none after it.</summary>
    /// <returns>False when there is one.</returns>
    public static bool CheckPorts(ParseContext context)
    {
        if (context.Diagnostics.HasErrors) return true;
        foreach (var proxy in context.Draft.Proxies)
        {
            if (proxy.Disabled || !proxy.IsBackend || proxy.Known is { StandsAlone: true, Backend: not null }) continue;
            if (proxy.Servers.Find(server => server.Check && !HasCheckPort(context, proxy, server)) is not { } portless) continue;
            var orRule = ChecksOf(context, proxy, portless).Kind is null or CheckKind.External ? "" : " nor tcp_check rule 'connect' with port information";
            context.Diagnostics.Say(Severity.Alert, portless.Position,
                $"config: {proxy.TypeName} '{proxy.Name}': server '{portless.Name}' has neither service port nor check port{orRule}.");
            context.IsFatal = true;
            return false;
        }
        return true;
    }

    private void Protocols()
    {
        void Alert(string text) => _context.Diagnostics.Say(Severity.Alert, _server.Position, text);
        if (_server.Protocol is { } protocol && protocol == "h1" != (_proxy.Mode == ProxyMode.Http))
            Alert($"{Who} : MUX protocol '{protocol}' is not usable for server '{_server.Name}' at [{_server.Position}].");
        var isHttp = ChecksOf(_context, _proxy, _server).Kind == CheckKind.Http;
        if (_server is { Check: true, CheckProtocol: { } checkProtocol } && checkProtocol == "h1" != isHttp)
            Alert($"config: {Who}: server '{_server.Name}' uses an incompatible MUX protocol for the selected check type");
    }

    /// <summary>Whether probes of this server know a port to go to.</summary>
    public static bool HasCheckPort(ParseContext context, ProxyDraft proxy, ServerModel server)
    {
        if (server.CheckPort is not null || !server.PortFollowsClient) return true;
        if (server.Address is { Family: SocketFamily.Unix or SocketFamily.AbstractUnix }) return true;
        // Where it goes with its client, there is no place to probe; and a host name is not resolved when this is asked, which counts as no place too.
        if ((server.HostName is not null || server.Address is null or { IsAny: true }) && server.CheckAddress is null or { IsAny: true }) return true;
        return ChecksOf(context, proxy, server).FirstConnect is { Port: not null } or { PortExpression: not null };
    }

    private static CheckDraft ChecksOf(ParseContext context, ProxyDraft proxy, ServerModel server) =>
        server.HealthCheckName is { } name && context.Draft.HealthChecks.TryGetValue(name, out var section) ? section.Checks : proxy.Checks;

    private void Tracking(string tracked)
    {
        var slash = tracked.IndexOf('/', StringComparison.Ordinal);
        var proxyName = slash < 0 ? _proxy.Name : tracked[..slash];
        var serverName = tracked[(slash + 1)..];
        if (_context.Draft.FindProxy(proxyName) is not { IsBackend: true } proxy)
        {
            Say($"unable to find required proxy '{proxyName}' for tracking.");
            return;
        }
        var index = proxy.Servers.FindIndex(candidate => candidate.Name == serverName);
        if (index < 0) Say($"unable to find required server '{serverName}' for tracking.");
        else if (proxy.Servers[index] is { Check: false, Track: null, Agent.IsOn: false })
            Say($"unable to use {proxyName}/{serverName} for tracking as it does not have any check nor agent enabled.");
    }
}
