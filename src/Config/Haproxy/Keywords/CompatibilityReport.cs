using System.Text;
using Evenkeel.Config.Haproxy.Sections;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Keywords;

/// <summary>
/// What of haproxy.cfg is understood, written from the same tables the parser reads by: the text of docs/compat/haproxy.md.
/// </summary>
public static class CompatibilityReport
{
    private static readonly (RuleSets Set, string Kind)[] RuleKinds =
    [
        (RuleSets.TcpRequestConnection, "tcp-request_connection"), (RuleSets.TcpRequestSession, "tcp-request_session"),
        (RuleSets.TcpRequestContent, "tcp-request_content"), (RuleSets.TcpResponseContent, "tcp-response_content"),
        (RuleSets.HttpRequest, "http-request"), (RuleSets.HttpResponse, "http-response"), (RuleSets.HttpAfterResponse, "http-after-response"),
    ];

    /// <summary>All rows of all keyword tables of haproxy.cfg.</summary>
    public static IReadOnlyList<KeywordRow> Rows =>
    [
        .. SectionOpener.Supported.Order(StringComparer.Ordinal).Select(name => name == "traces"
            ? new KeywordRow("section", name, KeywordSupport.WithoutEffect, TracesSection.Reason)
            : new KeywordRow("section", name, KeywordSupport.Implemented, "")),
        .. SectionOpener.NotYet.Order(StringComparer.Ordinal).Select(name => new KeywordRow("section", name, KeywordSupport.NotYet, "")),
        .. GlobalKeywords.Table.Report(), .. ProxyKeywords.Table.Report(), .. OptionKeywords.Report(),
        .. TimeoutKeywords.Rows.Select(row => new KeywordRow("timeout", row.Name, KeywordSupport.Implemented, "")),
        .. StatsKeywords.Table.Report(), .. BindKeywords.Table.Report(), .. ServerKeywords.Table.Report(),
    ];

    /// <summary>Actions, fetches and converters as rows, from what can be run and what the original knows.</summary>
    public static IReadOnlyList<KeywordRow> ExpressionRows(SignatureRegistry registry) =>
    [
        .. RuleKinds.SelectMany(kind => Join(kind.Kind, registry.Actions.Where(action => (action.RuleSets & kind.Set) != 0).Select(action => action.Name))),
        .. Join("fetch", registry.Fetches.Select(fetch => fetch.Name)
            .Concat(AclKeywords.All().Where(keyword => registry.Fetch(keyword.Fetch) is not null).Select(keyword => keyword.Name))),
        .. Join("converter", registry.Converters.Select(converter => converter.Name)),
    ];

    private static IEnumerable<KeywordRow> Join(string kind, IEnumerable<string> here)
    {
        var names = here.ToHashSet(StringComparer.Ordinal);
        return names.Union(OriginalKeywords.OfKind(kind), StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(name => names.Contains(name) ? new KeywordRow(kind, name, KeywordSupport.Implemented, "")
                : OriginalKeywords.WhyRefused(kind, name) is { } reason ? new KeywordRow(kind, name, KeywordSupport.Refused, reason)
                : new KeywordRow(kind, name, IsRefusedByOriginal(kind, name) ? KeywordSupport.Removed : KeywordSupport.NotYet, ""));
    }

    /// <summary>Actions that the original lists for a rule set and then has a text of its own for, as the parser has.</summary>
    private static bool IsRefusedByOriginal(string kind, string name) => (kind, name) switch
    {
        ("tcp-request_connection" or "tcp-request_session", "capture") => true,
        ("tcp-request_session" or "tcp-request_content", "expect-proxy" or "expect-netscaler-cip") => true,
        _ => false,
    };

    /// <summary>The whole report as Markdown.</summary>
    public static string Haproxy(SignatureRegistry registry)
    {
        var text = new StringBuilder();
        text.Append("# haproxy.cfg: what is understood\n\n");
        text.Append("Written from the parser's own tables; do not edit. Compared with HAProxy 3.5. A keyword is *implemented*; or *kept* (read and "
            + "checked for\n");
        text.Append("the part that will use it); or accepted *without effect* for the reason given; or *not yet*: refused with \"not supported yet\"; "
            + "or *refused*\n");
        text.Append("for good, for the reason given; or *removed*: refused by HAProxy 3.5 itself, with its own text.\n");
        foreach (var kind in Rows.GroupBy(row => row.Kind)) Append(text, TitleOf(kind.Key), [.. kind]);
        foreach (var kind in ExpressionRows(registry).GroupBy(row => row.Kind)) Append(text, TitleOf(kind.Key), [.. kind]);
        return text.ToString();
    }

    private static string TitleOf(string kind) => kind switch
    {
        "section" => "Sections",
        "global" => "`global`",
        "proxy" => "`defaults`, `frontend`, `backend`, `listen`",
        "option" => "`option ...`",
        "timeout" => "`timeout ...`",
        "stats" => "`stats ...` in a proxy",
        "bind" => "Options of `bind` and `stats socket`",
        "server" => "Options of `server` and `default-server`",
        "fetch" => "Sample fetches and ACL keywords",
        "converter" => "Converters",
        _ => $"Actions of `{kind.Replace('_', ' ')}`",
    };

    private static void Append(StringBuilder text, string title, IReadOnlyList<KeywordRow> rows)
    {
        var done = rows.Count(row => row.Support == KeywordSupport.Implemented);
        text.Append($"\n## {title}\n\n{done} of {rows.Count} implemented.\n");
        var groups = rows.GroupBy(row => (row.Support, Note: row.Support == KeywordSupport.Removed ? "" : row.Note)).OrderBy(group => group.Key.Support);
        foreach (var group in groups)
        {
            var label = group.Key.Support switch
            {
                KeywordSupport.Implemented => "Implemented",
                KeywordSupport.Kept => "Kept",
                KeywordSupport.WithoutEffect => "Without effect",
                KeywordSupport.NotYet => "Not yet",
                KeywordSupport.Refused => "Refused",
                _ => "Removed",
            };
            var note = group.Key.Note.Length > 0 ? $" ({group.Key.Note})" : "";
            text.Append($"\n* {label}{note}: {string.Join(", ", group.Select(row => $"`{row.Name}`").Order(StringComparer.Ordinal))}\n");
        }
    }
}
