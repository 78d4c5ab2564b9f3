using System.Buffers.Binary;
using System.Text;

namespace Evenkeel.Linux.Netlink;

/// <summary>Writes one rtnetlink request into a caller's buffer. Layout: nlmsghdr (length, type, flags, sequence, port), family header, attributes
/// padded to 4 bytes.</summary>
/// <remarks>Host byte order, little endian on every architecture published so far; attribute payloads that are addresses stay in network order.</remarks>
public ref struct NetlinkWriter
{
    public const int HeaderLength = 16;
    private readonly Span<byte> _buffer;
    private int _length;

    public NetlinkWriter(Span<byte> buffer, ushort type, ushort flags, uint sequence)
    {
        _buffer = buffer;
        _buffer[..HeaderLength].Clear();
        _length = HeaderLength;
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer[6..], flags);
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer[8..], sequence);
    }

    /// <summary>A zeroed family header (ifaddrmsg, ifinfomsg ...) to be filled in.</summary>
    public Span<byte> Header(int length)
    {
        var header = _buffer.Slice(_length, length);
        header.Clear();
        _length += length;
        return header;
    }

    public void Attribute(ushort type, scoped ReadOnlySpan<byte> value)
    {
        var padded = (value.Length + 3) & ~3;
        var target = _buffer.Slice(_length, 4 + padded);
        target.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(target[2..], type);
        value.CopyTo(target[4..]);
        _length += 4 + padded;
    }

    public void Attribute(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        Attribute(type, bytes);
    }

    /// <summary>A text with its terminating zero.</summary>
    public void Attribute(ushort type, string text)
    {
        Span<byte> bytes = stackalloc byte[64];
        bytes.Clear();
        var length = Encoding.ASCII.GetBytes(text.AsSpan(0, Math.Min(text.Length, 63)), bytes);
        Attribute(type, bytes[..(length + 1)]);
    }

    public readonly ReadOnlySpan<byte> Finish()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer, (uint)_length);
        return _buffer[.._length];
    }
}
