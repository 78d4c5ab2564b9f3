using Evenkeel.Daemon.Keepalived;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Processes;

/// <summary>
/// The small process above the workers: starts them, starts them again, passes signals and readiness on, and has the last word when all ends. It reads no
/// configuration and no traffic, so that there is little in it that can fail.
/// </summary>
/// <remarks>Owner: one thread, in <see cref="Run"/>; workers are started from it, and it lives as long as the process. Parts: Workers (start and end),
/// Readiness (proxy -> address plane), Reload, Program (the change of this program itself), Status (the socket for `evenkeel status`, `reload` and
/// `drain`).</remarks>
public sealed partial class Supervisor : IDisposable
{
    private readonly SupervisorPlan _plan;
    private readonly Invocation _invocation;
    private readonly WorkerProcess[] _workers;
    private readonly SignalSource _signals = new(
        Signal.SIGTERM, Signal.SIGINT, Signal.SIGHUP, Signal.SIGUSR1, Signal.SIGUSR2, KeepalivedBanner.JsonSignal, KeepalivedBanner.ClearSignal);
    private readonly int[] _watched = new int[Poll.MostDescriptors];
    private readonly bool[] _ready = new bool[Poll.MostDescriptors];
    /// <summary>Processes to be woken by; the rest of the room is for people who ask.</summary>
    private const int MostWatched = 16;

    private readonly CarriedState? _carried;
    private bool _stopping;
    private readonly ServiceManager _manager = ServiceManager.OfThisProcess;
    private readonly int? _watchdogMs = ServiceManager.WatchdogPeriodMs;
    private long _aliveAtMs;
    private bool _announced;
    private int _exitCode;

    /// <param name="carried">What the program before this one has left; null at a start.</param>
    public Supervisor(SupervisorPlan plan, Invocation invocation, CarriedState? carried = null)
    {
        _plan = plan;
        _invocation = invocation;
        _program = new ProgramFile(invocation);
        _carried = carried;
        var left = carried?.All(WorkerLine).Select(WorkerProcess.Carried).ToArray() ?? [];
        _workers = [.. plan.Roles.Select(role => Array.Find(left, worker => worker.Role == role) ?? new WorkerProcess(role))];
    }

    /// <summary>Runs until all workers have ended after a stop, or one could not start at all.</summary>
    /// <returns>The exit status of the whole program.</returns>
    public int Run()
    {
        if (_carried is not null) GoOn(_carried);
        // Clients wait for the proxy, and the address for it too: it has the processors to itself until it serves.
        else if (Find(WorkerSeat.ProxyRole) is { } proxy) StartWorker(proxy);
        else StartRest();
        if (_carried is null) OpenStatusSocket();
        _signals.LetThrough();
        while (!(_stopping && _workers.All(worker => !worker.IsRunning) && _leaving.Count == 0))
        {
            Wait();
            SayAlive();
            while (_signals.TryTake(out var signal)) OnSignal(signal);
            foreach (var worker in _workers) Look(worker);
            LookAtReader();
            LookAtSuccessor();
            LookAtLeaving();
            PassReadinessOn();
            RunStop();
            ServeStatus();
            ReloadWhenDue();
        }
        CloseStatusSocket();
        return _exitCode;
    }

    public void Dispose() => _signals.Dispose();

    private static long NowMs => Environment.TickCount64;

    private WorkerProcess? Find(string role) => Array.Find(_workers, worker => worker.Role == role);

    private void Wait()
    {
        var count = 0;
        _watched[count++] = _signals.Descriptor;
        // While the proxy looks at its proposal there is nothing a reader could say.
        _watched[count++] = (_proposed ? null : _reader ?? _dismissed.FirstOrDefault())?.EndDescriptor ?? -1;
        _watched[count++] = (_proposed ? null : _reader)?.ChannelDescriptor ?? -1;
        // Of more old proxies than can be watched the last ones are found ended a little later.
        foreach (var worker in _workers.Append(_successor).Concat(_leaving).OfType<WorkerProcess>().Take(MostWatched))
        {
            _watched[count++] = worker.EndDescriptor;
            _watched[count++] = worker.ChannelDescriptor;
        }
        foreach (var descriptor in StatusDescriptors())
            if (count < _watched.Length) _watched[count++] = descriptor;
        Poll.Wait(_watched.AsSpan(0, count), _ready, TimeToNextDuty());
    }

