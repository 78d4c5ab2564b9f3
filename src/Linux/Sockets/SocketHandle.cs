using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Sockets;

public enum SocketKind { Stream = 1, Datagram = 2, SequencedPacket = 5 }

/// <summary>Which half shutdown(2) ends.</summary>
public enum ShutdownSide { Read = 0, Write = 1, Both = 2 }

/// <summary>A non-blocking, close-on-exec socket descriptor. A value, nothing is closed behind your back; every answer is a <see cref="SysResult"/>.</summary>
/// <remarks>Sends never raise SIGPIPE. No method retries EINTR but <see cref="Accept"/>: non-blocking calls are not interrupted.</remarks>
public readonly unsafe partial struct SocketHandle(int descriptor)
{
    private const int SOCK_NONBLOCK = 0x800;
    private const int SOCK_CLOEXEC = 0x80000;
    private const int MSG_NOSIGNAL = 0x4000;
    private const int MSG_MORE = 0x8000;
    private const int MSG_PEEK = 2;
    private const int IPPROTO_MPTCP = 262;

    public static readonly SocketHandle None = new(-1);

    public int Descriptor { get; } = descriptor;

    public bool IsOpen => Descriptor >= 0;

    /// <param name="family">AF_INET, AF_INET6, AF_UNIX.</param>
    /// <returns>The descriptor.</returns>
    /// <param name="isMultipath">Multipath TCP (RFC 8684), which a kernel without it answers with EPROTONOSUPPORT or ENOPROTOOPT.</param>
    /// <returns>The descriptor.</returns>
    public static SysResult Open(int family, SocketKind kind, bool isMultipath = false) =>
        SysResult.From(SocketCalls.Open(family, (int)kind | SOCK_NONBLOCK | SOCK_CLOEXEC, isMultipath ? IPPROTO_MPTCP : 0));

    public SysResult Bind(KernelSocketAddress address)
    {
        fixed (byte* bytes = address.Raw)
            return SysResult.From(SocketCalls.Bind(Descriptor, bytes, (uint)address.Length));
    }

    public SysResult Listen(int backlog) => SysResult.From(SocketCalls.Listen(Descriptor, backlog));

    /// <summary>Takes one waiting connection; it is non-blocking and close-on-exec.</summary>
    /// <returns>Its descriptor; EAGAIN when none waits.</returns>
    public SysResult Accept(out KernelSocketAddress peer)
    {
        Unsafe.SkipInit(out peer);
        SysResult result;
        do
        {
            uint length = KernelSocketAddress.MaxLength;
            fixed (byte* bytes = peer.Raw)
                result = SysResult.From(SocketCalls.Accept(Descriptor, bytes, &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
            peer.Length = (int)Math.Min(length, KernelSocketAddress.MaxLength);
        }
        while (result.Is(Errno.EINTR));
        return result;
    }

    /// <returns>EINPROGRESS while the peer has not answered yet.</returns>
    public SysResult Connect(KernelSocketAddress address)
    {
        fixed (byte* bytes = address.Raw)
            return SysResult.From(SocketCalls.Connect(Descriptor, bytes, (uint)address.Length));
    }

    /// <summary>Forgets the peer of a datagram socket, and the own address that was chosen for it.</summary>
    public SysResult Disconnect()
    {
        var none = stackalloc byte[16];
        return SysResult.From(SocketCalls.Connect(Descriptor, none, 16));
    }

    /// <returns>Bytes read; 0 is the peer's end of data.</returns>
    public SysResult Receive(Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
            return SysResult.From(SocketCalls.Receive(Descriptor, bytes, (nuint)buffer.Length, 0));
    }

    /// <summary>Takes one datagram; what does not fit is lost.</summary>
    /// <param name="peer">Who sent it; of no family when the sender has no address.</param>
    /// <returns>Bytes read.</returns>
    public SysResult ReceiveFrom(Span<byte> buffer, out KernelSocketAddress peer)
    {
        peer = default;
        uint length = KernelSocketAddress.MaxLength;
        fixed (byte* bytes = buffer)
        fixed (byte* address = peer.Raw)
        {
            var received = SysResult.From(SocketCalls.ReceiveFrom(Descriptor, bytes, (nuint)buffer.Length, 0, address, &length));
            peer.Length = received.IsOk ? (int)Math.Min(length, KernelSocketAddress.MaxLength) : 0;
            return received;
        }
    }

    /// <summary>Looks at what waits without taking it.</summary>
    public SysResult Peek(Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
            return SysResult.From(SocketCalls.Receive(Descriptor, bytes, (nuint)buffer.Length, MSG_PEEK));
    }

    /// <param name="more">More follows at once: the kernel may hold a partial segment back.</param>
    /// <returns>Bytes taken over by the kernel, possibly fewer than given.</returns>
    public SysResult Send(ReadOnlySpan<byte> buffer, bool more = false)
    {
        fixed (byte* bytes = buffer)
            return SysResult.From(SocketCalls.Send(Descriptor, bytes, (nuint)buffer.Length, MSG_NOSIGNAL | (more ? MSG_MORE : 0)));
    }

    /// <summary>Sends two pieces in one call (head and body).</summary>
    public SysResult Send(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, bool more = false)
    {
        fixed (byte* firstBytes = first)
        fixed (byte* secondBytes = second)
        {
            var vectors = stackalloc SocketCalls.iovec[2];
            vectors[0].Base = firstBytes;
            vectors[0].Length = (nuint)first.Length;
            vectors[1].Base = secondBytes;
            vectors[1].Length = (nuint)second.Length;
            var message = new SocketCalls.msghdr { Vectors = vectors, VectorCount = 2 };
            return SysResult.From(SocketCalls.SendMessage(Descriptor, &message, MSG_NOSIGNAL | (more ? MSG_MORE : 0)));
        }
    }

    /// <summary>One datagram to an address.</summary>
    public SysResult SendTo(ReadOnlySpan<byte> buffer, KernelSocketAddress address)
    {
        fixed (byte* bytes = buffer)
        fixed (byte* to = address.Raw)
        {
            var sent = SocketCalls.SendTo(Descriptor, bytes, (nuint)buffer.Length, MSG_NOSIGNAL, to, (uint)address.Length);
            return SysResult.From(sent);
        }
    }

    public SysResult Shutdown(ShutdownSide side) => SysResult.From(SocketCalls.Shutdown(Descriptor, (int)side));

    public SysResult Close() => SysResult.From(SocketCalls.Close(Descriptor));

    public SysResult LocalAddress(out KernelSocketAddress address)
    {
        address = default;
        uint length = KernelSocketAddress.MaxLength;
        fixed (byte* bytes = address.Raw)
        {
            var result = SysResult.From(SocketCalls.GetName(Descriptor, bytes, &length));
            address.Length = result.IsOk ? (int)Math.Min(length, KernelSocketAddress.MaxLength) : 0;
            return result;
        }
    }

    public SysResult PeerAddress(out KernelSocketAddress address)
    {
        address = default;
        uint length = KernelSocketAddress.MaxLength;
        fixed (byte* bytes = address.Raw)
        {
            var result = SysResult.From(SocketCalls.GetPeer(Descriptor, bytes, &length));
            address.Length = result.IsOk ? (int)Math.Min(length, KernelSocketAddress.MaxLength) : 0;
            return result;
        }
    }
}
