using Evenkeel.Linux;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Samples;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>
/// Probes one server again and again: waits its interval, runs the steps of its <see cref="CheckProgram"/> without blocking, reports to its
/// <see cref="ProbePurpose"/>. The other parts are the steps: HealthProbe.Connect.cs, HealthProbe.Steps.cs, HealthProbe.Expect.cs. Owner: one worker's loop.
/// </summary>
/// <remarks>The timer is the pause while nothing runs, and the time limit while a probe does. Holds a buffer and a descriptor only then.</remarks>
internal sealed partial class HealthProbe : LoopTimer, IReadyHandler
{
    private ProbePurpose _purpose;
    private readonly Server _server;
    private CheckProgram _program;
    private volatile Assignment _next;
    private volatile bool _isRetired;
    private readonly Worker _worker;
    private readonly HealthChecks _owner;
    private readonly CheckExchange _exchange;
    private readonly LoopTask _soon;
    private bool _isRunning;
    private long _startedMs;

    public HealthProbe(ProbePurpose purpose, CheckProgram program, Worker worker, HealthChecks owner)
    {
        _purpose = purpose;
        _server = purpose.Server;
        _program = program;
        _next = new Assignment(purpose, program);
        _worker = worker;
        _owner = owner;
        _exchange = new CheckExchange(_server);
        IsAwaited = purpose is CheckPurpose;
        _soon = new ActionTask(() => { if (!_isRunning) Loop.Timers.Set(this, Loop.NowMs + Volatile.Read(ref _soonMs)); });
        if (purpose is CheckPurpose) _server.ProbeSoon = Hasten;
        else _server.AgentQuestionChanged = AskOtherwise;
    }

    private void AskOtherwise()
    {
        if (_next.Purpose is AgentPurpose agent) Adopt(agent, CheckProgram.OfAgent(_server.AgentQuestion, agent.Read));
    }

    public Worker Worker => _worker;

    /// <summary>Readiness waits for its first outcome.</summary>
    internal bool IsAwaited { get; set; }

    /// <summary>The probe that begins next runs these steps; one that runs ends as it began. Any thread.</summary>
    internal void Adopt(ProbePurpose purpose, CheckProgram program) => _next = new Assignment(purpose, program);

    /// <summary>Nobody wants to know any more: what runs ends without a report, and nothing follows. Any thread.</summary>
    internal void Retire() => _isRetired = true;

    private bool IsUnwanted => _isRetired || _owner.IsStopped;

    private EventLoop Loop => _worker.Loop;

    internal int IntervalMs => _purpose.IntervalMs;

    private HealthState State => _purpose.State;

    private int _soonMs;

    /// <summary>Has it run after that long, if nothing runs now. Any thread.</summary>
    private void Hasten(int delayMs)
    {
        Volatile.Write(ref _soonMs, delayMs);
        Loop.Post(_soon);
    }

    /// <summary>Starts the first pause. On the loop's thread.</summary>
    public void Arm(int delayMs) => Loop.Timers.Set(this, Loop.NowMs + delayMs);

    public override void OnDeadline(long nowMs)
    {
        if (_isRunning) OnTimeout();
        else Begin();
    }

    public void OnReady(Readiness events)
    {
        if (!_isRunning) return;
        NoteTlsEvents(events);
        if (_opening != Opening.Done && !ContinueOpening(events)) return;
        Advance();
    }

    /// <summary>A bug of ours must not leave a server without checks.</summary>
    public override void OnFault(Exception bug)
    {
        if (_isRunning) Finish(new(CheckStatus.SocketError, CheckResult.Failed, 0, Elapsed, "internal error"));
    }

    private long Elapsed => Loop.NowMs - _startedMs;

    private void Begin()
    {
        if (IsUnwanted) return;
        (_purpose, _program) = (_next.Purpose, _next.Program);
        if (!_purpose.MayRun)
        {
            NoteFirstRound();
            Pause();
            return;
        }

        if (!_owner.MayStart(this)) return;
        _isRunning = true;
        State.IsRunning = true;
        _startedMs = Loop.NowMs;
        _step = 0;
        _code = 0;
        _successInfo = null;
        _successStatus = CheckStatus.L7Ok;
        _exchange.Received = _worker.Memory.Regular.Take();
        Loop.Timers.Set(this, _startedMs + LimitMs);
        if (_program.Kind == CheckKind.External) BeginProgram();
        else Advance();
    }

    /// <summary>It waited for others of its worker to finish (`tune.max-checks-per-thread`).</summary>
    public void BeginAfterWait() => Begin();

    private int LimitMs
    {
        get
        {
            var timeouts = _server.Backend.Model.Timeouts;
            return timeouts is { CheckMs: not null, ConnectMs: { } connectMs } ? Math.Min(_purpose.IntervalMs, connectMs) : _purpose.IntervalMs;
        }
    }

    private void OnTimeout()
    {
        if (_program.Kind == CheckKind.External)
        {
            EndProgram();
            Finish(new(CheckStatus.ProcessTimedOut, CheckResult.Failed, 0, Elapsed, ""));
            return;
        }
        var step = _program.Steps[_step];
        var status = _opening == Opening.Connecting || !_program.SpeaksToApplication ? CheckStatus.L4TimedOut
            : (step as ExpectStep)?.Options.TimedOut ?? CheckStatus.L7TimedOut;
        Finish(new(status, CheckResult.Failed, 0, Elapsed, StepText(step)));
    }

    private void Finish(CheckOutcome outcome)
    {
        _isRunning = false;
        CloseSocket();
        var received = _exchange.Received;
        _exchange.Clear();
        _worker.Memory.Regular.Return(ref received);
        _answer = null;
        State.IsRunning = false;
        if (!IsUnwanted) _purpose.Apply(outcome, Loop.NowMs);
        NoteFirstRound();
        Pause();
        _owner.NoteFinished(_worker);
    }

    private void Pause() => Loop.Timers.Set(this, Loop.NowMs + CheckInterval.Spread(_purpose.PauseMs, _owner.SpreadPercent, _worker.NextRandom()));

    private void NoteFirstRound()
    {
        if (!IsAwaited) return;
        IsAwaited = false;
        _owner.NoteFirstFinished();
    }

    /// <summary>The context for expressions, standing at this exchange.</summary>
    private SampleContext Context()
    {
        var context = _owner.Contexts(_worker.Index);
        context.Begin(_exchange, Loop.NowMs);
        return context;
    }

    /// <summary>What the next run is for, and its steps; they belong together.</summary>
    private sealed record Assignment(ProbePurpose Purpose, CheckProgram Program);

    private static string OsError(Errno errno) => $"{errno} returned by OS ({ErrnoText.Of(errno)})";
}
