using Evenkeel.Model;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples;

/// <summary>
/// A sample expression ready to run: one fetch, then a flat list of converters, each with the cast it needs in front. Bound once at start from
/// <see cref="SampleExpressionModel"/>; shared by all workers; evaluation allocates nothing.
/// </summary>
public sealed class BoundExpression
{
    private readonly SampleFunction _fetch;
    private readonly BoundArguments _arguments;
    private readonly Step[] _steps;

    internal BoundExpression(SampleExpressionModel model, SampleFunction fetch, BoundArguments arguments, Step[] steps)
    {
        Model = model;
        _fetch = fetch;
        _arguments = arguments;
        _steps = steps;
    }

    public SampleExpressionModel Model { get; }

    public SourcePosition Position => Model.Position;

    /// <summary>Evaluates the whole expression.</summary>
    /// <returns>False when some part of it has no value.</returns>
    public bool TryEvaluate(SampleContext context, ref Sample sample) => _fetch(context, _arguments, ref sample) && TryConvert(context, ref sample);

    /// <summary>Evaluates and casts to the type that is wanted.</summary>
    public bool TryEvaluateAs(SampleType type, SampleContext context, ref Sample sample) =>
        TryEvaluate(context, ref sample) && SampleCast.TryCast(ref sample, type, context.Scratch);

    /// <summary>Runs the converters alone, on a value that the caller has.</summary>
    public bool TryConvert(SampleContext context, ref Sample sample)
    {
        foreach (ref readonly var step in _steps.AsSpan())
        {
            if (!SampleCast.TryCast(ref sample, step.Input, context.Scratch)) return false;
            if (!step.Function(context, step.Arguments, ref sample)) return false;
        }
        return true;
    }

    internal readonly record struct Step(SampleType Input, SampleFunction Function, BoundArguments Arguments);
}
