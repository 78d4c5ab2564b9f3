using System.Collections.Immutable;
using System.Net;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.HealthChecks;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>The `option` statements that take arguments or exclude each other.</summary>
internal static class OptionReaders
{
    /// <summary>`httpclose`, `http-server-close`, `http-keep-alive`: the last one counts.</summary>
    public static void ConnectionMode(ProxySection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1, from: 1)) return;
        var mode = statement[1] switch
        {
            "httpclose" => HttpConnectionMode.Close,
            "http-server-close" => HttpConnectionMode.ServerClose,
            _ => HttpConnectionMode.KeepAlive,
        };
        var options = section.Draft.Options;
        if (!statement.IsNegated) section.Draft.Options = options with { ConnectionMode = mode };
        else if (options.ConnectionMode == mode) section.Draft.Options = options with { ConnectionMode = HttpConnectionMode.KeepAlive };
    }

    public static void TcpKeepAlive(ProxySection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1, from: 1)) return;
        section.Draft.Options = section.Draft.Options with { ClientTcpKeepAlive = true, ServerTcpKeepAlive = true };
    }

    public static void LogFormat(ProxySection section, Statement statement)
    {
        var (context, name) = (section.Context, statement[1]);
        var isClf = statement[2] == "clf";
        if (statement.Has(2) && !isClf)
        {
            context.Alert($"keyword '{name}' only supports option 'clf'.");
            return;
        }
        if (!section.Draft.IsDefaults && !section.Draft.IsFrontend)
            context.Warning($"{section.Draft.TypeName} '{section.Draft.Name}' : 'option {name}' directive is ignored in backends.");
        else ProxyLogging.TellOverride(section, $"option {name}{(isClf ? " clf" : "")}");
        section.Draft.LogFormat = null;
        section.Draft.LogOptionPosition = statement.Position;
        section.Draft.Options = section.Draft.Options with
        {
            HttpLog = name is "httplog" or "httpslog", HttpsLog = name == "httpslog", TcpLog = name == "tcplog", CommonLogFormat = isClf,
        };
    }

    /// <summary>The option that names the format of log lines, with its words; null when none does.</summary>
    public static string? LogOption(ProxyOptions options)
    {
        if (!options.HttpLog && !options.TcpLog) return null;
        var name = options switch { { TcpLog: true } => "tcplog", { HttpsLog: true } => "httpslog", _ => "httplog" };
        return options.CommonLogFormat ? name + " clf" : name;
    }

    public static void Redispatch(ProxySection section, Statement statement)
    {
        if (section.Lacks(ProxySides.Backend, "redispatch")) return;
        if (statement.IsNegated || statement.IsReset)
        {
            section.Draft.RedispatchInterval = 0;
            return;
        }
        section.Draft.RedispatchInterval = statement.Has(2) ? Units.LenientInteger(statement[2]) : -1;
    }

    public static void ForwardFor(ProxySection section, Statement statement)
    {
        var context = section.Context;
        var header = "x-forwarded-for";
        var except = ImmutableArray.CreateBuilder<string>();
        var ifNone = false;
        for (var at = 2; statement.Has(at); at++)
        {
            switch (statement[at])
            {
                case "except":
                    if (!IsNetwork(statement[++at]))
                    {
                        context.Alert("'option forwardfor except' expects <address>[/mask] as argument.");
                        return;
                    }
                    except.Add(statement[at]);
                    break;
                case "header":
                    if (!statement.Has(++at))
                    {
                        context.Alert("'option forwardfor header' expects <header_name> as argument.");
                        return;
                    }
                    header = statement[at].ToLowerInvariant();
                    break;
                case "if-none":
                    ifNone = true;
                    break;
                default:
                    context.Alert("'option forwardfor' only supports optional values: 'except', 'header' and 'if-none'.");
                    return;
            }
        }
        section.Draft.Options = section.Draft.Options with { ForwardedFor = new ForwardedForModel(header, except.ToImmutable(), ifNone) };
    }

    internal static bool IsNetwork(string text)
    {
        var slash = text.IndexOf('/');
        var host = slash < 0 ? text : text[..slash];
        if (!host.Contains('.') && !host.Contains(':')) return false;
        if (!IPAddress.TryParse(host, out var address)) return false;
        if (slash < 0) return true;
        var mask = text[(slash + 1)..];
        if (Units.TryInteger(mask, out var bits)) return bits >= 0 && bits <= address.GetAddressBytes().Length * 8;
        return mask.Contains('.') && IPAddress.TryParse(mask, out _);
    }

    /// <summary>The options that choose what health checks do; the last one counts.</summary>
    public static void HealthCheck(ProxySection section, Statement statement)
    {
        if (!section.Lacks(ProxySides.Backend, statement[1])) CheckTypes.Read(section, statement);
    }
}
