using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Sections;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Keywords;

/// <summary>`timeout NAME TIME` (configuration.txt 4.2 "timeout ..."); times are in milliseconds by default.</summary>
internal static class TimeoutKeywords
{
    /// <summary>Which side of a proxy a timeout is for (None: both) and where it goes.</summary>
    public static readonly IReadOnlyList<(string Name, ProxySides Side, Func<TimeoutsModel, int, TimeoutsModel> Set)> Rows =
    [
        ("client", ProxySides.Frontend, (model, ms) => model with { ClientMs = ms }),
        ("server", ProxySides.Backend, (model, ms) => model with { ServerMs = ms }),
        ("connect", ProxySides.Backend, (model, ms) => model with { ConnectMs = ms }),
        ("check", ProxySides.Backend, (model, ms) => model with { CheckMs = ms }),
        ("queue", ProxySides.Backend, (model, ms) => model with { QueueMs = ms }),
        ("client-hs", ProxySides.Frontend, (model, ms) => model with { ClientHandshakeMs = ms }),
        ("http-keep-alive", ProxySides.None, (model, ms) => model with { HttpKeepAliveMs = ms }),
        ("http-request", ProxySides.None, (model, ms) => model with { HttpRequestMs = ms }),
        ("tunnel", ProxySides.Backend, (model, ms) => model with { TunnelMs = ms }),
        ("tarpit", ProxySides.None, (model, ms) => model with { TarpitMs = ms }),
        ("client-fin", ProxySides.Frontend, (model, ms) => model with { ClientFinMs = ms }),
        ("server-fin", ProxySides.Backend, (model, ms) => model with { ServerFinMs = ms }),
    ];

    public static void Timeout(ProxySection section, Statement statement)
    {
        var context = section.Context;
        var name = statement[1];
        if (name is "clitimeout" or "srvtimeout" or "contimeout")
        {
            var now = name switch { "clitimeout" => "client", "srvtimeout" => "server", _ => "connect" };
            context.Alert($"the '{name}' directive is not supported anymore since HAProxy 2.1. Use 'timeout {now}'.");
            return;
        }
        var found = false;
        foreach (var row in Rows)
        {
            if (row.Name != name) continue;
            found = true;
            if (!TryTime(context, statement, out var ms)) return;
            if (Units.IsSuspiciouslySmall(statement[2], ms))
                context.Warning(Units.SmallTimeText($"timeout {name}", statement[2], $"{section.Draft.TypeName} '{section.Draft.Name}'"));
            if (row.Side != ProxySides.None && !section.Draft.IsDefaults && (section.Draft.Sides & row.Side) == 0)
                context.Warning($"'timeout {name}' will be ignored because {section.Draft.TypeName} '{section.Draft.Name}' has no "
                    + $"{ProxySection.NameOf(row.Side)} capability");
            section.Draft.Timeouts = row.Set(section.Draft.Timeouts, ms);
        }
        if (!found)
            context.Alert($"'timeout' supports 'client', 'server', 'connect', 'check', 'queue', 'handshake', 'http-keep-alive', 'http-request', "
                + $"'tunnel', 'tarpit', 'client-fin' and 'server-fin' (got '{name}')");
    }

    private static bool TryTime(ParseContext context, Statement statement, out int ms)
    {
        var (name, text) = (statement[1], statement[2]);
        ms = 0;
        if (text.Length == 0)
        {
            context.Alert($"'timeout {name}' expects an integer value (in milliseconds)");
            return false;
        }
        switch (context.TryTime(text, 1, out ms, out var unexpected))
        {
            case UnitError.Overflow:
                context.Alert($"timer overflow in argument '{text}' to 'timeout {name}' (maximum value is 2147483647 ms or ~24.8 days)");
                return false;
            case UnitError.Unexpected:
                context.Alert($"unexpected character '{unexpected}' in 'timeout {name}'");
                return false;
        }
        if (!statement.Has(3)) return true;
        context.Alert($"'timeout {name}' : unexpected extra argument '{statement[3]}' after value '{text}'.");
        return false;
    }
}
