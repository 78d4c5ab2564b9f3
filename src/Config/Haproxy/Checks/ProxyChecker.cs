using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Sections;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;

namespace Evenkeel.Config.Haproxy.Checks;

/// <summary>The checks of one proxy at the end of the files.</summary>
internal sealed class ProxyChecker
{
    private const string TimeoutAdvice =
        "\n   | While not properly invalid, you will certainly encounter various problems"
        + "\n   | with such a configuration. To fix this, please ensure that all following"
        + "\n   | timeouts are set to a non-zero value: 'client', 'connect', 'server'.";

    private readonly ParseContext _context;
    private readonly ProxyDraft _proxy;
    private readonly string _who;

    private ProxyChecker(ParseContext context, ProxyDraft proxy)
    {
        _context = context;
        _proxy = proxy;
        _who = $"{proxy.TypeName} '{proxy.Name}'";
    }

    public static void Check(ParseContext context, ProxyDraft proxy)
    {
        var checker = new ProxyChecker(context, proxy);
        checker.Binds();
        checker.Targets();
        checker.ServerRules();
        checker.ErrorPages();
        checker.Captures();
        checker.Checks();
        checker.Timeouts();
        checker.Mode();
        checker.Logs();
        checker.SwitchMode();
        SampleTimingChecks.Check(proxy, context.Diagnostics);
        if (proxy.Mode != ProxyMode.Http) checker.HttpOnly();
        if (proxy.Mode == ProxyMode.Log) LogBackendChecker.Check(context, proxy);
        checker.Servers();
        checker.Sources();
    }

    /// <summary>`defaults` with a name answer for their `errorfiles` themselves, also where nobody begins with them.</summary>
    public static void CheckErrorPages(ParseContext context, ProxyDraft defaults) => new ProxyChecker(context, defaults).ErrorPages();

    private void Warn(string text) => _context.Diagnostics.Say(Severity.Warning, _proxy.Position, text);

    private void Alert(string text) => _context.Diagnostics.Say(Severity.Alert, _proxy.Position, text);

    private void Binds()
    {
        foreach (var bind in _proxy.Binds)
        {
            if (bind.Protocol is { } protocol && protocol != (_proxy.Mode == ProxyMode.Http ? "h1" : "none"))
                Alert($"{_who} : MUX protocol '{protocol}' is not usable for 'bind {bind.Text}' at [{bind.Position}].");
        }
        foreach (var bind in _proxy.IgnoredBinds)
        {
            if (bind.Tls is { Certificates.IsEmpty: true } tls && tls.Settings.Over(_context.Draft.Global.TlsBindDefaults).StrictSni != true)
                Alert($"Proxy '{_proxy.Name}': no SSL certificate specified for bind '{bind.Text}' at [{bind.Position}] (use 'crt').");
        }
        if (_proxy.IsFrontend && _proxy.Binds.Count == 0) Warn($"{_who} has no 'bind' directive. Please declare it as a backend if this was intended.");
    }

    private void Targets()
    {
        if (_proxy.DefaultBackend is { } name) Target(name, "default_backend", "as its default backend");
        foreach (var rule in _proxy.UseBackend)
            if (rule.Target.Literal is { } literal) Target(literal, "use_backend", "in a 'use_backend' rule");
    }

    private void Target(string name, string keyword, string role)
    {
        var target = _context.Draft.FindProxy(name);
        if (target is null || !target.IsBackend) Alert($"Proxy '{_proxy.Name}': unable to find required {keyword}: '{name}'.");
        else if (target == _proxy) Alert($"Proxy '{_proxy.Name}': loop detected for {keyword}: '{name}'.");
        else if ((_proxy.Mode == ProxyMode.Http && target.Mode != ProxyMode.Http) || target.Mode == ProxyMode.Log)
        {
            Alert($"{ProxyModeNames.Of(_proxy.Mode)} {_proxy.TypeName} '{_proxy.Name}' ({_proxy.Position}) tries to use incompatible "
                + $"{ProxyModeNames.Of(target.Mode)} {target.TypeName} '{target.Name}' ({target.Position}) {role} (see 'mode').");
        }
    }

    private void ServerRules()
    {
        foreach (var complaint in _proxy.BadTargets) Alert(complaint);
        foreach (var rule in _proxy.UseServer)
        {
            if (rule.Target.Literal is { } name && (!_proxy.ServerLines.ContainsKey(name) || _proxy.NamedDefaultServers.ContainsKey(name)))
                Alert($"{_proxy.TypeName} '{_proxy.Name}' : unable to find server '{name}' referenced in a 'use-server' rule.");
        }
    }

