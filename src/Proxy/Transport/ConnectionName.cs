using System.IO.Hashing;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Rules;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Transport;

/// <summary>`pool-conn-name`: gives server connections a name by their stream, so that only streams of the same name share them.</summary>
internal sealed class ConnectionName
{
    private readonly BoundExpression _expression;
    private readonly RuleBinder _binder;

    private ConnectionName(SampleExpressionModel model, RuleBinder binder)
    {
        _expression = binder.Samples.Bind(model);
        _binder = binder;
    }

    public static ConnectionName? From(SampleExpressionModel? model, RuleBinder binder) => model is null ? null : new ConnectionName(model, binder);

    /// <summary>Mixes the stream's name into what its connection has to have been begun with.</summary>
    public ulong Mix(Stream stream, ulong introduction)
    {
        var context = _binder.Context(stream.Worker.Index);
        context.Begin(stream, isResponse: false);
        var sample = default(Sample);
        return _expression.TryEvaluateAs(SampleType.String, context, ref sample) ? XxHash64.HashToUInt64(sample.Bytes, (long)introduction + 1) : introduction;
    }
}
