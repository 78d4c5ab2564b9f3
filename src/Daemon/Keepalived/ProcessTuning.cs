using Evenkeel.Linux;
using Evenkeel.Linux.Processes;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Worker;

namespace Evenkeel.Daemon.Keepalived;

/// <summary>What the configuration says of the VRRP process itself: its name, its mask, its place among other processes
/// (keepalived.conf(5), vrrp_priority and what follows it).</summary>
/// <remarks>Called on the thread that runs the worker's loop: real-time priority belongs to it alone.</remarks>
internal static class ProcessTuning
{
    /// <param name="global">What was asked for.</param>
    /// <param name="commandLineMask">`--umask`, which the file does not override.</param>
    public static void Apply(GlobalDefinitionsModel global, int? commandLineMask, KeepalivedLog log)
    {
        if (global.VrrpProcessName is { } name) ProcessRights.SetName(name);
        if (commandLineMask is null) _ = ProcessRights.SetFileModeMask(MaskOf(global));
        if (global.VrrpNice is { } nice) Say("vrrp_priority", Scheduling.SetNice(nice));
        else if (global.VrrpRealTimePriority == 0) _ = Scheduling.SetSlice(Turn);
        if (!global.VrrpCpuAffinity.IsEmpty) Say("vrrp_cpu_affinity", Scheduling.SetProcessors(global.VrrpCpuAffinity));
        if (global.VrrpNoSwap) Say("vrrp_no_swap", Scheduling.LockMemory());
        if (global.VrrpRealTimePriority > 0)
        {
            Say("vrrp_rt_priority", Scheduling.SetRealTime(global.VrrpRealTimePriority));
            Limit(global);
        }

        void Say(string keyword, SysResult result)
        {
            if (result.IsError) log.Error($"{keyword} cannot be applied: {ErrnoText.Of(result.Errno)}");
        }
    }

    /// <summary>An advertisement must not wait until a busy proxy has had its turn, and is sent in a few of these. Measured beside a proxy that took two
    /// processors whole: one in a thousand later than 0.3 ms, without it 39 ms (Linux 6.18, 2026-11-27); with twice as much work beside it, 14 ms.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMicroseconds(100);

    /// <summary>Gives the loop's thread more than an ordinary share as soon as that has not been enough.</summary>
    public static void RaiseWhenLate(VrrpWorker worker, GlobalDefinitionsModel global, KeepalivedLog log)
    {
        var priority = new AutomaticPriority(global);
        if (!priority.IsWanted) return;
        worker.WatchLateness(priority.DelayUs, lateUs =>
        {
            var taken = Scheduling.SetRealTime(priority.Raise());
            if (taken.IsError) log.Notice($"Ran {lateUs} us late and cannot take real-time priority: {ErrnoText.Of(taken.Errno)} (CAP_SYS_NICE)");
            else log.Notice($"Ran {lateUs} us late: real-time priority {priority.Current} from now on (max_auto_priority 0 keeps the ordinary one)");
            return taken.IsOk && priority.IsWanted;
        });
    }

    /// <summary>`umask`, else the original's own (IXUSR | IRWXG | IRWXO).</summary>
    public static uint MaskOf(GlobalDefinitionsModel global) => (uint)(global.Umask ?? PrivateMask);

    private const int PrivateMask = 0x7F;

    /// <summary>Reading a large file takes longer than a limit made for the loop allows.</summary>
    public static void WithoutLimit(GlobalDefinitionsModel global, Action work)
    {
        _ = Scheduling.LimitRealTime(Scheduling.Unlimited);
        work();
        Limit(global);
    }

    private static void Limit(GlobalDefinitionsModel global)
    {
        if (global is { VrrpRealTimePriority: > 0, VrrpRealTimeLimitUs: > 0 }) _ = Scheduling.LimitRealTime((ulong)global.VrrpRealTimeLimitUs);
    }
}
