using Evenkeel.Config.Diagnostics;
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

    /// <summary>Seconds between which OCSP responses would be fetched: the two words bound each other.</summary>
    public (int Least, int Most) OcspDelays { get; set; } = (300, 3600);

    public void Read(Statement statement)
    {
        var row = GlobalKeywords.Table.Find(statement.Keyword);
        if (isEarlyPass)
        {
            if (row is { IsEarly: true }) Run(row, statement);
            return;
        }
        if (row is not null && IsRepeated(statement.Keyword)) return;
        if (row is not null) Run(row, statement);
        else if (Context.IsKnownToOriginal("global", statement.Keyword)) Context.NotSupported($"'{statement.Keyword}' in 'global' section");
        else Context.Alert($"unknown keyword '{statement.Keyword}' in 'global' section{Suggestion.Hint(statement.Keyword, GlobalKeywords.Table.Names)}");
    }

    /// <summary>What counts once only is said to be there already, and the first one stays.</summary>
    private bool IsRepeated(string keyword)
    {
        var name = keyword is "uid" ? "user" : keyword is "gid" ? "group" : keyword;
        var complaint = keyword switch
        {
            "maxconn" or "ulimit-n" or "maxconnrate" or "maxpipes" or "maxsessrate" or "maxsslrate" or "log-send-hostname" or "server-state-base"
                or "server-state-file" or "stats-file" or "fd-hard-limit" or "pidfile" or "tune.maxaccept" => $" : '{keyword}' already specified.",
            "chroot" => " : 'chroot' is already specified.",
            "user" or "uid" => " : user/uid already specified.",
            "group" => " : gid/group was already specified.",
            "gid" => " : group/gid already specified.",
            "spread-checks" => ": spread-checks already specified.",
            _ => null,
        };
        if (complaint is null || Context.Draft.GlobalOnce.Add(name)) return false;
        // Shown as an alert by the original for most of them, which accepts the file all the same.
        var severity = keyword is "chroot" or "pidfile" or "tune.maxaccept" ? Severity.Warning : Severity.Alert;
        var text = $"config : parsing [{Context.Position}]{complaint} Continuing.";
        if (severity == Severity.Warning) Context.Diagnostics.Say(severity, Context.Position, text);
        else Context.Diagnostics.Remark(severity, Context.Position, text);
        return true;
    }

    private void Run(Keyword<GlobalSection> row, Statement statement)
    {
        if (row is { Support: KeywordSupport.Removed, Read: null }) Context.Alert(row.Note);
        else if (row.Read is null) Context.NotSupported($"'{statement.Keyword}' in 'global' section");
        else row.Read(this, statement);
    }

    public void WithoutEffect(Statement statement, string reason) => Context.WithoutEffect($"'{statement.Keyword}'", reason);
}
