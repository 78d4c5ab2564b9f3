using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.HealthChecks;

/// <summary>`http-check expect` and `tcp-check expect`: options, an optional `!`, then what the answer must be like.</summary>
internal sealed class CheckExpectReader
{
    private readonly ICheckOwner _owner;
    private readonly Statement _statement;
    private readonly bool _isHttp;
    private readonly string _opening;
    private CheckExpectModel _expect;
    private bool _found;
    private int _next = 2;

    private CheckExpectReader(ICheckOwner owner, Statement statement, bool isHttp)
    {
        (_owner, _statement, _isHttp) = (owner, statement, isHttp);
        _opening = $"'{statement.Keyword} expect' : ";
        _expect = new CheckExpectModel(statement.Position, CheckExpectKind.String, "", false);
    }

    public static CheckExpectModel? Read(ICheckOwner owner, Statement statement, bool isHttp) => new CheckExpectReader(owner, statement, isHttp).Read();

    private CheckExpectModel? Read()
    {
        if (!_statement.Has(2)) return Fail("expects at least a matching pattern as arguments.");
        while (_statement.Has(_next))
        {
            var word = _statement[_next++];
            if (word.StartsWith('!'))
            {
                _expect = _expect with { Negated = true };
                word = word[1..];
                if (word.Length == 0) continue;
            }
            if (Option(word) is { } isFine)
            {
                if (!isFine) return null;
                continue;
            }
            if (KindOf(word) is not { } kind) return Fail(Unknown(word));
            if (_found) return Fail("only one pattern expected.");
            _found = true;
            if (!Pattern(kind, word)) return null;
        }
        return _found ? _expect : Fail("pattern not found.");
    }

    /// <returns>Null when the word is no option, false after an error.</returns>
    private bool? Option(string word)
    {
        var value = _statement[_next];
        switch (word)
        {
            case "min-recv":
                _next++;
                return MinimumBytes(value);
            case "comment" or "on-success" or "on-error" or "ok-status" or "error-status" or "tout-status" when value.Length == 0:
                Fail($"'{word}' expects a string as argument.");
                return false;
            case "comment":
                _next++;
                _expect = _expect with { Comment = value };
                return true;
            case "ok-status" or "error-status" or "tout-status":
                _next++;
                return Status(word, value);
            case "on-success" or "on-error":
                _next++;
                if (CheckExpressions.ReadFormat(_owner, _opening, value) is not { } format) return false;
                _expect = word == "on-success" ? _expect with { OnSuccess = format } : _expect with { OnError = format };
                return true;
            case "status-code":
                _next++;
                if (value.Length == 0) Fail("'status-code' expects an expression as argument.");
                else if (CheckExpressions.Read(_owner, _opening, "status-code", value) is { } code)
                {
                    _expect = _expect with { StatusCode = code };
                    return true;
                }
                return false;
            default:
                return null;
        }
    }

    private bool MinimumBytes(string value)
    {
        var least = Units.LenientInteger(value);
        if (value.Length == 0) Fail("'min-recv' expects a integer as argument.");
        else if (least < -1) Fail("'min-recv' expects -1 or an integer from 0 to INT_MAX.");
        else
        {
            _expect = _expect with { MinimumBytes = least };
            return true;
        }
        return false;
    }

    private bool Status(string word, string value)
    {
        var (isKnown, supported) = word switch
        {
            "ok-status" => (value is "L4OK" or "L6OK" or "L7OK" or "L7OKC", "'L4OK', 'L6OK', 'L7OK' or 'L7OKC'"),
            "error-status" => (value is "L4CON" or "L6RSP" or "L7RSP" or "L7STS" or "L7OKC", "'L4CON', 'L6RSP', 'L7RSP' or 'L7STS'"),
            _ => (value is "L4TOUT" or "L6TOUT" or "L7TOUT", "'L4TOUT', 'L6TOUT' or 'L7TOUT'"),
        };
        if (!isKnown)
        {
            Fail($"'{word}' only supports {supported} status (got '{value}')..");
            return false;
        }
        _expect = word == "ok-status" ? _expect with { OkStatus = value }
            : word == "error-status" ? _expect with { ErrorStatus = value } : _expect with { TimeoutStatus = value };
        return true;
    }

    private CheckExpectKind? KindOf(string word) => word switch
    {
        "string" => CheckExpectKind.String,
        "rstring" => CheckExpectKind.StringRegex,
        "string-lf" => CheckExpectKind.StringFormat,
        "status" when _isHttp => CheckExpectKind.Status,
        "rstatus" when _isHttp => CheckExpectKind.StatusRegex,
        "hdr" when _isHttp => CheckExpectKind.Header,
        "fhdr" when _isHttp => CheckExpectKind.FullHeader,
        "binary" when !_isHttp => CheckExpectKind.Bytes,
        "rbinary" when !_isHttp => CheckExpectKind.BytesRegex,
        "binary-lf" when !_isHttp => CheckExpectKind.BytesFormat,
        _ => null,
    };

