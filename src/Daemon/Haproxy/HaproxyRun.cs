using System.Globalization;
using System.Net;
using Evenkeel.Daemon.Machine;
using Evenkeel.Daemon.Processes;
using Evenkeel.Daemon.Serving;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Daemon.Haproxy;

/// <summary>One process that proxies: start in the original's order, then signals and the master's words until the end. It stands alone, is the background
/// half of `-D`, or the worker of a master.</summary>
public sealed partial class HaproxyRun(ConfigurationModel model, HaproxyCommandLine line, Invocation invocation, HaproxyConsole console)
{
    /// <summary>Called by this name the program carries no addresses.</summary>
    internal static readonly HashSet<IPAddress> NoVirtualAddresses = [];

    /// <summary>What the configuration was read from, for the master; null without one.</summary>
    internal WorldRecord? Record { get; set; }

    private ProxyHost _host = null!;
    private ConfigurationIntake? _intake;

    /// <param name="seat">Whoever started this process; null for a person or an init system.</param>
    public int Run(WorkerSeat? seat)
    {
        ProcessRights.SetName("haproxy");
        using var signals = new SignalSource(Signal.SIGTERM, Signal.SIGINT, Signal.SIGUSR1, Signal.SIGUSR2, Signal.SIGHUP, Signal.SIGQUIT,
            Signal.SIGTTIN, Signal.SIGTTOU);
        var master = seat is { Role: WorkerSeat.WorkerRole or WorkerSeat.SuccessorRole } ? seat.Channel : null;
        _host = new ProxyHost(model, line, console);
        if (OpenSockets(seat, master) is not { } sockets) return Fail(master);
        if (!_host.HasListeners)
        {
            Say("No enabled listener found (check for 'bind' directives) ! Exiting.");
            return Fail(master);
        }
        if (master is null && seat is not null && WritePidFile() is { } unwritten) return Refuse(unwritten, master);
        WarnOfRoot();
        if (_host.DropRights() is { } refused) return Refuse(refused, master);
        ProxyHost.SettleHeap();
        _host.Start();
        if (master is not null) _intake = new ConfigurationIntake(_host, master);
        if (master is not null) ReportStart(master, sockets);
        else if (seat is not null) Daemonizer.Detach(seat);
        _host.TidyAfterStart(Environment.TickCount64);
        if (seat?.Role != WorkerSeat.SuccessorRole) SignalOldProcesses(line.TerminateOldProcesses ? Signal.SIGTERM : Signal.SIGUSR1);
        return Obey(signals, master);
    }

    /// <returns>Null when not all could be opened; why has been said.</returns>
    private ListeningSockets? OpenSockets(WorkerSeat? seat, Channel? master)
    {
        var inherited = master is not null ? ListenerHandover.Receive(master) : [];
        var isFirst = seat?.Role != WorkerSeat.SuccessorRole;
        if (isFirst && line.HandOverSocket is { } path && path != "/dev/null")
        {
            if (OldProcessSockets.Fetch(path, console) is { } found) inherited.AddRange(found);
            else
            {
                console.Alert("Failed to get the sockets from the old process!");
                // A worker opens its own then, for its master is there already.
                if (master is null) return null;
            }
        }
        var given = new InheritedListeners(inherited);
        var pauses = isFirst && !line.OldProcesses.IsEmpty;
        var sockets = new ListeningSockets(NoVirtualAddresses, given)
        {
            SharesPorts = !line.NoReusePort && !model.Global.NoReusePort,
            AskForPause = pauses ? () => SignalOldProcesses(Signal.SIGTTOU) : null,
        };
        var opened = _host.Open(sockets);
        given.CloseRest();
        if (opened) sockets.ListenAgain();
        if (opened) return sockets;
        // Those that were asked to pause for us go on.
        if (pauses) SignalOldProcesses(Signal.SIGTTIN);
        return null;
    }

    private string? WritePidFile()
    {
        var path = line.PidFile ?? model.Global.PidFile;
        if (path is null || PidFile.Write(path, Environment.ProcessId, "-p") is not { } problem) return null;
        if (problem.IsFatal) return $"Cannot create pidfile {path}: {problem.Text}.";
        console.Warning($"Running without pidfile {path}: {problem.Text}.");
        return null;
    }

    /// <summary>Tells the master what it has to know of this worker, and lets go of the terminal when the master is a daemon.</summary>
    private void ReportStart(Channel master, ListeningSockets sockets)
    {
        _ = ListenerHandover.Send(master, sockets.Opened);
        SendRecord(master);
        _ = master.Send(new ProcessRecord(RecordType.StartupLog, 0, console.Said));
        var reloads = model.Global.MaxReloads.ToString(CultureInfo.InvariantCulture);
        _ = master.Send(new ProcessRecord(RecordType.Started, 0, $"{reloads} {line.PidFile ?? model.Global.PidFile}"));
        if (line.RunsInBackground(model.Global)) _ = Descriptors.SilenceStandard();
    }

    private void SendRecord(Channel master)
    {
        if (Record is null || Record.ToFile(out var file).IsError) return;
        using (file) _ = master.Send(new ProcessRecord(RecordType.Configuration), [file!.Descriptor]);
        Record = null;
    }

    private int Fail(Channel? master)
    {
        if (master is null) return 1;
        _ = master.Send(new ProcessRecord(RecordType.StartupLog, 0, console.Said));
        _ = master.Send(new ProcessRecord(RecordType.Failed, 1));
        return 1;
    }

    private int Refuse(string text, Channel? master)
    {
        Say(text);
        return Fail(master);
    }

    private void Say(string text) => console.Alert($"[{invocation.Path}.main()] {text}");

    private void WarnOfRoot()
    {
        if (!ProcessRights.IsRoot) return;
        if (model.Global.Chroot is null)
            console.Warning("started as root without 'chroot': an intruder would see all files; name an empty directory, or '/' if this is meant.");
        if (model.Global.UserId is null)
            console.Warning("started as root without 'user': the process keeps all its rights; name an unprivileged user, or 'root' if this is meant.");
    }

    /// <summary>`-sf` and `-st`: the processes that this one replaces.</summary>
    private void SignalOldProcesses(int signal)
    {
        foreach (var pid in line.OldProcesses) _ = Signal.Send(pid, signal);
    }
}
