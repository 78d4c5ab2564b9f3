using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Epoll;

/// <summary>Event bits of epoll(7) under the kernel's names.</summary>
[Flags]
public enum EpollEvents : uint
{
    None = 0,
    EPOLLIN = 0x001,
    EPOLLOUT = 0x004,
    EPOLLERR = 0x008,
    EPOLLHUP = 0x010,
    EPOLLRDHUP = 0x2000,
    EPOLLEXCLUSIVE = 1u << 28,
    EPOLLET = 1u << 31,
}

/// <summary>One event as the kernel writes it; packed on x86-64 only (sys/epoll.h), which is the one architecture published so far.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
#pragma warning disable CS8981 // the kernel's name
public struct epoll_event
#pragma warning restore CS8981
{
    public EpollEvents Events;
    public ulong Data;
}

/// <summary>An epoll instance. Owner: one loop.</summary>
public sealed partial class EpollSet : IDisposable
{
    private const int EPOLL_CLOEXEC = 0x80000;
    private const int EPOLL_CTL_ADD = 1;
    private const int EPOLL_CTL_DEL = 2;
    private readonly int _descriptor;
    private bool _closed;

    private EpollSet(int descriptor) => _descriptor = descriptor;

    /// <returns>Null with the errno in <paramref name="result"/> when the kernel refuses (EMFILE, ENOMEM).</returns>
    public static EpollSet? Create(out SysResult result)
    {
        result = SysResult.From(EpollCreate(EPOLL_CLOEXEC));
        return result.IsOk ? new EpollSet(result.Value) : null;
    }

    /// <param name="data">Comes back with each event.</param>
    public SysResult Add(int descriptor, EpollEvents events, ulong data)
    {
        var change = new epoll_event { Events = events, Data = data };
        return SysResult.From(EpollControl(_descriptor, EPOLL_CTL_ADD, descriptor, ref change));
    }

    /// <summary>Needed only for descriptors that stay open; close(2) removes the others by itself.</summary>
    public SysResult Remove(int descriptor)
    {
        var ignored = default(epoll_event);
        return SysResult.From(EpollControl(_descriptor, EPOLL_CTL_DEL, descriptor, ref ignored));
    }

    /// <param name="timeoutMs">-1 waits for ever, 0 only looks.</param>
    /// <returns>How many of <paramref name="events"/> were filled; EINTR is told as an error.</returns>
    public unsafe SysResult Wait(Span<epoll_event> events, int timeoutMs)
    {
        fixed (epoll_event* first = events)
            return SysResult.From(EpollWait(_descriptor, first, events.Length, timeoutMs));
    }

    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        _ = Close(_descriptor);
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl")]
    private static partial int EpollControl(int epoll, int operation, int descriptor, ref epoll_event change);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    private static unsafe partial int EpollWait(int epoll, epoll_event* events, int count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
