using System.Collections.Immutable;

namespace Evenkeel.Model.Rules;

public enum ParameterKind { Flag, Word, Integer, TimeMs, LogFormat, Expression, Regex, TimeOrExpression, IntegerOrExpression, LogProfile, Size }

/// <summary>One parameter of an action, positional or behind its own word.</summary>
public sealed record ActionParameter(string Name, ParameterKind Kind, bool Optional = false);

/// <summary>Whole argument lists that several actions share and that need more than a list of parameters.</summary>
public enum ActionGrammar
{
    /// <summary>`positional... [option [value]]...` as the parameters say.</summary>
    Parameters,
    /// <summary>`set-var(NAME[,CONDITION]) EXPRESSION|FORMAT` and `unset-var(NAME)`.</summary>
    Variable,
    /// <summary>`status`, `content-type`, `string`, `file`, `hdr`, ... of `return`, `deny`, `tarpit`.</summary>
    HttpReply,
    Redirect,
    /// <summary>`EXPRESSION len LENGTH|id INDEX`.</summary>
    Capture,
    /// <summary>`do-resolve(VARIABLE,RESOLVERS[,ipv4|ipv6]) EXPRESSION`.</summary>
    Resolve,
    /// <summary>`NORMALIZER [full|strict]` of `normalize-uri`.</summary>
    Normalizer,
    /// <summary>`http [proto NAME]` of `switch-mode`.</summary>
    SwitchMode,
    /// <summary>`EXPRESSION [prefix TEXT]` of `add-headers-bin` and `set-headers-bin`, `EXPRESSION [-m METHOD]` of `del-headers-bin`.</summary>
    PackedHeaders,
}

/// <summary>How an action is written: `NAME[(parenthesis)] positional... [option [value]]...` and where it may stand.</summary>
public sealed record ActionSignature(string Name, RuleSets RuleSets, ImmutableArray<ActionParameter> Positional, ImmutableArray<ActionParameter> Options)
{
    public ActionGrammar Grammar { get; init; } = ActionGrammar.Parameters;

    /// <summary>Said when the arguments do not fit, in the original's words: "expects exactly 2 arguments".</summary>
    public string Usage { get; init; } = "";

    /// <summary>A second look at the arguments: a complaint in the original's words, or null.</summary>
    public Func<ActionModel, string?>? Check { get; init; }

    /// <summary>Judges the first argument before the others are read, when there are others.</summary>
    public Func<string, FirstWordNote>? FirstWord { get; init; }

    /// <summary>Nothing but a condition may stand behind the arguments; else <see cref="Usage"/> is said.</summary>
    public bool TakesOnlyThese { get; init; }

    /// <summary>Only a named `backend` or a `listen` may use it.</summary>
    public bool IsBackendOnly { get; init; }

    public bool HasParenthesis { get; init; }

    /// <summary>Nothing after it in the same rule set is evaluated when it applies (used for "will never be reached" warnings).</summary>
    public bool IsFinal { get; init; }

    public bool IsExperimental { get; init; }

    /// <summary>Whether <paramref name="word"/> calls this action; `set-var(txn.a)` calls `set-var`, and for the original so does all that begins like it.
    /// </summary>
    public bool Matches(string word) => word == Name || (HasParenthesis && word.StartsWith(Name, StringComparison.Ordinal));
}

/// <summary>What the first argument of an action says: a complaint in the original's words or null, and which side the section must have.</summary>
public sealed record FirstWordNote(string? Complaint, bool NeedsFrontend = false, bool NeedsBackend = false);
