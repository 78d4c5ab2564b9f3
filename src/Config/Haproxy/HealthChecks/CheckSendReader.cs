using System.Text;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.HealthChecks;

/// <summary>`http-check send`, and the four ways of `tcp-check send`.</summary>
internal static class CheckSendReader
{
    public static CheckSendHttpModel? Http(ICheckOwner owner, Statement statement)
    {
        const string Opening = "'http-check send' : ";
        var context = owner.Context;
        CheckSendHttpModel? send = new(statement.Position);
        for (var at = 2; send is not null && statement.Has(at); at += 2)
        {
            var (word, value) = (statement[at], statement[at + 1]);
            if (word is "meth" or "uri" or "uri-lf" or "ver" or "body" or "body-lf" or "comment" && value.Length == 0)
            {
                context.Alert($"{Opening}'{word}' expects a string as argument..");
                return null;
            }
            switch (word)
            {
                case "meth":
                    send = send with { Method = value };
                    break;
                case "uri":
                    send = send with { Uri = value, UriFormat = null };
                    break;
                case "uri-lf":
                    send = CheckExpressions.ReadFormat(owner, Opening, value) is { } uri ? send with { Uri = "", UriFormat = uri } : null;
                    break;
                case "ver":
                    send = send with { Version = value };
                    break;
                case "body":
                    send = send with { Body = value, BodyFormat = null };
                    break;
                case "body-lf":
                    send = CheckExpressions.ReadFormat(owner, Opening, value) is { } body ? send with { Body = null, BodyFormat = body } : null;
                    break;
                case "comment":
                    send = send with { Comment = value };
                    break;
                case "hdr":
                    send = Header(owner, send, Opening, value, statement[at + 2]);
                    at++;
                    break;
                default:
                    context.Alert($"{Opening}expects 'comment', 'meth', 'uri', 'uri-lf', 'ver', 'hdr', 'body' or 'body-lf' but got '{word}' as argument..");
                    return null;
            }
        }
        return send;
    }

    private static CheckSendHttpModel? Header(ICheckOwner owner, CheckSendHttpModel send, string opening, string name, string value)
    {
        if (name.Length == 0 || value.Length == 0)
        {
            owner.Context.Alert(opening + "'hdr' expects <name> and <value> as arguments.");
            return null;
        }
        var format = LogFormatParser.TryParse(value, owner.Scope, LogFormatUse.Http, SamplePlaces.TcpCheck, out var error);
        if (format is not null) return send with { Headers = send.Headers.Add((name.ToLowerInvariant(), format)) };
        owner.Context.Alert($"{opening}{error}.");
        return null;
    }

    public static CheckSendBytesModel? Bytes(ICheckOwner owner, Statement statement)
    {
        var (context, how, text) = (owner.Context, statement[1], statement[2]);
        var isBinary = how == "send-binary";
        if (text.Length == 0)
        {
            context.Alert($"'tcp-check {how}' : '{(isBinary ? "binary string" : "string")}' expects a {how} as argument.");
            return null;
        }
        if (!TryComment(context, statement, out var comment)) return null;
        byte[]? bytes;
        if (!isBinary) bytes = Encoding.Latin1.GetBytes(text);
        else if (!HexText.TryParse(text, out bytes, out var error))
        {
            context.Alert($"'tcp-check send-binary' : '{text}' invalid binary string ({error}).\n.");
            return null;
        }
        return new CheckSendBytesModel(statement.Position, [.. bytes]) { Comment = comment };
    }

    public static CheckSendFormatModel? Format(ICheckOwner owner, Statement statement)
    {
        var (context, how, text) = (owner.Context, statement[1], statement[2]);
        if (text.Length == 0)
        {
            context.Alert($"'tcp-check {how}' : 'string' expects a {how} as argument.");
            return null;
        }
        if (!TryComment(context, statement, out var comment)) return null;
        return CheckExpressions.ReadFormat(owner, $"'tcp-check {how}' : ", text) is not { } format ? null
            : new CheckSendFormatModel(statement.Position, format, how == "send-binary-lf") { Comment = comment };
    }

    private static bool TryComment(ParseContext context, Statement statement, out string? comment)
    {
        comment = statement.Has(4) ? statement[4] : null;
        var opening = $"'tcp-check {statement[1]}' : ";
        if (!statement.Has(3)) return true;
        if (statement[3] != "comment") context.Alert($"{opening}expects 'comment' but got '{statement[3]}' as argument..");
        else if (comment is null) context.Alert($"{opening}'comment' expects a string as argument..");
        else if (statement.Has(5)) context.Alert($"{opening}expects 'comment' but got '{statement[5]}' as argument..");
        else return true;
        return false;
    }
}
