using System.Collections.Immutable;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Keywords;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>Reads one statement of a rule set: `ACTION arguments... [if|unless CONDITION]` (configuration.txt 4.3, 4.4).</summary>
public static class RuleParser
{
    /// <summary>Reads the words behind `http-request`, `tcp-request content` and so on, and reports what is wrong with them.</summary>
    /// <returns>Null after an error.</returns>
    public static RuleModel? Parse(RuleSets set, ReadOnlySpan<string> wordsAfterKeyword, ParseScope scope)
    {
        scope.Statement = set is RuleSets.HttpResponse or RuleSets.HttpAfterResponse ? "http-response response" : KeywordOf(set) + " expression";
        var rule = ParseOne(set, wordsAfterKeyword, scope);
        scope.Statement = "";
        return rule;
    }

    private static RuleModel? ParseOne(RuleSets set, ReadOnlySpan<string> wordsAfterKeyword, ParseScope scope)
    {
        var keyword = KeywordOf(set);
        var word = wordsAfterKeyword.IsEmpty ? "" : wordsAfterKeyword[0];
        var layer = wordsAfterKeyword.Length > 1 ? wordsAfterKeyword[1] : "";
        var expectsHeader = word is "expect-proxy" or "expect-netscaler-cip" && set is RuleSets.TcpRequestConnection or RuleSets.TcpRequestSession
            or RuleSets.TcpRequestContent;
        if (expectsHeader && layer != "layer4")
        {
            scope.Alert($"'{keyword} {word}' only supports 'layer4' in {scope.SectionType} '{scope.ProxyName}' (got '{layer}')");
            return null;
        }
        if (expectsHeader && set != RuleSets.TcpRequestConnection)
        {
            scope.Alert($"'{word} layer4' is not allowed in '{keyword}' rules in {scope.SectionType} '{scope.ProxyName}'");
            return null;
        }
        if (word == "capture" && set is RuleSets.TcpRequestConnection or RuleSets.TcpRequestSession)
        {
            var what = wordsAfterKeyword.Length > 1 ? $" {wordsAfterKeyword[1]}" : "";
            scope.Alert($"'capture{what}' is not allowed in '{keyword}' rules in {scope.SectionType} '{scope.ProxyName}'");
            return null;
        }
        if (scope.Registry.Action(set, word) is not { } signature)
        {
            SayUnknownAction(set, keyword, word, scope);
            return null;
        }
        if (signature.IsExperimental && !scope.Experiments.Allow())
        {
            scope.Alert($"'{signature.Name}' action is experimental, must be allowed via a global 'expose-experimental-directives'");
            return null;
        }
        var next = 1;
        var action = new ActionReader(set, signature, scope).Read(wordsAfterKeyword, ref next, out var error);
        if (action is null)
        {
            scope.Alert(!IsTcp(set) ? $"error detected in {scope.SectionType} '{scope.ProxyName}' while parsing '{keyword} {word}' rule : {error}."
                : signature.Grammar == ActionGrammar.Capture ? $"'{keyword} {word}' : {error}" : error);
            return null;
        }
        return Finish(set, $"{keyword} {word}", action, wordsAfterKeyword[next..], scope);
    }

    /// <summary>Reads the words behind `redirect`, which is a rule of `http-request` with a name of its own.</summary>
    public static RuleModel? ParseRedirect(ReadOnlySpan<string> wordsAfterRedirect, ParseScope scope)
    {
        if (scope.Registry.Action(RuleSets.HttpRequest, "redirect") is not { } signature)
        {
            scope.Alert("'redirect' is not supported yet.");
            return null;
        }
        var next = 0;
        var action = new ActionReader(RuleSets.HttpRequest, signature, scope).Read(wordsAfterRedirect, ref next, out var error);
        if (action is not null) return Finish(RuleSets.HttpRequest, "redirect", action, wordsAfterRedirect[next..], scope);
        scope.Alert($"error detected in {scope.SectionType} '{scope.ProxyName}' while parsing redirect rule : {error}.");
        return null;
    }

