using Evenkeel.Linux;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;
using Evenkeel.Daemon.Serving;

namespace Evenkeel.Daemon.Processes;

/// <content>
/// Reload of a node: a reader judges both files with all rights and opens what the proxy's names; then the proxy puts it in force in place, and the address
/// plane after it. Only what cannot change in a running process takes a new proxy, to which the old one leaves its sockets.
/// </content>
public sealed partial class Supervisor
{
    /// <summary>How long a new proxy may take to be ready before it takes over all the same: with nothing but dead servers it never is.</summary>
    private const int SuccessionMs = 10_000;

    private readonly ProgramFile _program;
    private readonly List<Action<bool, string>> _reloadWaiting = [];
    private readonly List<WorkerProcess> _leaving = [];
    private List<SocketHandle> _sockets = [];
    private List<SocketHandle> _offered = [];
    private int _offeredRecord = -1;
    private ConfigurationReader? _reader;
    private readonly List<ConfigurationReader> _dismissed = [];

    /// <summary>The proxy looks at what the reader proposes.</summary>
    private bool _proposed;
    private WorkerProcess? _successor;
    private long _successionMs = long.MaxValue;
    private bool _swapping;
    private bool _reloadsAgain;

    private bool IsReloading => _reader is not null || _swapping || _successor is not null;

    /// <param name="outcome">Told whether it succeeded, and what there is to say.</param>
    private void RequestReload(Action<bool, string>? outcome)
    {
        if (outcome is not null) _reloadWaiting.Add(outcome);
        // The files may have changed after the running one has read them.
        if (IsReloading) _reloadsAgain = true;
        else BeginReload();
    }

    private void BeginReload()
    {
        _examining = _program.IsReplaced;
        var started = _examining
            ? ConfigurationReader.StartExamination(_program, _invocation, _plan.Environment, _sockets, out _reader)
            : ConfigurationReader.Start(Invocation.OwnExecutable, _invocation, _plan.Environment, _sockets,
                Find(WorkerSeat.ProxyRole) is { IsOfEarlierProgram: false } proxy ? proxy.Record : -1, out _reader);
        if (started.IsOk) return;
        EndReload(false, $"cannot start a process to read the configuration ({ErrnoText.Of(started.Errno)}); {WorkerSeat.RemedyFor(started.Errno)}");
    }

    private void LookAtReader()
    {
        _dismissed.RemoveAll(static reader => HasEnded(reader));
        if (_reader is not { } reader || _proposed) return;
        reader.ReadChannel();
        if (reader.Proposal >= 0)
        {
            _swapping = _proposed = Find(WorkerSeat.ProxyRole)?.TakeProposal(reader) == true;
            if (!_proposed) reader.GoOn();
            return;
        }
        if (!reader.TryReap(out var status)) return;
        _reader = null;
        if (!reader.Succeeded || (_examining && !reader.CanTakeOver))
        {
            foreach (var socket in reader.Sockets) _ = socket.Close();
            var why = _examining ? reader.ObstacleOf(_program, status)! : reader.FirstAlert;
            EndReload(false, why.Length > 0 ? why : $"its reader ended ({status})");
        }
        else if (_examining)
        {
            _offered = reader.Sockets;
            BecomeNewProgram();
        }
        else if (Find(WorkerSeat.ProxyRole) is not { } proxy) EndReload(true, "");
        else
        {
            _offered = reader.Sockets;
            if (proxy.IsOfEarlierProgram) BeginSuccession("the program");
            else if (proxy.Take(reader)) _swapping = true;
            else BeginSuccession("a proxy that is gone");
            _offeredRecord = _swapping ? reader.TakeRecord() : -1;
        }
        reader.Dispose();
    }

    private void OnReloaded(WorkerProcess worker, ProcessRecord record)
    {
        if (worker.Role == WorkerSeat.AddressRole)
        {
            if (!_plan.ReadsConfiguration) TellManager(record.Value == 1);
            if (record.Value == 0) _plan.Say($"{worker.Role}: the new configuration is refused, the old one stays: {record.Text}", true);
            return;
        }
        if (!_swapping) return;
        _swapping = false;
        if (_proposed && record.Value != (byte)ReloadResult.Done)
        {
            _proposed = false;
            _reader?.GoOn();
            return;
        }
        switch ((ReloadResult)record.Value)
        {
            case ReloadResult.Done when _proposed:
                TakeProposal(worker);
                EndReload(true, record.Text);
                break;
            case ReloadResult.Done:
                TakeOffered();
                worker.KeepRecord(_offeredRecord);
                _offeredRecord = -1;
                EndReload(true, record.Text);
                break;
            case ReloadResult.NeedsProcess:
                BeginSuccession(record.Text);
                break;
            default:
                DropOffered();
                EndReload(false, record.Text);
                break;
        }
    }

    /// <summary>What was proposed is in force; no socket has changed.</summary>
    private void TakeProposal(WorkerProcess worker)
    {
        if (_reader is { } reader) worker.KeepRecord(reader.TakeRecord());
        DismissReader();
    }

    private void DismissReader()
    {
        _proposed = false;
        if (_reader is not { } reader) return;
        reader.Dismiss();
        _dismissed.Add(reader);
        _reader = null;
    }

