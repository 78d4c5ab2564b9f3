using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>The entries that a list has from its file: the file's own bytes, and beside them what has been removed or given another value since.</summary>
/// <remarks>Changed under the lists' lock; workers read without one. Lives until the list has other entries and nobody holds a value from here.</remarks>
internal sealed class FileEntries
{
    private readonly PatternFileModel _file;
    private readonly bool _keysOnly;
    private readonly long _firstId;
    private readonly Dictionary<(MatchMethod, bool), FileIndex?> _indexes = [];
    private volatile RemovedKeys? _removed;
    private volatile ConcurrentDictionary<int, byte[]>? _values;

    /// <param name="keysOnly">Lines have a key and a value; otherwise they are keys as a whole.</param>
    /// <param name="firstId">Number of the first entry, the others follow.</param>
    public FileEntries(PatternFileModel file, bool keysOnly, long firstId)
    {
        (_file, _keysOnly, _firstId) = (file, keysOnly, firstId);
        Text = file.Text;
    }

    public static FileEntries None { get; } = new(PatternFileModel.Empty(""), keysOnly: false, firstId: 0);

    /// <summary>The keys of a few entries that are objects as well, to be indexed as those of a file.</summary>
    public static FileEntries Of(IReadOnlyList<PatternEntry> entries) =>
        new(PatternFileModel.OfKeys([.. entries.Select(static entry => entry.KeyBytes)]), keysOnly: false, firstId: 0);

    public byte[] Text { get; }

    public PatternFileModel File => _file;

    /// <summary>Entries of the file, removed ones among them.</summary>
    public int Lines => _file.Lines.Length;

    /// <summary>Entries that are still there.</summary>
    public int Count => Lines - (_removed?.Count ?? 0);

    public RemovedKeys? Removed => _removed;

    public KeySpan Span(int index)
    {
        ref readonly var line = ref _file.Lines[index];
        return new KeySpan(line.Start, _keysOnly ? line.KeyLength : line.Length);
    }

    public ReadOnlySpan<byte> Key(int index) => _keysOnly ? _file.KeyAt(index) : _file.LineAt(index);

    public ReadOnlySpan<byte> Value(int index)
    {
        if (_values is { } values && values.TryGetValue(index, out var changed)) return changed;
        return _keysOnly ? _file.ValueAt(index) : default;
    }

    public bool IsThere(int index) => _removed?.Contains(index) is not true;

    /// <summary>An entry as operators see it.</summary>
    public PatternEntry Entry(int index) => new(_firstId + index, Encoding.Latin1.GetString(Key(index)), Value(index).ToArray());

    /// <summary>Ready for a match method; made when first asked for. Under the lists' lock, or while the configuration is bound.</summary>
    public FileIndex? Index(MatchMethod method, bool ignoreCase, IReadOnlyDictionary<string, NetworkModel> names)
    {
        if (Lines == 0) return null;
        if (!_indexes.TryGetValue((method, ignoreCase), out var index))
            _indexes[(method, ignoreCase)] = index = FileIndex.Create(this, method, ignoreCase, names);
        return index;
    }

    /// <summary>The first entry with a key; -1 when there is none. Under the lists' lock.</summary>
    public int Find(ReadOnlySpan<byte> key) => Exact is { } table ? table.Find(key, _removed) : -1;

    /// <summary>The next entry behind one with the same key. Under the lists' lock.</summary>
    public int NextSame(int index)
    {
        var next = Exact!.NextSame(index);
        while (next >= 0 && !IsThere(next)) next = Exact.NextSame(next);
        return next;
    }

    /// <summary>The entry an operator means by number; -1 when it is none of these or gone.</summary>
    public int FindId(long id) => id >= _firstId && id < _firstId + Lines && IsThere((int)(id - _firstId)) ? (int)(id - _firstId) : -1;

    public void Remove(int index)
    {
        var removed = _removed ?? new RemovedKeys(Lines);
        removed.Add(index);
        _removed = removed;
    }

    public void SetValue(int index, byte[] value)
    {
        var values = _values ?? new ConcurrentDictionary<int, byte[]>();
        values[index] = value;
        _values = values;
    }

    private KeyTable? Exact => ((TextIndex?)Index(MatchMethod.String, ignoreCase: false, ImmutableDictionary<string, NetworkModel>.Empty))?.Table;
}
