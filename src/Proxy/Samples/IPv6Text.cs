using System.Buffers.Text;

namespace Evenkeel.Proxy.Samples;

/// <summary>IPv6 addresses as text, without allocation (RFC 5952: lower case, the longest run of zeroes shortened).</summary>
internal static class IPv6Text
{
    private const int Groups = 8;

    /// <param name="bytes">16 bytes in network order.</param>
    public static bool TryFormat(ReadOnlySpan<byte> bytes, Span<byte> destination, out int length)
    {
        length = 0;
        Span<ushort> groups = stackalloc ushort[Groups];
        for (var i = 0; i < Groups; i++) groups[i] = (ushort)((bytes[i * 2] << 8) | bytes[i * 2 + 1]);
        var (gapStart, gapLength) = LongestZeroRun(groups);
        var mapped = gapStart == 0 && (gapLength == 6 || (gapLength == 5 && groups[5] == 0xFFFF));
        var hexGroups = mapped ? 6 : Groups;
        for (var i = 0; i < hexGroups; i++)
        {
            if (gapLength > 1 && i == gapStart)
            {
                if (!Put("::"u8, destination, ref length)) return false;
                i += gapLength - 1;
                continue;
            }
            if (i > 0 && i != gapStart + gapLength && !Put(":"u8, destination, ref length)) return false;
            if (!Utf8Formatter.TryFormat(groups[i], destination[length..], out var written, 'x')) return false;
            length += written;
        }
        return !mapped || PutIPv4(bytes[12..], hexGroups > gapLength, destination, ref length);
    }

    private static bool PutIPv4(ReadOnlySpan<byte> bytes, bool needsColon, Span<byte> destination, ref int length)
    {
        if (needsColon && !Put(":"u8, destination, ref length)) return false;
        for (var i = 0; i < 4; i++)
        {
            if (i > 0 && !Put("."u8, destination, ref length)) return false;
            if (!Utf8Formatter.TryFormat(bytes[i], destination[length..], out var written)) return false;
            length += written;
        }
        return true;
    }

    public static bool TryParse(ReadOnlySpan<byte> text, Span<byte> bytes)
    {
        bytes.Clear();
        var at = 0;
        var gap = -1;
        if (text.StartsWith("::"u8))
        {
            gap = 0;
            text = text[2..];
        }
        else if (text.IsEmpty || text[0] == ':')
        {
            return false;
        }
        while (!text.IsEmpty)
        {
            if (at == 16) return false;
            var end = text.IndexOf((byte)':');
            var group = end < 0 ? text : text[..end];
            if (end < 0 && group.Contains((byte)'.'))
            {
                var address = default(Sample);
                if (at > 12 || !SampleCast.TryParseAddress(group, ref address)) return false;
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes[at..], (uint)address.Address);
                at += 4;
                break;
            }
            if (group.Length is 0 or > 4 || !Utf8Parser.TryParse(group, out ushort value, out var used, 'x') || used != group.Length) return false;
            bytes[at++] = (byte)(value >> 8);
            bytes[at++] = (byte)value;
            if (end < 0) break;
            text = text[(end + 1)..];
            if (text.IsEmpty) return false;
            if (text[0] != ':') continue;
            if (gap >= 0) return false;
            gap = at;
            text = text[1..];
        }
        return Spread(bytes, at, gap);
    }

    /// <summary>Moves what came behind `::` to the end.</summary>
    private static bool Spread(Span<byte> bytes, int length, int gap)
    {
        if (gap < 0) return length == 16;
        if (length > 14) return false;
        var tail = length - gap;
        bytes.Slice(gap, tail).CopyTo(bytes[(16 - tail)..]);
        bytes[gap..(16 - tail)].Clear();
        return true;
    }

    private static (int Start, int Length) LongestZeroRun(ReadOnlySpan<ushort> groups)
    {
        (int Start, int Length) best = (-1, 0);
        for (var i = 0; i < Groups; i++)
        {
            var end = i;
            while (end < Groups && groups[end] == 0) end++;
            if (end - i > best.Length) best = (i, end - i);
            i = end;
        }
        return best.Length > 1 ? best : (-1, 0);
    }

    private static bool Put(ReadOnlySpan<byte> text, Span<byte> destination, ref int length)
    {
        if (!text.TryCopyTo(destination[length..])) return false;
        length += text.Length;
        return true;
    }
}