    private static RuleModel? Finish(RuleSets set, string what, ActionModel action, ReadOnlySpan<string> rest, ParseScope scope)
    {
        if (rest.IsEmpty) return new RuleModel(action, null, scope.Position);
        if (rest[0] is not ("if" or "unless"))
        {
            if (!IsTcp(set))
                scope.AlertTight($"'{what}' expects either 'if' or 'unless' followed by a condition but found '{rest[0]}'.");
            else
                scope.Alert($"'{what}' only accepts 'if' or 'unless', in {scope.SectionType} '{scope.ProxyName}' (got '{rest[0]}')");
            return null;
        }
        var condition = ConditionParser.TryParse(rest[1..], rest[0] == "unless", scope, out var error);
        if (condition is not null)
        {
            ConditionParser.WarnAboutConflicts(condition, scope, scope.PlacesOf(set), IsTcp(set) ? KeywordOf(set) : null);
            return new RuleModel(action, condition, scope.Position);
        }
        var where = $"error detected in {scope.SectionType} '{scope.ProxyName}' while parsing";
        scope.Alert(IsTcp(set) ? $"'{what}' : {where} '{rest[0]}' condition : {error}"
            : action.Redirect is null ? $"error detected while parsing an '{what}' condition : {error}."
            : $"{where} {(what == "redirect" ? what : $"'{what}'")} rule : error in condition: {error}.");
        return null;
    }

    private static bool IsTcp(RuleSets set) => set is not (RuleSets.HttpRequest or RuleSets.HttpResponse or RuleSets.HttpAfterResponse);

    private static void SayUnknownAction(RuleSets set, string keyword, string word, ParseScope scope)
    {
        var parenthesis = word.IndexOf('(', StringComparison.Ordinal);
        var name = parenthesis < 0 ? word : word[..parenthesis];
        if (scope.Known?.IsAction(set, name) == true)
        {
            scope.Alert($"'{keyword} {name}' is not supported yet.");
            return;
        }

        var names = ActionNames.Of(set);
        var expected = $"'{keyword}' expects {string.Join(", ", names.Select(static known => $"'{known}'"))}";
        var near = Suggestion.Nearest(word, names.Select(static known => known.Replace("(*)", "", StringComparison.Ordinal)));
        var hint = near is null || word.Length == 0 ? "" : $" Did you mean '{near}' maybe ?";
        if (IsTcp(set)) scope.Alert($"{expected} in {scope.SectionType} '{scope.ProxyName}' (got '{word}').{hint}");
        else scope.AlertTight($"{expected}, but got {(word.Length == 0 ? "'' (missing argument)" : $"'{word}'")}.{hint}");
    }

    private static string KeywordOf(RuleSets set) => set switch
    {
        RuleSets.TcpRequestConnection => "tcp-request connection",
        RuleSets.TcpRequestSession => "tcp-request session",
        RuleSets.TcpRequestContent => "tcp-request content",
        RuleSets.TcpResponseContent => "tcp-response content",
        RuleSets.HttpRequest => "http-request",
        RuleSets.HttpResponse => "http-response",
        _ => "http-after-response",
    };
}

/// <summary>Reads the arguments of one action as its signature asks.</summary>
internal sealed class ActionReader(RuleSets set, ActionSignature signature, ParseScope scope)
{
    private readonly SamplePlaces _places = scope.PlacesOf(set);

    /// <param name="words">The statement; words[0] is the action's name when it is read from a rule set.</param>
    /// <param name="next">Behind the name before, behind the last argument after.</param>
    public ActionModel? Read(ReadOnlySpan<string> words, ref int next, out string error)
    {
        error = signature.Usage.Length > 0 && signature.IsBackendOnly && IsEnd(words, next) ? signature.Usage : WrongSection();
        if (error.Length > 0) return null;
        var name = next > 0 ? words[0] : signature.Name;
        var action = signature.Grammar switch
        {
            ActionGrammar.Variable => new VariableActionReader(signature, this).Read(name, words, ref next, out error),
            ActionGrammar.HttpReply => ReadReply(words, ref next, out error),
            ActionGrammar.Redirect => new RedirectReader(set, signature, scope, _places, isPlain: next == 0).Read(words, ref next, out error),
            ActionGrammar.Normalizer => ReadNormalizer(words, ref next, out error),
            ActionGrammar.Resolve => new ResolveActionReader(signature, this, scope).Read(name, words, ref next, out error),
            ActionGrammar.Capture => ReadCapture(words, ref next, out error),
            ActionGrammar.PackedHeaders => ReadPackedHeaders(words, ref next, out error),
            ActionGrammar.SwitchMode => ReadSwitchMode(words, ref next, out error),
            _ => ReadParameters(name, words, ref next, out error),
        };
        if (action is null) return null;
        if (signature.Check?.Invoke(action) is { } complaint)
        {
            error = complaint;
            return null;
        }
        return action;
    }

    private ActionModel? ReadReply(ReadOnlySpan<string> words, ref int next, out string error)
    {
        var use = signature.Name == "return" ? HttpReplyUse.Answer : HttpReplyUse.Refusal;
        return new HttpReplyReader(use, scope, _places).Read(words, ref next, out error) is { } reply ? new ActionModel(signature) { Reply = reply } : null;
    }

