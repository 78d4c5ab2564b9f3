using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>How much a proxy takes: connections, rates, retries.</summary>
internal static class ProxyLimits
{
    public static void MaxConn(ProxySection section, Statement statement)
    {
        if (section.Lacks(ProxySides.Frontend, "maxconn", " Maybe you want 'fullconn' instead ?")) return;
        if (TryNumber(section, statement) is { } value) section.Draft.MaxConnections = value > 0 ? value : null;
    }

    public static void Backlog(ProxySection section, Statement statement)
    {
        if (section.Lacks(ProxySides.Frontend, "backlog")) return;
        if (TryNumber(section, statement) is { } value) section.Draft.Backlog = value > 0 ? value : null;
    }

    public static void FullConn(ProxySection section, Statement statement)
    {
        if (section.Lacks(ProxySides.Backend, "fullconn", " Maybe you want 'maxconn' instead ?")) return;
        if (TryNumber(section, statement) is { } value) section.Draft.FullConnections = value > 0 ? value : null;
    }

    public static void MaxSessionServerConnections(ProxySection section, Statement statement)
    {
        if (section.Lacks(ProxySides.Frontend, "max-session-srv-conns")) return;
        if (!statement.Has(1)) section.Context.Alert("'max-session-srv-conns' expects a number. Got no argument");
        else section.Draft.MaxSessionServerConnections = Units.LenientInteger(statement[1]);
    }

    public static void MaxKeepAliveQueue(ProxySection section, Statement statement)
    {
        var (context, text) = (section.Context, statement[1]);
        var digits = text.Length > 1 && text[0] is '-' or '+' ? text[1..] : text;
        if (text.Length == 0) context.Alert("'max-keep-alive-queue' expects expects an integer value (or -1 to disable)");
        else if (digits.FirstOrDefault(c => !char.IsAsciiDigit(c)) is not '\0' and var unexpected)
            context.Alert($"'max-keep-alive-queue' : unexpected character '{unexpected}' in integer value '{text}'");
        else
        {
            if (section.Draft is { IsDefaults: false, IsBackend: false } draft)
                context.Warning($"max-keep-alive-queue will be ignored because {draft.TypeName} '{draft.Name}' has no backend capability");
            section.Draft.MaxKeepAliveQueue = Units.LenientInteger(text);
        }
    }

    public static void Retries(ProxySection section, Statement statement)
    {
        if (section.Lacks(ProxySides.Backend, "retries") || section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert("'retries' expects an integer argument (dispatch counts for one).");
        else section.Draft.Retries = Math.Max(0, Units.LenientInteger(statement[1]));
    }

    public static void RetryOn(ProxySection section, Statement statement)
    {
        var context = section.Context;
        if (!statement.Has(1)) context.Alert("'retry-on' needs at least one keyword to specify when to retry");
        else if (section.Draft is { IsDefaults: false, IsBackend: false }) context.Alert("'retry-on' only available in backend or listen section");
        else
        {
            var events = Model.Proxy.RetryOn.None;
            foreach (var word in statement.From(1))
            {
                var named = RetryEvents.Of(word);
                events |= named;
                if (word == "none" && statement.Count > 2) context.Alert("'retry-on' 'none' keyword only usable alone");
                else if (named == Model.Proxy.RetryOn.None && word != "none") context.Alert($"'retry-on': unknown keyword '{word}'");
                else continue;
                return;
            }

            section.Draft.RetryOn = events;
        }
    }

    private static int? TryNumber(ProxySection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return null;
        if (statement.Has(1)) return Units.LenientInteger(statement[1]);
        section.Context.Alert($"'{statement.Keyword}' expects an integer argument.");
        return null;
    }

    public static void RateLimit(ProxySection section, Statement statement)
    {
        var context = section.Context;
        if (statement[1] != "sessions")
        {
            context.Alert($"'rate-limit' only supports 'sessions' (got '{statement[1]}')");
            return;
        }
        var text = statement[2];
        if (text.Length == 0) context.Alert("'rate-limit sessions' expects expects an integer value (in sessions/second)");
        else if (text.FirstOrDefault(c => !char.IsAsciiDigit(c)) is not '\0' and var unexpected)
            context.Alert($"'rate-limit sessions' : unexpected character '{unexpected}' in integer value '{text}'");
        else
        {
            if (!section.Draft.IsDefaults && !section.Draft.IsFrontend)
                context.Warning($"rate-limit sessions will be ignored because {section.Draft.TypeName} '{section.Draft.Name}' has no frontend capability");
            section.Draft.SessionsPerSecond = Units.LenientInteger(text) is > 0 and var rate ? rate : null;
        }
    }
}
