using System.Collections.Concurrent;
using System.Globalization;
using Evenkeel.Daemon.Haproxy;
using Evenkeel.Daemon.Processes;
using Evenkeel.Linux.Epoll;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Daemon.MasterWorker;

/// <summary>
/// haproxy's master (`-W`, management.txt 4 and 9.4): starts a worker that proxies, holds its listening sockets, gives it the new configuration on SIGUSR2,
/// SIGHUP or `reload`, and keeps its own pid all the while. It reads no configuration itself; what it has to know of it the worker tells.
/// </summary>
/// <remarks>Owner: the main thread, in <see cref="Run"/>; sessions on the master's socket have threads of their own and ask by <see cref="Ask{T}"/>.
/// Differs from HAProxy: the worker changes in place, and is only replaced where that cannot be or by `hard-reload`; the master executes itself anew only
/// when another program stands in its place, so that sessions on its socket survive a reload; and workers get their sockets from the master instead of the
/// worker before them. Parts: Workers (beginning and end), Reload, Program (the change of this program itself).</remarks>
public sealed partial class Master : IDisposable
{
    private readonly Invocation _invocation;
    private readonly HaproxyCommandLine _line;
    private readonly IReadOnlyList<string> _environment;
    private readonly HaproxyConsole _console;
    private readonly ServiceManager _manager;
    private readonly SignalSource _signals = new(Signal.SIGTERM, Signal.SIGINT, Signal.SIGUSR1, Signal.SIGUSR2, Signal.SIGHUP, Signal.SIGQUIT,
        Signal.SIGTTIN, Signal.SIGTTOU);
    private readonly EventCounter _asked;
    private readonly ConcurrentQueue<Action> _questions = new();
    private readonly List<MasterChild> _workers = [];
    private readonly ProgramFile _program;
    private readonly MasterDoor _door;
    private readonly CarriedState? _carried;
    private long _startedAtMs = Environment.TickCount64;
    private WorkerSeat? _launcher;
    private List<SocketHandle> _sockets = [];
    private bool _stopping;
    private int _stopSignal;
    private int _exitCode;

    /// <param name="environment">What workers find as environment.</param>
    /// <param name="carried">What the program before this one has left; null at a start.</param>
    public Master(HaproxyCommandLine line, Invocation invocation, IReadOnlyList<string> environment, HaproxyConsole console, CarriedState? carried)
    {
        (_line, _invocation, _environment, _console, _carried) = (line, invocation, environment, console, carried);
        _program = new ProgramFile(invocation);
        _door = new MasterDoor(this, console);
        _manager = line.SystemdNotify ? ServiceManager.OfThisProcess : new ServiceManager(null);
        _asked = EventCounter.Create(out var result) ?? throw new IOException($"no descriptors for the master ({result})", (int)result.Errno);
    }

    /// <summary>Runs until the last worker has ended.</summary>
    /// <param name="launcher">The process that waits for the outcome of a `-D`; null in the foreground.</param>
    /// <returns>The exit status.</returns>
    public int Run(WorkerSeat? launcher)
    {
        _launcher = launcher;
        ProcessRights.SetName("haproxy");
        if (_carried is not null) GoOn(_carried);
        else BeginStart(WorkerSeat.WorkerRole);
        if (_line.MasterSocket is { } text && !_door.Open(text, [.. _carried?.Descriptors(DoorLine) ?? []])) EndAll(Signal.SIGTERM, 1);
        _signals.LetThrough();
        var ready = new bool[Poll.MostDescriptors];
        var watched = new int[Poll.MostDescriptors];
        var watchdogMs = _line.SystemdNotify ? ServiceManager.WatchdogPeriodMs : null;
        while (_workers.Count > 0)
        {
            var acceptsMs = _door.AcceptsWithinMs;
            Poll.Wait(Watched(watched), ready, acceptsMs > 0 ? Math.Min(acceptsMs, watchdogMs ?? acceptsMs) : watchdogMs ?? -1);
            if (watchdogMs is not null) _manager.Alive();
            _asked.Clear();
            while (_signals.TryTake(out var signal)) OnSignal(signal);
            while (_questions.TryDequeue(out var question)) question();
            foreach (var worker in _workers.ToArray()) Look(worker);
            LookAtReader();
            if (!_stopping) _door.Accept();
        }
        _reader?.Kill();
        FailWaiting();
        if (_hasServed) _console.Warning($"All workers exited. Exiting... ({_exitCode})");
        return _exitCode;
    }

