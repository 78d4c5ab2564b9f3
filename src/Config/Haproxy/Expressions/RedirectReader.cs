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
    private string _targetText = "";
    private string? _cookieText;
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
        if (Complete(out error)) return Model();
        // What is wrong with the condition is said first.
        if (next < words.Length && ConditionParser.TryParse(words[(next + 1)..], unless: false, scope, out var inCondition) is null)
            error = $"error in condition: {inCondition}";
        return null;
    }

    /// <summary>What can only be said, and read, when all words are known.</summary>
    private bool Complete(out string error)
    {
        error = _kind is null ? "redirection type expected ('prefix', 'location', or 'scheme')"
            : set == RuleSets.HttpResponse && _kind != RedirectKind.Location ? "response only supports redirect type 'location'" : "";
        if (error.Length > 0) return false;
        _target = isPlain ? Literal(_targetText) : LogFormatParser.TryParse(_targetText, scope, LogFormatUse.Http, places, out error);
        if (_target is null) return false;
        if (_cookieText is not null) _cookie = LogFormatParser.TryParse(_cookieText, scope, LogFormatUse.Http, places, out error);
        return _cookieText is null || _cookie is not null;
    }

    private ActionModel Model()
    {
        return new ActionModel(signature)
        {
            Redirect = new RedirectModel(_kind!.Value, _target!)
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
                _cookieText = null;
                _cookie = Literal(value + "; path=/;");
                return true;
            case "clear-cookie":
                _cookieText = null;
                _cookie = Literal(value + "; path=/; Max-Age=0;");
                return true;
            case "set-cookie-fmt":
                _cookieText = value;
                return true;
            default:
                _kind = word switch { "location" => RedirectKind.Location, "prefix" => RedirectKind.Prefix, _ => RedirectKind.Scheme };
                _targetText = value;
                return true;
        }
    }

    private LogFormatModel Literal(string text) => new([new LogFormatPart(LogFormatPartKind.Literal, text)], text, scope.Position) { Use = LogFormatUse.Http };
}