    private string WrongSection()
    {
        if (!signature.IsBackendOnly) return "";
        if (scope.IsDefaults) return $"'{signature.Name}' is not allowed in 'defaults' sections";
        return (scope.Sides & ProxySides.Backend) != 0 ? "" : $"'{signature.Name}' only available in backend or listen section";
    }

    /// <summary>Reads a sample expression and checks that it has a value in this rule set.</summary>
    /// <param name="name">What the message about an expression without a value calls it; none: its text.</param>
    public SampleExpressionModel? ReadExpression(ReadOnlySpan<string> words, ref int next, out string error, string? name = null)
    {
        if (IsEnd(words, next))
        {
            error = "missing fetch method";
            return null;
        }
        if (SampleExpressionParser.TryParse(words, ref next, scope, "sample fetch keyword", out error) is not { } expression) return null;
        if ((SampleSources.PlacesOf(expression.Fetch.Source) & _places) != 0) return expression;
        error = $"fetch method '{name ?? expression.Text}' extracts information from '{SampleSources.NameOf(expression.Fetch.Source)}', " +
            "none of which is available here";
        return null;
    }

    public LogFormatModel? ReadFormat(string text, LogFormatUse use, out string error) => LogFormatParser.TryParse(text, scope, use, _places, out error);

    public static bool IsEnd(ReadOnlySpan<string> words, int next) => next >= words.Length || words[next] is "if" or "unless";

    private ActionModel? ReadParameters(string name, ReadOnlySpan<string> words, ref int next, out string error)
    {
        error = signature.Usage;
        var positional = ImmutableArray.CreateBuilder<ActionValue>();
        foreach (var parameter in signature.Positional)
        {
            if (parameter.Optional && IsEnd(words, next)) break;
            if (ReadValue(parameter, words, ref next, out error) is not { } value) return null;
            positional.Add(value);
            if (positional.Count == 1 && next < words.Length && signature.FirstWord?.Invoke(value.Text) is { } first)
            {
                error = first.Complaint ?? "";
                if (error.Length == 0 && first.NeedsFrontend && !Has(ProxySides.Frontend)) error = $"'{scope.ProxyName}' has no frontend capability";
                if (error.Length == 0 && first.NeedsBackend && !Has(ProxySides.Backend)) error = $"'{scope.ProxyName}' has no backend capability";
                if (error.Length > 0) return null;
            }
        }
        var options = ImmutableArray.CreateBuilder<(string, ActionValue)>();
        while (next < words.Length && OptionOf(words[next]) is { } option && !(option.Optional && next + 1 >= words.Length))
        {
            next++;
            var value = option.Kind == ParameterKind.Flag ? new ActionValue("") : ReadValue(option, words, ref next, out error);
            if (value is null) return null;
            options.Add((option.Name, value));
        }
        if (signature.TakesOnlyThese && !IsEnd(words, next))
        {
            error = signature.Usage;
            return null;
        }
        return new ActionModel(signature)
        {
            Parenthesis = ParenthesisOf(name),
            Positional = positional.ToImmutable(),
            Options = options.ToImmutable(),
        };
    }

    private bool Has(ProxySides side) => scope.IsDefaults || (scope.Sides & side) != 0;

    private ActionParameter? OptionOf(string word)
    {
        foreach (var option in signature.Options)
            if (option.Name == word) return option;
        return null;
    }

