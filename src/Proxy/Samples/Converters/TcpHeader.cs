using System.Buffers.Binary;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>A TCP header with its options (RFC 9293 3.1, 3.2) over borrowed bytes that may be cut short.</summary>
internal readonly ref struct TcpHeader
{
    public const int MaxSegmentSize = 2;
    public const int WindowScale = 3;
    public const int SackPermitted = 4;
    public const int Timestamps = 8;

    private const int MinLength = 20;
    private const int NoOperation = 1;

    private readonly ReadOnlySpan<byte> _bytes;

    private TcpHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Bytes with options.</summary>
    public int Length => _bytes.Length;

    public int Flags => _bytes[13];

    public ushort Window => BinaryPrimitives.ReadUInt16BigEndian(_bytes[14..]);

    /// <summary>False unless the whole header with its options is there.</summary>
    public static bool TryRead(ReadOnlySpan<byte> segment, out TcpHeader header)
    {
        header = default;
        if (segment.Length < MinLength) return false;
        var length = (segment[12] >> 4) * 4;
        if (length < MinLength || length > segment.Length) return false;
        header = new TcpHeader(segment[..length]);
        return true;
    }

    /// <summary>The fixed part alone.</summary>
    public static bool HasFixedPart(ReadOnlySpan<byte> segment) => segment.Length >= MinLength;

    public bool Has(int kind) => Option(kind, width: 0) is not null;

    /// <summary>The first <paramref name="width"/> bytes of an option's value as a number; null when the option is not there.</summary>
    public long? Option(int kind, int width)
    {
        for (var at = MinLength; at < Length;)
        {
            var current = _bytes[at];
            if (current == 0) return null;
            if (current == NoOperation)
            {
                at++;
                continue;
            }
            if (!TryStep(at, out var next)) return null;
            if (current == kind)
            {
                if (at + 2 + width > Length) return null;
                long value = 0;
                foreach (var b in _bytes.Slice(at + 2, width)) value = value << 8 | b;
                return value;
            }
            at = next;
        }
        return null;
    }

    /// <summary>Kinds in their order, without the end of the list.</summary>
    /// <param name="onlyWhole">An option whose length does not fit is left out, and with it all that follow; otherwise its kind is the last.</param>
    public int CopyOptionKinds(Span<byte> destination, bool onlyWhole)
    {
        var count = 0;
        for (var at = MinLength; at < Length && _bytes[at] != 0 && count < destination.Length;)
        {
            var kind = _bytes[at];
            var isWhole = true;
            if (kind == NoOperation) at++;
            else isWhole = TryStep(at, out at);
            if (isWhole || !onlyWhole) destination[count++] = kind;
            if (!isWhole) break;
        }
        return count;
    }

    /// <summary>One bit for each of the kinds 2 to 8, the highest for all others.</summary>
    public byte OptionKinds()
    {
        Span<byte> kinds = stackalloc byte[40];
        var bits = 0;
        foreach (var kind in kinds[..CopyOptionKinds(kinds, onlyWhole: true)])
            if (kind > NoOperation) bits |= kind <= 8 ? 1 << (kind - 2) : 0x80;
        return (byte)bits;
    }

    private bool TryStep(int at, out int next)
    {
        next = at + 1 < Length ? at + _bytes[at + 1] : Length + 1;
        return next >= at + 2 && next <= Length;
    }
}
