using System.Globalization;

namespace Evenkeel.Linux.Processes;

/// <summary>How the kernel treats this process beside others: nice value, real-time priority, processors, memory that stays (sched(7), mlockall(2)).</summary>
public static unsafe class Scheduling
{
    private const int AttributesLength = 48;
    private const ulong SCHED_FLAG_RESET_ON_FORK = 1;
    private const int SCHED_RR = 2;

    /// <summary>Programs we start are ordinary ones again.</summary>
    private const int SCHED_RESET_ON_FORK = 0x40000000;
    private const int RLIMIT_RTTIME = 15;
    private const int MCL_CURRENT = 1;
    private const int MCL_FUTURE = 2;

    /// <summary>A page is locked when it is first used: what a runtime reserves and never touches costs nothing.</summary>
    private const int MCL_ONFAULT = 4;
    private const int MostProcessors = 1_024;

    /// <param name="nice">-20 (first served) to 19.</param>
    public static SysResult SetNice(int nice) => LibC.Result(LibC.setpriority(0, 0, nice));

    /// <summary>Asks for short turns, often: among busy ordinary threads one that wakes for a moment is served at once (EEVDF, Linux 6.12; older kernels
    /// take no notice). Needs no rights, and gives no more of a processor than others get. For the calling thread and no program it starts.</summary>
    public static SysResult SetSlice(TimeSpan slice)
    {
        // struct sched_attr (sched_setattr(2)): size 4, policy 4, flags 8, nice 4, priority 4, runtime 8, deadline 8, period 8.
        var attributes = stackalloc ulong[AttributesLength / 8];
        new Span<ulong>(attributes, AttributesLength / 8).Clear();
        attributes[0] = AttributesLength;
        attributes[1] = SCHED_FLAG_RESET_ON_FORK;
        attributes[3] = (ulong)slice.TotalNanoseconds;
        return LibC.Result(LibC.syscall(LibC.SYS_sched_setattr, 0, (nint)attributes));
    }

    /// <summary>Gives the calling thread real-time priority.</summary>
    /// <param name="priority">1 to 99.</param>
    public static SysResult SetRealTime(int priority) => LibC.Result(LibC.sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &priority));

    /// <summary>How long a real-time thread may run without waiting once; the kernel ends a process that takes longer.</summary>
    public static SysResult LimitRealTime(ulong microseconds)
    {
        var limit = new ResourceLimit { Soft = microseconds, Hard = Unlimited };
        return LibC.Result(LibC.setrlimit(RLIMIT_RTTIME, &limit));
    }

    public const ulong Unlimited = ulong.MaxValue;

    /// <summary>Nothing of this process is ever paged out.</summary>
    public static SysResult LockMemory() => LibC.Result(LibC.mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT));

    /// <summary>Binds the calling thread to the processors.</summary>
    public static SysResult SetThreadProcessors(IEnumerable<int> processors)
    {
        var set = stackalloc ulong[MostProcessors / 64];
        Fill(set, processors);
        return LibC.Result(LibC.sched_setaffinity(0, MostProcessors / 8, set));
    }

    /// <summary>The processors that the calling thread may run on, in order; empty when the kernel does not tell.</summary>
    public static List<int> ThreadProcessors()
    {
        var set = stackalloc ulong[MostProcessors / 64];
        Fill(set, []);
        if (LibC.sched_getaffinity(0, MostProcessors / 8, set) < 0) return [];
        var processors = new List<int>();
        for (var number = 0; number < MostProcessors; number++)
            if ((set[number / 64] >> (number % 64) & 1) != 0) processors.Add(number);
        return processors;
    }

    /// <summary>Binds every thread of this process to the processors; threads that begin later follow the one that begins them.</summary>
    public static SysResult SetProcessors(IEnumerable<int> processors)
    {
        var set = stackalloc ulong[MostProcessors / 64];
        Fill(set, processors);
        var result = SysResult.Ok();
        foreach (var thread in Threads())
        {
            var bound = LibC.Result(LibC.sched_setaffinity(thread, MostProcessors / 8, set));
            if (bound.IsError && !bound.Is(Errno.ESRCH)) result = bound;
        }
        return result;
    }

    private static void Fill(ulong* set, IEnumerable<int> processors)
    {
        new Span<ulong>(set, MostProcessors / 64).Clear();
        foreach (var processor in processors)
            if (processor is >= 0 and < MostProcessors) set[processor / 64] |= 1ul << (processor % 64);
    }

    private static List<int> Threads()
    {
        var threads = new List<int>();
        foreach (var path in Directory.GetDirectories("/proc/self/task"))
            if (int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var thread)) threads.Add(thread);
        return threads;
    }
}
