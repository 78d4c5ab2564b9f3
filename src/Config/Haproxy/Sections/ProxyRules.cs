using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>ACLs and the rule sets: `acl`, `http-request`, `http-response`, `http-after-response`, `redirect`, `tcp-request`, `tcp-response`.</summary>
internal static class ProxyRules
{
    public static void Acl(ProxySection section, Statement statement)
    {
        if (!section.IsNotForAnonymousDefaults("acl")) section.Draft.Acls.Define(statement.From(1), section.Scope);
    }

    public static void HttpRequest(ProxySection section, Statement statement) => Http(section, statement, RuleSets.HttpRequest);

    public static void HttpResponse(ProxySection section, Statement statement) => Http(section, statement, RuleSets.HttpResponse);

    public static void HttpAfterResponse(ProxySection section, Statement statement) => Http(section, statement, RuleSets.HttpAfterResponse);

    private static void Http(ProxySection section, Statement statement, RuleSets set)
    {
        if (section.IsNotForAnonymousDefaults(statement.Keyword)) return;
        if (RuleParser.Parse(set, statement.From(1), section.Scope) is not { } rule)
        {
            section.Context.IsAborted = true;
            return;
        }
        if (set == RuleSets.HttpRequest) ProxySwitching.WarnAboutOrder(section, "http-request");
        if (section.Draft.RulesOf(set) is [.., { Condition: null } last] && IsFinal(set, last.Action.Signature.Name))
            section.Context.WarningTight($"previous '{statement.Keyword}' action is final and has no condition attached, further entries are NOOP.");
        section.Draft.RulesOf(set).Add(WithCapturePlace(section, rule));
    }

    /// <summary>Actions behind which no other of the set runs, as far as the original says so.</summary>
    private static bool IsFinal(RuleSets set, string action) => set switch
    {
        RuleSets.HttpRequest => action is "allow" or "deny" or "tarpit" or "auth" or "redirect" or "return",
        RuleSets.HttpResponse => action is "allow" or "deny" or "redirect" or "return",
        _ => action == "allow",
    };

    public static void Redirect(ProxySection section, Statement statement)
    {
        if (section.IsNotForDefaults("redirect")) return;
        if (RuleParser.ParseRedirect(statement.From(1), section.Scope) is not { } rule) return;
        ProxySwitching.WarnAboutOrder(section, "redirect");
        section.Draft.Redirects.Add(rule);
    }

    public static void TcpRequest(ProxySection section, Statement statement)
    {
        var context = section.Context;
        if (!statement.Has(1))
        {
            context.Alert($"missing argument for 'tcp-request' in {section.Draft.TypeName} '{section.Draft.Name}'");
            return;
        }
        if (section.Draft is { IsDefaults: true, Name: "" } && statement[1] is "inspect-delay" or "content" or "connection" or "session")
        {
            context.Alert($"tcp-request {statement[1]} is not allowed in anonymous 'defaults' sections");
            return;
        }
        switch (statement[1])
        {
            case "inspect-delay":
                InspectDelay(section, statement);
                break;
            case "content":
                Tcp(section, statement, RuleSets.TcpRequestContent, "tcp-request content");
                break;
            case "connection" or "session":
                if (!section.Draft.IsDefaults && !section.Draft.IsFrontend)
                    context.Alert($"tcp-request {statement[1]} is not allowed because {section.Draft.TypeName} {section.Draft.Name} is not a frontend");
                else if (statement[1] == "connection") Tcp(section, statement, RuleSets.TcpRequestConnection, "tcp-request connection");
                else Tcp(section, statement, RuleSets.TcpRequestSession, "tcp-request session");
                break;
            default:
                var where = section.Draft.IsDefaults ? "defaults section" : $"{section.Draft.TypeName} '{section.Draft.Name}'";
                context.Alert($"'tcp-request' expects 'inspect-delay', 'connection', or 'content' in {where} "
                    + $"(got '{statement[1]}')");
                break;
        }
    }

    public static void TcpResponse(ProxySection section, Statement statement)
    {
        var context = section.Context;
        if (!statement.Has(1))
            context.Alert($"missing argument for 'tcp-response' in {section.Draft.TypeName} '{section.Draft.Name}'");
        else if (statement[1] is not ("content" or "inspect-delay"))
            context.Alert($"'tcp-response' expects 'inspect-delay' or 'content' in {section.Draft.TypeName} '{section.Draft.Name}' (got '{statement[1]}')");
        else if (!section.Draft.IsBackend && section.Draft is not { IsDefaults: true, Name.Length: > 0 })
            context.Alert($"tcp-response {statement[1]} is only allowed in 'backend' sections or 'defaults' section with a name");
        else if (statement[1] == "inspect-delay") InspectDelay(section, statement);
        else
        {
            if (section.Draft.HttpResponse.Count > 0)
                context.Warning("a 'tcp-response content' rule placed after an 'http-response' rule will still be processed before.");
            Tcp(section, statement, RuleSets.TcpResponseContent, "");
        }
    }

    private static void Tcp(ProxySection section, Statement statement, RuleSets set, string stage)
    {
        if (RuleParser.Parse(set, statement.From(2), section.Scope) is not { } rule) return;
        if (stage.Length > 0) ProxySwitching.WarnAboutOrder(section, stage);
        section.Draft.RulesOf(set).Add(WithCapturePlace(section, rule));
    }

    /// <summary>`capture EXPRESSION len N` takes the next place among the section's captures, those that were declared before it included.</summary>
    private static RuleModel WithCapturePlace(ProxySection section, RuleModel rule)
    {
        var action = rule.Action;
        if (action.Signature.Grammar != ActionGrammar.Capture || action.Option("len") is not { } length) return rule;
        var place = section.Draft.RequestCaptures.Length;
        section.Draft.RequestCaptures = section.Draft.RequestCaptures.Add(new CaptureModel("", (int)length.Number));
        return rule with { Action = action with { Options = [("id", new ActionValue(length.Text) { Number = place })] } };
    }

    private static void InspectDelay(ProxySection section, Statement statement)
    {
        var where = $"in {section.Draft.TypeName} '{section.Draft.Name}'";
        var text = statement[2];
        if (text.Length == 0)
        {
            section.Context.Alert($"'{statement.Keyword} inspect-delay' expects a positive delay in milliseconds, {where}");
            return;
        }
        switch (section.Context.TryTime(text, 1, out var ms, out var unexpected))
        {
            case UnitError.Overflow:
                section.Context.Alert($"timer overflow in argument '{text}' to 'inspect-delay' {where} (maximum value is 2147483647 ms or ~24.8 days)");
                break;
            case UnitError.Unexpected:
                section.Context.Alert($"'{statement.Keyword} inspect-delay' expects a positive delay in milliseconds, {where} (unexpected character "
                    + $"'{unexpected}')");
                break;
            default:
                if (statement.Keyword == "tcp-request") section.Draft.InspectDelayMs = ms;
                else section.Draft.ResponseInspectDelayMs = ms;
                break;
        }
    }
}
