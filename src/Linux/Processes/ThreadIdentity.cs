namespace Evenkeel.Linux.Processes;

/// <summary>
/// Gives the calling thread, and it alone, another user's rights until <see cref="Dispose"/>: what it starts meanwhile has those rights for good.
/// </summary>
/// <remarks>
/// Linux keeps credentials per thread; the C library's setuid(2) goes round to all threads, the bare system calls do not. The saved user id stays 0 so that
/// the thread finds its way back, and execve(2) overwrites it in the child. This spares a launcher program between us and every script.
/// </remarks>
internal readonly unsafe ref struct ThreadIdentity : IDisposable
{
    private const uint Keep = uint.MaxValue;
    private const int MostGroups = 256;
    private readonly uint[]? _groups;
    private readonly uint _userId;
    private readonly uint _groupId;

    private ThreadIdentity(uint[] groups, uint userId, uint groupId)
    {
        _groups = groups;
        _userId = userId;
        _groupId = groupId;
    }

    public bool IsAssumed => _groups is not null;

    public static ThreadIdentity Assume(Identity identity, out SysResult result)
    {
        var previous = new ThreadIdentity(CurrentGroups(), LibC.geteuid(), LibC.getegid());
        if (previous._userId == identity.UserId && previous._groupId == identity.GroupId && previous._userId != 0)
        {
            result = SysResult.Ok();
            return previous;
        }
        result = SetGroups([.. identity.Groups]);
        if (result.IsOk) result = LibC.Result(LibC.syscall(LibC.SYS_setresgid, identity.GroupId, identity.GroupId, Keep));
        if (result.IsOk) result = LibC.Result(LibC.syscall(LibC.SYS_setresuid, identity.UserId, identity.UserId, Keep));
        if (result.IsOk) return previous;
        previous.Dispose();
        return default;
    }

    public void Dispose()
    {
        if (_groups is null) return;
        // None of these can fail: the saved ids were never given away.
        _ = LibC.syscall(LibC.SYS_setresuid, _userId, _userId, Keep);
        _ = LibC.syscall(LibC.SYS_setresgid, _groupId, _groupId, Keep);
        _ = SetGroups(_groups);
    }

    private static uint[] CurrentGroups()
    {
        var room = stackalloc uint[MostGroups];
        var count = LibC.getgroups(MostGroups, room);
        return new Span<uint>(room, Math.Max(count, 0)).ToArray();
    }

    private static SysResult SetGroups(uint[] groups)
    {
        fixed (uint* first = groups) return LibC.Result(LibC.syscall(LibC.SYS_setgroups, (nint)groups.Length, (nint)first, 0));
    }
}
