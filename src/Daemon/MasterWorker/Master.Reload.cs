using Evenkeel.Daemon.Processes;
using Evenkeel.Daemon.Serving;
using Evenkeel.Linux;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Daemon.MasterWorker;

/// <content>
/// Reload by swap: a reader judges the new files with all rights and opens what they name, then the worker that serves puts them in force in place. Only what
/// cannot change in a running process, and `hard-reload`, take a new worker.
/// </content>
public sealed partial class Master
{
    private ConfigurationReader? _reader;

    /// <summary>The worker that is to take the new configuration; null while no swap is under way.</summary>
    private MasterChild? _swapping;

    /// <summary>What it will listen on if it does.</summary>
    private List<SocketHandle> _offered = [];

    /// <summary>What that configuration was read from; -1 while there is none.</summary>
    private int _offeredRecord = -1;

    /// <summary>The worker looks at a proposal.</summary>
    private bool _proposed;

    /// <summary>Readers that have done their work and have not ended yet.</summary>
    private readonly List<ConfigurationReader> _dismissed = [];

    private bool IsReloading => _loading is not null || _swapping is not null || _examining;

    private void BeginSwap(MasterChild worker)
    {
        var started = ConfigurationReader.Start(Invocation.OwnExecutable, _invocation, _environment, _sockets, worker.Record, out _reader);
        if (started.IsOk) _swapping = worker;
        else RefuseReader(started);
    }

    private void RefuseReader(SysResult started)
    {
        var problem = $"Cannot start a process to read the configuration ({ErrnoText.Of(started.Errno)}): {WorkerSeat.RemedyFor(started.Errno)}.";
        _console.Alert(problem);
        RefuseSwap(problem);
    }

    private void LookAtReader()
    {
        _dismissed.RemoveAll(static reader => HasEnded(reader));
        if (_reader is not { } reader || _proposed) return;
        reader.ReadChannel();
        if (reader.Proposal >= 0 && _swapping is { } serving)
        {
            _proposed = serving.TakeProposal(reader);
            if (!_proposed) reader.GoOn();
            return;
        }
        if (!reader.TryReap(out var status)) return;
        _reader = null;
        _console.Note(reader.Said);
        if (reader.Shortage is { } shortage) _console.Alert(shortage);
        if (_examining)
        {
            EndExamination(reader, status);
            return;
        }
        if (reader.Succeeded && _swapping is { } worker && worker.Take(reader)) (_offered, _offeredRecord) = (reader.Sockets, reader.TakeRecord());
        else
        {
            foreach (var socket in reader.Sockets) _ = socket.Close();
            if (!_stopping) _console.Warning($"Failed to load worker ({reader.Pid}) {EndText(status)}");
            RefuseSwap(reader.FirstAlert.Length > 0 ? reader.FirstAlert : $"its reader {EndText(status)}");
        }
        reader.Dispose();
    }

    /// <summary>The worker has said what became of the configuration it was given.</summary>
    private void LookAtSwap()
    {
        if (_swapping?.TakeReloaded() is not { } answer) return;
        if (_proposed && answer.Value != (byte)ReloadResult.Done)
        {
            _proposed = false;
            _reader?.GoOn();
            return;
        }
        switch ((ReloadResult)answer.Value)
        {
            case ReloadResult.Done:
                TakeOffered(_swapping);
                if (answer.Text.Length > 0) _console.Notice($"Changed: {answer.Text}.");
                _console.Notice("Loading success.");
                EndSwap(true);
                break;
            case ReloadResult.NeedsProcess:
                DropOffered();
                _swapping = null;
                _console.Notice($"{answer.Text} cannot change in a running worker: a new one takes over.");
                BeginSuccession();
                break;
            default:
                DropOffered();
                _console.Alert($"The worker refused the configuration: {answer.Text}.");
                RefuseSwap(answer.Text);
                break;
        }
    }

    /// <summary>A proposal changes no socket; else those of the new configuration take the place of the old ones.</summary>
    private void TakeOffered(MasterChild worker)
    {
        if (_proposed && _reader is { } reader)
        {
            worker.KeepRecord(reader.TakeRecord());
            reader.Dismiss();
            _dismissed.Add(reader);
            (_reader, _proposed) = (null, false);
            return;
        }
        ReplaceSockets(_offered);
        worker.KeepRecord(_offeredRecord);
        (_offered, _offeredRecord) = ([], -1);
    }

    private static bool HasEnded(ConfigurationReader reader)
    {
        if (!reader.TryReap(out _)) return false;
        reader.Dispose();
        return true;
    }

    private void RefuseSwap(string why)
    {
        SayRefused(why);
        EndSwap(false);
    }

    /// <summary>Said here and in the logs of the worker that goes on: a daemon has no terminal.</summary>
    private void SayRefused(string why)
    {
        if (_stopping || Current is not { } current) return;
        _console.Warning("The running configuration stays in force.");
        current.TellRefused(why);
    }

    private void EndSwap(bool succeeded)
    {
        _swapping = null;
        if (!_stopping && succeeded) _manager.Ready(Environment.ProcessId);
        else if (!_stopping) _manager.ReloadFailed();
        EndReload(succeeded);
    }

    /// <summary>The worker has gone before it answered.</summary>
    private void AbandonSwap()
    {
        (_swapping, _proposed) = (null, false);
        DropOffered();
        _reader?.Kill();
    }

    private void DropOffered()
    {
        foreach (var socket in _offered) _ = socket.Close();
        _offered = [];
        if (_offeredRecord >= 0) _ = Descriptors.Close(_offeredRecord);
        _offeredRecord = -1;
    }

    private void BeginSuccession()
    {
        foreach (var worker in _workers) worker.Reloads++;
        BeginStart(WorkerSeat.SuccessorRole);
    }
}
