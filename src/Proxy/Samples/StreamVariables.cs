namespace Evenkeel.Proxy.Samples;

/// <summary>The variables of one transaction, its request and its response. Owner: worker; pooled with the stream.</summary>
public sealed class StreamVariables
{
    public VariableStore Transaction { get; } = new();

    public VariableStore Request { get; } = new();

    public VariableStore Response { get; } = new();

    /// <summary>The request and its response are over.</summary>
    public void Clear()
    {
        Transaction.Clear();
        Request.Clear();
        Response.Clear();
    }
}

/// <summary>The `proc` variables: one set for the process, written rarely. A value is read under the lock and copied to the reader's scratch arena.</summary>
public sealed class ProcessVariables
{
    private readonly VariableStore _store = new();
    private readonly Lock _lock = new();

    public bool TryGet(int index, ScratchArena scratch, ref Sample sample)
    {
        lock (_lock)
        {
            if (!_store.TryGet(index, ref sample)) return false;
            if (!scratch.TryKeep(sample.Bytes, out var kept)) return false;
            sample.Bytes = kept;
            return true;
        }
    }

    public bool Set(int index, VariableConditions conditions, in Sample sample, VariableLimits? limits = null)
    {
        // What a configuration names exists from the start, so one of these conditions always holds and the other never.
        if ((conditions & VariableConditions.IfNotExists) != 0) return false;
        conditions &= ~VariableConditions.IfExists;
        lock (_lock)
        {
            return VariableConditionRules.Hold(conditions, _store, index, sample) && limits?.AdmitsForProcess(_store, index, sample) != false
                && _store.Set(index, sample);
        }
    }

    public void Unset(int index)
    {
        lock (_lock) _store.Unset(index);
    }
}