    /// <summary>Half as often as WatchdogSec of the unit; a supervisor that no longer gets here is started anew.</summary>
    private void SayAlive()
    {
        if (_watchdogMs is not { } periodMs || NowMs < _aliveAtMs) return;
        _aliveAtMs = NowMs + periodMs;
        _manager.Alive();
    }

    private int TimeToNextDuty()
    {
        var now = NowMs;
        var next = long.MaxValue;
        foreach (var worker in _workers)
            if (worker.RestartAtMs > 0) next = Math.Min(next, worker.RestartAtMs);
        if (_stopping) next = Math.Min(next, _stopDeadlineMs);
        next = Math.Min(next, ReadinessDeadlineMs());
        next = Math.Min(next, StatusDeadlineMs());
        if (_watchdogMs is not null) next = Math.Min(next, _aliveAtMs);
        if (_successor is not null) next = Math.Min(next, _successionMs);
        if (_plan.IsReloadDue is not null) next = Math.Min(next, _lookedForReloadMs + 1_000);
        return next == long.MaxValue ? -1 : (int)Math.Clamp(next - now, 0, int.MaxValue);
    }

    private void OnSignal(int signal)
    {
        switch (signal)
        {
            case Signal.SIGINT when _plan.IgnoresInterrupt:
                break;
            case Signal.SIGTERM or Signal.SIGINT:
                RequestStop();
                break;
            case Signal.SIGHUP:
            case Signal.SIGUSR2 when _plan.ReadsConfiguration:
                Reload();
                break;
            case Signal.SIGUSR1 or Signal.SIGUSR2 or KeepalivedBanner.JsonSignal or KeepalivedBanner.ClearSignal:
                Find(WorkerSeat.AddressRole)?.Send(RecordType.Dump, (byte)signal);
                break;
        }
    }

    private long _lookedForReloadMs;

    private void ReloadWhenDue()
    {
        if (_plan.IsReloadDue is null || _stopping || NowMs - _lookedForReloadMs < 1_000) return;
        _lookedForReloadMs = NowMs;
        if (_plan.IsReloadDue()) Reload();
    }

    private void Reload()
    {
        if (_stopping) return;
        _manager.Reloading();
        if (_plan.ReadsConfiguration)
        {
            RequestReload(null);
            return;
        }
        foreach (var worker in _workers) worker.Send(RecordType.Reload);
    }

    /// <summary>Everything a worker has to say or has done since the last look.</summary>
    private void Look(WorkerProcess worker)
    {
        while (worker.Receive(NowMs, out var record, out var descriptors) == ChannelStatus.Record)
        {
            KeepSockets(worker, descriptors);
            OnRecord(worker, record);
        }
        if (worker.TryReap(out var status)) OnEnded(worker, status);
        if (worker.RestartAtMs > 0 && NowMs >= worker.RestartAtMs) StartWorker(worker);
    }

    private void OnRecord(WorkerProcess worker, ProcessRecord record)
    {
        switch (record.Type)
        {
            case RecordType.Started when !_announced:
                StartRest();
                if (_workers.All(static each => each.HasStarted)) Announce();
                break;
            case RecordType.Reloaded:
                OnReloaded(worker, record);
                break;
            case RecordType.Stays:
                KeepAddressPlane(worker, record.Text);
                break;
            case RecordType.StatusReply:
                OnStatusReply(worker, record);
                break;
        }
    }

    private void Announce()
    {
        _announced = true;
        _plan.AllStarted();
        _manager.Ready(Environment.ProcessId);
        // What was read at the start is the workers' business now; a process that only waits would keep it for ever.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
