using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Processes;

/// <summary>The whole process's rights, root directory and limits; all threads are changed (the C library sees to that).</summary>
public static unsafe class ProcessRights
{
    private const int PR_SET_PDEATHSIG = 1;
    private const int PR_SET_DUMPABLE = 4;
    private const int PR_SET_NAME = 15;
    private const int PR_SET_NO_NEW_PRIVS = 38;
    private const int RLIMIT_NOFILE = 7;

    public static bool IsRoot => LibC.geteuid() == 0;

    public static uint UserId => LibC.geteuid();

    public static uint GroupId => LibC.getegid();

    public static int ParentPid => LibC.getppid();

    public static SysResult SetGroups(ReadOnlySpan<uint> groups)
    {
        fixed (uint* first = groups) return LibC.Result(LibC.setgroups((nuint)groups.Length, first));
    }

    public static SysResult SetGroup(uint groupId) => LibC.Result(LibC.setgid(groupId));

    /// <summary>Gives the rights of <paramref name="userId"/> for good: call it last.</summary>
    public static SysResult SetUser(uint userId) => LibC.Result(LibC.setuid(userId));

    /// <summary>Makes <paramref name="directory"/> the root and the working directory.</summary>
    public static SysResult ChangeRoot(string directory)
    {
        var changed = LibC.Result(LibC.chroot(directory));
        return changed.IsError ? changed : ChangeDirectory("/");
    }

    public static SysResult ChangeDirectory(string directory) => LibC.Result(LibC.chdir(directory));

    /// <summary>Sets the file mode mask and returns the one before.</summary>
    public static uint SetFileModeMask(uint mask) => LibC.umask(mask);

    /// <summary>This process gets <paramref name="signal"/> when the thread that started it ends: only for children of a thread that never does.</summary>
    public static SysResult DieWithParent(int signal) => LibC.Result(LibC.prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0));

    /// <summary>What `ps` and `pidof` call this process; at most 15 bytes count. Call it on the main thread.</summary>
    public static void SetName(string name)
    {
        var text = Marshal.StringToCoTaskMemUTF8(name);
        _ = LibC.prctl(PR_SET_NAME, text, 0, 0, 0);
        Marshal.FreeCoTaskMem(text);
    }

    public static SysResult SetDumpable(bool dumpable) => LibC.Result(LibC.prctl(PR_SET_DUMPABLE, dumpable ? 1 : 0, 0, 0, 0));

    /// <summary>A crash leaves a core file: no limit of ours stands against it.</summary>
    public static void AllowCoreFiles()
    {
        const int RLIMIT_FSIZE = 1, RLIMIT_CORE = 4;
        _ = SetLimit(RLIMIT_FSIZE, ulong.MaxValue, ulong.MaxValue);
        _ = SetLimit(RLIMIT_CORE, ulong.MaxValue, ulong.MaxValue);
        _ = SetDumpable(true);
    }

    /// <summary>These signals do nothing here from now on; programs we start find them as usual.</summary>
    public static void Ignore(params ReadOnlySpan<int> signals)
    {
        const nint SIG_IGN = 1;
        foreach (var number in signals) _ = LibC.signal(number, SIG_IGN);
    }

    /// <summary>These signals do again what they do in a fresh program, whoever started us (a shell ignores SIGINT behind `&amp;`).</summary>
    public static void StopIgnoring(params ReadOnlySpan<int> signals)
    {
        const nint SIG_DFL = 0;
        foreach (var number in signals) _ = LibC.signal(number, SIG_DFL);
    }

    public static SysResult ForbidNewRights() => LibC.Result(LibC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));

    /// <summary>How many descriptors the process may open: now, and at most without root's help.</summary>
    public static (ulong Soft, ulong Hard) DescriptorLimit()
    {
        ResourceLimit limit;
        return LibC.getrlimit(RLIMIT_NOFILE, &limit) == 0 ? (limit.Soft, limit.Hard) : (1024, 1024);
    }

    public static SysResult SetDescriptorLimit(ulong soft, ulong hard) => SetLimit(RLIMIT_NOFILE, soft, hard);

    private static SysResult SetLimit(int resource, ulong soft, ulong hard)
    {
        var limit = new ResourceLimit { Soft = soft, Hard = hard };
        return LibC.Result(LibC.setrlimit(resource, &limit));
    }
}
