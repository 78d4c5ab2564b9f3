using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules;

/// <summary>One action bound to its arguments. Shared by all workers: what it remembers about a stream is in the stream.</summary>
public abstract class RuleAction
{
    /// <summary>Applies it to a stream. Allocates nothing unless it makes an answer.</summary>
    public abstract RuleVerdict Run(SampleContext context, Stream stream);

    /// <summary>Applies it to a connection that has no stream yet.</summary>
    public virtual RuleVerdict RunOnConnection(SampleContext context, ClientSession session) => RuleVerdict.Continue;

    /// <summary>The head that rules on this side change.</summary>
    protected static HttpMessage Head(SampleContext context, Stream stream) => context.IsResponse ? stream.Response : stream.Request;

    /// <summary>A rewrite found no room in the head: an error for the client, unless `strict-mode off` lets it pass.</summary>
    protected static RuleVerdict FailRewrite(SampleContext context, Stream stream)
    {
        if (stream.RuleState.ToleratesFailedRewrites) return RuleVerdict.Continue;
        stream.DenyStatus = 500;
        stream.Termination.Decide(EndCause.Proxy, context.IsResponse ? EndStage.Headers : EndStage.Request);
        return RuleVerdict.Deny;
    }

    protected static RuleVerdict Rewritten(bool done, SampleContext context, Stream stream) => done ? RuleVerdict.Continue : FailRewrite(context, stream);
}

/// <summary>An action: its signature and what binds its arguments to code, side by side.</summary>
public sealed record ActionRow(ActionSignature Signature, Func<ActionModel, RuleBinder, RuleAction> Bind);
