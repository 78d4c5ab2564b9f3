using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.HealthChecks;

/// <summary>`tcp-check connect` and `http-check connect`.</summary>
internal static class CheckConnectReader
{
    public static CheckConnectModel? Read(ICheckOwner owner, Statement statement, bool isHttp)
    {
        var context = owner.Context;
        var opening = $"'{statement.Keyword} connect' : ";
        CheckConnectModel? connect = new(statement.Position);
        for (var at = 2; connect is not null && statement.Has(at); at++)
        {
            var value = statement[at + 1];
            var word = statement[at];
            if (word is "comment" or "sni" && value.Length == 0)
            {
                context.Alert($"{opening}'{word}' expects a string as argument..");
                return null;
            }
            switch (word)
            {
                case "default":
                    connect = connect with { AsServer = true };
                    continue;
                case "linger":
                    connect = connect with { Lingers = true };
                    continue;
                case "send-proxy":
                    connect = connect with { SendsProxy = true };
                    continue;
                case "ssl":
                    connect = connect with { UsesTls = true };
                    continue;
                case "via-socks4":
                    connect = connect with { ViaSocks4 = true };
                    continue;
                case "comment":
                    connect = connect with { Comment = value };
                    break;
                case "sni":
                    connect = connect with { Sni = value };
                    break;
                case "port":
                    connect = Port(owner, connect, opening, value);
                    break;
                case "addr":
                    connect = Address(context, connect, opening, value);
                    break;
                case "alpn":
                    connect = Alpn(context, connect, opening, value);
                    break;
                case "proto":
                    if (!IsProtocolFine(context, opening, value, isHttp)) return null;
                    break;
                default:
                    context.Alert($"{opening}expects 'comment', 'port', 'addr', 'send-proxy', 'ssl', 'sni', 'alpn' or 'via-socks4', 'linger', "
                        + $"'default' but got '{word}' as argument..");
                    return null;
            }
            at++;
        }
        return connect;
    }

    private static CheckConnectModel? Port(ICheckOwner owner, CheckConnectModel connect, string opening, string value)
    {
        if (value.Length == 0) owner.Context.Alert($"{opening}'port' expects a port number or a sample expression as argument..");
        else if (!Units.TryInteger(value, out var port))
            return CheckExpressions.Read(owner, opening, "port", value) is { } expression ? connect with { PortExpression = expression } : null;
        else if (port is < 1 or > 65_535)
            owner.Context.Alert($"{opening}expects a valid TCP port (from range 1 to 65535) or a sample expression, got {value}..");
        else return connect with { Port = port };
        return null;
    }

    private static CheckConnectModel? Address(ParseContext context, CheckConnectModel connect, string opening, string value)
    {
        if (value.Length == 0) context.Alert($"{opening}'addr' expects <ipv4|ipv6> as argument..");
        else if (AddressText.TryParse(value, AddressRules.Port | AddressRules.Resolve, context.World, out var error) is not { } parsed)
            context.Alert($"{opening}'addr' : {error}..");
        else return connect with { Address = parsed.ToModel(parsed.Port) };
        return null;
    }

    private static CheckConnectModel? Alpn(ParseContext context, CheckConnectModel connect, string opening, string value)
    {
        if (value.Length > 0) return connect with { Alpn = [.. Keywords.TlsWords.Spoken(value)] };
        context.Alert($"{opening}'alpn' : missing the comma-delimited ALPN protocol suite.");
        return null;
    }

    private static bool IsProtocolFine(ParseContext context, string opening, string value, bool isHttp)
    {
        if (value.Length == 0) context.Alert($"{opening}'proto' expects a MUX protocol as argument..");
        else if (value is not ("h1" or "h2" or "fcgi" or "none" or "spop" or "quic")) context.Alert($"{opening}'proto' : unknown MUX protocol '{value}'..");
        else if (value is "none" or "spop" == isHttp)
            context.Alert($"{opening}'proto' : invalid MUX protocol '{value}' for {(isHttp ? "http-check" : "tcp-check")}.");
        else if (value is "h1" or "none") return true;
        else context.NotSupported($"'proto {value}' of a health check");
        return false;
    }
}
