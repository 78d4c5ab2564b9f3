using Evenkeel.Daemon.Haproxy;
using Evenkeel.Daemon.Processes;
using Evenkeel.Linux;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Daemon.MasterWorker;

/// <content>Beginning, change and end of workers.</content>
public sealed partial class Master
{
    /// <summary>A signal to the whole group (Ctrl-C) may end the worker before its copy for the master has been taken.</summary>
    private const int GroupSignalMs = 50;

    /// <summary>Those who asked for the reload that runs, to be told its outcome.</summary>
    private readonly List<ReloadAsker> _waiting = [];
    private MasterChild? _loading;
    private bool _loadingIsHard;
    private bool _reloadsAgain;
    private bool _hasServed;

    /// <summary>Reloads asked for since the start.</summary>
    public int Reloads { get; private set; }

    /// <summary>How many failed since the last one that did not.</summary>
    public int FailedReloads { get; private set; }

    /// <summary>What the last start or reload said, the worker's words included.</summary>
    public string StartupLog => _console.Said;

    /// <summary>A new look at the files; what serves goes on as it is until the new configuration does.</summary>
    /// <param name="isHard">A new worker takes over, and the old one ends at once instead of finishing what it does.</param>
    /// <param name="asker">Told the answer of `reload` when it is known.</param>
    public void RequestReload(bool isHard, ReloadAsker? asker)
    {
        if (asker is not null) _waiting.Add(asker);
        if (IsReloading)
        {
            // The files may have changed after the running one has read them.
            _reloadsAgain = true;
            return;
        }
        if (asker is not null) _console.BeginAnew();
        _loadingIsHard = isHard;
        Reloads++;
        _manager.Reloading();
        if (_program.IsReplaced) BeginExamination();
        else if (!isHard && Current is { IsOfEarlierProgram: false } current) BeginSwap(current);
        else BeginSuccession();
    }

    private void BeginStart(string role)
    {
        var started = MasterChild.Start(Invocation.OwnExecutable, role, _invocation, _environment, Environment.TickCount64, out var worker);
        if (started.IsError)
        {
            var problem = $"Cannot start a worker ({ErrnoText.Of(started.Errno)}): {WorkerSeat.RemedyFor(started.Errno)}.";
            _console.Alert(problem);
            SayRefused(problem);
            if (_hasServed) _manager.ReloadFailed();
            else _exitCode = 1;
            EndReload(false);
            return;
        }
        _console.Notice($"Initializing new worker ({worker!.Pid})");
        _ = worker.Give(_sockets);
        _workers.Add(worker);
        _loading = worker;
    }

    private void Look(MasterChild worker)
    {
        worker.ReadChannel();
        if (worker == _loading && worker.HasStarted) OnStarted(worker);
        if (worker == _swapping) LookAtSwap();
        if (worker.TryReap(out var status)) OnEnded(worker, status);
    }

    /// <summary>The new worker serves: what was before it goes.</summary>
    private void OnStarted(MasterChild worker)
    {
        _loading = null;
        _console.Note(worker.StartupLog);
        ReplaceSockets(worker.Sockets);
        foreach (var old in _workers)
        {
            if (old == worker) continue;
            if (!old.IsLeaving && !_loadingIsHard) old.MakeWay();
            else if (!old.IsLeaving) old.Leave(Signal.SIGTERM);
            else if (old.Reloads > MaxReloads(worker)) old.Outlive(MaxReloads(worker));
        }
        if (!_hasServed) WritePidFile(worker);
        if (_stopping) return;
        _console.Notice("Loading success.");
        _hasServed = true;
        _manager.Ready(Environment.ProcessId);
        if (_launcher is { } launcher) Daemonizer.Detach(launcher);
        _launcher = null;
        EndReload(true);
    }

    private void ReplaceSockets(List<SocketHandle> sockets)
    {
        foreach (var socket in _sockets) _ = socket.Close();
        _sockets = [.. sockets];
    }

    private void EndReload(bool succeeded)
    {
        FailedReloads = succeeded || Reloads == 0 ? 0 : FailedReloads + 1;
        var again = _reloadsAgain;
        _reloadsAgain = false;
        if (again)
        {
            RequestReload(_loadingIsHard, null);
            return;
        }
        AnswerWaiting(succeeded);
        // It sleeps until the next one, and garbage would stay in memory all the while.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true);
    }

    private void AnswerWaiting(bool succeeded)
    {
        var text = $"Success={(succeeded ? 1 : 0)}\n--\n{_console.Said}";
        foreach (var asker in _waiting) asker.Tell(text);
        _waiting.Clear();
    }

    private void FailWaiting()
    {
        if (_waiting.Count > 0) AnswerWaiting(false);
    }

    private void OnEnded(MasterChild worker, ExitStatus status)
    {
        _workers.Remove(worker);
        if (worker == _swapping) AbandonSwap();
        if (worker == _loading) OnLoadFailed(worker, status);
        else if (worker.Reloads > 0) _console.Warning($"Former worker ({worker.Pid}) {EndText(status)}{worker.EndReason}");
        else OnCurrentEnded(worker, status);
    }

    private void OnLoadFailed(MasterChild worker, ExitStatus status)
    {
        _loading = null;
        _console.Note(worker.StartupLog);
        foreach (var socket in worker.Sockets) _ = socket.Close();
        if (!_stopping) _console.Warning($"Failed to load worker ({worker.Pid}) {EndText(status)}");
        SayRefused(HaproxyConsole.FirstAlertIn(worker.StartupLog) is { Length: > 0 } why ? why : $"the new worker {EndText(status)}");
        if (!_hasServed) _exitCode = _exitCode == 0 ? Math.Max(1, status.ShellCode) : _exitCode;
        else if (!_stopping) _manager.ReloadFailed();
        EndReload(false);
    }

    private void OnCurrentEnded(MasterChild worker, ExitStatus status)
    {
        if (!_stopping && status.WasSignaled) AwaitGroupSignal();
        var asked = _stopping || status.ShellCode is 0 or 128 + Signal.SIGTERM or 128 + Signal.SIGINT;
        var text = $"Current worker ({worker.Pid}) {EndText(status)}";
        if (status.IsSuccess) _console.Warning(text);
        else _console.Alert(text);
        if (asked) return;
        _console.Warning("The worker ended in a way it never should; please report this with the lines above.");
        _console.Alert("exit-on-failure: killing every processes with SIGTERM");
        EndAll(Signal.SIGTERM, status.ShellCode);
    }

    private void AwaitGroupSignal()
    {
        Span<bool> ready = stackalloc bool[1];
        if (Poll.Wait([_signals.Descriptor], ready, GroupSignalMs) == 0) return;
        while (_signals.TryTake(out var signal)) OnSignal(signal);
    }

    private static string EndText(ExitStatus status)
    {
        var reason = status.Signal switch
        {
            0 => "Exit",
            Signal.SIGTERM => "Terminated",
            Signal.SIGINT => "Interrupt",
            Signal.SIGKILL => "Killed",
            Signal.SIGQUIT => "Quit",
            Signal.SIGHUP => "Hangup",
            6 => "Aborted",
            11 => "Segmentation fault",
            var other => $"signal {other}",
        };
        return $"exited with code {status.ShellCode} ({reason})";
    }
}
