using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Epoll;

/// <summary>An eventfd(2): other threads (and signal handlers) wake a loop with it. <see cref="Signal"/> may be called from anywhere.</summary>
public sealed partial class EventCounter : IDisposable
{
    private const int EFD_CLOEXEC = 0x80000;
    private const int EFD_NONBLOCK = 0x800;
    private bool _closed;

    private EventCounter(int descriptor) => Descriptor = descriptor;

    public int Descriptor { get; }

    /// <returns>Null with the errno in <paramref name="result"/> when the kernel refuses (EMFILE, ENOMEM).</returns>
    public static EventCounter? Create(out SysResult result)
    {
        result = SysResult.From(EventFd(0, EFD_CLOEXEC | EFD_NONBLOCK));
        return result.IsOk ? new EventCounter(result.Value) : null;
    }

    /// <summary>Makes the descriptor readable; a full counter is readable anyhow, so a failure needs no answer.</summary>
    public unsafe void Signal()
    {
        var one = 1UL;
        _ = Write(Descriptor, &one, sizeof(ulong));
    }

    /// <summary>Makes the descriptor unreadable again.</summary>
    public unsafe void Clear()
    {
        ulong count;
        _ = Read(Descriptor, &count, sizeof(ulong));
    }

    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        _ = Close(Descriptor);
    }

    [LibraryImport("libc", EntryPoint = "eventfd")]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static unsafe partial nint Write(int descriptor, void* bytes, nuint length);

    [LibraryImport("libc", EntryPoint = "read")]
    private static unsafe partial nint Read(int descriptor, void* bytes, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
