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
