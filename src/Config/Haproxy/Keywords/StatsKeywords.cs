using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Sections;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Keywords;

using Row = Keyword<ProxySection>;

/// <summary>`stats ...` in a proxy: the statistics page (configuration.txt 4.2 "stats ..."). Any of them turns it on.</summary>
internal static class StatsKeywords
{
    private const string Expected = "'admin', 'uri', 'realm', 'auth', 'scope', 'enable', 'hide-version', 'show-node', 'show-desc' , 'show-legends' or "
        + "'show-version'";

    public static readonly KeywordTable<ProxySection> Table = new("stats",
        [
            Does("admin", Admin), Does("auth", Auth), Does("enable", (section, _) => Change(section, stats => stats)),
            Does("hide-version", HideVersion),
            Does("http-request", HttpRequest), Does("realm", Realm), Does("refresh", Refresh), Does("scope", Scope), Does("show-desc", ShowDescription),
            Does("show-legends", (section, _) => Change(section, stats => stats with { ShowLegends = true })),
            new("show-modules", KeywordSupport.WithoutEffect, (section, _) => Change(section, stats => stats), "the page has no module columns"),
            Does("show-node", ShowNode),
            Does("show-version", (section, _) => Change(section, stats => stats with { HideVersion = false })), Does("uri", Uri),
        ]);

    private static Row Does(string name, Action<ProxySection, Statement> read) => new(name, KeywordSupport.Implemented, read);

    public static void Stats(ProxySection section, Statement statement)
    {
        if (!statement.Has(1)) section.Context.AlertTight($"missing keyword in 'stats', expects {Expected}.");
        else if (Table.Find(statement[1]) is { } row) row.Read!(section, statement);
        else section.Context.AlertTight($"unknown stats parameter '{statement[1]}', expects {Expected}.");
    }

    private static void Change(ProxySection section, Func<StatsModel, StatsModel> change) =>
        section.Draft.Stats = change(section.Draft.Stats ?? new StatsModel());

    private static void Admin(ProxySection section, Statement statement)
    {
        var context = section.Context;
        if (section.Draft.IsDefaults) context.AlertTight("'stats admin' not allowed in 'defaults' section.");
        else if (statement[2] is not ("if" or "unless")) context.Alert("'stats admin' requires either 'if' or 'unless' followed by a condition.");
        else if (section.Condition(statement, 2, "a 'stats admin' rule", SamplePlaces.FrontendHttpRequest) is { } condition)
            Change(section, stats => stats with { Admin = stats.Admin.Add(condition) });
    }

    /// <summary>The version is hidden anyway, so that this alone does not turn the page on.</summary>
    private static void HideVersion(ProxySection section, Statement statement)
    {
        if (section.Draft.Stats is not null) Change(section, stats => stats with { HideVersion = true });
    }

    private static void Auth(ProxySection section, Statement statement)
    {
        if (!statement.Has(2))
        {
            section.Context.Alert("'auth' needs a user:password account.");
            return;
        }
        var colon = statement[2].IndexOf(':');
        var user = colon < 0 ? statement[2] : statement[2][..colon];
        var password = colon < 0 ? "" : statement[2][(colon + 1)..];
        if (section.Draft.Stats?.Users.Any(known => known.Item1 == user) == true)
            section.Context.Diagnostics.Say(Severity.Warning, section.Context.Position, $"config : uri auth: ignoring duplicated user '{user}'.");
        else Change(section, stats => stats with { Users = stats.Users.Add((user, password)) });
    }

    private static void HttpRequest(ProxySection section, Statement statement)
    {
        if (section.Draft.IsDefaults) section.Context.AlertTight("'stats http-request' not allowed in 'defaults' section.");
        else if (RuleParser.Parse(RuleSets.HttpRequest, statement.From(2), section.Scope) is { } rule)
            Change(section, stats => stats with { HttpRequest = stats.HttpRequest.Add(rule) });
        else section.Context.IsAborted = true;
    }

    private static void Realm(ProxySection section, Statement statement)
    {
        if (!statement.Has(2)) section.Context.Alert("'realm' needs an realm name.");
        else Change(section, stats => stats with { Realm = statement[2] });
    }

    private static void Uri(ProxySection section, Statement statement)
    {
        if (!statement.Has(2)) section.Context.Alert("'uri' needs an URI prefix.");
        else Change(section, stats => stats with { Uri = statement[2] });
    }

    private static void Scope(ProxySection section, Statement statement)
    {
        if (!statement.Has(2)) section.Context.Alert("'scope' needs a proxy name.");
        else Change(section, stats => stats with { Scope = stats.Scope.Add(statement[2]) });
    }

    private static void Refresh(ProxySection section, Statement statement)
    {
        var context = section.Context;
        switch (context.TryTime(statement[2], 1_000, out var ms, out var unexpected))
        {
            case UnitError.Overflow:
                context.AlertTight($"timer overflow in argument '{statement[2]}' to stats refresh interval (maximum value is 2147483647 ms or ~24.8 days).");
                break;
            case UnitError.Unexpected:
                context.AlertTight($"unexpected character '{unexpected}' in argument to stats refresh interval.");
                break;
            default:
                Change(section, stats => stats with { RefreshSeconds = (ms + 999) / 1_000 });
                break;
        }
    }

    private static void ShowNode(ProxySection section, Statement statement)
    {
        if (statement[2].Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
            section.Context.AlertTight("'stats show-node' invalid node name - should be a stringwith digits(0-9), letters(A-Z, a-z), hyphen(-) or "
                + "underscode(_).");
        else Change(section, stats => stats with { ShowNode = statement[2] });
    }

    private static void ShowDescription(ProxySection section, Statement statement)
    {
        var text = statement.Has(2) ? statement.Rest(2) : section.Context.Draft.Global.Description;
        if (text is null) section.Context.WarningTight("'show-desc' requires a parameter or 'desc' to be set in the global section.");
        else Change(section, stats => stats with { ShowDescription = text });
    }
}
