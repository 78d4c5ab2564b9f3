using System.Buffers.Binary;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Linux.RawPackets;

/// <summary>A packet(7) socket that hears the ARP messages of one interface, as whole frames. Needs CAP_NET_RAW.</summary>
public sealed unsafe class ArpSocket : IDisposable
{
    private const int AF_PACKET = 17;
    private const int SOCK_RAW = 3;
    private const int SOCK_CLOEXEC = 0x80000;
    private const int SOCK_NONBLOCK = 0x800;
    private const ushort ETH_P_ARP = 0x0806;
    private bool _closed;

    private ArpSocket(int descriptor) => Descriptor = descriptor;

    public int Descriptor { get; }

    public static ArpSocket? Open(int interfaceIndex, out SysResult result)
    {
        var protocol = BinaryPrimitives.ReverseEndianness(ETH_P_ARP);
        result = SysResult.From(SocketCalls.Open(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        if (result.IsError) return null;
        var descriptor = result.Value;
        // struct sockaddr_ll: family 2, protocol 2 (network order), index 4, and what only senders fill in.
        var address = stackalloc byte[20];
        var bytes = new Span<byte>(address, 20);
        bytes.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, AF_PACKET);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], protocol);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], interfaceIndex);
        result = SysResult.From(SocketCalls.Bind(descriptor, address, 20));
        if (result.IsOk) return new ArpSocket(descriptor);
        _ = SocketCalls.Close(descriptor);
        return null;
    }

    public SysResult Receive(Span<byte> frame)
    {
        fixed (byte* bytes = frame) return SysResult.From(SocketCalls.Receive(Descriptor, bytes, (nuint)frame.Length, 0));
    }

    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        _ = SocketCalls.Close(Descriptor);
    }
}