    private ActionValue? ReadValue(ActionParameter parameter, ReadOnlySpan<string> words, ref int next, out string error)
    {
        error = signature.Usage.Length > 0 && signature.Positional.Contains(parameter) ? signature.Usage : $"missing {parameter.Name} value";
        // The original looks at the character where the time would be, which is none.
        if (parameter.Kind == ParameterKind.TimeOrExpression && signature.Usage.Length == 0 && next >= words.Length) error = "unexpected character '";
        var mayBeNumber = parameter.Kind is ParameterKind.TimeOrExpression or ParameterKind.IntegerOrExpression;
        var isNumber = mayBeNumber && (next >= words.Length
            || (parameter.Kind == ParameterKind.IntegerOrExpression ? TryNumber(words[next], out _) : StartsNumber(words[next])));
        if (parameter.Kind == ParameterKind.Expression || (mayBeNumber && !isNumber))
        {
            var start = next;
            if (signature.Usage.Length > 0 && IsEnd(words, next)) return null;
            if (ReadExpression(words, ref next, out error) is { } expression) return new ActionValue(words[start]) { Expression = expression };
            // What is no expression is told as what it also is not.
            return parameter.Kind == ParameterKind.TimeOrExpression ? ReadTime(words[start], string.Join(' ', words[..start]), out error) : null;
        }
        // `if` and `unless` are ordinary words for an argument that has to be there.
        if (parameter.Kind is ParameterKind.TimeMs or ParameterKind.Size) error = $"missing argument for '{parameter.Name}'";
        if (parameter.Kind == ParameterKind.LogProfile) error = $"action '{signature.Name}': 'profile' expects argument.";
        if (next >= words.Length) return null;
        var word = words[next++];
        error = "";
        switch (parameter.Kind)
        {
            case ParameterKind.Integer or ParameterKind.IntegerOrExpression:
                if (TryNumber(word, out var number)) return new ActionValue(word) { Number = number };
                error = signature.Usage.Length > 0 ? signature.Usage : $"invalid {parameter.Name} value '{word}'";
                return null;
            case ParameterKind.TimeMs:
                return ReadTime(word, rule: null, out error);
            case ParameterKind.TimeOrExpression:
                return ReadTime(word, string.Join(' ', words[..(next - 1)]), out error);
            case ParameterKind.Size:
                if (Units.TrySize(word, out var bytes, out var surplus) == UnitError.None) return new ActionValue(word) { Number = bytes };
                error = $"unexpected character '{surplus.FirstOrDefault()}'";
                return null;
            case ParameterKind.LogFormat:
                return ReadFormat(word, LogFormatUse.Http, out error) is { } format ? new ActionValue(word) { Format = format } : null;
            case ParameterKind.Regex:
                if (scope.World.RegexError(word, ignoreCase: false) is not { } regexError) return new ActionValue(word);
                error = $"regex '{word}' is invalid ({regexError})";
                return null;
            case ParameterKind.LogProfile:
                scope.References.Add(new LogProfileReference(signature.Name, word, scope.ProxyName, scope.Position));
                return new ActionValue(word);
            default:
                if (parameter.Name == "name") WarnAboutHeaderName(word);
                return new ActionValue(word);
        }
    }

    /// <summary>Decimal, or hexadecimal behind `0x`.</summary>
    private static bool TryNumber(string word, out long number) => word.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? long.TryParse(word.AsSpan(2), System.Globalization.NumberStyles.HexNumber, null, out number)
        : long.TryParse(word, out number);

    private static bool StartsNumber(string word) => word.Length > 0 && char.IsAsciiDigit(word[0]);

    /// <param name="rule">The rule as messages name it, which wants more than zero; null for an option of a rule.</param>
    private ActionValue? ReadTime(string word, string? rule, out string error)
    {
        const string Longest = "(maximum value is 2147483647 ms or ~24.8 days)";
        var read = Units.TryTime(word, 1, out var milliseconds, out var unexpected);
        error = read switch
        {
            UnitError.Unexpected => $"unexpected character '{unexpected}'" + (rule is null ? "" : $" in rule '{rule}'"),
            UnitError.Overflow => rule is null ? $"time overflow {Longest}" : $"timer overflow in argument '{word}' to rule '{rule}' {Longest}",
            _ => milliseconds == 0 && rule is not null ? $"null value is not valid for a '{rule}' rule" : "",
        };
        if (error.Length > 0) return null;
        if (unexpected != '\0') scope.Diagnostics.Say(Severity.Warning, scope.Position, $"config : {Units.SurplusText(word, unexpected)}");
        return new ActionValue(word) { Number = milliseconds };
    }

