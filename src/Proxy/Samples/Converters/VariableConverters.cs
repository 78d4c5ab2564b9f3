using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Variables set in the middle of an expression; the value goes on unchanged (configuration.txt 7.3.1 "set-var").</summary>
internal static class VariableConverters
{
    public static readonly ConverterRow[] Rows =
    [
        new(new ConverterSignature("set-var", SampleType.Any, SampleType.Any, [Takes.Variable, Condition, Condition, Condition, Condition])
        {
            HidesType = true,
        }, Set)
        {
            Prepare = (arguments, _) => VariableConditionRules.Parse([.. Words(arguments)]),
        },
        new(new ConverterSignature("unset-var", SampleType.Any, SampleType.Any, [Takes.Variable]) { HidesType = true }, Unset),
        new(new ConverterSignature("debug", SampleType.Any, SampleType.Any, [Takes.Text.Optional(), Takes.Text.Optional()]), (_, _, ref _) => true),
    ];

    private static ArgumentSpec Condition => Takes.Text.Optional();

    private static IEnumerable<string> Words(System.Collections.Immutable.ImmutableArray<SampleArgument> arguments)
    {
        for (var i = 1; i < arguments.Length; i++) yield return arguments[i].Text;
    }

    /// <summary>A value that is not kept, because a condition does not hold or there is no such scope, goes no further either.</summary>
    private static bool Set(SampleContext context, BoundArguments arguments, ref Sample sample) =>
        context.HasScope(arguments.Variable(0).Scope) && context.TrySetVariable(arguments.Variable(0), (VariableConditions)arguments.State!, sample);

    private static bool Unset(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        context.UnsetVariable(arguments.Variable(0));
        return context.HasScope(arguments.Variable(0).Scope);
    }
}
