using System.Collections.Frozen;
using System.IO.Hashing;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>Compares byte strings, as they are or without regard to ASCII case, so that tables of them can be asked with a span.</summary>
public sealed class ByteStringComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    private readonly bool _ignoresCase;

    private ByteStringComparer(bool ignoresCase) => _ignoresCase = ignoresCase;

    public static ByteStringComparer Exact { get; } = new(false);

    public static ByteStringComparer IgnoreCase { get; } = new(true);

    public static ByteStringComparer For(bool ignoreCase) => ignoreCase ? IgnoreCase : Exact;

    public bool Equals(byte[]? x, byte[]? y) => Equals((ReadOnlySpan<byte>)x, y!);

    public int GetHashCode(byte[] obj) => GetHashCode((ReadOnlySpan<byte>)obj);

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => Same(alternate, other, _ignoresCase);

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        if (!_ignoresCase) return (int)XxHash3.HashToUInt64(alternate);
        var hash = 0u;
        foreach (var c in alternate) hash = hash * 65_599 + Lower(c);
        return (int)hash;
    }

    public static bool Same(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, bool ignoreCase)
    {
        if (!ignoreCase) return left.SequenceEqual(right);
        if (left.Length != right.Length) return false;
        for (var i = 0; i < left.Length; i++)
            if (Lower(left[i]) != Lower(right[i])) return false;
        return true;
    }

    public static byte Lower(byte c) => c is >= (byte)'A' and <= (byte)'Z' ? (byte)(c | 0x20) : c;
}

/// <summary>
/// A set of byte strings that can also be asked whether one of them begins or ends a text: one look-up for each length that occurs, so the cost
/// does not grow with the number of patterns.
/// </summary>
public sealed class ByteStringSet
{
    /// <summary>Up to this many patterns are compared one by one, which costs less than one hash.</summary>
    private const int Few = 8;

    private readonly bool _ignoresCase;
    private readonly byte[][]? _few;
    private readonly FrozenSet<byte[]> _all;
    private readonly FrozenSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;
    private readonly int[] _lengths;

    public ByteStringSet(IEnumerable<byte[]> patterns, bool ignoreCase)
    {
        _all = patterns.ToFrozenSet(ByteStringComparer.For(ignoreCase));
        _bySpan = _all.GetAlternateLookup<ReadOnlySpan<byte>>();
        _lengths = [.. _all.Select(pattern => pattern.Length).Distinct().Order()];
        _ignoresCase = ignoreCase;
        if (_all.Count <= Few) _few = [.. _all];
    }

    public bool Contains(ReadOnlySpan<byte> text) => _bySpan.Contains(text);

    public bool ContainsPrefixOf(ReadOnlySpan<byte> text)
    {
        if (_few is not null)
        {
            foreach (var pattern in _few)
                if (pattern.Length <= text.Length && ByteStringComparer.Same(text[..pattern.Length], pattern, _ignoresCase)) return true;
            return false;
        }

        foreach (var length in _lengths)
        {
            if (length > text.Length) return false;
            if (_bySpan.Contains(text[..length])) return true;
        }
        return false;
    }

    public bool ContainsSuffixOf(ReadOnlySpan<byte> text)
    {
        if (_few is not null)
        {
            foreach (var pattern in _few)
                if (pattern.Length <= text.Length && ByteStringComparer.Same(text[^pattern.Length..], pattern, _ignoresCase)) return true;
            return false;
        }

        foreach (var length in _lengths)
        {
            if (length > text.Length) return false;
            if (_bySpan.Contains(text[^length..])) return true;
        }
        return false;
    }
}
