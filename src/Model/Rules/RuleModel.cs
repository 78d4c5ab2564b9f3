using System.Collections.Immutable;
using Evenkeel.Model.Samples;

namespace Evenkeel.Model.Rules;

/// <summary>The rule sets an action may stand in, in the order a request meets them.</summary>
[Flags]
public enum RuleSets
{
    None = 0,
    TcpRequestConnection = 1,
    TcpRequestSession = 2,
    TcpRequestContent = 4,
    HttpRequest = 8,
    TcpResponseContent = 16,
    HttpResponse = 32,
    HttpAfterResponse = 64,
}

/// <summary>One statement of a rule set: an action, its arguments and its condition.</summary>
public sealed record RuleModel(ActionModel Action, ConditionModel? Condition, SourcePosition Position);

/// <summary>
/// An action with its arguments as read. The signature says how they were read; the action's row in Proxy/Rules/Actions binds them to code.
/// </summary>
public sealed record ActionModel(ActionSignature Signature)
{
    /// <summary>What stood in parentheses behind the name: `set-var(txn.a,ifnotexists)`.</summary>
    public ImmutableArray<string> Parenthesis { get; init; } = [];
    public ImmutableArray<ActionValue> Positional { get; init; } = [];
    public ImmutableArray<(string Name, ActionValue Value)> Options { get; init; } = [];

    public ActionValue? Option(string name)
    {
        foreach (var (key, value) in Options)
            if (key == name) return value;
        return null;
    }
}

/// <summary>One argument of an action; which member is set follows its <see cref="ParameterKind"/>.</summary>
public sealed record ActionValue(string Text)
{
    public long Number { get; init; }
    public LogFormatModel? Format { get; init; }
    public SampleExpressionModel? Expression { get; init; }
    public ImmutableArray<byte> Bytes { get; init; } = [];
}

public enum ParameterKind { Flag, Word, Integer, TimeMs, LogFormat, Expression, Regex, File, FormatFile, HeaderAndFormat }

public sealed record ActionParameter(string Name, ParameterKind Kind, bool Optional = false);

/// <summary>How an action is written: `NAME[(parenthesis)] positional... [option [value]]...` and where it may stand.</summary>
public sealed record ActionSignature(string Name, RuleSets RuleSets, ImmutableArray<ActionParameter> Positional,
    ImmutableArray<ActionParameter> Options)
{
    public bool HasParenthesis { get; init; }

    /// <summary>Nothing after it in the same rule set is evaluated when it applies (used for "will never be reached" warnings).</summary>
    public bool IsFinal { get; init; }
}

/// <summary>`if` or `unless` and a sum of products of ACLs (configuration.txt 7.2).</summary>
public sealed record ConditionModel(bool Unless, ImmutableArray<ImmutableArray<ConditionTerm>> AnyOf, string Text, SourcePosition Position);

public readonly record struct ConditionTerm(bool Negated, AclModel Acl);

/// <summary>A named or anonymous ACL; several lines with one name are alternatives.</summary>
public sealed record AclModel(string Name, ImmutableArray<AclTestModel> AnyOf);

public enum MatchMethod { Found, Boolean, Integer, Address, Length, String, Prefix, Suffix, Substring, Directory, Domain, Regex, Binary }

public enum IntegerOperator { Equal, GreaterOrEqual, Greater, LessOrEqual, Less }

/// <summary>One `acl` line: an expression, how to compare, and with what. With no pattern a boolean or `-m found` test stands alone.</summary>
public sealed record AclTestModel(SampleExpressionModel Expression, MatchMethod Method, bool IgnoreCase, ImmutableArray<string> Patterns,
    SourcePosition Position)
{
    public IntegerOperator Operator { get; init; } = IntegerOperator.Equal;
    public ImmutableArray<string> PatternFiles { get; init; } = [];
}

/// <summary>A compiled-to-be log-format string (configuration.txt 8.2.6): literals, aliases `%ci`, and expressions `%[...]`.</summary>
public sealed record LogFormatModel(ImmutableArray<LogFormatPart> Parts, string Text, SourcePosition Position)
{
    /// <summary>The text when it is one literal without any variable part, else null.</summary>
    public string? Literal => Parts.IsEmpty ? "" : Parts.Length == 1 && Parts[0].Kind == LogFormatPartKind.Literal ? Parts[0].Text : null;
}

public enum LogFormatPartKind { Literal, Alias, Expression }

[Flags]
public enum LogFormatOptions { None = 0, Quote = 1, Hexadecimal = 2, Escape = 4, Mandatory = 8, Json = 16, Cbor = 32, Binary = 64 }

public sealed record LogFormatPart(LogFormatPartKind Kind, string Text)
{
    public SampleExpressionModel? Expression { get; init; }
    public LogFormatOptions Options { get; init; }

    /// <summary>Item name in `%(name)...`, used by the structured encodings.</summary>
    public string? ItemName { get; init; }
}
