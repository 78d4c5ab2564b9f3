using Evenkeel.Config.Diagnostics;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Checks;

/// <summary>Warns of rules that look at bytes which are not there, or not yet there, when they are judged.</summary>
internal static class SampleTimingChecks
{
    public static void Check(ProxyDraft proxy, DiagnosticList diagnostics)
    {
        void Warn(string text) => diagnostics.Say(Severity.Warning, proxy.Position, text);
        if (proxy.Mode == ProxyMode.Http)
        {
            foreach (var condition in Conditions(proxy).Where(IsAboutBytes))
                Warn($"Proxy '{proxy.Name}': L6 sample fetches ignored on HTTP proxies (declared at {condition.Position}).");
        }
        if (proxy.InspectDelayMs is > 0) return;
        foreach (var _ in proxy.TcpRequestContent.Where(CapturesContents))
        {
            Warn($"{proxy.TypeName} '{proxy.Name}' : a 'tcp-request capture' rule explicitly depending on request contents without any 'tcp-request "
                + "inspect-delay' setting. This means that this rule will randomly find its contents. This can be fixed by setting the tcp-request "
                + "inspect-delay.");
        }
    }

    /// <summary>Plain `redirect` is not looked at, as in the original.</summary>
    private static IEnumerable<ConditionModel> Conditions(ProxyDraft proxy)
    {
        var rules = proxy.TcpRequestConnection.Concat(proxy.TcpRequestSession).Concat(proxy.TcpRequestContent).Concat(proxy.TcpResponseContent)
            .Concat(proxy.HttpRequest).Concat(proxy.HttpResponse).Concat(proxy.HttpAfterResponse);
        return rules.Select(static rule => rule.Condition).Concat(proxy.UseBackend.Select(static rule => rule.Condition))
            .Concat(proxy.UseServer.Select(static rule => rule.Condition)).OfType<ConditionModel>();
    }

    private static bool IsAboutBytes(ConditionModel condition) => condition.AnyOf.Any(static all => all.Any(static term =>
        term.Acl.AnyOf.Any(static test => IsOfBuffer(test.Expression.Fetch.Source))));

    private static bool IsOfBuffer(SampleSource source) =>
        source is SampleSource.RequestBuffer or SampleSource.ResponseBuffer or SampleSource.EitherBuffer;

    private static bool CapturesContents(RuleModel rule) => rule.Action.Signature.Grammar == ActionGrammar.Capture
        && rule.Action.Positional[0].Expression?.Fetch.Source is SampleSource.RequestBuffer or SampleSource.EitherBuffer or SampleSource.RequestHeaders
            or SampleSource.HttpRequest or SampleSource.EitherHeaders or SampleSource.RequestBody;
}
