using System.Collections.Concurrent;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>`-m str`, `beg`, `end`, `sub`, `dir`, `dom` and `bin` with the patterns of an ACL's line: a few are compared one by one, many indexed.</summary>
internal sealed class TextPatterns : PatternSet
{
    /// <summary>Up to this many patterns are compared one by one, which costs less than hashes of the text.</summary>
    private const int Few = 8;

    private readonly byte[][] _few;
    private readonly TextIndex? _index;
    private readonly MatchMethod _method;
    private readonly bool _ignoresCase;

    public TextPatterns(byte[][] patterns, MatchMethod method, bool ignoreCase)
    {
        (_method, _ignoresCase, _few) = (method, ignoreCase, patterns.Length <= Few ? patterns : []);
        // Delimiters around patterns are cut off in the index alone.
        if (patterns.Length <= Few && method is not (MatchMethod.Directory or MatchMethod.Domain)) return;
        var text = new byte[patterns.Sum(static pattern => pattern.Length)];
        var keys = new KeySpan[patterns.Length];
        var used = 0;
        for (var i = 0; i < keys.Length; i++)
        {
            patterns[i].CopyTo(text, used);
            keys[i] = new KeySpan(used, patterns[i].Length);
            used += patterns[i].Length;
        }
        _index = new TextIndex(text, keys, method, ignoreCase);
    }

    public override SampleType Wants => _method == MatchMethod.Binary ? SampleType.Binary : SampleType.String;

    public override bool Matches(in Sample sample, SampleContext context)
    {
        if (_index is not null) return _index.Find(sample.Bytes, any: true, removed: null) >= 0;
        foreach (var pattern in _few)
            if (Matches(sample.Bytes, pattern)) return true;
        return false;
    }

    private bool Matches(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern) => _method switch
    {
        MatchMethod.Substring => TextSearch.IndexOf(text, pattern, _ignoresCase) >= 0,
        _ when pattern.Length > text.Length => false,
        MatchMethod.Prefix => ByteStringComparer.Same(text[..pattern.Length], pattern, _ignoresCase),
        MatchMethod.Suffix => ByteStringComparer.Same(text[^pattern.Length..], pattern, _ignoresCase),
        _ => ByteStringComparer.Same(text, pattern, _ignoresCase),
    };
}

/// <summary>`-m str` with patterns that come and go one by one.</summary>
internal sealed class StringTable : PatternSet
{
    private readonly ConcurrentDictionary<byte[], bool> _all = new(ByteStringComparer.Exact);
    private readonly ConcurrentDictionary<byte[], bool>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;

    public StringTable(IEnumerable<byte[]> patterns)
    {
        foreach (var pattern in patterns) _all.TryAdd(pattern, true);
        _bySpan = _all.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public override SampleType Wants => SampleType.String;

    public void Add(byte[] pattern) => _all.TryAdd(pattern, true);

    public void Remove(byte[] pattern) => _all.TryRemove(pattern, out _);

    public override bool Matches(in Sample sample, SampleContext context) => _bySpan.ContainsKey(sample.Bytes);
}

/// <summary>Substrings in byte strings.</summary>
internal static class TextSearch
{
    public static int IndexOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, bool ignoreCase)
    {
        if (!ignoreCase || pattern.IsEmpty) return text.IndexOf(pattern);
        var lower = ByteStringComparer.Lower(pattern[0]);
        var upper = lower is >= (byte)'a' and <= (byte)'z' ? (byte)(lower & ~0x20) : lower;
        for (var at = 0; at <= text.Length - pattern.Length; at++)
        {
            var first = text[at..(text.Length - pattern.Length + 1)].IndexOfAny(lower, upper);
            if (first < 0) return -1;
            at += first;
            if (ByteStringComparer.Same(text.Slice(at, pattern.Length), pattern, ignoreCase: true)) return at;
        }
        return -1;
    }
}
