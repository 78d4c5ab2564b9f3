using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules.Actions;

/// <summary>Actions that are nothing but a verdict: accept, allow, reject, close, silent-drop (configuration.txt 4.4).</summary>
internal static class VerdictActions
{
    public static readonly ActionRow[] Rows =
    [
        Row("accept", ActionTable.TcpRequest | RuleSets.TcpResponseContent, RuleVerdict.Allow),
        Row("allow", ActionTable.Http, RuleVerdict.Allow),
        Row("reject", ActionTable.TcpRequest | RuleSets.TcpResponseContent | RuleSets.HttpRequest, RuleVerdict.Deny),
        Row("close", RuleSets.TcpResponseContent, RuleVerdict.Close),
        new(new ActionSignature("silent-drop", ActionTable.TcpRequest | RuleSets.TcpResponseContent | RuleSets.HttpRequest | RuleSets.HttpResponse, [],
            [new ActionParameter("rst-ttl", ParameterKind.Integer)]) { IsFinal = true },
            (model, _) => new SilentDrop((int)(model.Option("rst-ttl")?.Number ?? 0))),
        new(new ActionSignature("expect-proxy", RuleSets.TcpRequestConnection, [new ActionParameter("layer", ParameterKind.Word)], []),
            (_, _) => new ExpectHeader(static session => session.ExpectProxyHeader())),
        new(new ActionSignature("expect-netscaler-cip", RuleSets.TcpRequestConnection, [new ActionParameter("layer", ParameterKind.Word)], []),
            (_, _) => new ExpectHeader(static session => session.ExpectNetscalerHeader())),
        new(new ActionSignature("switch-mode", RuleSets.TcpRequestContent, [], []) { Grammar = ActionGrammar.SwitchMode, IsFinal = true },
            (_, _) => new SwitchMode()),
    ];

    private static ActionRow Row(string name, RuleSets sets, RuleVerdict verdict) =>
        new(new ActionSignature(name, sets, [], []) { IsFinal = true }, (_, _) => new Verdict(verdict));

    private sealed class ExpectHeader(Action<ClientSession> expect) : RuleAction
    {
        public override RuleVerdict Run(SampleContext context, Stream stream) => RuleVerdict.Continue;

        public override RuleVerdict RunOnConnection(SampleContext context, ClientSession session)
        {
            expect(session);
            return RuleVerdict.Continue;
        }
    }

    private sealed class SwitchMode : RuleAction
    {
        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            stream.SwitchMode();
            return RuleVerdict.Allow;
        }
    }

    private sealed class SilentDrop(int resetHops) : RuleAction
    {
        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            return RunOnConnection(context, stream.Session);
        }

        public override RuleVerdict RunOnConnection(SampleContext context, ClientSession session)
        {
            session.Connection.Vanish(resetHops, session.LocalAddress.Family == EndpointFamily.IPv6);
            return RuleVerdict.Vanish;
        }
    }

    private sealed class Verdict(RuleVerdict verdict) : RuleAction
    {
        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            if (verdict is RuleVerdict.Allow) return verdict;
            stream.DenyStatus = 0;
            if (!context.IsResponse) stream.Termination.Decide(EndCause.Proxy, EndStage.Request);
            return verdict;
        }

        public override RuleVerdict RunOnConnection(SampleContext context, ClientSession session) => verdict;
    }
}
