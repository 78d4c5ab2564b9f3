using System.Collections.Frozen;
using Evenkeel.Config.Haproxy.Values;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>
/// A `traces` section. What it asks for are the debugging events of the original's own modules, which have no counterpart here: it is read and has no effect.
/// </summary>
internal sealed class TracesSection(ParseContext context) : ISection
{
    public const string Reason = "the trace sources are modules of the original's source code";

    private static readonly FrozenSet<string> Sources = FrozenSet.Create(StringComparer.Ordinal,
        "0", "all", "h2", "fcgi", "spop", "acme", "ssl", "h3", "quic", "qcm", "h1", "stream", "peers", "check", "applet", "pt", "session", "haterm");

    public string PseudoName => "traces";

    public void Read(Statement statement)
    {
        var hint = Suggestion.Hint(statement.Keyword, ["trace"]);
        if (statement.Keyword != "trace") context.Alert($"unknown keyword '{statement.Keyword}' in '{(hint.Length > 0 ? "traces" : "global")}' section{hint}");
        else if (statement.Has(1) && !Sources.Contains(statement[1])) context.Alert($"No such trace source '{statement[1]}'");
        else context.WithoutEffect("'trace'", Reason);
    }
}
