using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.HealthChecks;
using Evenkeel.Config.Haproxy.Keywords;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>A `defaults`, `frontend`, `backend` or `listen` section: looks each keyword up in <see cref="ProxyKeywords"/>.</summary>
internal sealed class ProxySection : ISection, ICheckOwner
{
    private readonly ParseScope _scope;

    /// <summary>The sections an operator may have meant when a line looks like a keyword.</summary>
    private static readonly string[] SectionNames = ["listen", "frontend", "backend", "defaults"];

    public ProxySection(ParseContext context, ProxyDraft draft)
    {
        Context = context;
        Draft = draft;
        _scope = new ParseScope
        {
            Registry = context.Registry,
            Diagnostics = context.Diagnostics,
            World = context.World,
            Files = context.PatternFiles,
            References = context.References,
            Experiments = context.Draft.Experiments,
            Acls = draft.Acls,
            ProxyName = draft.Name,
            Sides = draft.Sides,
            SectionType = draft.TypeName,
            Mode = draft.Mode,
            Known = OriginalKeywords.Names,
        };
    }

    public ParseContext Context { get; }

    public ProxyDraft Draft { get; }

    CheckDraft ICheckOwner.Checks
    {
        get => Draft.Checks;
        set => Draft.Checks = value;
    }

    public string PseudoName => Draft.Name.Length > 0 ? Draft.Name : Draft.SectionName;

    /// <summary>The last stage a rule was written for: a rule of an earlier stage behind it still runs before it, which deserves a warning.</summary>
    public RuleOrder Order { get; } = new();

    /// <summary>The scope for the expression parsers, standing at the current line.</summary>
    public ParseScope Scope
    {
        get
        {
            _scope.Position = Context.Position;
            _scope.Mode = Draft.Mode;
            return _scope;
        }
    }

    public void Read(Statement statement)
    {
        if (ProxyKeywords.Table.Find(statement.Keyword) is { } row)
        {
            if (row.Support == KeywordSupport.Removed && row.Read is null) Context.Alert(row.Note);
            else if (row.Read is null) Context.NotSupported($"'{statement.Keyword}' in '{Draft.SectionName}' section");
            else row.Read(this, statement);
        }
        else if (Context.IsKnownToOriginal("proxy", statement.Keyword)) Context.NotSupported($"'{statement.Keyword}' in '{Draft.SectionName}' section");
        else
            Context.Alert($"unknown keyword '{statement.Keyword}' in '{Draft.SectionName}' "
                + $"section{Suggestion.Hint(statement.Keyword, [.. ProxyKeywords.Table.Names, .. SectionNames])}");
    }

    /// <summary>Warns when the keyword is for the other side of a proxy; the statement is left out then.</summary>
    public bool Lacks(ProxySides side, string what, string hint = "")
    {
        if (Draft.IsDefaults || (Draft.Sides & side) != 0) return false;
        Context.Warning($"'{what}' ignored because {Draft.TypeName} '{Draft.Name}' has no {NameOf(side)} capability.{hint}");
        return true;
    }

    /// <summary>As <see cref="Lacks"/> for the keywords whose arguments are judged nevertheless; what they set is never asked for then.</summary>
    public void WarnWhenLacking(ProxySides side, string what) => Lacks(side, what);

    public static string NameOf(ProxySides side) => side == ProxySides.Frontend ? "frontend" : "backend";

    /// <summary>Refuses a keyword that a defaults section cannot have.</summary>
    public bool IsNotForDefaults(string what)
    {
        if (!Draft.IsDefaults) return false;
        Context.Alert($"'{what}' not allowed in 'defaults' section.");
        return true;
    }

    /// <summary>Rules and ACLs may stand in a defaults section only when it has a name.</summary>
    public bool IsNotForAnonymousDefaults(string what)
    {
        if (!Draft.IsDefaults || Draft.Name.Length > 0) return false;
        Context.Alert($"'{what}' not allowed in anonymous 'defaults' section.");
        return true;
    }

    /// <summary>Reads an optional or mandatory `if|unless ...` at a word.</summary>
    public ConditionModel? Condition(Statement statement, int at, string what, SamplePlaces places) =>
        ConditionParser.Parse(statement.From(at + 1), statement[at] == "unless", Scope, places, what);

    public void SetTimeouts(Func<TimeoutsModel, TimeoutsModel> change) => Draft.Timeouts = change(Draft.Timeouts);
}
