using Evenkeel.Daemon.Processes;
using Evenkeel.Linux.Files;
using Evenkeel.Linux.Processes;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Daemon.Keepalived;

/// <summary>The parent of a running keepalived: pid files, the log lines of its life, and the supervisor above the VRRP process.</summary>
public sealed class KeepalivedRun(KeepalivedCommandLine line, Invocation invocation, IReadOnlyList<string> environment)
{
    private KeepalivedLog _log = new(line, KeepalivedLog.MainIdentity);

    public int Run(WorkerSeat? seat)
    {
        ProcessRights.SetName("keepalived");
        ProcessRights.Ignore(KeepalivedBanner.IgnoredSignals);
        _log.Notice($"Starting {KeepalivedBanner.VersionLine}");
        _log.Notice($"Running on {KeepalivedBanner.Kernel}");
        foreach (var part in CommandLineText.Of(invocation.Vector)) _log.Notice(part);
        var configuration = KeepalivedConfiguration.Of(line);
        if (configuration.Obstacle is { } obstacle)
        {
            Complain(obstacle);
            return Stopped(KeepalivedExit.NoConfiguration);
        }
        // A file that cannot be run is the child's to complain of.
        var model = configuration.ReadQuietly().Model ?? new KeepalivedModel { Global = new GlobalDefinitionsModel() };
        if (model.Global.ProcessName is { } name) ProcessRights.SetName(name);
        if (line.FileModeMask is null) _ = ProcessRights.SetFileModeMask(ProcessTuning.MaskOf(model.Global));
        if (model.InstanceName is { } instance) _log = new KeepalivedLog(line, $"{KeepalivedLog.MainIdentity}_{instance}");
        var pids = PidFilePlaces.Of(line, model);
        if (PidFile.FindRunning(pids.Main, invocation.ProgramName) is { } running)
        {
            _log.Notice($"daemon is already running (pid {running} in {pids.Main})");
            return KeepalivedExit.Ok;
        }
        if (WritePid(pids.Main, Environment.ProcessId, "-p") is { } problem)
        {
            Complain($"cannot write the pid file {pids.Main}: {problem.Text}");
            if (problem.IsFatal) return Stopped(KeepalivedExit.NoPermission);
        }
        _log.Notice($"Configuration file {configuration.File}");
        var global = model.Global;
        ParentScript.Run("startup", global.StartupScript, global.StartupScriptTimeoutMs, global, _log);
        var status = Supervise(seat, model, pids);
        ParentScript.Run("shutdown", global.ShutdownScript, global.ShutdownScriptTimeoutMs, global, _log);
        PidFile.Remove(pids.Main);
        return Stopped(status);
    }

    private int Supervise(WorkerSeat? seat, KeepalivedModel model, PidFilePlaces pids)
    {
        var timeFile = model.Global.ReloadTimeFile is { } path ? new ReloadTimeFile(path, model.Global.ReloadRepeats, _log) : null;
        var plan = new SupervisorPlan
        {
            Roles = [WorkerSeat.AddressRole],
            Environment = environment,
            Respawns = !line.NoRespawn,
            IgnoresInterrupt = line.IgnoreInterrupt,
            StatusSocket = Path.ChangeExtension(pids.Main, ".sock"),
            StatusSocketOption = "-p",
            IsReloadDue = timeFile is null ? null : timeFile.IsDue,
            Say = (text, isTrouble) =>
            {
                if (isTrouble) _log.Error(text);
                else _log.Notice(text);
            },
            WorkerBegun = (_, pid) =>
            {
                _log.Notice($"Starting VRRP child process, pid={pid}");
                if (WritePid(pids.Vrrp, pid, "-r") is { } problem) _log.Error($"cannot write the pid file {pids.Vrrp}: {problem.Text}");
            },
            WorkerGone = _ => PidFile.Remove(pids.Vrrp),
            AllStarted = () =>
            {
                if (seat is not null) Daemonizer.Detach(seat);
            },
        };
        if (model.ChildWaitSeconds is { } seconds) plan = plan with { StopGraceMs = seconds * 1_000 };
        using var supervisor = new Supervisor(plan, invocation);
        return supervisor.Run();
    }

    /// <summary>Pids are for everybody to read, whatever mask other files get.</summary>
    private static PidFileProblem? WritePid(string path, int pid, string option)
    {
        const uint OnlyOwnerWrites = 0x12;
        var mask = ProcessRights.SetFileModeMask(OnlyOwnerWrites);
        var problem = PidFile.Write(path, pid, option);
        _ = ProcessRights.SetFileModeMask(mask);
        return problem;
    }

    /// <summary>What keeps the daemon from starting is said where the operator looks: the log, and the terminal too.</summary>
    private void Complain(string text)
    {
        _log.Error(text);
        if (!line.LogConsole) StandardStream.Write(StandardStream.Error, $"keepalived: {text}\n");
    }

    private int Stopped(int status)
    {
        _log.Notice($"Stopped {KeepalivedBanner.VersionLine}");
        return status;
    }
}
