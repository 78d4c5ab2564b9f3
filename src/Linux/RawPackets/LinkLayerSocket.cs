using System.Buffers.Binary;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Linux.RawPackets;

/// <summary>A packet(7) socket that only sends whole Ethernet frames, on any interface: gratuitous ARP and unsolicited neighbour advertisements.
/// Needs CAP_NET_RAW.</summary>
public sealed unsafe class LinkLayerSocket : IDisposable
{
    private const int AF_PACKET = 17;
    private const int SOCK_RAW = 3;
    private const int SOCK_CLOEXEC = 0x80000;
    private const int SOCK_NONBLOCK = 0x800;
    private readonly int _descriptor;
    private bool _closed;

    private LinkLayerSocket(int descriptor) => _descriptor = descriptor;

    /// <summary>Protocol 0: the kernel queues nothing for reading.</summary>
    public static LinkLayerSocket? Open(out SysResult result)
    {
        result = SysResult.From(SocketCalls.Open(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        return result.IsOk ? new LinkLayerSocket(result.Value) : null;
    }

    /// <returns>ENOBUFS or EAGAIN when the interface's queue is full, ENETDOWN when it is down, ENXIO when it is gone.</returns>
    public SysResult Send(int interfaceIndex, ReadOnlySpan<byte> frame)
    {
        // struct sockaddr_ll: family 2, protocol 2 (network order), index 4, hardware type 2, packet type 1, length 1, address 8.
        var to = stackalloc byte[20];
        var address = new Span<byte>(to, 20);
        address.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(address, AF_PACKET);
        frame.Slice(12, 2).CopyTo(address[2..]);
        BinaryPrimitives.WriteInt32LittleEndian(address[4..], interfaceIndex);
        address[11] = 6;
        frame[..6].CopyTo(address[12..]);
        fixed (byte* bytes = frame)
            return SysResult.From(SocketCalls.SendTo(_descriptor, bytes, (nuint)frame.Length, 0, to, 20));
    }

    public void Dispose()
    {
        if (_closed)
            return;
        _closed = true;
        _ = SocketCalls.Close(_descriptor);
    }
}
