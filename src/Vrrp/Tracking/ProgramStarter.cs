using Evenkeel.Linux;
using Evenkeel.Linux.Names;
using Evenkeel.Linux.Processes;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Vrrp.Tracking;

/// <summary>
/// Starts scripts by posix_spawn: no shell, default signals, empty mask, standard streams on /dev/null, nothing else inherited, a process group of their own
/// so that what they started ends with them.
/// </summary>
/// <param name="supplementaryGroups">`set_supplementary_groups`: every script gets its user's further groups, not only those that ask with `:`.</param>
public sealed class ProgramStarter(bool supplementaryGroups) : IProgramStarter
{
    private readonly Dictionary<string, IReadOnlyList<uint>> _groups = new(StringComparer.Ordinal);

    private static readonly DescriptorMapping[] NoStreams =
        [new(DescriptorMapping.Null, 0), new(DescriptorMapping.Null, 1), new(DescriptorMapping.Null, 2)];

    public SysResult Start(CommandModel command, IReadOnlyList<string> extraArguments, out IRunningProgram? program)
    {
        program = null;
        string path = command.Words[0];
        // A name without a slash was not found along PATH when the configuration was read; it may be there by now.
        if (!path.Contains('/', StringComparison.Ordinal)) path = AlongPath(path) ?? path;
        var started = Spawner.Start(new SpawnRequest
        {
            Path = path,
            Arguments = [.. command.Words, .. extraArguments],
            Descriptors = NoStreams,
            CloseFrom = 3,
            NewGroup = true,
            RunAs = IdentityOf(command.User),
        }, out var child);
        if (child != null) program = new Running(child);
        return started;
    }

    private static string? AlongPath(string name)
    {
        foreach (string directory in (Environment.GetEnvironmentVariable("PATH") ?? "/bin:/usr/bin").Split(':', StringSplitOptions.RemoveEmptyEntries))
            if (File.Exists($"{directory}/{name}")) return $"{directory}/{name}";
        return null;
    }

    /// <summary>Null keeps our own rights: that is what root's scripts have.</summary>
    private Identity? IdentityOf(ScriptUser? user)
    {
        if (user == null || (user is { UserId: 0, GroupId: 0, WithSupplementaryGroups: false } && !supplementaryGroups)) return null;
        IReadOnlyList<uint> groups = user.WithSupplementaryGroups || supplementaryGroups ? GroupsOf(user) : [user.GroupId];
        return new Identity(user.UserId, user.GroupId, groups);
    }

    /// <summary>Asked once a user: the name service may be slow, and the worker must not wait for it twice.</summary>
    private IReadOnlyList<uint> GroupsOf(ScriptUser user)
    {
        if (_groups.TryGetValue(user.Name, out var known)) return known;
        return _groups[user.Name] = UserDatabase.GroupsOf(new UserAccount(user.Name, user.UserId, user.GroupId));
    }

    private sealed class Running(ChildProcess child) : IRunningProgram
    {
        public int Descriptor => child.Descriptor;

        public bool TryReap(out ExitStatus status) => child.TryReap(out status);

        public void Signal(int signal) => _ = child.SignalGroup(signal);

        public void Dispose() => child.Dispose();
    }
}
