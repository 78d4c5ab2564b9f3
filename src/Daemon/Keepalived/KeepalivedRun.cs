using Evenkeel.Daemon.Processes;
using Evenkeel.Linux.Files;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Keepalived;

/// <summary>The parent of a running keepalived: pid files, the log lines of its life, and the supervisor above the VRRP process.</summary>
public sealed class KeepalivedRun(KeepalivedCommandLine line, Invocation invocation, IReadOnlyList<string> environment)
{
    private const string DefaultPidFile = "/run/keepalived.pid";
    private const string DefaultVrrpPidFile = "/run/keepalived_vrrp.pid";

    private readonly KeepalivedLog _log = new(line, KeepalivedLog.MainIdentity);

    public int Run(WorkerSeat? seat)
    {
        ProcessRights.SetName("keepalived");
        _log.Notice($"Starting {KeepalivedBanner.VersionLine}");
        _log.Notice($"Running on {KeepalivedBanner.Kernel}");
        foreach (var part in CommandLineText.Of(invocation.Vector)) _log.Notice(part);
        var configuration = KeepalivedConfiguration.Of(line);
        if (configuration.IsMissing)
        {
            _log.Error($"Config files missing '{configuration.File}'.");
            return Stopped(KeepalivedExit.NoConfiguration);
        }
        var pidFile = line.PidFile ?? DefaultPidFile;
        if (PidFile.FindRunning(pidFile, invocation.ProgramName) is { } running)
        {
            _log.Notice($"daemon is already running (pid {running} in {pidFile})");
            return KeepalivedExit.Ok;
        }
        if (PidFile.Write(pidFile, Environment.ProcessId) is { } problem)
        {
            Complain($"cannot write the pid file {pidFile}: {problem}; choose another place with -p");
            return Stopped(KeepalivedExit.NoPermission);
        }
        _log.Notice($"Configuration file {configuration.File}");
        var status = Supervise(seat);
        PidFile.Remove(pidFile);
        return Stopped(status);
    }

    private int Supervise(WorkerSeat? seat)
    {
        var vrrpPidFile = line.VrrpPidFile ?? DefaultVrrpPidFile;
        using var supervisor = new Supervisor(
            new SupervisorPlan
            {
                Roles = [WorkerSeat.AddressRole],
                Environment = environment,
                Respawns = !line.NoRespawn,
                IgnoresInterrupt = line.IgnoreInterrupt,
                Say = (text, isTrouble) =>
                {
                    if (isTrouble) _log.Error(text);
                    else _log.Notice(text);
                },
                WorkerBegun = (_, pid) =>
                {
                    _log.Notice($"Starting VRRP child process, pid={pid}");
                    if (PidFile.Write(vrrpPidFile, pid) is { } problem)
                        _log.Error($"cannot write the pid file {vrrpPidFile}: {problem}; choose another place with -r");
                },
                WorkerGone = _ => PidFile.Remove(vrrpPidFile),
                AllStarted = () =>
                {
                    if (seat is not null) Daemonizer.Detach(seat);
                },
            },
            invocation);
        return supervisor.Run();
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
