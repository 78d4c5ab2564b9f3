using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Evenkeel.Model;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>A map ready to be asked: the value of the key that matches (configuration.txt 7.3.1 "map"). Shared by all workers; follows its list.</summary>
/// <remarks>
/// The longest beginning and the narrowest network decide; with the other methods, the first entry of the list. Only regular expressions are tried one by
/// one.
/// </remarks>
public sealed class PatternMap : IPatternUser
{
    private readonly MatchMethod _match;
    private readonly bool _keyOnly;
    private readonly PatternList _list;
    private volatile Index _index;

    /// <param name="keyOnly">`map_*_key`: the value is the key that matched.</param>
    public PatternMap(PatternFileModel file, MatchMethod match, bool keyOnly, PatternLists lists, SourcePosition position)
    {
        _match = match;
        _keyOnly = keyOnly;
        _list = lists.OfFile(file, keysOnly: true, position);
        _list.AddUser(this, isMap: true, $"map at file '{position.File}' line {position.Line}");
        _index = new Index(_list, match);
    }

    public string MethodName => MatchMethods.NameOf(_match);

    public bool IgnoresCase => false;

    public bool TakesAnyKey => MatchMethods.TakesAnyKey(_match);

    public bool IsIndexed => _match is MatchMethod.String or MatchMethod.Prefix or MatchMethod.Address;

    public bool TryFind(scoped in Sample sample, SampleContext context, out ReadOnlySpan<byte> value)
    {
        var index = _index;
        var inFile = index.Find(sample, context, out var added);
        if (inFile >= 0) value = _keyOnly ? index.File.Key(inFile) : index.File.Value(inFile);
        else value = added is null ? default : _keyOnly ? added.KeyBytes : added.Value;
        return inFile >= 0 || added is not null;
    }

    public string? Complaint(string key) => MatchMethods.Complaint(_match, key, ignoreCase: false);

    void IPatternUser.Prepare(PatternList list, FileEntries file) =>
        _ = file.Index(_match, ignoreCase: false, ImmutableDictionary<string, NetworkModel>.Empty);

    public void Added(PatternEntry entry)
    {
        if (!_index.TryAdd(entry)) Replaced();
    }

    public void Removed(PatternEntry entry)
    {
        if (!_index.TryRemove(entry, _list.Entries)) Replaced();
    }

    public void Replaced() => _index = new Index(_list, _match);

    public PatternEntry? Find(PatternList list, string text)
    {
        var context = new SampleContext();
        var sample = default(Sample);
        sample.SetString(Encoding.Latin1.GetBytes(text));
        var wanted = _match switch { MatchMethod.Integer => SampleType.Integer, MatchMethod.Address => SampleType.Address, _ => SampleType.String };
        if (!SampleCast.TryCast(ref sample, wanted, context.Scratch)) return null;
        var index = _index;
        var inFile = index.Find(sample, context, out var added);
        return inFile >= 0 ? index.File.Entry(inFile) : added;
    }

    /// <summary>One state of the list, made for looking up: the file's entries, and those that were added behind them.</summary>
    private sealed class Index
    {
        private readonly MatchMethod _match;
        private readonly FileIndex? _fileIndex;
        private readonly ConcurrentDictionary<string, PatternEntry> _byKey = new(Latin1Comparer.Instance);
        private readonly ConcurrentDictionary<string, PatternEntry>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;
        private readonly int[] _longestFirst;
        private readonly PatternEntry[] _others = [];
        private readonly FileIndex? _othersIndex;

        public Index(PatternList list, MatchMethod match)
        {
            _match = match;
            File = list.File;
            _fileIndex = File.Index(match, ignoreCase: false, ImmutableDictionary<string, NetworkModel>.Empty);
            if (IsByKey)
            {
                foreach (var entry in list.Entries) _byKey.TryAdd(entry.Key, entry);
            }
            else
            {
                _others = [.. list.Entries];
                _othersIndex = FileEntries.Of(_others).Index(match, ignoreCase: false, ImmutableDictionary<string, NetworkModel>.Empty);
            }
            _bySpan = _byKey.GetAlternateLookup<ReadOnlySpan<byte>>();
            _longestFirst = [.. _byKey.Select(pair => pair.Key.Length).Distinct().OrderDescending()];
        }

        public FileEntries File { get; }

        private bool IsByKey => _match is MatchMethod.String or MatchMethod.Prefix;

        public bool TryAdd(PatternEntry entry)
        {
            if (!IsByKey || (_match != MatchMethod.String && !_longestFirst.Contains(entry.Key.Length))) return false;
            _byKey.TryAdd(entry.Key, entry);
            return true;
        }

        /// <returns>False when the list has to be indexed anew: a later entry with the same key may take its place.</returns>
        public bool TryRemove(PatternEntry entry, IReadOnlyList<PatternEntry> rest)
        {
            if (!IsByKey || rest.Any(other => other.Key == entry.Key)) return false;
            _byKey.TryRemove(entry.Key, out _);
            return true;
        }

        /// <returns>The file's entry that decides; -1 when it is <paramref name="added"/>, or none at all.</returns>
        public int Find(scoped in Sample sample, SampleContext context, out PatternEntry? added)
        {
            added = null;
            var inFile = _fileIndex?.Find(sample, context, any: false, File.Removed) ?? -1;
            // The file's entries come first in the list, so that only a closer match behind them counts.
            if (inFile >= 0 && _match is not (MatchMethod.Prefix or MatchMethod.Address)) return inFile;
            added = FindAdded(sample, context, out var closeness);
            if (added is null || inFile < 0) return inFile;
            var fileCloseness = _match == MatchMethod.Prefix ? File.Span(inFile).Length : ((NetworkIndex)_fileIndex!).MaskBits(inFile);
            if (closeness > fileCloseness) return -1;
            added = null;
            return inFile;
        }

        private PatternEntry? FindAdded(scoped in Sample sample, SampleContext context, out int closeness)
        {
            closeness = 0;
            if (_match == MatchMethod.String) return FindExactly(sample.Bytes);
            if (IsByKey) return FindLongest(sample.Bytes, out closeness);
            var found = _othersIndex?.Find(sample, context, any: false, removed: null) ?? -1;
            if (found >= 0 && _othersIndex is NetworkIndex networks) closeness = networks.MaskBits(found);
            return found < 0 ? null : _others[found];
        }

        private PatternEntry? FindExactly(ReadOnlySpan<byte> key) => _bySpan.TryGetValue(key, out var entry) ? entry : null;

        private PatternEntry? FindLongest(ReadOnlySpan<byte> text, out int length)
        {
            foreach (var next in _longestFirst)
            {
                length = next;
                if (length <= text.Length && FindExactly(text[..length]) is { } found) return found;
            }
            length = 0;
            return null;
        }
    }
}