    private static bool HasEnded(ConfigurationReader reader)
    {
        if (!reader.TryReap(out _)) return false;
        reader.Dispose();
        return true;
    }

    /// <summary>A new proxy starts beside the old one, on the same sockets.</summary>
    private void BeginSuccession(string obstacle)
    {
        _plan.Say($"{obstacle} cannot change in a running proxy: a new one takes over", false);
        var successor = new WorkerProcess(WorkerSeat.ProxyRole);
        var started = successor.Start(Invocation.OwnExecutable, _invocation, _plan.Environment, NowMs);
        if (started.IsError)
        {
            DropOffered();
            EndReload(false, $"cannot start the proxy worker ({ErrnoText.Of(started.Errno)}); {WorkerSeat.RemedyFor(started.Errno)}");
            return;
        }
        _ = successor.Give(_offered);
        _successor = successor;
        _successionMs = NowMs + SuccessionMs;
    }

    private void LookAtSuccessor()
    {
        if (_successor is not { } successor) return;
        while (successor.Receive(NowMs, out _, out var descriptors) == ChannelStatus.Record) KeepSockets(successor, descriptors);
        if (successor.TryReap(out var status))
        {
            _successor = null;
            DropOffered();
            EndReload(false, successor.Failure is { Text.Length: > 0 } why ? why.Text : $"the new proxy ended ({status})");
            return;
        }
        if (!successor.HasStarted || (successor.LastHeartbeat is not { Value: 1 } && NowMs < _successionMs)) return;
        _successor = null;
        var place = Array.FindIndex(_workers, static worker => worker.Role == WorkerSeat.ProxyRole);
        var old = _workers[place];
        _workers[place] = successor;
        TakeOffered();
        // It finishes what it has begun; the address stays, for its successor is ready.
        old.CancelRestart();
        if (old.IsRunning) _leaving.Add(old);
        if (!old.Send(RecordType.Stop, 2)) old.Kill();
        EndReload(true, "");
    }

    private void LookAtLeaving()
    {
        for (var i = _leaving.Count - 1; i >= 0; i--)
        {
            while (_leaving[i].Receive(NowMs, out _, out var descriptors) == ChannelStatus.Record) Close(descriptors);
            if (_leaving[i].TryReap(out _)) _leaving.RemoveAt(i);
        }
    }

    private void EndReload(bool succeeded, string text)
    {
        if (succeeded && _reloadsAgain)
        {
            _reloadsAgain = false;
            BeginReload();
            return;
        }
        _reloadsAgain = false;
        if (succeeded) RenewAddressPlane();
        var said = succeeded ? "configuration reloaded" : "the new configuration is refused, the old one stays";
        if (text.Length > 0) said += ": " + text;
        _plan.Say(said, !succeeded);
        if (!succeeded) Find(WorkerSeat.ProxyRole)?.Send(RecordType.ReloadRefused, 0, text);
        TellManager(succeeded);
        foreach (var outcome in _reloadWaiting) outcome(succeeded, said);
        _reloadWaiting.Clear();
        // Nothing else makes garbage here, and it would stay in memory until the next reload.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true);
    }

    private void TellManager(bool succeeded)
    {
        if (succeeded) _manager.Ready(Environment.ProcessId);
        else _manager.ReloadFailed();
    }

    /// <summary>The proxy has gone in the middle of a reload; the one started in its place reads the files itself.</summary>
    private void AbandonReload(WorkerProcess worker)
    {
        if (worker.Role != WorkerSeat.ProxyRole || !_swapping) return;
        _swapping = false;
        if (_proposed) DismissReader();
        else TakeOffered();
        EndReload(true, "the proxy ended meanwhile and starts with it");
    }

    /// <summary>Sockets a proxy has opened: held for the one after it.</summary>
    private void KeepSockets(WorkerProcess worker, int[] descriptors)
    {
        if (descriptors.Length == 0) return;
        if (worker.Role != WorkerSeat.ProxyRole) Close(descriptors);
        else if (worker == _successor) _offered = Replaced(_offered, worker, descriptors);
        else _sockets = Replaced(_sockets, worker, descriptors);
    }

    private static List<SocketHandle> Replaced(List<SocketHandle> before, WorkerProcess worker, int[] descriptors)
    {
        var sockets = descriptors.Select(static descriptor => new SocketHandle(descriptor));
        // The first record of a life replaces what was held, the next ones add to it.
        if (worker.SocketRecords++ > 0) return [.. before, .. sockets];
        foreach (var socket in before) _ = socket.Close();
        return [.. sockets];
    }

    private void TakeOffered()
    {
        foreach (var socket in _sockets) _ = socket.Close();
        (_sockets, _offered) = (_offered, []);
    }

    private void DropOffered()
    {
        foreach (var socket in _offered) _ = socket.Close();
        _offered = [];
        if (_offeredRecord >= 0) _ = Descriptors.Close(_offeredRecord);
        _offeredRecord = -1;
    }

    private static void Close(int[] descriptors)
    {
        foreach (var descriptor in descriptors) _ = Descriptors.Close(descriptor);
    }
}
