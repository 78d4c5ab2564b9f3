namespace Evenkeel.Proxy.Message;

/// <summary>Writes a part of a request target in its normal form (RFC 3986 §6.2.2; configuration.txt 4.4 "normalize-uri").</summary>
/// <remarks>The result never needs more room than the input, but for <see cref="EncodeFragment"/>, which needs three times as much.</remarks>
public static class UriNormalizers
{
    /// <returns>Length of the normal form; -1 when the input is broken and the rule is strict.</returns>
    public delegate int Normalizer(ReadOnlySpan<byte> part, Span<byte> normal);

    /// <summary>Arguments of a query that are sorted; a query with more stays as it is.</summary>
    private const int MaxArguments = 256;

    public static int EncodeFragment(ReadOnlySpan<byte> target, Span<byte> normal)
    {
        var length = 0;
        foreach (var each in target)
        {
            if (each != '#') normal[length++] = each;
            else
            {
                "%23"u8.CopyTo(normal[length..]);
                length += 3;
            }
        }

        return length;
    }

    public static int StripFragment(ReadOnlySpan<byte> target, Span<byte> normal)
    {
        var mark = target.IndexOf((byte)'#');
        if (mark >= 0) target = target[..mark];
        target.CopyTo(normal);
        return target.Length;
    }

    public static int MergeSlashes(ReadOnlySpan<byte> path, Span<byte> normal)
    {
        var length = 0;
        foreach (var each in path)
            if (each != '/' || length == 0 || normal[length - 1] != '/') normal[length++] = each;
        return length;
    }

    /// <summary>Leaves out segments that are a single dot.</summary>
    public static int StripDot(ReadOnlySpan<byte> path, Span<byte> normal)
    {
        var length = 0;
        while (TryTakeSegment(ref path, out var segment, out var isClosed))
        {
            if (segment.SequenceEqual("."u8)) continue;
            segment.CopyTo(normal[length..]);
            length += segment.Length;
            if (isClosed) normal[length++] = (byte)'/';
        }

        return length;
    }

    public static int StripDotDot(ReadOnlySpan<byte> path, Span<byte> normal) => StripDotDot(path, normal, isFull: false);

    public static int StripAllDotDot(ReadOnlySpan<byte> path, Span<byte> normal) => StripDotDot(path, normal, isFull: true);

    public static int DecodeUnreserved(ReadOnlySpan<byte> text, Span<byte> normal) => Decode(text, normal, isStrict: false);

    public static int DecodeUnreservedStrictly(ReadOnlySpan<byte> text, Span<byte> normal) => Decode(text, normal, isStrict: true);

    public static int ToUppercase(ReadOnlySpan<byte> text, Span<byte> normal) => Uppercase(text, normal, isStrict: false);

    public static int ToUppercaseStrictly(ReadOnlySpan<byte> text, Span<byte> normal) => Uppercase(text, normal, isStrict: true);

    /// <summary>Sorts the arguments of a query by their names; those of one name keep their order.</summary>
    public static int SortQuery(ReadOnlySpan<byte> query, Span<byte> normal)
    {
        Span<(int Start, int Length)> arguments = stackalloc (int, int)[MaxArguments];
        var count = 0;
        for (var start = 0; start < query.Length;)
        {
            var end = query[start..].IndexOf((byte)'&');
            var length = end < 0 ? query.Length - start : end;
            if (count == MaxArguments)
            {
                query.CopyTo(normal);
                return query.Length;
            }

            // Insertion keeps equals in their order, and queries are short.
            var at = count++;
            for (; at > 0 && Name(query, arguments[at - 1]).SequenceCompareTo(Name(query, (start, length))) > 0; at--) arguments[at] = arguments[at - 1];
            arguments[at] = (start, length);
            start += length + 1;
        }

        var written = 0;
        for (var i = 0; i < count; i++)
        {
            if (i > 0) normal[written++] = (byte)'&';
            query.Slice(arguments[i].Start, arguments[i].Length).CopyTo(normal[written..]);
            written += arguments[i].Length;
        }

        return written;
    }

    private static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> query, (int Start, int Length) argument)
    {
        var text = query.Slice(argument.Start, argument.Length);
        var equals = text.IndexOf((byte)'=');
        return equals < 0 ? text : text[..equals];
    }

    private static int StripDotDot(ReadOnlySpan<byte> path, Span<byte> normal, bool isFull)
    {
        var (length, kept) = (0, 0);
        while (TryTakeSegment(ref path, out var segment, out var isClosed))
        {
            var isParent = segment.SequenceEqual(".."u8);
            if (isParent && length > Math.Max(kept, 1))
            {
                // Everything behind the slash before the last one goes.
                length = normal[..(length - 1)].LastIndexOf((byte)'/') + 1;
                continue;
            }

            if (isParent && isFull) continue;
            segment.CopyTo(normal[length..]);
            length += segment.Length;
            if (isClosed) normal[length++] = (byte)'/';
            // Parents that lead out of the root stay, and nothing takes them back.
            if (isParent) kept = length;
        }

        return length;
    }

    /// <summary>Takes what stands before the next slash.</summary>
    private static bool TryTakeSegment(ref ReadOnlySpan<byte> path, out ReadOnlySpan<byte> segment, out bool isClosed)
    {
        segment = path;
        isClosed = false;
        if (path.IsEmpty) return false;
        var slash = path.IndexOf((byte)'/');
        isClosed = slash >= 0;
        if (isClosed) segment = path[..slash];
        path = isClosed ? path[(slash + 1)..] : default;
        return true;
    }

    private static int Decode(ReadOnlySpan<byte> text, Span<byte> normal, bool isStrict)
    {
        var length = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '%')
            {
                normal[length++] = text[at];
                continue;
            }

            var value = HexPair(text[at..]);
            if (value < 0 && isStrict) return -1;
            if (value >= 0 && IsUnreserved((byte)value))
            {
                normal[length++] = (byte)value;
                at += 2;
            }
            else normal[length++] = text[at];
        }

        return length;
    }

    private static int Uppercase(ReadOnlySpan<byte> text, Span<byte> normal, bool isStrict)
    {
        text.CopyTo(normal);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '%') continue;
            if (HexPair(text[at..]) < 0)
            {
                if (isStrict) return -1;
                continue;
            }

            normal[at + 1] = Upper(text[at + 1]);
            normal[at + 2] = Upper(text[at + 2]);
            at += 2;
        }

        return text.Length;
    }

    private static byte Upper(byte digit) => digit >= 'a' ? (byte)(digit & ~0x20) : digit;

    /// <returns>-1 when no two hexadecimal digits follow the percent sign.</returns>
    private static int HexPair(ReadOnlySpan<byte> text)
    {
        if (text.Length < 3 || !char.IsAsciiHexDigit((char)text[1]) || !char.IsAsciiHexDigit((char)text[2])) return -1;
        return (Value(text[1]) << 4) | Value(text[2]);
    }

    private static int Value(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static bool IsUnreserved(byte value) => char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~';
}