    private string Unknown(string word) => _isHttp
        ? $"'only supports min-recv, [!]string', '[!]rstring', '[!]string-lf', '[!]status', '[!]rstatus', [!]hdr, [!]fhdr or comment but got '{word}' "
            + "as argument.."
        : "'only supports min-recv, '[!]binary', '[!]string', '[!]rstring', '[!]string-lf''[!]rbinary', '[!]binary-lf' or comment but got "
            + $"'{word}' as argument..";

    private bool Pattern(CheckExpectKind kind, string word)
    {
        if (kind is CheckExpectKind.Header or CheckExpectKind.FullHeader) return Header(kind, word);
        var text = _statement[_next++];
        if (text.Length == 0) Fail($"'{word}' expects a <pattern> as argument.");
        else if (kind is CheckExpectKind.StringFormat or CheckExpectKind.BytesFormat)
        {
            if (CheckExpressions.ReadFormat(_owner, _opening, text) is not { } format) return false;
            _expect = _expect with { Kind = kind, Format = format };
            return true;
        }
        else if (Complaint(kind, text) is { } complaint) Fail(complaint);
        else
        {
            _expect = _expect with { Kind = kind, Pattern = text };
            return true;
        }
        return false;
    }

    private string? Complaint(CheckExpectKind kind, string pattern)
    {
        switch (kind)
        {
            case CheckExpectKind.Status:
                foreach (var c in pattern)
                    if (!char.IsAsciiDigit(c) && c is not (',' or '-')) return $"invalid character '{c}' in the list of status codes.";
                return null;
            case CheckExpectKind.Bytes:
                return HexText.TryParse(pattern, out _, out var error) ? null : $"invalid binary string ({error}).";
            case CheckExpectKind.StringRegex or CheckExpectKind.StatusRegex or CheckExpectKind.BytesRegex:
                return RegexComplaint(pattern);
            default:
                return null;
        }
    }

    private string? RegexComplaint(string pattern) =>
        _owner.Context.World.RegexError(pattern, ignoreCase: false) is { } error ? $"regex '{pattern}' is invalid ({error})." : null;

    /// <summary>`{ name | name-lf } [-m METHOD] NAME [ { value | value-lf } [-m METHOD] VALUE ]`</summary>
    private bool Header(CheckExpectKind kind, string word)
    {
        var how = _statement[_next++];
        if (how is not ("name" or "name-lf") || !_statement.Has(_next))
        {
            Fail($"'{word}' expects at the name keyword as first argument followed by a pattern.");
            return false;
        }
        if (Text(word, how == "name-lf") is not { } name) return false;
        _expect = _expect with { Kind = kind, HeaderName = name };
        if (_statement[_next] is not ("value" or "value-lf")) return true;
        var isFormat = _statement[_next++] == "value-lf";
        if (!_statement.Has(_next))
        {
            Fail($"'{word}' expect a pattern with the value keyword.");
            return false;
        }
        if (Text(word, isFormat) is not { } value) return false;
        _expect = _expect with { HeaderValue = value };
        return true;
    }

    private CheckTextModel? Text(string word, bool isFormat)
    {
        var match = TextMatch.Equal;
        if (_statement[_next] == "-m")
        {
            var method = _statement[_next + 1];
            if (method.Length == 0)
            {
                Fail($"'{word}' : '-m' expects at a matching pattern ('str', 'beg', 'end', 'sub' or 'reg').");
                return null;
            }
            if (MatchOf(method) is not { } known)
            {
                Fail($"'{word}' : '-m' only supports 'str', 'beg', 'end', 'sub' or 'reg' (got '{method}').");
                return null;
            }
            match = known;
            _next += 2;
        }
        var text = _statement[_next++];
        if (isFormat && match == TextMatch.Regex) Fail($"'{word}': log-format string is not supported with a regex matching method.");
        else if (isFormat)
            return CheckExpressions.ReadFormat(_owner, _opening, text) is { } format ? new CheckTextModel(match, "", format) : null;
        else if (match == TextMatch.Regex && RegexComplaint(text) is { } complaint) Fail(complaint);
        else return new CheckTextModel(match, text, null);
        return null;
    }

    private static TextMatch? MatchOf(string method) => method switch
    {
        "str" => TextMatch.Equal,
        "beg" => TextMatch.Prefix,
        "end" => TextMatch.Suffix,
        "sub" => TextMatch.Contains,
        "reg" => TextMatch.Regex,
        _ => null,
    };

    private CheckExpectModel? Fail(string text)
    {
        _owner.Context.Alert(_opening + text);
        return null;
    }
}
