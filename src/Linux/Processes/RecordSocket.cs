using Evenkeel.Linux.Sockets;

namespace Evenkeel.Linux.Processes;

/// <summary>
/// One end of a SOCK_SEQPACKET socketpair(2): whole records in order between two processes of the tree, descriptors travelling with them (SCM_RIGHTS).
/// </summary>
/// <remarks>Non-blocking. The other end's death shows as end of file at once, whatever killed it: the pair is the lifeline too.</remarks>
public sealed unsafe class RecordSocket(int descriptor) : IDisposable
{
    private const int AF_UNIX = 1;
    private const int SOCK_SEQPACKET = 5;
    private const int SOCK_CLOEXEC = 0x80000;
    private const int SOCK_NONBLOCK = 0x800;
    private const int SOL_SOCKET = 1;
    private const int SCM_RIGHTS = 1;
    private const int MSG_CMSG_CLOEXEC = 0x40000000;
    private const int MSG_NOSIGNAL = 0x4000;
    private const int MSG_CTRUNC = 8;

    /// <summary>Most descriptors in one record: the kernel's SCM_MAX_FD.</summary>
    public const int MostDescriptors = 253;

    // struct cmsghdr is 16 bytes (64 bit), its data is padded to 8: 16 + 253 * 4 = 1028 -> 1032.
    private const int ControlLength = 1032;
    private const int ControlHeader = 16;

    public int Descriptor { get; private set; } = descriptor;

    /// <summary>Descriptors of the last record were lost: this process may hold no more (RLIMIT_NOFILE).</summary>
    public bool HasLostDescriptors { get; private set; }

    public static SysResult CreatePair(out RecordSocket? here, out RecordSocket? there)
    {
        var pair = stackalloc int[2];
        var made = LibC.Result(LibC.socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair));
        (here, there) = made.IsOk ? (new RecordSocket(pair[0]), new RecordSocket(pair[1])) : (null, null);
        return made;
    }

    /// <summary>Two ends of a stream, for a conversation of which one end is given away.</summary>
    public static SysResult CreateStreamPair(out SocketHandle here, out SocketHandle there)
    {
        const int SOCK_STREAM = 1;
        var pair = stackalloc int[2];
        var made = LibC.Result(LibC.socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair));
        (here, there) = made.IsOk ? (new SocketHandle(pair[0]), new SocketHandle(pair[1])) : (SocketHandle.None, SocketHandle.None);
        return made;
    }

    /// <summary>Sends one record; EAGAIN when the other side does not read, EPIPE when it is gone.</summary>
    public SysResult Send(ReadOnlySpan<byte> record, ReadOnlySpan<int> descriptors = default)
    {
        if (descriptors.Length > MostDescriptors) return SysResult.Fail(Errno.EINVAL);
        var control = stackalloc byte[ControlLength];
        // Bound: the lengths below are those of the two spans, which stay pinned over the call.
        fixed (byte* first = record)
        {
            var vector = new IoVector { Base = first, Length = (nuint)record.Length };
            var message = new MessageHeader { Vectors = &vector, VectorCount = 1 };
            if (descriptors.Length > 0)
            {
                var dataLength = descriptors.Length * sizeof(int);
                *(nuint*)control = (nuint)(ControlHeader + dataLength);
                ((int*)control)[2] = SOL_SOCKET;
                ((int*)control)[3] = SCM_RIGHTS;
                descriptors.CopyTo(new Span<int>(control + ControlHeader, descriptors.Length));
                message.Control = control;
                message.ControlLength = (nuint)(ControlHeader + ((dataLength + 7) & ~7));
            }
            while (true)
            {
                var sent = LibC.Result(LibC.sendmsg(Descriptor, &message, MSG_NOSIGNAL));
                if (!sent.Is(Errno.EINTR)) return sent;
            }
        }
    }

    /// <summary>Takes one record into <paramref name="record"/>; 0 is the end of the other side.</summary>
    /// <param name="descriptors">The descriptors that came along, now the caller's, close-on-exec; all or none (<see cref="HasLostDescriptors"/>).</param>
    public SysResult Receive(Span<byte> record, out int[] descriptors)
    {
        descriptors = [];
        var control = stackalloc byte[ControlLength];
        fixed (byte* first = record)
        {
            var vector = new IoVector { Base = first, Length = (nuint)record.Length };
            var message = new MessageHeader { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlLength };
            SysResult received;
            do received = LibC.Result(LibC.recvmsg(Descriptor, &message, MSG_CMSG_CLOEXEC));
            while (received.Is(Errno.EINTR));
            if (received.IsError) return received;

            if (message.ControlLength > ControlHeader && ((int*)control)[2] == SOL_SOCKET && ((int*)control)[3] == SCM_RIGHTS)
                descriptors = new Span<int>(control + ControlHeader, (int)(*(nuint*)control - ControlHeader) / sizeof(int)).ToArray();
            HasLostDescriptors = (message.Flags & MSG_CTRUNC) != 0;
            if (!HasLostDescriptors) return received;
            foreach (var incomplete in descriptors) _ = LibC.close(incomplete);
            descriptors = [];
            return received;
        }
    }

    public void Dispose()
    {
        if (Descriptor >= 0) _ = LibC.close(Descriptor);
        Descriptor = -1;
    }
}
