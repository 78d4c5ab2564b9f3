using System.Collections.Concurrent;
using System.Text;
using Evenkeel.Linux.Pcre;
using Evenkeel.Model;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>A map ready to be asked: the value of the key that matches (configuration.txt 7.3.1 "map"). Shared by all workers; follows its list.</summary>
/// <remarks>Cost: exact keys one look-up; beginnings and ends one for each length, longest first; the other methods go through the list in its order.</remarks>
public sealed class PatternMap : IPatternUser
{
    private readonly MatchMethod _match;
    private readonly bool _keyOnly;
    private readonly PatternList _list;
    private volatile Index _index;

    /// <param name="keyOnly">`map_*_key`: the value is the key that matched.</param>
    public PatternMap(MapModel model, MatchMethod match, bool keyOnly, PatternLists lists, SourcePosition position)
    {
        _match = match;
        _keyOnly = keyOnly;
        _list = lists.OfFile(model.Path, () => Entries(model), position);
        _list.AddUser(this, isMap: true, $"map at file '{position.File}' line {position.Line}");
        _index = new Index(_list.Entries, match);
    }

    public string MethodName => MatchMethods.NameOf(_match);

    public bool IgnoresCase => false;

    public bool IsIndexed => _match is MatchMethod.String or MatchMethod.Prefix or MatchMethod.Address;

    public bool TryFind(scoped in Sample sample, SampleContext context, out ReadOnlySpan<byte> value)
    {
        var found = _index.Find(sample, context);
        value = found is null ? default : _keyOnly ? found.KeyBytes : found.Value;
        return found is not null;
    }

    public string? Complaint(string key) => MatchMethods.Complaint(_match, key, ignoreCase: false);

    public void Added(PatternEntry entry)
    {
        if (!_index.TryAdd(entry)) Replaced();
    }

    public void Removed(PatternEntry entry)
    {
        if (!_index.TryRemove(entry, _list.Entries)) Replaced();
    }

    public void Replaced() => _index = new Index(_list.Entries, _match);

    public PatternEntry? Find(string text)
    {
        var context = new SampleContext();
        var sample = default(Sample);
        sample.SetString(Encoding.Latin1.GetBytes(text));
        var wanted = _match switch { MatchMethod.Integer => SampleType.Integer, MatchMethod.Address => SampleType.Address, _ => SampleType.String };
        return SampleCast.TryCast(ref sample, wanted, context.Scratch) ? _index.Find(sample, context) : null;
    }

    /// <summary>Values that occur often, as names of backends do, are kept once.</summary>
    private static IEnumerable<PatternEntry> Entries(MapModel model)
    {
        var values = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var entry in model.Entries)
        {
            if (!values.TryGetValue(entry.Value, out var value)) values[entry.Value] = value = Encoding.Latin1.GetBytes(entry.Value);
            yield return new PatternEntry(entry.Key, value);
        }
    }

    /// <summary>One state of the list, made for looking up.</summary>
    private sealed class Index
    {
        private readonly MatchMethod _match;
        private readonly ConcurrentDictionary<string, PatternEntry> _byKey;
        private readonly ConcurrentDictionary<string, PatternEntry>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;
        private readonly int[] _longestFirst;
        private readonly List<(PatternSet Pattern, PatternEntry Entry)> _inOrder = [];

        public Index(IReadOnlyCollection<PatternEntry> entries, MatchMethod match)
        {
            _match = match;
            _byKey = new ConcurrentDictionary<string, PatternEntry>(-1, IsByKey ? Math.Max(entries.Count, 31) : 31, Latin1Comparer.Instance);
            foreach (var entry in entries)
            {
                if (IsByKey) _byKey.TryAdd(entry.Key, entry);
                else _inOrder.Add((PatternOf(entry), entry));
            }
            _bySpan = _byKey.GetAlternateLookup<ReadOnlySpan<byte>>();
            _longestFirst = match == MatchMethod.String ? [] : [.. _byKey.Select(pair => pair.Key.Length).Distinct().OrderDescending()];
        }

        private bool IsByKey => _match is MatchMethod.String or MatchMethod.Prefix or MatchMethod.Suffix;

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

        public PatternEntry? Find(scoped in Sample sample, SampleContext context)
        {
            if (_match == MatchMethod.String) return FindExactly(sample.Bytes);
            if (IsByKey) return FindLongest(sample.Bytes);
            foreach (var (pattern, entry) in _inOrder)
                if (pattern.Matches(sample, context)) return entry;
            return null;
        }

        private PatternEntry? FindExactly(ReadOnlySpan<byte> key) => _bySpan.TryGetValue(key, out var entry) ? entry : null;

        private PatternEntry? FindLongest(ReadOnlySpan<byte> text)
        {
            foreach (var length in _longestFirst)
            {
                if (length > text.Length) continue;
                if (FindExactly(_match == MatchMethod.Prefix ? text[..length] : text[^length..]) is { } found) return found;
            }
            return null;
        }

        private PatternSet PatternOf(PatternEntry entry)
        {
            byte[][] key = [entry.KeyBytes];
            return _match switch
            {
                MatchMethod.Integer => new IntegerPatterns([entry.AsRange()]),
                MatchMethod.Address => new AddressPatterns([entry.AsNetwork()]),
                MatchMethod.Regex => new RegexPatterns([PcreRegex.TryCompile(key[0], ignoreCase: false, out _)!]),
                MatchMethod.Substring => new SubstringPatterns(key, ignoreCase: false),
                MatchMethod.Directory => new DelimitedPatterns(key, ignoreCase: false, "/?"u8.ToArray(), "/"u8.ToArray()),
                _ => new DelimitedPatterns(key, ignoreCase: false, "/?.:"u8.ToArray(), "/?.:"u8.ToArray()),
            };
        }
    }
}
