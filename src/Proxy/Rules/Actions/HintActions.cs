using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules.Actions;

/// <summary>`early-hint`, `wait-for-handshake` (configuration.txt 4.4).</summary>
internal static class HintActions
{
    public static readonly ActionRow[] Rows =
    [
        new(new ActionSignature("early-hint", RuleSets.HttpRequest, [new("name", ParameterKind.Word), new("fmt", ParameterKind.LogFormat)], [])
        {
            Usage = "expects exactly 2 arguments",
        }, (model, binder) => new EarlyHint(model, binder)),
        // Early data is never taken: when rules run, the handshake is over.
        new(new ActionSignature("wait-for-handshake", RuleSets.HttpRequest, [], []), (_, _) => new Nothing()),
    ];

    internal sealed class EarlyHint(ActionModel model, RuleBinder binder) : RuleAction
    {
        /// <summary>The 103 ends with this header: the rule behind it is none of these, or has a condition.</summary>
        public bool IsLast { get; set; } = true;

        private readonly byte[] _name = RuleBinder.Bytes(model.Positional[0].Text.ToLowerInvariant());
        private readonly BoundLogFormat _value = binder.Samples.Bind(model.Positional[1].Format!);

        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            context.ReplyStatus = 103;
            var value = _value.Evaluate(context);
            context.ReplyStatus = 0;
            return Rewritten(stream.AddEarlyHint(_name, value, IsLast), context, stream);
        }
    }

    private sealed class Nothing : RuleAction
    {
        public override RuleVerdict Run(SampleContext context, Stream stream) => RuleVerdict.Continue;
    }
}
