using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules.Actions;

/// <summary>`set-var`, `set-var-fmt`, `unset-var` (configuration.txt 4.4).</summary>
internal static class VariableActions
{
    private const RuleSets Everywhere = ActionTable.TcpRequest | RuleSets.TcpResponseContent | ActionTable.Http;

    public static readonly ActionRow[] Rows =
    [
        Row("set-var-fmt", (model, binder) => new SetFormat(model, binder)),
        Row("set-var", (model, binder) => new Set(model, binder)),
        Row("unset-var", (model, binder) => new Unset(model, binder)),
    ];

    private static ActionRow Row(string name, Func<ActionModel, RuleBinder, RuleAction> bind) =>
        new(new ActionSignature(name, Everywhere, [], []) { Grammar = ActionGrammar.Variable, HasParenthesis = true }, bind);

    private abstract class VariableAction(ActionModel model, RuleBinder binder) : RuleAction
    {
        protected VariableId Id { get; } = binder.Samples.Variables.Find(model.Parenthesis[0]);

        protected VariableConditions Conditions { get; } = VariableConditionRules.Parse([.. model.Parenthesis.Skip(1)]);

        protected abstract void Apply(SampleContext context);

        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            Apply(context);
            return RuleVerdict.Continue;
        }

        public override RuleVerdict RunOnConnection(SampleContext context, ClientSession session)
        {
            Apply(context);
            return RuleVerdict.Continue;
        }
    }

    private sealed class Set(ActionModel model, RuleBinder binder) : VariableAction(model, binder)
    {
        private readonly BoundExpression _expression = binder.Samples.Bind(model.Positional[0].Expression!);

        protected override void Apply(SampleContext context)
        {
            var sample = default(Sample);
            if (_expression.TryEvaluate(context, ref sample)) context.TrySetVariable(Id, Conditions, sample);
        }
    }

    private sealed class SetFormat(ActionModel model, RuleBinder binder) : VariableAction(model, binder)
    {
        private readonly BoundLogFormat _format = binder.Samples.Bind(model.Positional[0].Format!);

        protected override void Apply(SampleContext context)
        {
            var sample = default(Sample);
            sample.SetString(_format.Evaluate(context));
            context.TrySetVariable(Id, Conditions, sample);
        }
    }

    private sealed class Unset(ActionModel model, RuleBinder binder) : VariableAction(model, binder)
    {
        protected override void Apply(SampleContext context) => context.UnsetVariable(Id);
    }
}
