using Evenkeel.Linux;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Processes;

/// <content>Beginning and end of workers.</content>
public sealed partial class Supervisor
{
    private long _stopDeadlineMs = long.MaxValue;
    private WorkerProcess? _stopAsked;

    private bool _restBegun;

    /// <summary>Everybody but the proxy, once.</summary>
    private void StartRest()
    {
        if (_restBegun || _stopping) return;
        _restBegun = true;
        foreach (var worker in _workers)
            if (worker.Role != WorkerSeat.ProxyRole) StartWorker(worker);
    }

    private void StartWorker(WorkerProcess worker)
    {
        var started = worker.Start(Invocation.OwnExecutable, _invocation, _plan.Environment, NowMs);
        if (started.IsOk)
        {
            if (worker.Role == WorkerSeat.ProxyRole) _ = worker.Give(_sockets);
            _plan.WorkerBegun(worker.Role, worker.Pid);
            return;
        }
        var problem = $"cannot start the {worker.Role} worker ({ErrnoText.Of(started.Errno)}): {WorkerSeat.RemedyFor(started.Errno)}";
        if (!worker.EverStarted)
        {
            _plan.Say(problem, true);
            BeginStop(1);
            return;
        }
        _plan.Say($"{problem}; trying again in {worker.PlanRestart(NowMs)} ms", true);
    }

    private void OnEnded(WorkerProcess worker, ExitStatus status)
    {
        _plan.WorkerGone(worker.Role);
        AbandonReload(worker);
        if (_stopping) return;
        if (worker.Failure is { } failure && !worker.EverStarted)
        {
            // What cannot start at all will not start the next time either: the operator has to act.
            if (failure.Text.Length > 0) _plan.Say(failure.Text, true);
            BeginStop(failure.Value);
            return;
        }
        if (!_plan.Respawns)
        {
            _plan.Say($"{worker.Role} worker ended ({status}); not started again, as asked", true);
            BeginStop(0);
            return;
        }
        if (worker.MakesPlace)
        {
            StartWorker(worker);
            return;
        }
        var delayMs = worker.PlanRestart(NowMs);
        var reason = worker.Failure is { Text.Length: > 0 } why ? $"{status}: {why.Text}" : status.ToString();
        _plan.Say($"{worker.Role} worker ended ({reason}); starting it again in {delayMs} ms", true);
    }

    /// <summary>A person or the init system asks for the end; asking again ends the patience.</summary>
    private void RequestStop()
    {
        if (!_stopping)
        {
            BeginStop(0);
            return;
        }
        foreach (var worker in _workers) worker.Send(RecordType.Stop, 0);
        _stopDeadlineMs = Math.Min(_stopDeadlineMs, NowMs + ImpatientMs);
    }

    private const int ImpatientMs = 1_000;

    private void BeginStop(int exitCode)
    {
        _stopping = true;
        _manager.Stopping();
        _exitCode = exitCode;
        foreach (var worker in _workers) worker.CancelRestart();
        _reader?.Kill();
        _successor?.Kill();
        if (_successor is { } successor) _leaving.Add(successor);
        _successor = null;
        // They have been asked before; what is still open has had its time.
        foreach (var worker in _leaving) worker.Send(RecordType.Stop, 0);
    }

    /// <summary>
    /// Stops one role after the other: the address leaves this node before the proxy behind it stops serving.
    /// </summary>
    private void RunStop()
    {
        if (!_stopping) return;
        var current = Array.Find(_workers, worker => worker.IsRunning);
        if (current is null) return;
        if (current != _stopAsked)
        {
            _stopAsked = current;
            _stopDeadlineMs = NowMs + _plan.StopGraceMs;
            // Whoever no longer reads its channel cannot be asked.
            if (!current.Send(RecordType.Stop, 1)) current.Kill();
        }
        else if (NowMs >= _stopDeadlineMs)
        {
            _plan.Say($"{current.Role} worker {current.Pid} does not stop; killing it", true);
            current.Kill();
            _stopDeadlineMs = NowMs + ImpatientMs;
        }
    }
}