    public void Dispose()
    {
        _door.Dispose();
        _signals.Dispose();
        _asked.Dispose();
    }

    /// <summary>Has the main thread answer a question; for the threads of sessions.</summary>
    public T Ask<T>(Func<T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _questions.Enqueue(() => answer.SetResult(question()));
        _asked.Signal();
        return answer.Task.GetAwaiter().GetResult();
    }

    /// <summary>The worker of the newest configuration that serves.</summary>
    public MasterChild? Current => _workers.FindLast(static worker => worker is { HasStarted: true, IsLeaving: false });

    public IReadOnlyList<MasterChild> Workers => _workers;

    public long UptimeMs => Environment.TickCount64 - _startedAtMs;

    private ReadOnlySpan<int> Watched(int[] watched)
    {
        var count = 0;
        watched[count++] = _signals.Descriptor;
        watched[count++] = _asked.Descriptor;
        // While the worker looks at its proposal there is nothing a reader could say.
        watched[count++] = (_proposed ? null : _reader ?? _dismissed.FirstOrDefault())?.EndDescriptor ?? -1;
        watched[count++] = (_proposed ? null : _reader)?.ChannelDescriptor ?? -1;
        foreach (var descriptor in _door.Descriptors)
            if (count < watched.Length) watched[count++] = descriptor;
        // Newest first: of more workers than can be watched the oldest are found ended a little later.
        for (var i = _workers.Count - 1; i >= 0 && count + 1 < watched.Length; i--)
        {
            watched[count++] = _workers[i].EndDescriptor;
            watched[count++] = _workers[i].ChannelDescriptor;
        }
        return watched.AsSpan(0, count);
    }

    private void OnSignal(int signal)
    {
        switch (signal)
        {
            case Signal.SIGTERM or Signal.SIGINT or Signal.SIGUSR1:
                RequestStop(signal);
                break;
            case Signal.SIGUSR2 or Signal.SIGHUP when !_stopping:
                _console.BeginAnew();
                _console.Notice("Reloading HAProxy");
                RequestReload(isHard: false, null);
                break;
            case Signal.SIGTTIN or Signal.SIGTTOU:
                foreach (var worker in _workers) worker.PassOn(signal);
                break;
        }
    }

    private void RequestStop(int signal)
    {
        if (!_stopping) _console.Warning("Exiting Master process...");
        _manager.Stopping();
        EndAll(signal, signal == Signal.SIGINT ? 128 + Signal.SIGINT : 0);
    }

    /// <summary>Everything ends; a harder signal may follow a softer one.</summary>
    private void EndAll(int signal, int exitCode)
    {
        _stopping = true;
        _stopSignal = signal;
        _exitCode = exitCode;
        foreach (var worker in _workers) worker.Leave(signal);
    }

    private void WritePidFile(MasterChild worker)
    {
        var path = _line.PidFile ?? worker.Settings[(worker.Settings.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        if (path.Length == 0 || PidFile.Write(path, Environment.ProcessId, "-p") is not { } problem) return;
        if (problem.IsFatal)
        {
            _console.Alert($"[{_invocation.Path}.main()] Cannot create pidfile {path}: {problem.Text}.");
            _console.Alert("Fatal error(s) found, exiting.");
            EndAll(Signal.SIGTERM, 1);
        }
        else _console.Warning($"Running without pidfile {path}: {problem.Text}.");
    }

    private static int MaxReloads(MasterChild worker) =>
        int.TryParse(worker.Settings.AsSpan(0, Math.Max(0, worker.Settings.IndexOf(' ', StringComparison.Ordinal))), NumberStyles.None,
            CultureInfo.InvariantCulture, out var most) ? most : 50;
}