    private void ErrorPages()
    {
        foreach (var use in _proxy.ErrorPages.Where(static use => use.Section.Length > 0))
        {
            if (FindHttpErrors(use.Section) is not { } section)
            {
                Alert($"proxy '{_proxy.Name}': unknown http-errors section '{use.Section}' (at {use.Position}).");
                continue;
            }
            foreach (var status in use.Statuses.Where(status => !section.Responses.ContainsKey(status)))
                Warn($"config: proxy '{_proxy.Name}' : status '{status}' not declared in http-errors section '{use.Section}' (at {use.Position}).");
        }
        foreach (var rule in _proxy.HttpRequest.Concat(_proxy.HttpResponse))
        {
            if (rule.Action.Reply is not { Source: HttpReplySource.ErrorFiles, SectionName: { } name, Status: var status }) continue;
            if (FindHttpErrors(name) is not { } section) Alert($"Proxy '{_proxy.Name}': unknown http-errors section '{name}' referenced by an http reply .");
            else if (!section.Responses.ContainsKey(status))
                Warn($"Proxy '{_proxy.Name}': status '{status}' referenced by an http reply not declared in http-errors section '{name}'.");
        }
    }

    private HttpErrorsModel? FindHttpErrors(string name) => _context.Draft.HttpErrors.Find(section => section.Name == name);

    /// <summary>A capture rule of a frontend fills a slot that was declared; those of backends fill the frontend's, whichever it is.</summary>
    private void Captures()
    {
        if (!_proxy.IsFrontend) return;
        if (_proxy.CookieCapture is { } cookie && cookie.MaxLength >= _context.Draft.Global.CapturedCookieLength)
            Warn($"truncating capture length to {_context.Draft.Global.CapturedCookieLength - 1} bytes for {_who}.");
        foreach (var rule in _proxy.HttpRequest) Slot(rule, "http-request", _proxy.RequestCaptures.Length);
        foreach (var rule in _proxy.HttpResponse.Concat(_proxy.HttpAfterResponse)) Slot(rule, "http-response", _proxy.ResponseCaptures.Length);
    }

    private void Slot(RuleModel rule, string set, int slots)
    {
        if (rule.Action.Signature.Grammar == ActionGrammar.Capture && rule.Action.Option("id") is { } id && id.Number >= slots)
            Alert($"Proxy '{_proxy.Name}': unable to find capture id '{id.Number}' referenced by {set} capture rule.");
    }

    private void Checks()
    {
        var checks = _proxy.Checks;
        if (!checks.HttpSteps.IsEmpty && checks.Kind != CheckKind.Http)
            Warn($"{_who} uses http-check rules without 'option httpchk', so the rules are ignored.");
        if (!checks.TcpSteps.IsEmpty && checks.Kind != CheckKind.TcpScript)
            Warn($"{_who} uses tcp-check rules without 'option tcp-check', so the rules are ignored.");
        if (!_proxy.IsBackend) return;
        if (checks.Kind == CheckKind.External) ExternalCheck();
        else
        {
            if (checks.Command is not null) Warn($"'external-check command' will be ignored for {_who} (requires 'option external-check').");
            if (checks.CommandPath is not null) Warn($"'external-check path' will be ignored for {_who} (requires 'option external-check').");
        }
    }

    private void ExternalCheck()
    {
        var opening = $"Proxy '{_proxy.Name}' : ";
        if (!_context.Draft.AllowsExternalCheck) Alert(opening + "'option external-check' unable to find required 'global.external-check'.");
        if (_proxy.Checks.Command is null) Alert(opening + "'option external-check' unable to find required 'external-check command'.");
        if (!_context.Draft.AllowsInsecureFork)
            Warn(opening + "'insecure-fork-wanted' not enabled in the global section, 'option external-check' will likely fail.");
    }

    private void Timeouts()
    {
        if (_proxy.Mode == ProxyMode.Log) return;
        var timeouts = _proxy.Timeouts;
        var front = _proxy.IsFrontend && timeouts.ClientMs is null or 0;
        var back = _proxy.IsBackend && _proxy.Servers.Count > 0 && (timeouts.ConnectMs is null or 0 || timeouts.ServerMs is null or 0);
        if (front || back) Warn($"missing timeouts for {_who}.{TimeoutAdvice}");
    }

    private void Mode()
    {
        LogHash();
        if (_proxy.Mode == ProxyMode.Http) return;
        if (_proxy.Persistence.Cookie is not null) Warn($"cookie will be ignored for {_who} (needs 'mode http').");
        if (_proxy.Options.HttpLog)
        {
            var clf = _proxy.Options.CommonLogFormat ? " clf" : "";
            Warn($"parsing [{_proxy.LogOptionPosition}] : 'option {OptionReaders.LogOption(_proxy.Options)}' not usable with {_who} (needs 'mode http'). "
                + $"Falling back to 'option tcplog{clf}'.");
            _proxy.Options = _proxy.Options with { HttpLog = false, TcpLog = true };
        }
        if (_proxy.IsBackend && _proxy.Balance.Algorithm is BalanceAlgorithm.Uri or BalanceAlgorithm.UrlParameter or BalanceAlgorithm.Header)
        {
            Warn($"Layer 7 hash not possible for {_who} (needs 'mode http'). Falling back to round robin.");
            _proxy.Balance = new BalanceModel(BalanceAlgorithm.RoundRobin);
        }
    }

    private void LogHash()
    {
        if (!_proxy.IsBackend || _proxy.Balance.Algorithm != BalanceAlgorithm.LogHash || _proxy.Mode == ProxyMode.Log) return;
        Warn($"Unusable balance algorithm for {_who} (needs 'mode log'). Falling back to round robin.");
        _proxy.Balance = new BalanceModel(BalanceAlgorithm.RoundRobin);
    }

