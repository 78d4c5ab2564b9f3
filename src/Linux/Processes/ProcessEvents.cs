using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Processes;

/// <summary>What the kernel said happened to a process.</summary>
public enum ProcessEvent { Forked, Executed, Renamed, Exited }

/// <summary>
/// The kernel's process events connector (linux/cn_proc.h): forks, execs, renames and exits as they happen. Only where CONFIG_PROC_EVENTS is on, with
/// CAP_NET_ADMIN, and in the first network and PID namespaces; elsewhere <see cref="Open"/> fails and /proc has to be polled.
/// </summary>
public sealed unsafe partial class ProcessEvents : IDisposable
{
    private const int AF_NETLINK = 16;
    private const int SOCK_DGRAM = 2;
    private const int SOCK_NONBLOCK = 0x800;
    private const int SOCK_CLOEXEC = 0x80000;
    private const int NETLINK_CONNECTOR = 11;
    private const uint CN_IDX_PROC = 1;
    private const uint CN_VAL_PROC = 1;
    private const uint PROC_CN_MCAST_LISTEN = 1;
    private const uint PROC_EVENT_FORK = 0x1;
    private const uint PROC_EVENT_EXEC = 0x2;
    private const uint PROC_EVENT_COMM = 0x200;
    private const uint PROC_EVENT_EXIT = 0x80000000;

    // nlmsghdr 16 bytes, cn_msg 20, then proc_event: what u32, cpu u32, timestamp u64, data at 16.
    private const int HeaderLength = 16;
    private const int MessageLength = 20;
    private const int DataOffset = HeaderLength + MessageLength + 16;

    private readonly byte[] _buffer = new byte[8192];

    private ProcessEvents(int descriptor) => Descriptor = descriptor;

    /// <summary>Readable when something happened; -1 once disposed.</summary>
    public int Descriptor { get; private set; }

    public static ProcessEvents? Open(out SysResult result)
    {
        result = SysResult.From(socket(AF_NETLINK, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_CONNECTOR), Marshal.GetLastPInvokeError());
        if (result.IsError) return null;
        var events = new ProcessEvents(result.Value);
        result = events.Listen();
        if (result.IsOk) return events;
        events.Dispose();
        return null;
    }

    private SysResult Listen()
    {
        // struct sockaddr_nl: family, pad, pid (0: the kernel chooses), groups.
        var address = stackalloc byte[12];
        new Span<byte>(address, 12).Clear();
        *(ushort*)address = AF_NETLINK;
        *(uint*)(address + 8) = CN_IDX_PROC;
        var bound = SysResult.From(bind(Descriptor, address, 12), Marshal.GetLastPInvokeError());
        if (bound.IsError) return bound;
        const int length = HeaderLength + MessageLength + 4;
        var request = stackalloc byte[length];
        new Span<byte>(request, length).Clear();
        *(uint*)request = length;
        *(ushort*)(request + 4) = 3; // NLMSG_DONE
        *(uint*)(request + HeaderLength) = CN_IDX_PROC;
        *(uint*)(request + HeaderLength + 4) = CN_VAL_PROC;
        *(ushort*)(request + HeaderLength + 16) = 4;
        *(uint*)(request + HeaderLength + MessageLength) = PROC_CN_MCAST_LISTEN;
        return SysResult.From(send(Descriptor, request, length, 0), Marshal.GetLastPInvokeError());
    }

    /// <summary>Calls back with every event that has been queued; false when some were lost (ENOBUFS) and /proc must be read again.</summary>
    public bool Read(Action<ProcessEvent, int> happened)
    {
        while (true)
        {
            nint length;
            fixed (byte* first = _buffer) length = recv(Descriptor, first, (nuint)_buffer.Length, 0);
            if (length < 0) return Marshal.GetLastPInvokeError() != (int)Errno.ENOBUFS;
            if (length >= DataOffset + 8) Report(_buffer.AsSpan(0, (int)length), happened);
            else if (length == 0) return true;
        }
    }

    private static void Report(ReadOnlySpan<byte> message, Action<ProcessEvent, int> happened)
    {
        uint what = BinaryPrimitives.ReadUInt32LittleEndian(message[(HeaderLength + MessageLength)..]);
        var data = message[DataOffset..];
        int pid = BinaryPrimitives.ReadInt32LittleEndian(data);
        int group = BinaryPrimitives.ReadInt32LittleEndian(data[4..]);
        if (what == PROC_EVENT_FORK && data.Length >= 16)
        {
            // parent pid, parent tgid, child pid, child tgid: threads have a group that is not themselves.
            int child = BinaryPrimitives.ReadInt32LittleEndian(data[8..]);
            if (child == BinaryPrimitives.ReadInt32LittleEndian(data[12..])) happened(ProcessEvent.Forked, child);
            return;
        }
        if (pid != group) return;
        if (what == PROC_EVENT_EXEC) happened(ProcessEvent.Executed, pid);
        else if (what == PROC_EVENT_COMM) happened(ProcessEvent.Renamed, pid);
        else if (what == PROC_EVENT_EXIT) happened(ProcessEvent.Exited, pid);
    }

    public void Dispose()
    {
        if (Descriptor >= 0) _ = close(Descriptor);
        Descriptor = -1;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int descriptor, void* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int descriptor, void* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int descriptor, void* buffer, nuint length, int flags);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
