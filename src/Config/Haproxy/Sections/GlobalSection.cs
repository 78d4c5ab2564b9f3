using Evenkeel.Config.Haproxy.Keywords;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Process;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>The `global` section: looks each keyword up in <see cref="GlobalKeywords"/> and lets its row read the statement.</summary>
/// <param name="isEarlyPass">Only the keywords that prepare the environment are read.</param>
internal sealed class GlobalSection(ParseContext context, bool isEarlyPass) : ISection
{
    public ParseContext Context { get; } = context;

    public string PseudoName => "global";

    public GlobalModel Model
    {
        get => Context.Draft.Global;
        set => Context.Draft.Global = value;
    }

    public void Read(Statement statement)
    {
        var row = GlobalKeywords.Table.Find(statement.Keyword);
        if (isEarlyPass)
        {
            if (row is { IsEarly: true }) Run(row, statement);
            return;
        }
        if (row is not null) Run(row, statement);
        else if (Context.IsKnownToOriginal("global", statement.Keyword)) Context.NotSupported($"'{statement.Keyword}' in 'global' section");
        else Context.Alert($"unknown keyword '{statement.Keyword}' in 'global' section{Suggestion.Hint(statement.Keyword, GlobalKeywords.Table.Names)}");
    }

    private void Run(Keyword<GlobalSection> row, Statement statement)
    {
        if (row.Support == KeywordSupport.Removed) Context.Alert(row.Note);
        else if (row.Read is null) Context.NotSupported($"'{statement.Keyword}' in 'global' section");
        else row.Read(this, statement);
    }

    public void WithoutEffect(Statement statement, string reason) => Context.WithoutEffect($"'{statement.Keyword}'", reason);
}
