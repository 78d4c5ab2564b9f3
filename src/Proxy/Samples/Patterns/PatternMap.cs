using System.Text;
using Evenkeel.Linux.Pcre;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>A map file ready to be asked: the value of the key that matches (configuration.txt 7.3.1 "map"). Shared by all workers.</summary>
/// <remarks>Cost: exact keys one look-up; beginnings and ends one for each length, longest first; the other methods go through the file in its order.</remarks>
internal sealed class PatternMap
{
    private readonly MatchMethod _match;
    private readonly Dictionary<byte[], byte[]> _byKey = new(ByteStringComparer.Exact);
    private readonly Dictionary<byte[], byte[]>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;
    private readonly int[] _longestFirst;
    private readonly List<(PatternSet Pattern, byte[] Value)> _inOrder = [];

    public PatternMap(MapModel model, MatchMethod match)
    {
        _match = match;
        foreach (var entry in model.Entries)
        {
            var value = Encoding.Latin1.GetBytes(entry.Value);
            if (IsIndexed) _byKey.TryAdd(Encoding.Latin1.GetBytes(entry.Key), value);
            else _inOrder.Add((PatternOf(entry), value));
        }
        _bySpan = _byKey.GetAlternateLookup<ReadOnlySpan<byte>>();
        _longestFirst = [.. _byKey.Keys.Select(key => key.Length).Distinct().OrderDescending()];
    }

    private bool IsIndexed => _match is MatchMethod.String or MatchMethod.Prefix or MatchMethod.Suffix;

    public bool TryFind(scoped in Sample sample, SampleContext context, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (_match == MatchMethod.String) return TryFindExactly(sample.Bytes, out value);
        if (IsIndexed) return TryFindLongest(sample.Bytes, out value);
        foreach (var (pattern, found) in _inOrder)
        {
            if (!pattern.Matches(sample, context)) continue;
            value = found;
            return true;
        }
        return false;
    }

    private bool TryFindExactly(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        var found = _bySpan.TryGetValue(key, out var bytes);
        value = bytes;
        return found;
    }

    private bool TryFindLongest(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> value)
    {
        value = default;
        foreach (var length in _longestFirst)
            if (length <= text.Length && TryFindExactly(_match == MatchMethod.Prefix ? text[..length] : text[^length..], out value)) return true;
        return false;
    }

    private PatternSet PatternOf(MapEntryModel entry)
    {
        byte[][] key = [Encoding.Latin1.GetBytes(entry.Key)];
        return _match switch
        {
            MatchMethod.Integer => new IntegerPatterns([entry.Range]),
            MatchMethod.Address => new AddressPatterns([entry.Network]),
            MatchMethod.Regex => new RegexPatterns([PcreRegex.TryCompile(key[0], ignoreCase: false, out _)!]),
            MatchMethod.Substring => new SubstringPatterns(key, ignoreCase: false),
            MatchMethod.Directory => new DelimitedPatterns(key, ignoreCase: false, "/?"u8.ToArray(), "/"u8.ToArray()),
            _ => new DelimitedPatterns(key, ignoreCase: false, "/?.:"u8.ToArray(), "/?.:"u8.ToArray()),
        };
    }
}
