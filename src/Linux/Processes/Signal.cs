namespace Evenkeel.Linux.Processes;

/// <summary>Signal numbers of Linux (asm-generic/signal.h), those the daemon sends or obeys.</summary>
public static class Signal
{
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGQUIT = 3;
    public const int SIGKILL = 9;
    public const int SIGUSR1 = 10;
    public const int SIGUSR2 = 12;
    public const int SIGPIPE = 13;
    public const int SIGALRM = 14;
    public const int SIGTERM = 15;
    public const int SIGTTIN = 21;
    public const int SIGTTOU = 22;

    /// <summary>Signals a process by number: only for pids the operator gave (`-sf`); for children use <see cref="ChildProcess.Signal"/>.</summary>
    /// <remarks>0 only asks whether there is such a process.</remarks>
    public static SysResult Send(int pid, int signal) => LibC.Result(LibC.kill(pid, signal));

    /// <summary>Ends this process as the signal does in a fresh program, so that whoever waits for it sees why it ended. Does not return.</summary>
    public static void DieOf(int signal)
    {
        ProcessRights.StopIgnoring(signal);
        _ = LibC.kill(Environment.ProcessId, signal);
        // Signals are delivered at the latest when this thread next leaves the kernel; the fallback is never reached.
        Thread.Sleep(Timeout.Infinite);
    }
}
