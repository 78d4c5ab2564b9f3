using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules.Actions;

/// <summary>Actions that hold a stream for a while: pause, wait-for-body, tarpit (configuration.txt 4.4).</summary>
internal static class WaitingActions
{
    public static readonly ActionRow[] Rows =
    [
        new(new ActionSignature("pause", RuleSets.HttpRequest | RuleSets.HttpResponse, [new ActionParameter("delay", ParameterKind.TimeOrExpression)], []),
            (model, binder) => new Pause(model.Positional[0], binder)),
        new(new ActionSignature("wait-for-body", RuleSets.HttpRequest | RuleSets.HttpResponse, [],
            [new ActionParameter("time", ParameterKind.TimeMs), new ActionParameter("at-least", ParameterKind.Size)])
        {
            Usage = "expects time <time> [ at-least <bytes> ]",
            Check = model => model.Option("time") is null ? "expects time <time> [ at-least <bytes> ]" : null,
        }, (model, _) => new WaitForBody(model)),
        new(new ActionSignature("tarpit", RuleSets.HttpRequest, [], []) { Grammar = ActionGrammar.HttpReply, IsFinal = true },
            (model, binder) => new Tarpit(model, binder)),
    ];

    /// <summary>Keeps a stream in its rule until <paramref name="delayMs"/> have passed since the rule was first met.</summary>
    /// <param name="endsEarly">Nobody waits any more.</param>
    private static bool IsOver(SampleContext context, Stream stream, long delayMs, bool endsEarly = false)
    {
        var rules = stream.RuleState;
        if (rules.WaitingSinceMs == 0) rules.WaitingSinceMs = Math.Max(1, context.NowMs);
        var deadline = rules.WaitingSinceMs + delayMs;
        if (context.NowMs < deadline && !endsEarly)
        {
            stream.RuleDeadlineMs = deadline;
            return false;
        }
        Finish(stream);
        return true;
    }

    private static void Finish(Stream stream)
    {
        stream.RuleState.WaitingSinceMs = 0;
        stream.RuleDeadlineMs = LoopTimer.Never;
    }

    private sealed class Pause(ActionValue delay, RuleBinder binder) : RuleAction
    {
        private readonly BoundExpression? _expression = delay.Expression is { } expression ? binder.Samples.Bind(expression) : null;

        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            var delayMs = delay.Number;
            if (_expression is not null)
            {
                var sample = default(Sample);
                if (!_expression.TryEvaluateAs(SampleType.Integer, context, ref sample)) return RuleVerdict.Continue;
                delayMs = sample.Integer;
            }
            return IsOver(context, stream, delayMs, !context.IsResponse && stream.ClientHasEnded) ? RuleVerdict.Continue : RuleVerdict.Yield;
        }
    }

    private sealed class WaitForBody(ActionModel model) : RuleAction
    {
        private readonly long _timeMs = model.Option("time")!.Number;
        private readonly long _atLeast = model.Option("at-least")?.Number ?? 0;

        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            var body = context.IsResponse ? stream.ResponseBody : stream.RequestBody;
            var isFull = body.Length >= stream.Worker.Memory.MaxHeadLength || (_atLeast > 0 && body.Length >= _atLeast);
            var isComplete = context.IsResponse ? stream.ResponseBodyComplete : stream.RequestBodyComplete;
            var isCut = !context.IsResponse && stream.RequestIsCut;
            if (!isFull && !isComplete && !isCut) return IsOver(context, stream, _timeMs) ? RuleVerdict.TimedOut : RuleVerdict.Yield;
            Finish(stream);
            return RuleVerdict.Continue;
        }
    }

    private sealed class Tarpit(ActionModel model, RuleBinder binder) : RuleAction
    {
        private readonly ReplyAction _reply = new(model.Reply!, binder, defaultStatus: 500);
        private readonly long _timeoutMs = TimeoutOf(binder.Section);

        /// <summary>`timeout connect` stands in for it, which a frontend alone does not have: its tarpit then answers at once.</summary>
        private static long TimeoutOf(ProxyModel section) =>
            section.Timeouts.TarpitMs ?? (section is FrontendModel { IsListen: false } ? null : section.Timeouts.ConnectMs) ?? 0;

        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            var timeout = stream.RuleState.TarpitTimeoutMs is >= 0 and var set ? set : _timeoutMs;
            if (!IsOver(context, stream, timeout, stream.RequestIsCut)) return RuleVerdict.Yield;
            stream.Times.AssignedMs = context.NowMs;
            stream.Termination.Decide(EndCause.Proxy, EndStage.Tarpit);
            return _reply.Refuse(context, stream);
        }
    }
}
