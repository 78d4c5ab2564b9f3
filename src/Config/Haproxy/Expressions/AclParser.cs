using System.Collections.Immutable;
using System.Globalization;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>Reads one ACL test: `CRITERION [-i] [-n] [-M] [-f FILE] [-m METHOD] [-u ID] [--] [operator] patterns...` (configuration.txt 7.1).</summary>
internal static class AclParser
{
    private static readonly Dictionary<string, MatchMethod> Methods = new(StringComparer.Ordinal)
    {
        ["found"] = MatchMethod.Found, ["bool"] = MatchMethod.Boolean, ["int"] = MatchMethod.Integer, ["ip"] = MatchMethod.Address,
        ["bin"] = MatchMethod.Binary, ["len"] = MatchMethod.Length, ["str"] = MatchMethod.String, ["beg"] = MatchMethod.Prefix, ["sub"] = MatchMethod.Substring,
        ["dir"] = MatchMethod.Directory, ["dom"] = MatchMethod.Domain, ["end"] = MatchMethod.Suffix, ["reg"] = MatchMethod.Regex,
    };

    /// <param name="name">Of the ACL; empty for an anonymous one.</param>
    public static AclTestModel? TryParse(ReadOnlySpan<string> words, ParseScope scope, out string error, string name = "")
    {
        var criterion = words.IsEmpty ? "" : words[0];
        var end = ExpressionReader.NameEnd(criterion, 0);
        var keyword = AclKeywords.Find(criterion[..end]);
        var next = 0;
        string[] expressionWords = [keyword is { } alias ? alias.Fetch + criterion[end..] : criterion];
        var expression = SampleExpressionParser.TryParse(expressionWords, ref next, scope, "ACL keyword", out error);
        if (expression is null)
        {
            error = keyword is not null
                ? $"ACL keyword '{criterion[..end]}' : {StripKeyword(error)}"
                : $"{error} in ACL expression '{criterion}'";
            return null;
        }
        if (words.Length == 1) WarnWithoutPattern(criterion, expression, keyword, scope);
        var test = new AclTestReader(scope, expression, keyword).Read(words[1..], out error);
        if (test is { PatternFiles.IsEmpty: true, Expression: { Fetch.Name: "http_auth_group", Arguments: [var list, ..] } })
            scope.References.Add(new UserGroupReference(name, list.Text, test.Patterns, scope.ProxyName, scope.Position));
        return test;
    }

    public static MatchMethod? MethodOf(string name) => Methods.TryGetValue(name, out var method) ? method : null;

    public static string NameOf(MatchMethod method) => Methods.FirstOrDefault(pair => pair.Value == method).Key ?? "meth";

    /// <summary>The method that fits a type when none is named; null when one has to be.</summary>
    public static MatchMethod? DefaultFor(SampleType type) => type switch
    {
        SampleType.Boolean => MatchMethod.Boolean,
        SampleType.Integer => MatchMethod.Integer,
        SampleType.Address or SampleType.IPv4 or SampleType.IPv6 => MatchMethod.Address,
        SampleType.String => MatchMethod.String,
        _ => null,
    };

    public static bool Fits(MatchMethod method, SampleType type) => method switch
    {
        MatchMethod.Boolean or MatchMethod.Integer => type is SampleType.Boolean or SampleType.Integer or SampleType.String or SampleType.Any,
        MatchMethod.Address => type is not (SampleType.Boolean or SampleType.Binary or SampleType.Method),
        _ => true,
    };

    private static string StripKeyword(string error)
    {
        const string Prefix = "fetch method '";
        if (!error.StartsWith(Prefix, StringComparison.Ordinal)) return error;
        var colon = error.IndexOf(" : ", StringComparison.Ordinal);
        return colon < 0 ? error : error[(colon + 3)..];
    }

    private static void WarnWithoutPattern(string criterion, SampleExpressionModel expression, AclKeyword? keyword, ParseScope scope)
    {
        var method = keyword?.Method ?? (expression.HidesType ? null : DefaultFor(expression.OutputType));
        if (method is null or MatchMethod.Boolean) return;
        scope.Diagnostics.Say(Severity.Warning, scope.Position, $"config : parsing acl keyword '{criterion}' :\n" +
            "  no pattern to match against were provided, so this ACL will never match.\n" +
            "  If this is what you intended, please add '--' to get rid of this warning.\n" +
            "  If you intended to match only for existence, please use '-m found'.\n" +
            "  If you wanted to force an int to match as a bool, please use '-m bool'.\n");
    }
}

/// <summary>Reads what stands behind the criterion of an ACL.</summary>
internal sealed class AclTestReader(ParseScope scope, SampleExpressionModel expression, AclKeyword? keyword)
{
    private readonly ImmutableArray<string>.Builder _patterns = ImmutableArray.CreateBuilder<string>();
    private readonly ImmutableArray<IntegerRange>.Builder _ranges = ImmutableArray.CreateBuilder<IntegerRange>();
    private readonly ImmutableArray<NetworkModel>.Builder _networks = ImmutableArray.CreateBuilder<NetworkModel>();
    private readonly ImmutableArray<PatternFileModel>.Builder _files = ImmutableArray.CreateBuilder<PatternFileModel>();
    private readonly Dictionary<string, NetworkModel> _resolved = new(StringComparer.Ordinal);

