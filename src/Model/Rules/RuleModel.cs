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

    /// <summary>Of `return`, `deny` and `tarpit`.</summary>
    public HttpReplyModel? Reply { get; init; }

    public RedirectModel? Redirect { get; init; }

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
