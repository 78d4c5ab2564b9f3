using System.Collections.Immutable;
using System.Text;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>`http-check` and `tcp-check`: the steps of a backend's health checks.</summary>
internal static class ProxyChecks
{
    public static void HttpCheck(ProxySection section, Statement statement)
    {
        section.WarnWhenLacking(ProxySides.Backend, "http-check");
        var context = section.Context;
        switch (statement[1])
        {
            case "disable-on-404":
                if (!context.HasTooMany(statement, 1)) Change(section, check => check with { DisableOn404 = true });
                break;
            case "send-state":
                if (!context.HasTooMany(statement, 1)) Change(section, check => check with { SendState = true });
                break;
            case "comment":
                if (!statement.Has(2)) context.Alert("'http-check comment' : expects a string as argument.");
                break;
            case "connect":
                Add(section, Connect(context, statement), isHttp: true);
                break;
            case "send":
                Add(section, Send(context, statement), isHttp: true);
                break;
            case "expect":
                Add(section, CheckExpectReader.Read(context, statement, isHttp: true), isHttp: true);
                break;
            default:
                if (IsVariable(statement[1])) context.NotSupported($"'http-check {statement[1]}'");
                else
                    context.Alert($"'http-check' only supports 'disable-on-404', 'send-state', 'comment', 'connect', 'send', 'expect', "
                        + $"'set-var-fmt(*)', 'set-var(*)', 'unset-var(*)'. but got '{statement[1]}'");
                break;
        }
    }

    public static void TcpCheck(ProxySection section, Statement statement)
    {
        section.WarnWhenLacking(ProxySides.Backend, "tcp-check");
        var context = section.Context;
        switch (statement[1])
        {
            case "comment":
                if (!statement.Has(2)) context.Alert("'tcp-check comment' : expects a string as argument.");
                break;
            case "connect":
                Add(section, Connect(context, statement), isHttp: false);
                break;
            case "send" or "send-binary":
                Add(section, SendBytes(context, statement), isHttp: false);
                break;
            case "expect":
                Add(section, CheckExpectReader.Read(context, statement, isHttp: false), isHttp: false);
                break;
            default:
                if (IsVariable(statement[1]) || statement[1] is "send-lf" or "send-binary-lf") context.NotSupported($"'tcp-check {statement[1]}'");
                else
                    context.Alert($"'tcp-check' only supports 'comment', 'connect', 'send', 'send-binary', 'expect', 'set-var-fmt(*)', 'set-var(*)', "
                        + $"'unset-var(*)'. but got '{statement[1]}'");
                break;
        }
    }

    private static bool IsVariable(string word) =>
        word.StartsWith("set-var", StringComparison.Ordinal) || word.StartsWith("unset-var", StringComparison.Ordinal);

    /// <summary>Changes what is kept of checks; it counts only when an `option` turns HTTP or scripted checks on.</summary>
    public static void Change(ProxySection section, Func<HealthCheckModel, HealthCheckModel> change) =>
        section.Draft.CheckRules = change(section.Draft.CheckRules);

    private static void Add(ProxySection section, CheckStepModel? step, bool isHttp)
    {
        if (step is null) return;
        var steps = isHttp ? section.Draft.HttpCheckSteps : section.Draft.TcpCheckSteps;
        if (step is CheckConnectModel && !steps.IsEmpty && steps[0] is not CheckConnectModel)
        {
            var keyword = isHttp ? "http-check" : "tcp-check";
            section.Context.Alert($"'{keyword} connect' : first step MUST also be a 'connect', optionally preceded by a 'set-var', an 'unset-var' or a "
                + $"'comment', when there is a 'connect' step in the {keyword} ruleset.");
            return;
        }
        if (isHttp) section.Draft.HttpCheckSteps = steps.Add(step);
        else section.Draft.TcpCheckSteps = steps.Add(step);
    }

