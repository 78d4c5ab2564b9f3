using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules.Actions;

/// <summary>`do-log`: writes a line of the access log where the rule stands (configuration.txt 4.4 "do-log").</summary>
internal static class LogActions
{
    public static readonly ActionRow[] Rows =
    [
        DoLog(RuleSets.TcpRequestConnection, LogStep.TcpReqConn),
        DoLog(RuleSets.TcpRequestSession, LogStep.TcpReqSess),
        DoLog(RuleSets.TcpRequestContent, LogStep.TcpReqCont),
        DoLog(RuleSets.TcpResponseContent, LogStep.TcpResCont),
        DoLog(RuleSets.HttpRequest, LogStep.HttpReq),
        DoLog(RuleSets.HttpResponse, LogStep.HttpRes),
        DoLog(RuleSets.HttpAfterResponse, LogStep.HttpAfterRes),
    ];

    private static ActionRow DoLog(RuleSets set, LogStep step) => new(
        new ActionSignature("do-log", set, [], [new ActionParameter("profile", ParameterKind.LogProfile)]),
        (model, _) => new WriteLine(step, model.Option("profile")?.Text));

    private sealed class WriteLine(LogStep step, string? profile) : RuleAction
    {
        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            stream.Front.Log?.WriteNow(context, step, profile);
            return RuleVerdict.Continue;
        }

        public override RuleVerdict RunOnConnection(SampleContext context, ClientSession session)
        {
            session.Frontend.Setup.Log?.WriteNow(context, step, profile);
            return RuleVerdict.Continue;
        }
    }
}
