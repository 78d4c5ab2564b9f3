using Evenkeel.Daemon.Processes;
using Evenkeel.Linux;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Daemon.MasterWorker;

/// <content>
/// A reload that finds another program in the place of this one (docs/adr/0084): the new one judges the configuration as a reader, then the master executes
/// it in its own place and starts a worker of it. The workers that serve are its children before and after.
/// </content>
public sealed partial class Master
{
    private const string MasterLineKind = "master";
    private const string SocketLine = "socket";
    private const string DoorLine = "door";
    private const string AskerLine = "asker";
    private const string WorkerLine = "worker";

    /// <summary>The reader is of the new program.</summary>
    private bool _examining;

    private void BeginExamination()
    {
        // With `-c` whatever stands there only checks, should it be another program altogether.
        var check = _invocation with { Arguments = ["-c", .. _invocation.Arguments] };
        var started = ConfigurationReader.StartExamination(_program, check, _environment, _sockets, out _reader);
        _examining = started.IsOk;
        if (started.IsError) RefuseReader(started);
    }

    private void EndExamination(ConfigurationReader reader, ExitStatus status)
    {
        _examining = false;
        // The new worker opens them itself: what was to be seen is that it can.
        foreach (var socket in reader.Sockets) _ = socket.Close();
        var obstacle = reader.ObstacleOf(_program, status);
        reader.Dispose();
        if (_stopping) return;
        if (obstacle is null) BecomeNewProgram();
        else RefuseProgram(obstacle);
    }

    private void RefuseProgram(string why)
    {
        _console.Alert($"The new program does not take over: {why}");
        RefuseSwap(why);
    }

    /// <summary>Does not return when all is well.</summary>
    private void BecomeNewProgram()
    {
        _signals.Hold();
        Span<bool> ready = stackalloc bool[1];
        while (Poll.Wait([_signals.Descriptor], ready, SignalSource.SettleMs) > 0)
            while (_signals.TryTake(out var signal)) OnSignal(signal);
        if (!_stopping)
        {
            foreach (var reader in _dismissed) reader.End();
            _dismissed.Clear();
            var executed = Carry().Execute(_program.Path, _invocation, _environment);
            RefuseProgram($"{_program.Path} cannot be executed ({ErrnoText.Of(executed.Errno)}); {WorkerSeat.RemedyFor(executed.Errno)}");
        }
        _signals.LetThrough();
    }

    private CarriedState Carry()
    {
        var state = new CarriedState();
        state.Add(MasterLineKind).Set("started", _startedAtMs).Set("reloads", Reloads).Set("failed", FailedReloads).Set("hard", _loadingIsHard)
            .Set("again", _reloadsAgain).Set("said", StartupLog);
        state.AddDescriptors(SocketLine, _sockets.Select(static socket => socket.Descriptor));
        state.AddDescriptors(DoorLine, _door.Listeners);
        state.AddDescriptors(AskerLine, _waiting.Select(static asker => asker.Descriptor));
        foreach (var worker in _workers) worker.Carry(state.Add(WorkerLine));
        return state;
    }

    /// <summary>The reload that brought this program goes on: its worker takes over from those of the program before.</summary>
    private void GoOn(CarriedState carried)
    {
        var master = carried.The(MasterLineKind);
        _startedAtMs = master.Number("started", _startedAtMs);
        (Reloads, FailedReloads) = ((int)master.Number("reloads"), (int)master.Number("failed"));
        (_loadingIsHard, _reloadsAgain, _hasServed) = (master.Flag("hard"), master.Flag("again"), true);
        _console.Note(master.Word("said"));
        _sockets = [.. carried.Descriptors(SocketLine).Select(static descriptor => new SocketHandle(descriptor))];
        _waiting.AddRange(carried.Descriptors(AskerLine).Select(AskerAt));
        _workers.AddRange(carried.All(WorkerLine).Select(MasterChild.Carried).OfType<MasterChild>());
        _console.Notice($"This is the program at {_program.Path} now.");
        BeginSuccession();
    }

    /// <summary>The session has ended with the program before; what is left of it is its answer.</summary>
    private static ReloadAsker AskerAt(int descriptor) => new(descriptor, text =>
    {
        new Thread(() =>
        {
            using var client = new MasterStream(new SocketHandle(descriptor));
            _ = client.Write(text + "\n");
        }) { IsBackground = true, Name = "operator" }.Start();
    });
}
