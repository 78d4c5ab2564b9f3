using Evenkeel.Linux;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Daemon.Processes;

/// <content>
/// A reload that finds another program in the place of this one (docs/adr/0084): the new one judges the configuration as a reader, then this process executes
/// it in its own place, and a proxy of it takes over from the one that serves.
/// </content>
public sealed partial class Supervisor
{
    private const string SupervisorLine = "supervisor";
    private const string WorkerLine = "worker";
    private const string LeavingLine = "leaving";
    private const string SocketLine = "socket";
    private const string OfferedLine = "offered";
    private const string ListenerLine = "listener";
    private const string ClientLine = "client";

    /// <summary>The reader is of the new program.</summary>
    private bool _examining;

    /// <summary>Does not return when all is well.</summary>
    private void BecomeNewProgram()
    {
        _examining = false;
        _signals.Hold();
        Span<bool> ready = stackalloc bool[1];
        while (Poll.Wait([_signals.Descriptor], ready, SignalSource.SettleMs) > 0)
            while (_signals.TryTake(out var signal)) OnSignal(signal);
        if (!_stopping)
        {
            foreach (var reader in _dismissed) reader.End();
            _dismissed.Clear();
            var executed = Carry().Execute(_program.Path, _invocation, _plan.Environment);
            DropOffered();
            EndReload(false, $"{_program.Path} cannot be executed ({ErrnoText.Of(executed.Errno)}); {WorkerSeat.RemedyFor(executed.Errno)}");
        }
        _signals.LetThrough();
    }

    private CarriedState Carry()
    {
        var state = new CarriedState();
        state.Add(SupervisorLine).Set("announced", _announced).Set("rest", _restBegun).Set("draining", _draining).Set("ready", _toldReady == true)
            .Set("reason", _toldReason).Set("told", _toldPid).Set("readyAt", _lastReadyMs).Set("request", _lastRequest).Set("again", _reloadsAgain);
        foreach (var worker in _workers) worker.Carry(state.Add(WorkerLine));
        foreach (var worker in _leaving) worker.Carry(state.Add(LeavingLine));
        state.AddDescriptors(SocketLine, _sockets.Select(static socket => socket.Descriptor));
        state.AddDescriptors(OfferedLine, _offered.Select(static socket => socket.Descriptor));
        if (_statusListener.IsOpen) state.AddDescriptors(ListenerLine, [_statusListener.Descriptor]);
        foreach (var client in _clients)
            state.Add(ClientLine).SetDescriptor("fd", client.Socket.Descriptor).Set("until", client.DeadlineMs).Set("asked", client.Asked);
        return state;
    }

    /// <summary>The reload that brought this program goes on.</summary>
    private void GoOn(CarriedState carried)
    {
        var state = carried.The(SupervisorLine);
        (_announced, _restBegun, _draining, _reloadsAgain) = (state.Flag("announced"), state.Flag("rest"), state.Flag("draining"), state.Flag("again"));
        // Whoever was told that the proxy is not ready is told once more.
        (_toldReady, _toldReason, _toldPid) = (state.Flag("ready") ? true : null, state.Word("reason"), (int)state.Number("told"));
        (_lastReadyMs, _lastRequest) = (state.Number("readyAt"), (int)state.Number("request"));
        _leaving.AddRange(carried.All(LeavingLine).Select(WorkerProcess.Carried));
        _sockets = [.. carried.Descriptors(SocketLine).Select(static descriptor => new SocketHandle(descriptor))];
        _offered = [.. carried.Descriptors(OfferedLine).Select(static descriptor => new SocketHandle(descriptor))];
        foreach (var listener in carried.Descriptors(ListenerLine)) _statusListener = new SocketHandle(listener);
        foreach (var line in carried.All(ClientLine)) TakeClient(line);
        _plan.Say($"this is the program at {_program.Path} now", false);
        if (Find(WorkerSeat.ProxyRole) is not null) BeginSuccession("the program");
        else EndReload(true, "");
    }

    /// <summary>The address plane after a reload: one of an earlier program makes place while it holds nothing; everybody else reads its file again.</summary>
    private void RenewAddressPlane()
    {
        if (Find(WorkerSeat.AddressRole) is not { } address) return;
        if (address is { IsRunning: true, IsOfEarlierProgram: true }) address.AskForPlace();
        else address.Send(RecordType.Reload);
    }

    /// <summary>An end would move its address, or take it from a node that nobody stands in for: that is the operator's to decide.</summary>
    private void KeepAddressPlane(WorkerProcess address, string why)
    {
        address.Send(RecordType.Reload);
        _plan.Say($"{address.Role}: the earlier program stays, for {why}; to change it too: evenkeel drain, evenkeel reload, evenkeel resume", false);
    }

    /// <summary>Somebody who asked the program before this one; his answer comes from here.</summary>
    private void TakeClient(CarriedLine line)
    {
        if (line.Descriptor("fd") is not (>= 0 and var descriptor)) return;
        var client = new StatusClient(new SocketHandle(descriptor), line.Number("until"));
        _clients.Add(client);
        var asked = line.Word("asked");
        // The reload that was asked for is the one that goes on.
        if (asked.StartsWith("reload", StringComparison.Ordinal))
        {
            (client.Request, client.IsCommand, client.Asked) = (++_lastRequest, true, asked);
            _reloadWaiting.Add(OutcomeFor(client));
        }
        else if (asked.Length > 0) Take(client, asked);
    }
}
