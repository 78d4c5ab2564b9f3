using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Processes;

/// <summary>
/// Puts a program into the background without fork, which .NET does not have: the same program is started again in a session of its own, and the first one
/// stays until the second has said that it serves, so that whoever waits for it knows the outcome.
/// </summary>
public static class Daemonizer
{
    /// <summary>Starts the background process and waits for its word.</summary>
    /// <param name="environment">What this process was started with, before a configuration changed it.</param>
    /// <param name="failed">Told when the background process ended instead of serving.</param>
    /// <returns>The exit status for this process.</returns>
    public static int Launch(Invocation invocation, IReadOnlyList<string> environment, Action<int, ExitStatus> failed)
    {
        var started = WorkerSeat.Start(WorkerSeat.DaemonRole, invocation, environment, newSession: true, out var child, out var channel);
        if (started.IsError)
        {
            failed(0, ExitStatus.Exited(1));
            return 1;
        }
        using (child)
        using (channel)
        {
            Span<bool> ready = stackalloc bool[1];
            while (Poll.Wait([channel!.Descriptor], ready, -1) == 0) { }
            if (channel.Receive(out var record) == ChannelStatus.Record && record.Type == RecordType.Started) return 0;

            var status = child!.WaitForExit();
            failed(child.Pid, status);
            return status.ShellCode;
        }
    }

    /// <summary>Background process: tells the one that waits that all is well, and lets go of the terminal.</summary>
    public static void Detach(WorkerSeat seat)
    {
        _ = seat.Channel.Send(new ProcessRecord(RecordType.Started));
        seat.Channel.Dispose();
        _ = Descriptors.SilenceStandard();
    }
}
