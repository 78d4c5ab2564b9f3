using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Values;

/// <summary>`http-check expect` and `tcp-check expect`: options, an optional `!`, then what the answer must be like.</summary>
internal static class CheckExpectReader
{
    public static CheckExpectModel? Read(ParseContext context, Statement statement, bool isHttp)
    {
        var opening = $"'{statement.Keyword} expect' : ";
        var expect = new CheckExpectModel(statement.Position, CheckExpectKind.String, "", false);
        if (!statement.Has(2)) return Fail(context, opening + "expects at least a matching pattern as arguments.");
        var found = false;
        for (var at = 2; statement.Has(at); at++)
        {
            var (word, value) = (statement[at], statement[at + 1]);
            if (word.StartsWith('!') && !found)
            {
                expect = expect with { Negated = true };
                word = word[1..];
                if (word.Length == 0) (at, word, value) = (at + 1, statement[at + 1], statement[at + 2]);
            }
            switch (word)
            {
                case "comment":
                    expect = expect with { Comment = value };
                    break;
                case "min-recv":
                    expect = expect with { MinimumBytes = Units.LenientInteger(value) };
                    break;
                case "ok-status" or "error-status" or "tout-status":
                    if (!IsStatus(value)) return Fail(context, $"{opening}'{word}' only supports 'L4OK', 'L6OK', 'L7OK' or 'L7OKC' status (got '{value}')..");
                    expect = word == "ok-status" ? expect with { OkStatus = value }
                        : word == "error-status" ? expect with { ErrorStatus = value } : expect with { TimeoutStatus = value };
                    break;
                case "on-success" or "on-error":
                    expect = word == "on-success" ? expect with { OnSuccess = value } : expect with { OnError = value };
                    break;
                case "status-code" or "string-lf" or "binary-lf" or "hdr" or "fhdr":
                    context.NotSupported($"'{word}' of '{statement.Keyword} expect'");
                    return null;
                default:
                    if (KindOf(word, isHttp) is not { } kind) return Fail(context, opening + Unknown(word, isHttp));
                    if (value.Length == 0) return Fail(context, $"{opening}'{word}' expects a <pattern> as argument.");
                    if (Complaint(context, kind, value) is { } complaint) return Fail(context, opening + complaint);
                    expect = expect with { Kind = kind, Pattern = value };
                    found = true;
                    break;
            }
            at++;
        }
        return found ? expect : Fail(context, opening + "expects at least a matching pattern as arguments.");
    }

    private static CheckExpectKind? KindOf(string word, bool isHttp) => word switch
    {
        "string" => CheckExpectKind.String,
        "rstring" => CheckExpectKind.StringRegex,
        "status" when isHttp => CheckExpectKind.Status,
        "rstatus" when isHttp => CheckExpectKind.StatusRegex,
        "binary" when !isHttp => CheckExpectKind.Bytes,
        "rbinary" when !isHttp => CheckExpectKind.BytesRegex,
        _ => null,
    };

    private static string Unknown(string word, bool isHttp) => isHttp
        ? $"'only supports min-recv, [!]string', '[!]rstring', '[!]string-lf', '[!]status', '[!]rstatus', [!]hdr, [!]fhdr or comment but got '{word}' "
            + "as argument.."
        : $"'only supports min-recv, '[!]binary', '[!]string', '[!]rstring', '[!]string-lf'or comment but got '{word}' as argument..";

    private static bool IsStatus(string word) =>
        word is "L4OK" or "L6OK" or "L7OK" or "L7OKC" or "L4CON" or "L6RSP" or "L7RSP" or "L7STS" or "L4TOUT" or "L6TOUT" or "L7TOUT";

    private static string? Complaint(ParseContext context, CheckExpectKind kind, string pattern)
    {
        switch (kind)
        {
            case CheckExpectKind.Status:
                foreach (var c in pattern)
                    if (!char.IsAsciiDigit(c) && c is not (',' or '-')) return $"invalid character '{c}' in the list of status codes.";
                return null;
            case CheckExpectKind.Bytes:
                return HexText.TryParse(pattern, out _, out var error) ? null : $"'{pattern}' invalid binary string ({error}).";
            case CheckExpectKind.StringRegex or CheckExpectKind.StatusRegex or CheckExpectKind.BytesRegex:
                return context.World.RegexError(pattern, ignoreCase: false) is { } regexError ? $"regex '{pattern}' is invalid ({regexError})." : null;
            default:
                return null;
        }
    }

    private static CheckExpectModel? Fail(ParseContext context, string text)
    {
        context.Alert(text);
        return null;
    }
}
