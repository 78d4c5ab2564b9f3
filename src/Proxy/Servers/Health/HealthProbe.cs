using System.Buffers;
using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Loop;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>
/// Probes one server again and again: waits its interval, runs the steps of its <see cref="CheckProgram"/> without blocking, reports to
/// <see cref="HealthRules"/>. HealthProbe.Steps.cs holds the steps. Owner: one worker's loop.
/// </summary>
/// <remarks>The timer is the pause while nothing runs, and the time limit while a probe does. Holds a buffer and a descriptor only then.</remarks>
internal sealed partial class HealthProbe : LoopTimer, IReadyHandler
{
    private readonly Server _server;
    private CheckProgram _program;
    private volatile CheckProgram _next;
    private volatile bool _isRetired;
    private readonly Worker _worker;
    private readonly HealthChecks _owner;
    private readonly LoopTask _soon;
    private bool _isRunning;
    private long _startedMs;

    public HealthProbe(Server server, CheckProgram program, Worker worker, HealthChecks owner)
    {
        _server = server;
        _program = _next = program;
        _worker = worker;
        _owner = owner;
        _soon = new ActionTask(() => { if (!_isRunning) Loop.Timers.Set(this, Loop.NowMs); });
        server.ProbeSoon = () => Loop.Post(_soon);
    }

    public Worker Worker => _worker;

    /// <summary>Readiness waits for its first outcome.</summary>
    internal bool IsAwaited { get; set; } = true;

    /// <summary>The probe that begins next runs these steps; one that runs ends as it began. Any thread.</summary>
    internal void Adopt(CheckProgram program) => _next = program;

    /// <summary>Nobody wants to know any more: what runs ends without a report, and nothing follows. Any thread.</summary>
    internal void Retire() => _isRetired = true;

    private bool IsUnwanted => _isRetired || _owner.IsStopped;

    private EventLoop Loop => _worker.Loop;

    private HealthState Health => _server.Health;

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
        if (_isConnecting && !FinishConnect(events)) return;
        if (_isShakingHands && !FinishHandshake()) return;
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
        _program = _next;
        if (_server.InMaintenance || !Health.IsEnabled || _server.Address is null)
        {
            NoteFirstRound();
            Pause();
            return;
        }

        _isRunning = true;
        Health.IsRunning = true;
        _startedMs = Loop.NowMs;
        _step = 0;
        _status = 0;
        _successInfo = null;
        _successStatus = CheckStatus.L7Ok;
        _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var timeouts = _server.Backend.Model.Timeouts;
        var limitMs = _server.Model.IntervalMs;
        if (timeouts is { CheckMs: not null, ConnectMs: { } connectMs }) limitMs = Math.Min(limitMs, connectMs);
        Loop.Timers.Set(this, _startedMs + limitMs);
        Advance();
    }

    private void OnTimeout()
    {
        var step = _program.Steps[_step];
        var status = _isConnecting || !_program.SpeaksToApplication ? CheckStatus.L4TimedOut : OptionsOf(step)?.TimedOut ?? CheckStatus.L7TimedOut;
        Finish(new(status, CheckResult.Failed, 0, Elapsed, StepText(step)));
    }

    private void Finish(CheckOutcome outcome)
    {
        _isRunning = false;
        CloseSocket();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        Health.IsRunning = false;
        if (!IsUnwanted) HealthRules.Apply(_server, outcome, Loop.NowMs);
        NoteFirstRound();
        Pause();
    }

    private void Pause()
    {
        var intervalMs = CheckInterval.Of(_server);
        Loop.Timers.Set(this, Loop.NowMs + CheckInterval.Spread(intervalMs, _owner.SpreadPercent, _worker.NextRandom()));
    }

    private void NoteFirstRound()
    {
        if (!IsAwaited) return;
        IsAwaited = false;
        _owner.NoteFirstFinished();
    }

    private static string OsError(Errno errno) => $"{errno} returned by OS ({ErrnoText.Of(errno)})";
}
