using System.Collections.Immutable;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples;

/// <summary>
/// Turns checked models into what runs: expressions into flat programs, names of variables into places. Used once for each configuration, at start.
/// </summary>
public sealed partial class Binder
{
    private readonly Dictionary<string, FetchRow> _fetches;
    private readonly Dictionary<string, ConverterRow> _converters;

    public Binder(IEnumerable<FetchRow> fetches, IEnumerable<ConverterRow> converters)
    {
        _fetches = new Dictionary<string, FetchRow>(StringComparer.Ordinal);
        _converters = new Dictionary<string, ConverterRow>(StringComparer.Ordinal);
        foreach (var row in fetches) _fetches[row.Signature.Name] = row;
        foreach (var row in converters) _converters[row.Signature.Name] = row;
    }

    internal static Binder Empty { get; } = new([], []);

    public VariableNames Variables { get; } = new();

    public BoundExpression Bind(SampleExpressionModel model)
    {
        var fetch = _fetches[model.Fetch.Name];
        var steps = new BoundExpression.Step[model.Converters.Length];
        for (var i = 0; i < steps.Length; i++)
        {
            var call = model.Converters[i];
            var row = _converters[call.Converter.Name];
            steps[i] = new BoundExpression.Step(call.Converter.Input, row.Function, Bind(call.Arguments, row.Prepare));
        }
        return new BoundExpression(model, fetch.Function, Bind(model.Arguments, fetch.Prepare), steps);
    }

    private BoundArguments Bind(ImmutableArray<SampleArgument> arguments, PrepareArguments? prepare) => new(arguments, prepare?.Invoke(arguments, this), this);
}
