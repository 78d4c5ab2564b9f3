using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Checks;

/// <summary>The checks of a backend in `mode log` at the end of the files; its `log-hash` is read here, as in the original.</summary>
internal sealed class LogBackendChecker
{
    private readonly ParseContext _context;
    private readonly ProxyDraft _proxy;

    private LogBackendChecker(ParseContext context, ProxyDraft proxy) => (_context, _proxy) = (context, proxy);

    public static void Check(ParseContext context, ProxyDraft proxy)
    {
        var checker = new LogBackendChecker(context, proxy);
        if (proxy.IsFrontend)
        {
            checker.Say(Severity.Alert, $"{proxy.TypeName} '{proxy.Name}' : 'mode log' is not supported yet where connections are accepted; give the log "
                + "servers a 'backend' section of their own (the original ends with a fault at the first connection).");
            return;
        }
        checker.Rules();
        checker.Balance();
        checker.Servers();
    }

    private void Say(Severity severity, string text)
    {
        _context.Diagnostics.Say(severity, _proxy.Position, text);
        _context.IsFatal |= severity == Severity.Alert;
    }

    private void Fail(string text) => Say(Severity.Alert, $"log backend '{_proxy.Name}': failed to initialize: {text}.");

    private void Rules()
    {
        void Warn(bool isThere, string what)
        {
            var where = $"with 'mode log' in backend '{_proxy.Name}'";
            if (isThere) Say(Severity.Warning, $"Cannot {what.Replace("#", where, StringComparison.Ordinal)} be ignored.");
        }
        Warn(_proxy.TcpRequestContent.Count > 0, "use tcp-request rules #. They will");
        Warn(_proxy.TcpResponseContent.Count > 0, "use tcp-response rules #. They will");
        Warn(_proxy.NameHeader is not null, "set \"http-send-name-header\" #. It will");
        Warn(_proxy.Persistence.DynamicCookieKey is not null, "set \"dynamic-cookie-key\" #. It will");
        Warn(_proxy.UseServer.Count > 0, "use \"use-server\" rules #. They will");
    }

    private void Balance()
    {
        switch (_proxy.Balance.Algorithm)
        {
            case BalanceAlgorithm.RoundRobin or BalanceAlgorithm.Random or BalanceAlgorithm.Sticky:
                return;
            case BalanceAlgorithm.LogHash when _proxy.HashType.Method == HashMethod.Consistent:
                Fail("unsupported hash method (from \"hash-type\")");
                return;
            case BalanceAlgorithm.LogHash:
                if (SampleExpressionParser.TryParseConverters(_proxy.Balance.Argument!, Scope(), out var error) is { } converters)
                    _proxy.Balance = _proxy.Balance with { Expression = converters };
                else Fail($"{error} (from converter list argument in \"balance log-hash\")");
                return;
            default:
                Say(Severity.Alert, $"in backend '{_proxy.Name}': \"balance\" only supports 'roundrobin', 'random', 'sticky' and 'log-hash'.");
                return;
        }
    }

    private void Servers()
    {
        ServerModel? before = null;
        foreach (var server in _proxy.Servers)
        {
            if (server.ProxyHeader is not null)
                Say(Severity.Warning, $"[{server.Position}] : 'send-proxy*' server option is unsupported there, ignoring it");
            if (server.Address is { Family: SocketFamily.Unix or SocketFamily.AbstractUnix })
                Say(Severity.Alert, $"[{server.Position}] : log server address family not supported for log backend server.");
            else if (before is not null && before.IsDatagram != server.IsDatagram)
                Fail($"cannot mix server types within a log backend, '{server.Name}' srv's network type differs from previous server");
            else if (!server.IsDatagram && server.LogBufferSize is < RingModel.LeastSize)
            {
                Say(Severity.Alert, $"unable to create a new sink buffer for server '{_proxy.Name}/{server.Name}'.");
                Fail($"error when creating sink from '{server.Name}' log server");
            }
            before = server;
        }
    }

    private ParseScope Scope() => new()
    {
        Registry = _context.Registry,
        Diagnostics = _context.Diagnostics,
        World = _context.World,
        Files = _context.PatternFiles,
        References = _context.References,
        Acls = _proxy.Acls,
        ProxyName = _proxy.Name,
        Sides = _proxy.Sides,
        Mode = _proxy.Mode,
        Known = Keywords.OriginalKeywords.Names,
        Experiments = _context.Draft.Experiments,
        Position = _proxy.Position,
    };
}
