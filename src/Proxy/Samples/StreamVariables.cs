namespace Evenkeel.Proxy.Samples;

/// <summary>
/// The variables a stream sees: its session's, its transaction's, its request's and its response's. Owner: worker; pooled with the stream.
/// The session's belong to the client connection and outlive the stream.
/// </summary>
public sealed class StreamVariables
{
    public VariableStore Session { get; } = new();

    public VariableStore Transaction { get; } = new();

    public VariableStore Request { get; } = new();

    public VariableStore Response { get; } = new();

    public VariableStore? Of(VariableScope scope) => scope switch
    {
        VariableScope.Session => Session,
        VariableScope.Transaction => Transaction,
        VariableScope.Request => Request,
        VariableScope.Response => Response,
        _ => null,
    };

    /// <summary>One request and its response are over; the connection goes on.</summary>
    public void EndTransaction()
    {
        Transaction.Clear();
        Request.Clear();
        Response.Clear();
    }

    /// <summary>The connection is over.</summary>
    public void EndSession()
    {
        EndTransaction();
        Session.Clear();
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

    public bool Set(int index, VariableConditions conditions, in Sample sample)
    {
        lock (_lock) return VariableConditionRules.Hold(conditions, _store, index, sample) && _store.Set(index, sample);
    }

    public void Unset(int index)
    {
        lock (_lock) _store.Unset(index);
    }
}
