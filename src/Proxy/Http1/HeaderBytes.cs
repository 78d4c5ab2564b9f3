using System.Numerics;
using System.Runtime.Intrinsics;

namespace Evenkeel.Proxy.Http1;

/// <summary>Classes of bytes in heads.</summary>
internal static class HeaderBytes
{
    /// <summary>Lower-case form of each token character (RFC 9110 §5.6.2), 0 for every other byte.</summary>
    private static readonly byte[] LowerToken = MakeLowerToken();

    public static bool IsToken(byte value) => LowerToken[value] != 0;

    /// <summary>Puts a header name in lower case where it stands.</summary>
    /// <returns>Its length; 0 when it is empty, -1 when a byte before the colon does not belong to a name or there is no colon.</returns>
    public static int LowerName(Span<byte> line)
    {
        var from = Vector128.IsHardwareAccelerated ? LowerUsual(line) : 0;
        var table = LowerToken;
        for (var i = from; i < line.Length; i++)
        {
            var lower = table[line[i]];
            if (lower == 0) return line[i] == ':' ? i : -1;
            line[i] = lower;
        }

        return -1;
    }

    /// <summary>Letters, digits, `-` and `_`, which nearly all names are made of, sixteen at a time.</summary>
    /// <returns>How many bytes are done: the one behind them is of another kind, most often the colon, or too near to the end.</returns>
    private static int LowerUsual(Span<byte> line)
    {
        var at = 0;
        for (; at + Vector128<byte>.Count <= line.Length; at += Vector128<byte>.Count)
        {
            var bytes = Vector128.Create((ReadOnlySpan<byte>)line.Slice(at, Vector128<byte>.Count));
            var upper = Vector128.LessThan(bytes - Vector128.Create((byte)'A'), Vector128.Create((byte)26));
            var lower = bytes | (upper & Vector128.Create((byte)0x20));
            var usual = Vector128.LessThan(lower - Vector128.Create((byte)'a'), Vector128.Create((byte)26))
                | Vector128.LessThan(lower - Vector128.Create((byte)'0'), Vector128.Create((byte)10))
                | Vector128.Equals(lower, Vector128.Create((byte)'-')) | Vector128.Equals(lower, Vector128.Create((byte)'_'));
            var good = BitOperations.TrailingZeroCount(~usual.ExtractMostSignificantBits());
            if (good >= Vector128<byte>.Count)
            {
                lower.CopyTo(line[at..]);
                continue;
            }

            // Of this block only the name's bytes may change.
            var isName = Vector128.LessThan(Vector128<byte>.Indices, Vector128.Create((byte)good));
            Vector128.ConditionalSelect(isName, lower, bytes).CopyTo(line[at..]);
            return at + good;
        }

        return at;
    }

    private static byte[] MakeLowerToken()
    {
        var table = new byte[256];
        foreach (var each in "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"u8) table[each] = each;
        for (var upper = 'A'; upper <= 'Z'; upper++) table[upper] = (byte)(upper | 0x20);
        return table;
    }
}
