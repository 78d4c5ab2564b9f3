using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Evenkeel.Proxy.Http1;

/// <summary>
/// One header line taken apart, sixteen bytes at a time: lines are most of what a proxy reads byte by byte. The name is put in lower case where it stands.
/// </summary>
internal ref struct HeaderLine
{
    private const int Block = 16;

    /// <summary>Bytes of the name, from the line's start.</summary>
    public int NameLength;

    /// <summary>Where the value begins and ends, without white space around it.</summary>
    public int ValueStart;
    public int ValueEnd;

    /// <param name="bytes">From the line's start on; what lies behind the line is looked at but not taken into account, nor changed.</param>
    /// <param name="length">Bytes of the line without its end.</param>
    public HeadError Read(Span<byte> bytes, int length)
    {
        ref var start = ref MemoryMarshal.GetReference(bytes);
        NameLength = ReadName(ref start, length, bytes.Length);
        if (NameLength <= 0) return HeadError.BadHeaderName;
        var first = NameLength + 1;
        while (first < length && IsBlank(Unsafe.Add(ref start, first))) first++;
        var last = length;
        while (last > first && IsBlank(Unsafe.Add(ref start, last - 1))) last--;
        (ValueStart, ValueEnd) = (first, last);
        return IsGoodValue(ref start, first, last, bytes.Length) ? HeadError.None : HeadError.BadHeaderValue;
    }

    /// <returns>Index of the first line feed at or behind <paramref name="from"/>, -1 when there is none.</returns>
    public static int FindFeed(ReadOnlySpan<byte> bytes, int from)
    {
        ref var start = ref MemoryMarshal.GetReference(bytes);
        var at = from;
        for (; at + Block <= bytes.Length; at += Block)
        {
            var found = Vector128.Equals(Vector128.LoadUnsafe(ref start, (nuint)at), Vector128.Create((byte)'\n')).ExtractMostSignificantBits();
            if (found != 0) return at + BitOperations.TrailingZeroCount(found);
        }

        for (; at < bytes.Length; at++)
            if (Unsafe.Add(ref start, at) == '\n') return at;
        return -1;
    }

    /// <summary>Letters, digits, `-` and `_`, which nearly all names are made of, by the block; the rest by table.</summary>
    /// <returns>Length of the name; 0 or less when it is none.</returns>
    private static int ReadName(ref byte start, int length, int readable)
    {
        var at = 0;
        while (at < length && at + Block <= readable)
        {
            var bytes = Vector128.LoadUnsafe(ref start, (nuint)at);
            var upper = Vector128.LessThan(bytes - Vector128.Create((byte)'A'), Vector128.Create((byte)26));
            var lower = bytes | (upper & Vector128.Create((byte)0x20));
            var usual = Vector128.LessThan(lower - Vector128.Create((byte)'a'), Vector128.Create((byte)26))
                | Vector128.LessThan(lower - Vector128.Create((byte)'0'), Vector128.Create((byte)10))
                | Vector128.Equals(lower, Vector128.Create((byte)'-')) | Vector128.Equals(lower, Vector128.Create((byte)'_'));
            var good = BitOperations.TrailingZeroCount(~usual.ExtractMostSignificantBits());
            // Of the last block only the name's bytes may change.
            if (good < Block) lower = Vector128.ConditionalSelect(Vector128.LessThan(Vector128<byte>.Indices, Vector128.Create((byte)good)), lower, bytes);
            var end = at + good;
            if (end > length) break;
            lower.StoreUnsafe(ref start, (nuint)at);
            if (good < Block)
            {
                if (end < length && Unsafe.Add(ref start, end) == ':') return end;
                at = end;
                break;
            }

            at = end;
        }

        var rest = HeaderBytes.LowerName(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref start, at), length - at));
        return rest < 0 ? -1 : at + rest;
    }

    /// <summary>NUL and CR have no place in a value.</summary>
    private static bool IsGoodValue(ref byte start, int first, int last, int readable)
    {
        var at = first;
        for (; at < last && at + Block <= readable; at += Block)
        {
            var bytes = Vector128.LoadUnsafe(ref start, (nuint)at);
            var bad = (Vector128.Equals(bytes, Vector128<byte>.Zero) | Vector128.Equals(bytes, Vector128.Create((byte)'\r'))).ExtractMostSignificantBits();
            if (last - at < Block) bad &= (1u << (last - at)) - 1;
            if (bad != 0) return false;
        }

        return at >= last || MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref start, at), last - at).IndexOfAny((byte)0, (byte)'\r') < 0;
    }

    private static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t';
}
