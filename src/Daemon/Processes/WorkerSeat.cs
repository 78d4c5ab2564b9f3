using System.Globalization;
using Evenkeel.Linux;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Processes;

/// <summary>What a process that was started by another one of the tree is there for, and the channel to the one who started it.</summary>
public sealed record WorkerSeat(string Role, Channel Channel)
{
    public const string ProxyRole = "proxy";
    public const string AddressRole = "vrrp";

    /// <summary>The background half of `-D`: it is the daemon itself, the other end waits only for the outcome of the start.</summary>
    public const string DaemonRole = "daemon";

    /// <summary>The worker of haproxy's master; the first one, and one that takes over from a worker before it.</summary>
    public const string WorkerRole = "worker";
    public const string SuccessorRole = "successor";

    /// <summary>Reads a new configuration for a worker that serves already; see <see cref="ConfigurationReader"/>.</summary>
    public const string ReaderRole = "reader";

    // Out of the way of descriptors that a caller handed over (`fd@3`), which keep their numbers; where few are allowed at all, the last of them.
    private const int UsualChannelDescriptor = 240;
    private const string Variable = "EVENKEEL_ROLE";

    // 32 MiB of young objects (hexadecimal, bytes) for those who serve: a reload then collects nothing in front of traffic, and is tidied up after it
    // (docs/adr/0033). The others keep the 4 MiB of the executable.
    private const string YoungObjects = "DOTNET_GCgen0size";
    private const string YoungObjectsOfServing = "2000000";

    /// <summary>The seat this process was started for; null for one started by a person or an init system. Works once: the mark is taken away, so that
    /// neither configuration nor scripts see it.</summary>
    public static WorkerSeat? Take()
    {
        var mark = Environment.GetEnvironmentVariable(Variable);
        if (mark is null) return null;
        Environment.SetEnvironmentVariable(Variable, null);
        if (Environment.GetEnvironmentVariable(YoungObjects) == YoungObjectsOfServing) Environment.SetEnvironmentVariable(YoungObjects, null);
        if (mark.Split(':') is not [var role, var number]) return null;
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var descriptor)) return null;
        if (!Descriptors.IsOpen(descriptor)) return null;
        _ = Descriptors.CloseOnExec(descriptor);
        return new WorkerSeat(role, new Channel(new RecordSocket(descriptor)));
    }

    /// <summary>What the operator can do when a process of the tree cannot be started.</summary>
    public static string RemedyFor(Errno error) => error switch
    {
        Errno.EMFILE or Errno.ENFILE or Errno.EBADF or Errno.EINVAL => "raise the limit on descriptors (ulimit -n, LimitNOFILE= of the unit)",
        Errno.EAGAIN => "raise the limit on processes (ulimit -u, TasksMax= of the unit)",
        Errno.ENOMEM => "make memory free, or raise its limit (ulimit -v, MemoryMax= of the unit)",
        Errno.ENOENT or Errno.EACCES or Errno.ENOEXEC or Errno.ETXTBSY => "put the program back in its place, executable",
        _ => "see the limits of this process (ulimit -a) and the kernel's log (dmesg)",
    };

    /// <summary>Starts this program once more, with the same words, for a role.</summary>
    /// <param name="environment">What the new process finds there; null for what this one was started with.</param>
    public static SysResult Start(
        string role, Invocation invocation, IReadOnlyList<string>? environment, bool newSession, out ChildProcess? child, out Channel? channel) =>
        Start(Invocation.OwnExecutable, role, invocation, environment, newSession, out child, out channel);

    /// <summary>As the other, from an executable that need not be the one that runs here.</summary>
    public static SysResult Start(
        string executable, string role, Invocation invocation, IReadOnlyList<string>? environment, bool newSession, out ChildProcess? child,
        out Channel? channel)
    {
        (child, channel) = (null, null);
        var paired = RecordSocket.CreatePair(out var here, out var there);
        if (paired.IsError) return paired;
        var number = (int)Math.Min(UsualChannelDescriptor, ProcessRights.DescriptorLimit().Soft - 1);
        using (there)
        {
            var started = Spawner.Start(
                new SpawnRequest
                {
                    Path = executable,
                    Arguments = invocation.Vector,
                    Environment = [.. EnvironmentFor(role, environment ?? Spawner.OwnEnvironment()), $"{Variable}={role}:{number}"],
                    Descriptors = [new DescriptorMapping(there!.Descriptor, number)],
                    NewSession = newSession,
                },
                out child);
            if (started.IsOk) channel = new Channel(here!);
            else here!.Dispose();
            return started;
        }
    }

    private static IEnumerable<string> EnvironmentFor(string role, IReadOnlyList<string> environment)
    {
        var isServing = role is ProxyRole or WorkerRole or SuccessorRole;
        // Whoever sets it knows better.
        if (!isServing || environment.Any(static word => word.StartsWith(YoungObjects + "=", StringComparison.Ordinal))) return environment;
        return environment.Append($"{YoungObjects}={YoungObjectsOfServing}");
    }
}
