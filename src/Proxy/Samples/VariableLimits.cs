using Evenkeel.Model.Process;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples;

/// <summary>
/// `tune.vars.*-max-size`: what the variables of a scope may take, those of the scopes inside it included. `proc` and `global` count the variables of the
/// process alone: each session, transaction and message has its own bound.
/// </summary>
public sealed class VariableLimits(VariableLimitsModel model)
{
    /// <summary>What the original counts for a variable beside the bytes of its text.</summary>
    public const int Overhead = 88;

    public static int SizeOf(in Sample sample) =>
        Overhead + (sample.Type is SampleType.String or SampleType.Binary or SampleType.Method ? sample.Bytes.Length : 0);

    /// <returns>Null when nothing is limited.</returns>
    public static VariableLimits? From(VariableLimitsModel model) => model == new VariableLimitsModel() ? null : new VariableLimits(model);

    public bool AdmitsForProcess(VariableStore store, int index, in Sample sample) => Fits(store.Size + Growth(store, index, sample), model.Process);

    /// <summary>Whether a value can be set in a scope of what the context points at.</summary>
    internal bool Admits(SampleContext context, VariableScope scope, VariableStore store, int index, in Sample sample)
    {
        var growth = Growth(store, index, sample);
        if (scope == VariableScope.Check) return Fits(store.Size + growth, model.Check);
        if (scope is VariableScope.Request or VariableScope.Response && !Fits(store.Size + growth, model.Message)) return false;
        var transaction = context.Variables is { } own ? own.Transaction.Size + own.Request.Size + own.Response.Size : 0;
        if (scope != VariableScope.Session && !Fits(transaction + growth, model.Transaction)) return false;
        return Fits(transaction + (context.SessionVariables?.Size ?? 0) + growth, model.Session);
    }

    private static int Growth(VariableStore store, int index, in Sample sample) => SizeOf(sample) - store.SizeAt(index);

    private static bool Fits(int size, int limit) => limit <= 0 || size <= limit;
}
