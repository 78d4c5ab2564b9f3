using Evenkeel.Linux;
using Evenkeel.Linux.Processes;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Tracking;

namespace Evenkeel.Daemon.Keepalived;

/// <summary>`startup_script` and `shutdown_script`: run by the parent before its children begin and after they have ended; it waits for them.</summary>
internal static class ParentScript
{
    /// <param name="kind">`startup` or `shutdown`, as the log says it.</param>
    public static void Run(string kind, CommandModel? command, int timeoutMs, GlobalDefinitionsModel global, KeepalivedLog log)
    {
        if (command is null) return;
        if (log.IsDetailed) log.Notice($"Running {kind} script {command.Words[0]}");
        var started = new ProgramStarter(global.SetSupplementaryGroups).Start(command, [], out var program);
        if (program is null)
        {
            log.Error($"{kind} script {command.Words[0]} cannot be run: {ErrnoText.Of(started.Errno)}");
            return;
        }
        using (program)
        {
            Span<bool> ready = stackalloc bool[1];
            var deadline = Environment.TickCount64 + timeoutMs;
            ExitStatus status;
            while (!program.TryReap(out status))
            {
                var left = deadline - Environment.TickCount64;
                if (left <= 0)
                {
                    program.Signal(Signal.SIGKILL);
                    log.Error($"{kind} script timed out");
                    return;
                }
                Poll.Wait([program.Descriptor], ready, (int)left);
            }
            Say(kind, status, log);
        }
    }

    /// <summary>The original says "script" twice.</summary>
    private static void Say(string kind, ExitStatus status, KeepalivedLog log)
    {
        if (status.WasSignaled) log.Error($"{kind} script script ended by {status}");
        else if (status.ShellCode != 0) log.Error($"{kind} script script failed, status {status.ShellCode}");
        else if (log.IsDetailed) log.Notice($"{kind} script script succeeded");
    }
}