    private void Logs()
    {
        if (!_proxy.IsFrontend) return;
        var hasFormat = _proxy.Options.HttpLog || _proxy.Options.TcpLog || _proxy.LogFormat is not null;
        var hasTarget = !_proxy.Logs.IsEmpty || (_proxy.LogsToGlobal && !_context.Draft.Global.Logs.IsEmpty);
        if (hasFormat && !hasTarget) Warn($"log format ignored for {_who} since it has no log address.");
    }

    private void SwitchMode()
    {
        foreach (var rule in _proxy.TcpRequestContent.Where(static rule => rule.Action.Signature.Grammar == ActionGrammar.SwitchMode))
        {
            if (rule.Action.Option("proto") is { Text: not "h1" } protocol)
                Alert($"Proxy '{_proxy.Name}': MUX protocol '{protocol.Text}' is not compatible with the selected mode.");
        }
        if (SwitchesToHttp(_proxy) && _proxy is { Mode: ProxyMode.Tcp, Kind: ProxyKind.Listen, DefaultBackend: null, UseBackend.Count: 0 })
            Warn($"Proxy '{_proxy.Name}' : 'switch-mode http' configured for a tcp proxy with no backend. Incoming connections upgraded to HTTP cannot be "
                + "routed to TCP servers");
    }

    /// <summary>A relay can become HTTP: by a rule, or by a backend it may come to.</summary>
    public static bool MayBecomeHttp(ParseContext context, ProxyDraft proxy)
    {
        if (!proxy.IsFrontend) return false;
        return SwitchesToHttp(proxy) || IsHttpBackend(proxy.DefaultBackend)
            || proxy.UseBackend.Exists(rule => rule.Target.Literal is not { } name || IsHttpBackend(name));
        bool IsHttpBackend(string? name) => name is not null && context.Draft.FindProxy(name) is { IsBackend: true, Mode: ProxyMode.Http };
    }

    private void HttpOnly()
    {
        if (MayBecomeHttp(_context, _proxy)) return;
        if (_proxy.Stats is not null) Warn($"'stats' statement ignored for {_who} as it "
            + "requires HTTP mode.");
        if (_proxy.CookieCapture is not null) Warn($"'capture' statement ignored for {_who} as it requires HTTP mode.");
        if (_proxy.MonitorUri is not null) Warn($"'monitor-uri' statement ignored for {_who} as it requires HTTP mode.");
        if (HasRules(draft => draft.HttpRequest)) Warn($"'http-request' rules ignored for {_who} as they require HTTP mode.");
        if (HasRules(draft => draft.HttpResponse)) Warn($"'http-response' rules ignored for {_who} as they require HTTP mode.");
        if (HasRules(draft => draft.HttpAfterResponse)) Warn($"'http-after-response' rules ignored for {_who} as they require HTTP mode.");
        if (_proxy.Redirects.Count > 0) Warn($"'redirect' rules ignored for {_who} as they require HTTP mode.");
        foreach (var row in Keywords.OptionKeywords.Switches)
        {
            if (_proxy.HttpSwitches.Contains(row.Name) && (row.Sides & _proxy.Sides) != 0)
                Warn($"'option {row.Name}' ignored for {_who} as it requires HTTP mode.");
        }
    }

    private void Sources()
    {
        if (_proxy.Mode == ProxyMode.Http || !_proxy.IsBackend) return;
        if (_proxy.Source is { Spoofed: SpoofedSource.Header } source)
            Warn($"{_who} : ignoring use of header {source.HeaderName} as source IP in non-HTTP mode.");
        foreach (var server in _proxy.Servers)
        {
            if (server.Source is { Spoofed: SpoofedSource.Header } own)
                Warn($"{_who} : server {server.Name} cannot use header {own.HeaderName} as source IP in non-HTTP mode.");
        }
    }

    private static bool SwitchesToHttp(ProxyDraft proxy) =>
        proxy.TcpRequestContent.Exists(static rule => rule.Action.Signature.Grammar == ActionGrammar.SwitchMode);

    private bool HasRules(Func<ProxyDraft, List<RuleModel>> rules) => rules(_proxy).Count > 0 || (_proxy.RulesFrom is { } from && rules(from).Count > 0);

    private void Servers()
    {
        if (!_proxy.IsBackend) return;
        if (_proxy.Servers.Count > 0 && _proxy.DefaultBackend is { } name && name != _proxy.Name && _context.Draft.FindProxy(name) is { IsBackend: true })
            Warn($"In proxy '{_proxy.Name}', the 'default_backend' rule always has precedence over the servers, which will never be used.");
        var last = SourcePosition.None;
        foreach (var server in _proxy.Servers)
        {
            // What the line of a template has wrong is wrong with all its servers.
            if (!server.IsDatagram || _proxy.Mode == ProxyMode.Log || server.Position != last) ServerChecker.Check(_context, _proxy, server);
            last = server.Position;
        }
    }
}
