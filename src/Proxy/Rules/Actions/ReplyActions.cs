using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules.Actions;

/// <summary>Actions that answer the client: return, deny, redirect, auth (configuration.txt 4.4).</summary>
internal static class ReplyActions
{
    public static readonly ActionRow[] Rows =
    [
        new(new ActionSignature("return", RuleSets.HttpRequest | RuleSets.HttpResponse, [], []) { Grammar = ActionGrammar.HttpReply, IsFinal = true },
            (model, binder) => new ReplyAction(model.Reply!, binder, defaultStatus: 200)),
        new(new ActionSignature("deny", RuleSets.HttpRequest, [], []) { Grammar = ActionGrammar.HttpReply, IsFinal = true },
            (model, binder) => new Deny(model, binder, defaultStatus: 403)),
        new(new ActionSignature("deny", RuleSets.HttpResponse, [], []) { Grammar = ActionGrammar.HttpReply, IsFinal = true },
            (model, binder) => new Deny(model, binder, defaultStatus: 502)),
        new(new ActionSignature("redirect", RuleSets.HttpRequest | RuleSets.HttpResponse, [], []) { Grammar = ActionGrammar.Redirect, IsFinal = true },
            (model, binder) => new RedirectAction(model.Redirect!, binder)),
        new(new ActionSignature("auth", RuleSets.HttpRequest, [], [new ActionParameter("realm", ParameterKind.Word)]) { IsFinal = true },
            (model, binder) => new AuthenticateAction(model, binder)),
    ];

    private sealed class Deny(ActionModel model, RuleBinder binder, int defaultStatus) : RuleAction
    {
        private readonly ReplyAction _reply = new(model.Reply!, binder, defaultStatus);

        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            stream.Termination.Decide(EndCause.Proxy, context.IsResponse ? EndStage.Headers : EndStage.Request);
            return _reply.Refuse(context, stream);
        }
    }
}
