using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Timers;

/// <summary>A timerfd(2) on the monotonic clock: an epoll loop wakes with microsecond precision, which epoll_wait's milliseconds cannot give. Owner:
/// one loop.</summary>
public sealed unsafe partial class TimerDescriptor : IDisposable
{
    private const int CLOCK_MONOTONIC = 1;
    private const int TFD_NONBLOCK = 0x800;
    private const int TFD_CLOEXEC = 0x80000;
    private const int TFD_TIMER_ABSTIME = 1;
    private long _armedForUs = long.MaxValue;
    private bool _closed;

    private TimerDescriptor(int descriptor) => Descriptor = descriptor;

    /// <summary>Readable when the time has come, until <see cref="Clear"/>.</summary>
    public int Descriptor { get; }

    public static TimerDescriptor? Open(out SysResult result)
    {
        result = SysResult.From(TimerCreate(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
        return result.IsOk ? new TimerDescriptor(result.Value) : null;
    }

    /// <summary>Wakes at a point of <see cref="Clocks.MonotonicNs"/>, in microseconds; long.MaxValue for never. Costs a system call only when the
    /// point changes.</summary>
    public void ArmFor(long dueUs)
    {
        if (dueUs == _armedForUs)
            return;
        _armedForUs = dueUs;
        // struct itimerspec: interval seconds and nanoseconds, first expiry seconds and nanoseconds; an all-zero expiry disarms.
        var specification = stackalloc long[4];
        specification[0] = 0;
        specification[1] = 0;
        var due = dueUs == long.MaxValue ? 0 : Math.Max(dueUs, 1);
        specification[2] = due / 1_000_000;
        specification[3] = due % 1_000_000 * 1_000;
        _ = TimerSet(Descriptor, TFD_TIMER_ABSTIME, specification, null);
    }

    public void Clear()
    {
        ulong expirations;
        _ = Read(Descriptor, &expirations, sizeof(ulong));
        _armedForUs = long.MaxValue;
    }

    public void Dispose()
    {
        if (_closed)
            return;
        _closed = true;
        _ = Close(Descriptor);
    }

    [LibraryImport("libc", EntryPoint = "timerfd_create")]
    private static partial int TimerCreate(int clock, int flags);

    [LibraryImport("libc", EntryPoint = "timerfd_settime")]
    private static partial int TimerSet(int descriptor, int flags, long* specification, long* old);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, void* bytes, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