    private void WarnAboutHeaderName(string name)
    {
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)) continue;
            scope.Warning($"header name '{name}' contains forbidden character '{c}'.");
            return;
        }
    }

    private ActionModel? ReadCapture(ReadOnlySpan<string> words, ref int next, out string error)
    {
        var takesLength = set is RuleSets.HttpRequest or RuleSets.TcpRequestContent;
        var hasClients = Has(ProxySides.Frontend);
        var unable = $"proxy '{scope.ProxyName}' has no frontend capability";
        error = unable;
        if (set == RuleSets.TcpRequestContent && !hasClients) return null;
        error = takesLength ? "expects <expression> [ 'len' <length> | id <idx> ]" : "expects <expression> id <idx>";
        if ((set != RuleSets.TcpRequestContent && IsEnd(words, next)) || (set != RuleSets.TcpRequestContent && words.Length - next < 3)) return null;
        if (ReadExpression(words, ref next, out var wrong) is not { } expression)
        {
            error = wrong;
            return null;
        }
        if (set == RuleSets.TcpRequestContent && (IsEnd(words, next) || words[next] != "len"))
        {
            error = "a positive 'len' argument is mandatory";
            return null;
        }
        if (next >= words.Length) return null;
        var (word, value) = (words[next], next + 1 < words.Length ? words[next + 1] : "");
        next = Math.Min(next + 2, words.Length);
        if (word != "id" && (word != "len" || !takesLength))
        {
            error = takesLength ? $"expects 'len' or 'id', found '{word}'" : $"expects 'id', found '{word}'";
            return null;
        }
        var isNumber = int.TryParse(value, out var number);
        error = unable;
        if (word == "len" && !hasClients) return null;
        error = word == "len" ? "length must be > 0" : $"cannot parse id '{value}'";
        if (!isNumber || number < (word == "len" ? 1 : 0)) return null;
        error = "";
        return new ActionModel(signature)
        {
            Positional = [new ActionValue(expression.Text) { Expression = expression }],
            Options = [(word, new ActionValue(value) { Number = number })],
        };
    }

    private ActionModel? ReadPackedHeaders(ReadOnlySpan<string> words, ref int next, out string error)
    {
        var deletes = signature.Name == "del-headers-bin";
        error = deletes ? "expects at least 1 argument" : "expects exactly one argument or three arguments <headers> prefix <pfx>";
        if (next >= words.Length) return null;
        if (SampleExpressionParser.TryParse(words, ref next, scope, "sample fetch keyword", out error) is not { } expression) return null;
        error = $"fetch method '{expression.Text}' extracts information from '{SampleSources.NameOf(expression.Fetch.Source)}', "
            + "none of which is available here";
        if ((SampleSources.PlacesOf(expression.Fetch.Source) & _places) == 0) return null;
        error = "";
        var option = deletes ? "-m" : "prefix";
        var action = new ActionModel(signature) { Positional = [new ActionValue(expression.Text) { Expression = expression }] };
        if (next >= words.Length || words[next] != option) return action;
        error = deletes ? "-m flag expects exactly 1 argument" : "expects 1 argument: <headers>; or 3 arguments: <headers> prefix <pfx>";
        if (++next >= words.Length) return null;
        var value = words[next++];
        error = !deletes || value is "str" or "beg" or "end" or "sub" ? ""
            : value == "reg" ? "-m reg is unsupported with del-headers-bin due to performance reasons" : $"-m with unsupported matching method '{value}'";
        return error.Length > 0 ? null : action with { Options = [(option, new ActionValue(value))] };
    }

    private ActionModel? ReadSwitchMode(ReadOnlySpan<string> words, ref int next, out string error)
    {
        const string What = "'tcp-request switch-mode'";
        error = $"{What} not allowed because {scope.SectionType} '{scope.ProxyName}' has no frontend capability";
        if (!scope.IsDefaults && (scope.Sides & ProxySides.Frontend) == 0) return null;
        error = $"{What} expects a mode as argument.";
        if (next >= words.Length) return null;
        var mode = words[next++];
        error = $"{What} expects a valid mode (got '{mode}').";
        if (mode != "http") return null;
        error = "";
        if (next >= words.Length || words[next] != "proto") return new ActionModel(signature);
        error = $"{What}: 'proto' expects a protocol as argument.";
        if (++next >= words.Length) return null;
        var protocol = words[next++];
        error = protocol switch
        {
            "h1" or "none" or "fcgi" or "spop" => "",
            "h2" => $"{What}: 'proto h2' is not supported yet",
            _ => $"{What}: 'proto' expects a valid MUX protocol, if specified (got '{protocol}')",
        };
        return error.Length > 0 ? null : new ActionModel(signature) { Options = [("proto", new ActionValue(protocol))] };
    }

    /// <summary>Only some normalizers take a word more; for the others it is no argument of theirs.</summary>
    private ActionModel? ReadNormalizer(ReadOnlySpan<string> words, ref int next, out string error)
    {
        error = IsEnd(words, next) ? signature.Usage : "";
        if (error.Length > 0) return null;
        var positional = ImmutableArray.Create(new ActionValue(words[next++]));
        var takesOption = positional[0].Text is "path-strip-dotdot" or "percent-decode-unreserved" or "percent-to-uppercase";
        if (takesOption && !IsEnd(words, next)) positional = positional.Add(new ActionValue(words[next++]));
        return new ActionModel(signature) { Positional = positional };
    }

    private static ImmutableArray<string> ParenthesisOf(string name)
    {
        var open = name.IndexOf('(', StringComparison.Ordinal);
        if (open < 0) return [];
        var next = open + 1;
        return [.. ArgumentList.Read(name, ref next, limit: 16, out _).Select(word => word.Trim())];
    }
}
