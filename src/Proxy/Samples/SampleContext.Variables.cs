namespace Evenkeel.Proxy.Samples;

/// <summary>Variables of the stream the context points at, of its session, and of the process.</summary>
public sealed partial class SampleContext
{
    /// <summary>Null where there is no stream.</summary>
    public StreamVariables? Variables { get; set; }

    /// <summary>The client connection's; null where there is none.</summary>
    public VariableStore? SessionVariables { get; set; }

    /// <summary>Null where nothing is limited.</summary>
    public VariableLimits? Limits { get; init; }

    public ProcessVariables ProcessVariables { get; init; } = new();

    /// <summary>
    /// Whether there are variables of this scope now: those of a request end with it, and those of a response are not there before it. What never was a
    /// request has none.
    /// </summary>
    internal bool HasScope(VariableScope scope) => scope switch
    {
        VariableScope.Transaction => HasTransaction,
        VariableScope.Request => HasTransaction && !IsPastRequest,
        VariableScope.Response => HasTransaction && IsPastRequest,
        _ => true,
    };

    private bool HasTransaction => Variables is not null && !LacksRequest;

    /// <summary>The request has gone to a server or been answered; a line of the log comes at any time.</summary>
    internal bool IsPastRequest => IsOfLine ? Stream is { Times.AssignedMs: not 0 } or { Status: > 0 } : IsResponse;

    public bool TryGetVariable(VariableId id, ref Sample sample)
    {
        if (id.Scope == VariableScope.Process) return ProcessVariables.TryGet(id.Index, Scratch, ref sample);
        return Store(id.Scope) is { } store && store.TryGet(id.Index, ref sample);
    }

    /// <returns>False when a condition did not hold, or there is no room for the value.</returns>
    public bool TrySetVariable(VariableId id, VariableConditions conditions, in Sample sample)
    {
        if (id.Scope == VariableScope.Process) return ProcessVariables.Set(id.Index, conditions, sample, Limits);
        return Store(id.Scope) is { } store && VariableConditionRules.Hold(conditions, store, id.Index, sample)
            && Limits?.Admits(this, id.Scope, store, id.Index, sample) != false && store.Set(id.Index, sample);
    }

    public void UnsetVariable(VariableId id)
    {
        if (id.Scope == VariableScope.Process) ProcessVariables.Unset(id.Index);
        else Store(id.Scope)?.Unset(id.Index);
    }

    private VariableStore? Store(VariableScope scope) => scope switch
    {
        VariableScope.Session => SessionVariables,
        VariableScope.Transaction when HasTransaction => Variables!.Transaction,
        VariableScope.Request when HasTransaction && !IsPastRequest => Variables!.Request,
        VariableScope.Response when HasTransaction && IsPastRequest => Variables!.Response,
        VariableScope.Check => Check?.Variables,
        _ => null,
    };
}
