using System.Collections;

namespace Evenkeel.Linux.Processes;

/// <summary>
/// Starts programs by posix_spawn(3): .NET cannot fork, and <c>System.Diagnostics.Process</c> would reap children behind our back.
/// </summary>
/// <remarks>Cost: about 1 ms while the caller waits for the exec. Safe on any thread; the new program's parent-death signal, if it asks for one, follows
/// the calling thread.</remarks>
public static unsafe class Spawner
{
    private const int SetProcessGroup = 0x02;
    private const int SetSignalDefaults = 0x04;
    private const int SetSignalMask = 0x08;
    private const int SetSession = 0x80;

    // glibc: posix_spawnattr_t is 336 bytes, posix_spawn_file_actions_t 80, sigset_t 128; twice that leaves room for other C libraries.
    private const int AttributesLength = 672;
    private const int ActionsLength = 160;
    private const int SignalSetLength = 256;

    /// <summary>Children find their descriptors by way of numbers from here on, so that no move overwrites a descriptor still to be moved.</summary>
    private const int SafeDescriptors = 200;

    /// <summary>Where few descriptors are allowed at all, the upper half of them.</summary>
    private static int FirstSafeDescriptor => (int)Math.Min(SafeDescriptors, ProcessRights.DescriptorLimit().Soft / 2);

    /// <summary>Starts the program; on success <paramref name="child"/> is owned by the caller, who reaps it.</summary>
    /// <returns>The pid, or why the program could not be started (ENOENT, EACCES, EAGAIN ...).</returns>
    public static SysResult Start(SpawnRequest request, out ChildProcess? child)
    {
        child = null;
        using var identity = request.RunAs is null ? default : ThreadIdentity.Assume(request.RunAs, out _);
        if (request.RunAs is not null && !identity.IsAssumed) return SysResult.Fail(Errno.EPERM);

        var started = Spawn(request);
        if (started.IsOk) child = new ChildProcess(started.Value);
        return started;
    }

    /// <summary>Replaces this process by another program, keeping pid and every descriptor that is not close-on-exec. Returns only when it failed.</summary>
    public static SysResult Replace(string path, IReadOnlyList<string> arguments, IReadOnlyList<string>? environment = null)
    {
        using var argv = new NativeStrings(arguments);
        using var envp = new NativeStrings(environment ?? OwnEnvironment());
        return LibC.Result(LibC.execve(path, argv.Vector, envp.Vector));
    }

    /// <summary>This process's environment as `NAME=value` words, with changes made through <see cref="Environment"/>.</summary>
    public static IReadOnlyList<string> OwnEnvironment()
    {
        var words = new List<string>();
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables()) words.Add($"{entry.Key}={entry.Value}");
        return words;
    }

    private static SysResult Spawn(SpawnRequest request)
    {
        var attributes = stackalloc byte[AttributesLength];
        var actions = stackalloc byte[ActionsLength];
        var borrowed = new List<int>(request.Descriptors.Count);
        LibC.posix_spawnattr_init(attributes);
        LibC.posix_spawn_file_actions_init(actions);
        try
        {
            PrepareAttributes(request, attributes);
            var prepared = PrepareDescriptors(request, actions, borrowed);
            if (prepared.IsError) return prepared;

            using var argv = new NativeStrings(request.Arguments);
            using var envp = new NativeStrings(request.Environment ?? OwnEnvironment());
            int pid;
            var error = LibC.posix_spawn(&pid, request.Path, actions, attributes, argv.Vector, envp.Vector);
            return error == 0 ? SysResult.Ok(pid) : SysResult.Fail((Errno)error);
        }
        finally
        {
            foreach (var descriptor in borrowed) _ = LibC.close(descriptor);
            LibC.posix_spawn_file_actions_destroy(actions);
            LibC.posix_spawnattr_destroy(attributes);
        }
    }

    private static void PrepareAttributes(SpawnRequest request, byte* attributes)
    {
        var signals = stackalloc byte[SignalSetLength];
        // The runtime ignores SIGPIPE from the start, and children would inherit that.
        LibC.sigfillset(signals);
        LibC.posix_spawnattr_setsigdefault(attributes, signals);
        LibC.sigemptyset(signals);
        LibC.posix_spawnattr_setsigmask(attributes, signals);
        var flags = SetSignalDefaults | SetSignalMask;
        if (request.NewSession) flags |= SetSession;
        else if (request.NewGroup) flags |= SetProcessGroup;
        LibC.posix_spawnattr_setflags(attributes, (short)flags);
    }

    private static SysResult PrepareDescriptors(SpawnRequest request, byte* actions, List<int> borrowed)
    {
        foreach (var mapping in request.Descriptors)
        {
            if (mapping.From == DescriptorMapping.Null)
            {
                LibC.posix_spawn_file_actions_addopen(actions, mapping.To, "/dev/null", LibC.O_RDWR, 0);
                continue;
            }
            var copy = LibC.Result(LibC.fcntl(mapping.From, LibC.F_DUPFD_CLOEXEC, FirstSafeDescriptor));
            if (copy.IsError) return copy;
            borrowed.Add(copy.Value);
            LibC.posix_spawn_file_actions_adddup2(actions, copy.Value, mapping.To);
        }
        if (request.CloseFrom is { } first) LibC.posix_spawn_file_actions_addclosefrom_np(actions, first);
        if (request.WorkingDirectory is { } directory) LibC.posix_spawn_file_actions_addchdir_np(actions, directory);
        return SysResult.Ok();
    }
}
