namespace Evenkeel.Linux.Processes;

/// <summary>What a process may do with descriptor numbers it did not open itself.</summary>
public static class Descriptors
{
    private const int F_GETFD = 1;

    public static bool IsOpen(int descriptor) => descriptor >= 0 && LibC.fcntl(descriptor, F_GETFD, 0) >= 0;

    public static SysResult Close(int descriptor) => LibC.Result(LibC.close(descriptor));

    /// <summary>A program started from now on does not inherit the descriptor.</summary>
    public static SysResult CloseOnExec(int descriptor) => LibC.Result(LibC.fcntl(descriptor, LibC.F_SETFD, LibC.FD_CLOEXEC));

    /// <summary>A program executed in the place of this one finds the descriptor under the same number, and so does one started from now on.</summary>
    public static SysResult KeepOnExec(int descriptor) => LibC.Result(LibC.fcntl(descriptor, LibC.F_SETFD, 0));

    /// <summary>Points standard input, output and error at /dev/null, so that nobody waits for an end of file that a daemon keeps back.</summary>
    public static SysResult SilenceStandard()
    {
        var opened = LibC.Result(LibC.open("/dev/null", LibC.O_RDWR, 0));
        if (opened.IsError) return opened;
        for (var standard = 0; standard <= 2; standard++) _ = LibC.dup2(opened.Value, standard);
        if (opened.Value > 2) _ = LibC.close(opened.Value);
        return SysResult.Ok();
    }
}
