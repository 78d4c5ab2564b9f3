namespace Evenkeel.Proxy.Samples;

/// <summary>Variables of the stream the context points at, and of the process.</summary>
public sealed partial class SampleContext
{
    /// <summary>Null where there is no stream: then only `proc` variables exist.</summary>
    public StreamVariables? Variables { get; set; }

    public ProcessVariables ProcessVariables { get; init; } = new();

    public bool TryGetVariable(VariableId id, ref Sample sample)
    {
        if (id.Scope == VariableScope.Process) return ProcessVariables.TryGet(id.Index, Scratch, ref sample);
        return Variables?.Of(id.Scope) is { } store && store.TryGet(id.Index, ref sample);
    }

    /// <returns>False when a condition did not hold, or there is no room for the value.</returns>
    public bool TrySetVariable(VariableId id, VariableConditions conditions, in Sample sample)
    {
        if (id.Scope == VariableScope.Process) return ProcessVariables.Set(id.Index, conditions, sample);
        return Variables?.Of(id.Scope) is { } store && VariableConditionRules.Hold(conditions, store, id.Index, sample) && store.Set(id.Index, sample);
    }

    public void UnsetVariable(VariableId id)
    {
        if (id.Scope == VariableScope.Process) ProcessVariables.Unset(id.Index);
        else Variables?.Of(id.Scope)?.Unset(id.Index);
    }
}
