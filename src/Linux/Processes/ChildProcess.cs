namespace Evenkeel.Linux.Processes;

/// <summary>A program we started: its pid, and a pidfd that becomes readable when it ends. Reap it once, then dispose it.</summary>
/// <remarks>Signals go through the pidfd, so that they can never reach a stranger that got the same number.</remarks>
public sealed unsafe class ChildProcess : IDisposable
{
    private const int P_PIDFD = 3;
    private const int WNOHANG = 1;
    private const int WEXITED = 4;
    private const int CLD_EXITED = 1;

    // siginfo_t is 128 bytes; si_code at 8, si_pid at 16, si_status at 24 (64 bit, asm-generic/siginfo.h).
    private const int SigInfoLength = 128;

    internal ChildProcess(int pid)
    {
        Pid = pid;
        // Cannot fail for want of the process: nobody but us can reap it. It fails for want of descriptors, and then the caller kills by number.
        var opened = LibC.Result(LibC.syscall(LibC.SYS_pidfd_open, pid, 0));
        Descriptor = opened.IsOk ? opened.Value : -1;
    }

    /// <summary>A child that this process had before it executed another program.</summary>
    public static ChildProcess Inherited(int pid) => new(pid);

    public int Pid { get; }

    /// <summary>The pidfd, readable once the program has ended; -1 when the process ran out of descriptors.</summary>
    public int Descriptor { get; private set; }

    /// <summary>The end, when it was reaped.</summary>
    public ExitStatus? Ended { get; private set; }

    public SysResult Signal(int signal)
    {
        if (Ended is not null) return SysResult.Fail(Errno.ESRCH);
        return Descriptor >= 0
            ? LibC.Result(LibC.syscall(LibC.SYS_pidfd_send_signal, Descriptor, signal, 0, 0))
            : LibC.Result(LibC.kill(Pid, signal));
    }

    /// <summary>Signals the whole process group the program leads (<see cref="SpawnRequest.NewGroup"/>).</summary>
    public SysResult SignalGroup(int signal) => Ended is null ? LibC.Result(LibC.kill(-Pid, signal)) : SysResult.Fail(Errno.ESRCH);

    /// <summary>Takes the end of the program if it has ended; never waits.</summary>
    public bool TryReap(out ExitStatus status) => Reap(WEXITED | WNOHANG, out status);

    /// <summary>Waits for the end.</summary>
    public ExitStatus WaitForExit()
    {
        ExitStatus status;
        while (!Reap(WEXITED, out status)) { }
        return status;
    }

    private bool Reap(int options, out ExitStatus status)
    {
        if (Ended is { } known)
        {
            status = known;
            return true;
        }
        var info = stackalloc byte[SigInfoLength];
        new Span<byte>(info, SigInfoLength).Clear();
        var waited = Descriptor >= 0 ? LibC.Result(LibC.waitid(P_PIDFD, Descriptor, info, options)) : LibC.Result(LibC.waitid(1, Pid, info, options));
        status = default;
        if (waited.Is(Errno.ECHILD)) Ended = status = ExitStatus.Exited(0);
        else if (waited.IsError || *(int*)(info + 16) == 0) return false;
        else Ended = status = *(int*)(info + 8) == CLD_EXITED ? ExitStatus.Exited(*(int*)(info + 24)) : ExitStatus.Signaled(*(int*)(info + 24));
        return true;
    }

    public void Dispose()
    {
        if (Descriptor >= 0) _ = LibC.close(Descriptor);
        Descriptor = -1;
    }
}
