using System.Buffers.Binary;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Proxy.Transport.ProxyProtocol;

/// <summary>Writes a PROXY header piece by piece into a span; what does not fit is left out and <see cref="Overflowed"/> tells.</summary>
public ref struct ProxyHeaderWriter(Span<byte> space)
{
    private readonly Span<byte> _space = space;
    private int _checksumAt;

    public int Length { get; private set; }

    public bool Overflowed { get; private set; }

    public readonly ReadOnlySpan<byte> Written => _space[..Length];

    /// <summary>The whole header of version 1 (proxy-protocol.txt 2.1).</summary>
    public void WriteLine(IpEndpoint source, IpEndpoint destination)
    {
        if (source.AddressLength == 0 || source.Family != destination.Family)
        {
            Put("PROXY UNKNOWN\r\n"u8);
            return;
        }

        Put(source.Family == EndpointFamily.IPv4 ? "PROXY TCP4 "u8 : "PROXY TCP6 "u8);
        Put(source);
        Put(" "u8);
        Put(destination);
        Put(" "u8);
        Put(source.Port);
        Put(" "u8);
        Put(destination.Port);
        Put("\r\n"u8);
    }

    /// <summary>Begins a header of version 2; without addresses it says LOCAL.</summary>
    public void Begin(IpEndpoint source, IpEndpoint destination)
    {
        var known = source.AddressLength > 0 && source.Family == destination.Family;
        Put(ProxyHeader.Signature);
        Put([known ? (byte)0x21 : (byte)0x20, !known ? (byte)0 : source.Family == EndpointFamily.IPv4 ? (byte)0x11 : (byte)0x21, 0, 0]);
        if (!known) return;
        Span<byte> ends = stackalloc byte[36];
        var size = source.CopyAddressTo(ends);
        destination.CopyAddressTo(ends[size..]);
        BinaryPrimitives.WriteUInt16BigEndian(ends[(2 * size)..], source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(ends[(2 * size + 2)..], destination.Port);
        Put(ends[..(2 * size + 4)]);
    }

    public void AddTlv(byte type, scoped ReadOnlySpan<byte> value)
    {
        if (value.Length > ushort.MaxValue || Length + 3 + value.Length > _space.Length)
        {
            Overflowed = true;
            return;
        }

        Put([type, (byte)(value.Length >> 8), (byte)value.Length]);
        Put(value);
    }

    /// <summary>Room for the checksum, which <see cref="Finish"/> fills in.</summary>
    public void AddChecksum()
    {
        AddTlv(ProxyHeader.TypeCrc32C, [0, 0, 0, 0]);
        _checksumAt = Overflowed ? 0 : Length - 4;
    }

    /// <summary>Ends a header of version 2: its length, then the checksum.</summary>
    public readonly void Finish()
    {
        BinaryPrimitives.WriteUInt16BigEndian(_space[14..], (ushort)(Length - ProxyHeader.FixedLength));
        if (_checksumAt > 0)
            BinaryPrimitives.WriteUInt32BigEndian(_space[_checksumAt..], ProxyHeader.Crc32C(Written, default, default));
    }

    private void Put(IpEndpoint endpoint)
    {
        Span<byte> text = stackalloc byte[48];
        Put(text[..endpoint.FormatAddress(text)]);
    }

    private void Put(int number)
    {
        Span<byte> digits = stackalloc byte[11];
        number.TryFormat(digits, out var length);
        Put(digits[..length]);
    }

    private void Put(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _space.Length - Length)
        {
            Overflowed = true;
            return;
        }

        bytes.CopyTo(_space[Length..]);
        Length += bytes.Length;
    }
}
