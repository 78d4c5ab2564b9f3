using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>Reads the arguments of `redirect` (configuration.txt 4.2 "redirect").</summary>
/// <param name="isPlain">The keyword of its own takes texts as they stand; only the actions of rule sets take formats.</param>
internal sealed class RedirectReader(RuleSets set, ActionSignature signature, ParseScope scope, SamplePlaces places, bool isPlain)
{
    private RedirectKind? _kind;
    private LogFormatModel? _target;
    private LogFormatModel? _cookie;
    private int _status = 302;
    private bool _dropQuery;
    private bool _keepQuery;
    private bool _appendSlash;
    private bool _ignoreEmpty;

    public ActionModel? Read(ReadOnlySpan<string> words, ref int next, out string error)
    {
        error = "";
        while (!ActionReader.IsEnd(words, next))
        {
            var word = words[next++];
            if (SetFlag(word)) continue;
            if (word is not ("location" or "prefix" or "scheme" or "code" or "set-cookie" or "set-cookie-fmt" or "clear-cookie"))
            {
                error = "expects 'code', 'prefix', 'location', 'scheme', 'set-cookie', 'set-cookie-fmt', 'clear-cookie', 'drop-query', 'keep-query', " +
                    $"'ignore-empty' or 'append-slash' (was '{word}')";
                return null;
            }
            if (next >= words.Length)
            {
                error = $"missing argument for '{word}'";
                return null;
            }
            if (!SetValue(word, words[next++], out error)) return null;
        }
        if (_kind is not { } kind)
        {
            error = "redirection type expected ('prefix', 'location', or 'scheme')";
            return null;
        }
        if (set == RuleSets.HttpResponse && kind != RedirectKind.Location)
        {
            error = "response only supports redirect type 'location'";
            return null;
        }
        return new ActionModel(signature)
        {
            Redirect = new RedirectModel(kind, _target!)
            {
                Status = _status,
                DropQuery = _dropQuery,
                KeepQuery = _keepQuery,
                AppendSlash = _appendSlash,
                IgnoreEmpty = _ignoreEmpty,
                Cookie = _cookie,
            },
        };
    }

    private bool SetFlag(string word)
    {
        switch (word)
        {
            case "drop-query": return _dropQuery = true;
            case "keep-query": return _keepQuery = true;
            case "append-slash": return _appendSlash = true;
            case "ignore-empty": return _ignoreEmpty = true;
            default: return false;
        }
    }

    private bool SetValue(string word, string value, out string error)
    {
        error = "";
        switch (word)
        {
            case "code":
                if (value is not ("301" or "302" or "303" or "307" or "308"))
                {
                    error = $"'code': unsupported HTTP code '{value}' (must be one of 301, 302, 303, 307 or 308)";
                    return false;
                }
                _status = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
                return true;
            case "set-cookie":
                _cookie = Literal(value + "; path=/;");
                return true;
            case "clear-cookie":
                _cookie = Literal(value + "; path=/; Max-Age=0;");
                return true;
            case "set-cookie-fmt":
                _cookie = LogFormatParser.TryParse(value, scope, LogFormatUse.Http, places, out error);
                return _cookie is not null;
            default:
                _kind = word switch { "location" => RedirectKind.Location, "prefix" => RedirectKind.Prefix, _ => RedirectKind.Scheme };
                _target = isPlain ? Literal(value) : LogFormatParser.TryParse(value, scope, LogFormatUse.Http, places, out error);
                return _target is not null;
        }
    }

    private LogFormatModel Literal(string text) => new([new LogFormatPart(LogFormatPartKind.Literal, text)], text, scope.Position) { Use = LogFormatUse.Http };
}
