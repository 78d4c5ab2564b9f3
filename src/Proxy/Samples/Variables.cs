using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples;

/// <summary>How long a variable lives (configuration.txt 2.8).</summary>
public enum VariableScope : byte { None, Process, Session, Transaction, Request, Response, Check }

/// <summary>A variable's scope and its place in the scope's stores.</summary>
public readonly record struct VariableId(VariableScope Scope, int Index)
{
    public static VariableId None => default;

    public bool IsNone => Scope == VariableScope.None;
}

/// <summary>The variables a configuration names; each gets a fixed place while rules are bound.</summary>
public sealed class VariableNames
{
    private readonly Dictionary<string, VariableId> _byName = new(StringComparer.Ordinal);
    private volatile KeyValuePair<string, VariableId>[]? _snapshot;
    private readonly int[] _counts = new int[(int)VariableScope.Check + 1];

    public IEnumerable<KeyValuePair<string, VariableId>> All => _byName;

    /// <summary>All names as they are now; made anew only after one was added, so that any thread may go through it.</summary>
    public KeyValuePair<string, VariableId>[] Snapshot()
    {
        if (_snapshot is { } known) return known;
        lock (_byName) return _snapshot = [.. _byName];
    }

    /// <summary>Finds the place of `scope.name`, giving it one when it is new.</summary>
    public VariableId Find(string name)
    {
        lock (_byName) return FindLocked(name);
    }

    private VariableId FindLocked(string name)
    {
        if (_byName.TryGetValue(name, out var known)) return known;
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var scope = (dot < 0 ? "" : name[..dot]) switch
        {
            "proc" => VariableScope.Process,
            "sess" or "psess" => VariableScope.Session,
            "txn" or "ptxn" => VariableScope.Transaction,
            "req" or "preq" => VariableScope.Request,
            "res" or "pres" => VariableScope.Response,
            "check" => VariableScope.Check,
            _ => VariableScope.None,
        };
        if (scope == VariableScope.None) return VariableId.None;
        var id = new VariableId(scope, _counts[(int)scope]++);
        _byName[name] = id;
        _snapshot = null;
        return id;
    }

    /// <summary>None when the text is no variable's name.</summary>
    public VariableId FindIfNamed(string text) => text.Contains('.', StringComparison.Ordinal) ? Find(text) : VariableId.None;

    public int Count(VariableScope scope) => _counts[(int)scope];
}

/// <summary>
/// The values of one scope of one stream (or session, or the process). Owner: worker, but for the process's, which is locked.
/// Values are copied in; their bytes live in one array that grows to <see cref="MaxBytes"/> and is reused by the next stream.
/// </summary>
public sealed class VariableStore
{
    /// <summary>Bytes of texts one scope may hold, whatever `tune.vars.*-max-size` says; setting more fails.</summary>
    public const int MaxBytes = 65_536;

    private Slot[] _slots = [];
    private byte[] _bytes = [];
    private int _used;
    private bool _isDirty;

    /// <summary>What its variables count for, see <see cref="VariableLimits"/>.</summary>
    public int Size { get; private set; }

    public int SizeAt(int index) => IsSet(index) ? VariableLimits.Overhead + _slots[index].Length : 0;

    public bool TryGet(int index, ref Sample sample)
    {
        if (index >= _slots.Length || !_slots[index].IsSet) return false;
        ref readonly var slot = ref _slots[index];
        sample.Type = slot.Type;
        sample.Integer = slot.Integer;
        sample.Address = slot.Address;
        sample.Bytes = _bytes.AsSpan(slot.Offset, slot.Length);
        return true;
    }

    public bool IsSet(int index) => index < _slots.Length && _slots[index].IsSet;

    /// <summary>It was set since the scope began, even if it was unset again.</summary>
    public bool IsKnown(int index) => index < _slots.Length && _slots[index].IsKnown;

    public bool Set(int index, in Sample sample)
    {
        if (index >= _slots.Length) Array.Resize(ref _slots, Math.Max(8, index + 1));
        var offset = 0;
        var length = 0;
        if (sample.Type is SampleType.String or SampleType.Binary or SampleType.Method)
        {
            length = sample.Bytes.Length;
            // A value that is not longer than the old one takes its place.
            offset = _slots[index].IsSet && _slots[index].Length >= length ? _slots[index].Offset : _used;
            if (offset == _used && !Reserve(length)) return false;
            sample.Bytes.CopyTo(_bytes.AsSpan(offset));
        }
        Size += VariableLimits.SizeOf(sample) - SizeAt(index);
        _slots[index] = new Slot
        {
            IsKnown = true,
            IsSet = true,
            Type = sample.Type,
            Integer = sample.Integer,
            Address = sample.Address,
            Offset = offset,
            Length = length,
        };
        _isDirty = true;
        return true;
    }

    public void Unset(int index)
    {
        Size -= SizeAt(index);
        if (index < _slots.Length) _slots[index] = new Slot { IsKnown = _slots[index].IsKnown };
    }

    /// <summary>Forgets all values; memory is kept for the next stream.</summary>
    public void Clear()
    {
        if (!_isDirty) return;
        Array.Clear(_slots);
        _used = Size = 0;
        _isDirty = false;
    }

    private bool Reserve(int length)
    {
        if (_used + length > MaxBytes) return false;
        if (_used + length > _bytes.Length) Array.Resize(ref _bytes, Math.Min(MaxBytes, Math.Max(256, (_used + length) * 2)));
        _used += length;
        return true;
    }

    private struct Slot
    {
        public bool IsSet;
        public bool IsKnown;
        public SampleType Type;
        public int Offset;
        public int Length;
        public long Integer;
        public UInt128 Address;
    }
}
