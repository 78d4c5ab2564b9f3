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

    private bool IsReloading => _loading is not null || _swapping is not null;

    private void BeginSwap(MasterChild worker)
    {
        var started = ConfigurationReader.Start(_program.Path, _invocation, _environment, _sockets, out _reader);
        if (started.IsError)
        {
            _console.Alert($"Cannot start a process to read the configuration ({ErrnoText.Of(started.Errno)}): raise the limits on processes, memory and "
                + "descriptors (ulimit -a).");
            EndSwap(false);
            return;
        }
        _swapping = worker;
    }

    private void LookAtReader()
    {
        if (_reader is not { } reader) return;
        reader.ReadChannel();
        if (!reader.TryReap(out var status)) return;
        _reader = null;
        _console.Note(reader.Said);
        if (reader.Succeeded && _swapping is { } worker && worker.Take(reader)) _offered = reader.Sockets;
        else
        {
            foreach (var socket in reader.Sockets) _ = socket.Close();
            if (!_stopping) _console.Warning($"Failed to load worker ({reader.Pid}) {EndText(status)}");
            EndSwap(false);
        }
        reader.Dispose();
    }

    /// <summary>The worker has said what became of the configuration it was given.</summary>
    private void LookAtSwap()
    {
        if (_swapping?.TakeReloaded() is not { } answer) return;
        switch ((ReloadResult)answer.Value)
        {
            case ReloadResult.Done:
                ReplaceSockets(_offered);
                _offered = [];
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
                _console.Alert($"The worker refused the configuration: {answer.Text}. Everything stays as it was.");
                EndSwap(false);
                break;
        }
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
        _swapping = null;
        DropOffered();
        _reader?.Kill();
    }

    private void DropOffered()
    {
        foreach (var socket in _offered) _ = socket.Close();
        _offered = [];
    }

    private void BeginSuccession()
    {
        foreach (var worker in _workers) worker.Reloads++;
        BeginStart(WorkerSeat.SuccessorRole);
    }
}
