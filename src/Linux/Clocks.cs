using System.Runtime.InteropServices;

namespace Evenkeel.Linux;

/// <summary>The kernel's clocks. Loops read them once per turn and hand the time on as an argument; nobody else calls this per event.</summary>
public static partial class Clocks
{
    private const int CLOCK_REALTIME = 0;
    private const int CLOCK_MONOTONIC = 1;

    /// <summary>Nanoseconds since an arbitrary point (boot); never goes back.</summary>
    public static long MonotonicNs() => Read(CLOCK_MONOTONIC);

    /// <summary>Nanoseconds since 1970-01-01 UTC; may jump when the machine's time is set.</summary>
    public static long RealtimeNs() => Read(CLOCK_REALTIME);

    private static long Read(int clock)
    {
        _ = ClockGetTime(clock, out var time);
        return time.Seconds * 1_000_000_000 + time.Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [SuppressGCTransition]
    private static partial int ClockGetTime(int clock, out timespec time);

    [StructLayout(LayoutKind.Sequential)]
#pragma warning disable CS8981 // the kernel's name
    private struct timespec
#pragma warning restore CS8981
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