    private static CheckConnectModel? Connect(ParseContext context, Statement statement)
    {
        int? port = null;
        SocketAddressModel? address = null;
        var (sendProxy, comment) = (false, (string?)null);
        var opening = $"'{statement.Keyword} connect' : ";
        for (var at = 2; statement.Has(at); at++)
        {
            switch (statement[at])
            {
                case "default" or "linger":
                    break;
                case "port":
                    port = Units.LenientInteger(statement[++at]);
                    if (port is < 1 or > 65_535)
                    {
                        context.Alert($"{opening}expects a valid TCP port (from range 1 to 65535), got {statement[at]}..");
                        return null;
                    }
                    break;
                case "addr":
                    if (AddressText.TryParse(statement[++at], AddressRules.Port | AddressRules.Resolve, context.World, out var error) is not { } parsed)
                    {
                        context.Alert($"{opening}{error}.");
                        return null;
                    }
                    address = parsed.ToModel(parsed.Port);
                    break;
                case "send-proxy":
                    sendProxy = true;
                    break;
                case "comment":
                    comment = statement[++at];
                    break;
                case "ssl" or "sni" or "alpn" or "via-socks4" or "proto":
                    context.NotSupported($"'{statement[at]}' of '{statement.Keyword} connect'");
                    return null;
                default:
                    context.Alert($"{opening}expects 'comment', 'port', 'addr', 'send-proxy', 'ssl', 'sni', 'alpn' or 'via-socks4', 'linger', "
                        + $"'default' but got '{statement[at]}' as argument..");
                    return null;
            }
        }
        return new CheckConnectModel(statement.Position, port, address, sendProxy) { Comment = comment };
    }

    private static CheckSendHttpModel? Send(ParseContext context, Statement statement)
    {
        var send = new CheckSendHttpModel(statement.Position, "", "", "", [], null);
        var headers = ImmutableArray.CreateBuilder<(string, string)>();
        for (var at = 2; statement.Has(at); at++)
        {
            var (word, value) = (statement[at], statement[at + 1]);
            if (word is "meth" or "uri" or "ver" or "body" or "comment" && value.Length == 0)
            {
                context.Alert($"'http-check send' : '{word}' expects a string as argument..");
                return null;
            }
            switch (word)
            {
                case "meth":
                    send = send with { Method = value };
                    break;
                case "uri":
                    send = send with { Uri = value };
                    break;
                case "ver":
                    send = send with { Version = value };
                    break;
                case "body":
                    send = send with { Body = value };
                    break;
                case "comment":
                    send = send with { Comment = value };
                    break;
                case "hdr":
                    if (!statement.Has(at + 2))
                    {
                        context.Alert("'http-check send' : 'hdr' expects <name> and <value> as arguments..");
                        return null;
                    }
                    headers.Add((value, statement[++at + 1]));
                    break;
                case "uri-lf" or "body-lf":
                    context.NotSupported($"'{word}' of 'http-check send'");
                    return null;
                default:
                    context.Alert($"'http-check send' : expects 'comment', 'meth', 'uri', 'uri-lf', 'ver', 'hdr', 'body' or 'body-lf' but got "
                        + $"'{word}' as argument..");
                    return null;
            }
            at++;
        }
        return send with { Headers = headers.ToImmutable() };
    }

    private static CheckSendBytesModel? SendBytes(ParseContext context, Statement statement)
    {
        var isBinary = statement[1] == "send-binary";
        var text = statement[2];
        if (text.Length == 0)
        {
            context.Alert($"'tcp-check {statement[1]}' : '{(isBinary ? "binary" : "string")}' expects a {statement[1]} as argument.");
            return null;
        }
        if (statement.Has(3) && statement[3] != "comment")
        {
            context.Alert($"'tcp-check {statement[1]}' : expects 'comment', 'log-format' but got '{statement[3]}' as argument..");
            return null;
        }
        byte[]? bytes;
        if (!isBinary) bytes = Encoding.Latin1.GetBytes(text);
        else if (!HexText.TryParse(text, out bytes, out var error))
        {
            context.Alert($"'tcp-check send-binary' : '{text}' invalid binary string ({error}).\n.");
            return null;
        }
        return new CheckSendBytesModel(statement.Position, [.. bytes]) { Comment = statement.Has(4) ? statement[4] : null };
    }
}
