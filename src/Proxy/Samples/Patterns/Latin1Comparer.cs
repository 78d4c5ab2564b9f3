using System.IO.Hashing;
using System.Text;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>
/// Compares texts whose characters are bytes with the bytes they stand for, so that a table of them can be asked with a span and no second copy of its
/// keys is kept.
/// </summary>
public sealed class Latin1Comparer : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<byte>, string>
{
    private const int MaxStackBytes = 512;

    private Latin1Comparer()
    {
    }

    public static Latin1Comparer Instance { get; } = new();

    public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

    public int GetHashCode(string obj)
    {
        Span<byte> bytes = obj.Length <= MaxStackBytes ? stackalloc byte[obj.Length] : new byte[obj.Length];
        return GetHashCode(bytes[..Encoding.Latin1.GetBytes(obj, bytes)]);
    }

    public string Create(ReadOnlySpan<byte> alternate) => Encoding.Latin1.GetString(alternate);

    public bool Equals(ReadOnlySpan<byte> alternate, string other)
    {
        if (alternate.Length != other.Length) return false;
        if (Ascii.Equals(alternate, other)) return true;
        for (var i = 0; i < alternate.Length; i++)
            if (alternate[i] != other[i]) return false;
        return true;
    }

    public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)XxHash3.HashToUInt64(alternate);
}
