using System.Collections.Concurrent;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>`-m str`.</summary>
internal sealed class StringPatterns(byte[][] patterns, bool ignoreCase) : PatternSet
{
    private readonly ByteStringSet _set = new(patterns, ignoreCase);

    public override SampleType Wants => SampleType.String;

    public override bool Matches(in Sample sample, SampleContext context) => _set.Contains(sample.Bytes);
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

/// <summary>`-m bin`.</summary>
internal sealed class BinaryPatterns(byte[][] patterns) : PatternSet
{
    private readonly ByteStringSet _set = new(patterns, ignoreCase: false);

    public override SampleType Wants => SampleType.Binary;

    public override bool Matches(in Sample sample, SampleContext context) => _set.Contains(sample.Bytes);
}

/// <summary>`-m beg`.</summary>
internal sealed class PrefixPatterns(byte[][] patterns, bool ignoreCase) : PatternSet
{
    private readonly ByteStringSet _set = new(patterns, ignoreCase);

    public override SampleType Wants => SampleType.String;

    public override bool Matches(in Sample sample, SampleContext context) => _set.ContainsPrefixOf(sample.Bytes);
}

/// <summary>`-m end`.</summary>
internal sealed class SuffixPatterns(byte[][] patterns, bool ignoreCase) : PatternSet
{
    private readonly ByteStringSet _set = new(patterns, ignoreCase);

    public override SampleType Wants => SampleType.String;

    public override bool Matches(in Sample sample, SampleContext context) => _set.ContainsSuffixOf(sample.Bytes);
}

/// <summary>`-m sub`.</summary>
internal sealed class SubstringPatterns(byte[][] patterns, bool ignoreCase) : PatternSet
{
    public override SampleType Wants => SampleType.String;

    public override bool Matches(in Sample sample, SampleContext context)
    {
        foreach (var pattern in patterns)
            if (TextSearch.IndexOf(sample.Bytes, pattern, ignoreCase) >= 0) return true;
        return false;
    }
}

/// <summary>`-m dir` and `-m dom`: the pattern stands between delimiters or at an end. Delimiters around the pattern itself do not count.</summary>
internal sealed class DelimitedPatterns : PatternSet
{
    private readonly byte[][] _patterns;
    private readonly bool _ignoreCase;
    private readonly byte[] _delimiters;

    public DelimitedPatterns(byte[][] patterns, bool ignoreCase, byte[] delimiters, byte[] trimmed)
    {
        _patterns = [.. patterns.Select(pattern => pattern.AsSpan().Trim(trimmed).ToArray())];
        _ignoreCase = ignoreCase;
        _delimiters = delimiters;
    }

    public override SampleType Wants => SampleType.String;

    public override bool Matches(in Sample sample, SampleContext context)
    {
        foreach (var pattern in _patterns)
            if (Contains(sample.Bytes, pattern)) return true;
        return false;
    }

    private bool Contains(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern)
    {
        for (var start = 0; start <= text.Length - pattern.Length;)
        {
            var at = TextSearch.IndexOf(text[start..], pattern, _ignoreCase);
            if (at < 0) return false;
            at += start;
            var end = at + pattern.Length;
            if ((at == 0 || IsDelimiter(text[at - 1])) && (end == text.Length || IsDelimiter(text[end]))) return true;
            start = at + 1;
        }
        return false;
    }

    private bool IsDelimiter(byte c) => _delimiters.AsSpan().Contains(c);
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