    private MatchMethod? _method = keyword is { } alias && expression.Converters.IsEmpty ? alias.Method
        : expression.HidesType ? null : AclParser.DefaultFor(expression.OutputType);
    private IntegerOperator _operator = IntegerOperator.Equal;
    private bool _ignoreCase;
    private bool _isOverwritten;
    private bool _noResolution;
    private bool _filesAreMaps;
    private int? _uniqueId;

    public AclTestModel? Read(ReadOnlySpan<string> words, out string error)
    {
        var next = 0;
        if (keyword is { Method: not MatchMethod.String } alias && !expression.Converters.IsEmpty) WarnOverwritten(alias);
        if (!ReadFlags(words, ref next, out error)) return null;
        if (_isOverwritten && _method is { } chosen && AclParser.Fits(chosen, expression.OutputType)) WarnOverwritten(keyword!.Value);
        if (_method is not { } method)
        {
            error = MustNameMethod();
            return null;
        }
        if (!AclParser.Fits(method, expression.OutputType))
        {
            error = $"matching method '{AclParser.NameOf(method)}' cannot be used with fetch keyword '{expression.Fetch.Name}'";
            return null;
        }
        for (; next < words.Length; next++)
            if (!AddPattern(words[next], out error)) return null;
        return new AclTestModel(expression, method, _ignoreCase, _patterns.ToImmutable(), scope.Position)
        {
            Ranges = _ranges.ToImmutable(),
            Networks = _networks.ToImmutable(),
            PatternFiles = _files.ToImmutable(),
            ResolvedNames = _resolved,
            FilesAreMaps = _filesAreMaps,
            UniqueId = _uniqueId,
        };
    }

    private string MustNameMethod() =>
        $"matching method must be specified first (using '-m') when using a sample fetch of this type ('{expression.Fetch.Name}')";

    private bool ReadFlags(ReadOnlySpan<string> words, ref int next, out string error)
    {
        error = "";
        while (next < words.Length && words[next].StartsWith('-'))
        {
            var flag = words[next++];
            var value = next < words.Length ? words[next] : "";
            switch (flag)
            {
                case "--":
                    return true;
                case "-i":
                    _ignoreCase = true;
                    break;
                case "-n":
                    _noResolution = true;
                    break;
                case "-M":
                    _filesAreMaps = true;
                    break;
                case "-u":
                    next++;
                    if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                    {
                        error = $"Argument of '-u' must be an integer. '{value}' is not";
                        return false;
                    }
                    _uniqueId = id;
                    break;
                case "-m":
                    next++;
                    if (!SetMethod(value, out error)) return false;
                    break;
                case "-f":
                    next++;
                    if (!AddFile(value, out error)) return false;
                    break;
                default:
                    error = $"'{flag}' is not a valid ACL option. Please use '--' before any pattern beginning with a '-'";
                    return false;
            }
        }
        return true;
    }

    private bool SetMethod(string name, out string error)
    {
        error = "";
        if (AclParser.MethodOf(name) is not { } method)
        {
            error = $"unknown matching method '{name}' when parsing ACL expression";
            return false;
        }
        if (keyword is { } alias && alias.Method != method && alias.Method != MatchMethod.String && expression.Converters.IsEmpty) _isOverwritten = true;
        _method = method;
        return true;
    }

    private void WarnOverwritten(AclKeyword alias) =>
        scope.Warning($"original matching method '{alias.Name}' was overwritten and will not be applied as expected.");

    private bool AddFile(string path, out string error)
    {
        if (_method is null)
        {
            error = MustNameMethod();
            return false;
        }
        if (scope.Files.Load(path, scope.World, out error) is not { } file) return false;
        _files.Add(file);
        return scope.Files.Check(file, _filesAreMaps, _method.Value, _ignoreCase, scope.World, out error, _noResolution ? null : _resolved);
    }

    private bool AddPattern(string pattern, out string error)
    {
        error = "";
        if (_method is MatchMethod.Integer or MatchMethod.Length)
        {
            if (OperatorOf(pattern) is { } op)
            {
                _operator = op;
                return true;
            }
            if (!PatternReader.TryRange(pattern, _operator, out var range, out error)) return false;
            _ranges.Add(range);
        }
        else if (_method == MatchMethod.Address)
        {
            if (!PatternReader.TryNetwork(pattern, scope.World, !_noResolution, out var network))
            {
                error = PatternText.NotAnAddress(pattern);
                return false;
            }
            _networks.Add(network);
        }
        else if (!PatternReader.TryRead(pattern, _method!.Value, _ignoreCase, scope.World, out error))
        {
            return false;
        }
        _patterns.Add(pattern);
        return true;
    }

    private static IntegerOperator? OperatorOf(string word) => word switch
    {
        "eq" => IntegerOperator.Equal,
        "ge" => IntegerOperator.GreaterOrEqual,
        "gt" => IntegerOperator.Greater,
        "le" => IntegerOperator.LessOrEqual,
        "lt" => IntegerOperator.Less,
        _ => null,
    };
}
