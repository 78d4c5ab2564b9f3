using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Processes;

/// <summary>The C library's process calls, as they are declared there; the classes of this folder wrap them at once.</summary>
internal static unsafe partial class LibC
{
    public const int O_RDWR = 2;
    public const int F_SETFD = 2;
    public const int F_DUPFD_CLOEXEC = 1030;
    public const int FD_CLOEXEC = 1;

    // System call numbers are the machine's own (asm/unistd_64.h); the newer ones are the same everywhere.
    public static readonly long SYS_setresuid = IsX64 ? 117 : 147;
    public static readonly long SYS_setresgid = IsX64 ? 119 : 149;
    public static readonly long SYS_setgroups = IsX64 ? 116 : 159;
    public static readonly long SYS_sched_setattr = IsX64 ? 314 : 274;
    public const long SYS_pidfd_send_signal = 424;
    public const long SYS_pidfd_open = 434;

    private static bool IsX64 => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>The result of the call made directly before, with its errno.</summary>
    public static SysResult Result(long value) => SysResult.From(value, Marshal.GetLastPInvokeError());

    [LibraryImport("libc", SetLastError = true)]
    public static partial long syscall(long number, long first, long second, long third = 0, long fourth = 0);

    // The calls that only fill in a posix_spawn request are declared void: they fail for want of memory alone, and then posix_spawn itself says so.
    [LibraryImport("libc")]
    public static partial void posix_spawnattr_init(byte* attributes);

    [LibraryImport("libc")]
    public static partial void posix_spawnattr_destroy(byte* attributes);

    [LibraryImport("libc")]
    public static partial void posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport("libc")]
    public static partial void posix_spawnattr_setsigdefault(byte* attributes, byte* signals);

    [LibraryImport("libc")]
    public static partial void posix_spawnattr_setsigmask(byte* attributes, byte* signals);

    [LibraryImport("libc")]
    public static partial void posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc")]
    public static partial void posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc")]
    public static partial void posix_spawn_file_actions_adddup2(byte* actions, int from, int to);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void posix_spawn_file_actions_addopen(byte* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void posix_spawn_file_actions_addchdir_np(byte* actions, string path);

    [LibraryImport("libc")]
    public static partial void posix_spawn_file_actions_addclosefrom_np(byte* actions, int from);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn(int* pid, string path, byte* actions, byte* attributes, byte** argv, byte** envp);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int execve(string path, byte** argv, byte** envp);

    [LibraryImport("libc")]
    public static partial void sigfillset(byte* set);

    [LibraryImport("libc")]
    public static partial void sigemptyset(byte* set);

    [LibraryImport("libc")]
    public static partial void sigaddset(byte* set, int signal);

    [LibraryImport("libc")]
    public static partial void pthread_sigmask(int how, byte* set, byte* before);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int waitid(int idType, int id, byte* info, int options);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc")]
    public static partial uint geteuid();

    [LibraryImport("libc")]
    public static partial uint getegid();

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getgroups(int room, uint* groups);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int dup2(int from, int to);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int socketpair(int domain, int type, int protocol, int* pair);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint sendmsg(int socket, MessageHeader* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recvmsg(int socket, MessageHeader* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int poll(PollEntry* entries, nuint count, int timeoutMs);

    [LibraryImport("libc")]
    public static partial int getppid();

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setgroups(nuint count, uint* groups);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setgid(uint groupId);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setuid(uint userId);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int chroot(string directory);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int chdir(string directory);

    [LibraryImport("libc")]
    public static partial uint umask(uint mask);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int prctl(int option, nint second, nint third, nint fourth, nint fifth);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int capset(uint* header, uint* data);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getrlimit(int resource, ResourceLimit* limit);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setrlimit(int resource, ResourceLimit* limit);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setpriority(int which, uint who, int nice);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sched_setscheduler(int thread, int policy, int* priority);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sched_setaffinity(int thread, nuint length, ulong* processors);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sched_getaffinity(int thread, nuint length, ulong* processors);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int mlockall(int flags);

    [LibraryImport("libc")]
    public static partial byte* getauxval(ulong kind);

    [LibraryImport("libc")]
    public static partial nint signal(int number, nint disposition);

    /// <summary>Actions are only kept and put back here, as the bytes they are.</summary>
    [LibraryImport("libc")]
    public static partial int sigaction(int number, byte* action, byte* before);

    [LibraryImport("libc")]
    public static partial uint alarm(uint seconds);
}
