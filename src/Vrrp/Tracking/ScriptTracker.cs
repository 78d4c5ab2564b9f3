using Evenkeel.Linux;
using Evenkeel.Linux.Processes;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Tracking;

/// <summary>
/// Runs one `vrrp_script` again and again: timer -> program -> its end through a pidfd -> <see cref="ScriptHealth"/> -> sink. Owner: the worker's thread.
/// </summary>
/// <remarks>
/// Runs start at start + n x interval, without drift. A run that is still going is not started twice. After `timeout` (the interval when none is set) it gets
/// SIGTERM and counts as failed; two seconds later SIGKILL, as in the original.
/// </remarks>
public sealed class ScriptTracker
{
    private const int SIGKILL = 9;
    private const int SIGTERM = 15;
    private const long GraceUs = 2_000_000;

    private readonly IWorkerLoop _loop;
    private readonly IProgramStarter _starter;
    private readonly ITrackerSink _sink;
    private readonly IVrrpLog _log;
    private ScriptHealth _health;
    private IRunningProgram? _running;
    private WorkerTimer? _next;
    private WorkerTimer? _limit;
    private long _dueUs;
    private bool _timedOut;
    private bool _saidBusy;
    private int _lastCode = -1;

    public ScriptTracker(VrrpScriptModel model, IWorkerLoop loop, IProgramStarter starter, ITrackerSink sink, IVrrpLog log)
    {
        (Model, _loop, _starter, _sink, _log) = (model, loop, starter, sink, log);
        _health = new ScriptHealth(model.Rise, model.Fall, model.InitFail);
    }

    public VrrpScriptModel Model { get; }

    public TrackerStatus Status => _health.Status;

    private long IntervalUs => Math.Max(1, Model.IntervalMs) * 1_000L;

    public void Start()
    {
        if (_health.Status != TrackerStatus.Unknown) _sink.TrackerChanged(TrackerKind.Script, Model.Name, _health.Status);
        _dueUs = _loop.NowUs;
        _next = _loop.StartTimer(0, Tick);
    }

    /// <summary>Stops running it; a program that is still there is asked to end and not waited for.</summary>
    public void Stop()
    {
        _next?.Cancel();
        _limit?.Cancel();
        if (_running == null) return;
        _running.Signal(SIGTERM);
        _loop.Unwatch(_running.Descriptor);
        _running.Dispose();
        _running = null;
    }

    private void Tick()
    {
        // A loop that was late skips the runs it missed instead of crowding them together.
        do _dueUs += IntervalUs; while (_dueUs <= _loop.NowUs);
        _next = _loop.StartTimer(_dueUs - _loop.NowUs, Tick);
        if (_running == null) Run();
        else SayBusy();
    }

    private void SayBusy()
    {
        // Once a run: the original says it every interval.
        if (_saidBusy) return;
        _saidBusy = true;
        string doing = _timedOut ? "being timed out" : "already running";
        _log.Write(VrrpLogLevel.Info, $"Track script {Model.Name} is {doing}, expect idle - skipping run");
    }

    private void Run()
    {
        _timedOut = _saidBusy = false;
        var started = _starter.Start(Model.Command, [], out var program);
        if (program == null)
        {
            _log.Write(VrrpLogLevel.Warning, $"Couldn't run track script {Model.Name} ({Model.Command.Words[0]}): {ErrnoText.Of(started.Errno)}");
            Take(succeeded: false, "could not be started");
            return;
        }
        _running = program;
        _loop.Watch(program.Descriptor, Ended);
        _limit = _loop.StartTimer(Model.TimeoutMs > 0 ? Model.TimeoutMs * 1_000L : IntervalUs, TimeOut);
    }

    private void TimeOut()
    {
        if (_running == null) return;
        // It may have ended in this very turn, before its descriptor was looked at.
        if (_running.TryReap(out var status))
        {
            End(status);
            return;
        }
        bool again = _timedOut;
        _running.Signal(again ? SIGKILL : SIGTERM);
        _limit = _loop.StartTimer(GraceUs, TimeOut);
        if (again) return;
        _timedOut = true;
        Take(succeeded: false, "timed_out");
    }

    private void Ended()
    {
        if (_running != null && _running.TryReap(out var status)) End(status);
    }

    private void End(ExitStatus status)
    {
        _limit?.Cancel();
        _loop.Unwatch(_running!.Descriptor);
        _running.Dispose();
        _running = null;
        // Its failure was counted when its time was up.
        if (_timedOut) return;
        if (!status.WasSignaled && _lastCode != status.Code && _lastCode >= 0 | status.Code != 0)
            _log.Write(VrrpLogLevel.Info, $"Script `{Model.Name}` now returning {status.Code}");
        if (!status.WasSignaled) _lastCode = status.Code;
        Take(status.IsSuccess, status.WasSignaled ? $"failed (due to signal {status.Signal})" : $"failed (exited with status {status.Code})");
    }

    private void Take(bool succeeded, string failure)
    {
        if (!_health.Take(succeeded)) return;
        _log.Write(VrrpLogLevel.Info, $"VRRP_Script({Model.Name}) {(succeeded ? "succeeded" : failure)}");
        _sink.TrackerChanged(TrackerKind.Script, Model.Name, _health.Status);
    }
}
