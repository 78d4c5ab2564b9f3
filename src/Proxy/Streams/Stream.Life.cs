using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Http1;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Streams;

/// <summary>Begin, the step loop, and the end: what every stream goes through whatever it carries.</summary>
public sealed partial class Stream
{
    private readonly ResumeTask _resume;
    private Connection _client = null!;
    private MessageFraming _requestFraming;
    private MessageFraming _responseFraming;
    private long _wireReadBefore;
    private long _wireWrittenBefore;
    private bool _isRunning;
    private bool _keepClient;
    private bool _resetClient;
    private bool _inBackend;

    internal void Begin(ClientSession session, NativeBuffer? first)
    {
        var now = Worker.Loop.NowMs;
        Session = session;
        Frontend = session.Frontend;
        Front = Frontend.Setup;
        IsHttp = session.SpeaksHttp;
        Id = Worker.Streams.NextId();
        RequestNumber = session.RequestCount;
        ForgetProfile();
        Times = new StreamTimes { AcceptMs = session.IdleSinceMs };
        _client = session.Connection;
        _client.User = this;
        _wireReadBefore = _client.BytesRead - (first?.Length ?? 0);
        _wireWrittenBefore = _client.BytesWritten;
        _clientActiveMs = _serverActiveMs = now;
        _toServer.Source = _client;
        _toClient.Sink = _client;
        Session.Acceptor.Process[Worker.Index].Streams++;
        if (IsHttp) BeginRequest(first);
        else
        {
            LogStepIf(LogSteps.Accept, LogStep.Accept);
            BeginRelay();
        }
        Run();
    }

    public void OnReady(Connection connection)
    {
        if (ReferenceEquals(connection, _client)) _clientActiveMs = Worker.Loop.NowMs;
        else _serverActiveMs = Worker.Loop.NowMs;
        Run();
    }

    /// <summary>A bug surfaced in this stream: it ends, the worker lives on.</summary>
    public void OnFault(Connection connection) => EndByFault();

    public override void OnFault(Exception bug) => EndByFault();

    private void EndByFault()
    {
        _isRunning = false;
        if (Phase is StreamPhase.Free or StreamPhase.Done) return;
        Termination.Decide(EndCause.Internal, EndStage.None);
        Abort(reset: true);
    }

    /// <summary>Ends the stream from outside: `shutdown session`, hard stop, a server that went down.</summary>
    internal void Kill(EndCause cause)
    {
        if (Phase is StreamPhase.Free or StreamPhase.Done) return;
        Termination.Decide(cause, StageNow());
        Abort(reset: false);
    }

    /// <summary>Takes steps until one has to wait, then sets the timer for that wait.</summary>
    private void Run()
    {
        if (_isRunning) return;
        _isRunning = true;
        TakeSteps();
        _isRunning = false;
        if (Phase != StreamPhase.Free && Front.Model.Options.ContinuousStatistics) CountBytes();
        if (Phase != StreamPhase.Free) Worker.Loop.Timers.Set(this, NextDeadlineMs());
    }

    /// <returns>True when the next phase can be tried at once.</returns>
    private bool Step() => Phase switch
    {
        StreamPhase.Request => StepRequest(),
        StreamPhase.FrontendRules => StepFrontendRules(),
        StreamPhase.BackendRules => StepBackendRules(),
        StreamPhase.Assign => StepAssign(),
        StreamPhase.Queue => StepQueue(),
        StreamPhase.Connect => StepConnect(),
        StreamPhase.Exchange => StepExchange(),
        StreamPhase.ResponseRules => StepResponseRules(),
        StreamPhase.Forward => StepForward(),
        StreamPhase.Tunnel => StepTunnel(),
        StreamPhase.Reply => StepReply(),
        StreamPhase.Discard => StepDiscard(),
        _ => false,
    };

    /// <summary>Continues at the end of this turn, after others had theirs.</summary>
    private bool YieldTurn()
    {
        Worker.Loop.RunLater(_resume);
        return false;
    }

    /// <summary>Both sides are closed at once; nothing more is sent.</summary>
    private bool Abort(bool reset)
    {
        _keepClient = false;
        _resetClient = reset;
        return Finish();
    }

    /// <summary>The end: counted, logged, connections kept or closed, everything given back. Nothing of this object may be touched after it.</summary>
    private bool Finish()
    {
        var isAccounted = Phase == StreamPhase.Discard;
        Phase = StreamPhase.Done;
        if (isAccounted) CountBytes();
        else Account();
        _counted = default;
        _countedWire = 0;
        var leftover = _keepClient ? _toServer.TakeLeftover() : null;
        var session = Session;
        var (keep, reset) = (_keepClient && !_client.IsBroken, _resetClient);
        var gently = !reset && (!_toServer.SourceDone || _toServer.HasLeftover);
        var exact = IsHttp || !gently;
        Recycle();
        if (keep) session.OnStreamEnded(leftover);
        else
        {
            Worker.Memory.Return(ref leftover);
            session.EndAfterStream(gently && exact, reset);
        }

        return false;
    }

    /// <summary>What the exchange was is known: it is counted and logged.</summary>
    private void Account()
    {
        Times.EndMs = Worker.Loop.NowMs;
        LeaveQueue();
        ReleaseServer(reusable: false);
        Count();
        // As in the original, it no longer counts among its backend's connections in its own line of the log.
        if (Termination.Cause != EndCause.Internal) LeaveBackend();
        // Not where the client has sent nothing and `option dontlognull` is set.
        if (!Front.Model.Options.DontLogNull || _client.BytesRead > _wireReadBefore) WriteLog();
        LeaveBackend();
    }

    private void LeaveBackend()
    {
        if (_inBackend) Backend!.Connections.Decrement();
        _inBackend = false;
    }

    /// <summary>`log-steps`: a line for a step that was asked for.</summary>
    private void LogStepIf(LogSteps wanted, LogStep step)
    {
        if ((Front.Model.LogSteps & wanted) != 0) Front.Log?.WriteStep(this, step);
    }

    private void LogEarly()
    {
        if (Front.Log is { IsEarly: true }) WriteLog();
    }

    private void WriteLog()
    {
        if (IsLogged || Front.Log is not { } log) return;
        IsLogged = true;
        if (Times.EndMs == 0) Times.EndMs = Worker.Loop.NowMs;
        log.Write(this);
    }

    private void Recycle()
    {
        TimerWheel.Cancel(this);
        Request.Reset();
        Response.Reset();
        _toServer.Reset();
        _toClient.Reset();
        Worker.Memory.Return(ref _requestLine);
        Worker.Memory.Return(ref _hints);
        _reply?.Clear();
        Backend = null;
        Back = null;
        Front = null!;
        Server = WantedServer = _serverToAvoid = null;
        Service = null;
        Termination = default;
        Status = -1;
        Retries = ServerQueuePosition = BackendQueuePosition = 0;
        Redispatched = IsLogged = _keepClient = _resetClient = _inBackend = _slotHeld = _reused = _replayable = _keepsRequest = _sentContinue = false;
        DenyStatus = ResumeRule = _ruleStep = _replySent = 0;
        _inspectsResponse = false;
        ForgetPersistence();
        ForgetServer();
        ForgetTakeOver();
        ForgetUpgrade();
        ForgetBytes();
        _clientHeard = _serverHeard = default;
        RestoreAddresses();
        RuleDeadlineMs = _retryAtMs = Never;
        Method = default;
        _requestFraming = _responseFraming = default;
        _parser = _responseParser = default;
        _clientIsOld = false;
        Phase = StreamPhase.Free;
        RuleState.Reset();
        Worker.Streams.Return(this);
    }

    /// <summary>Something a rule waits for has come. Owner's thread.</summary>
    internal void Wake() => Worker.Loop.RunLater(_resume);

    private sealed class ResumeTask(Stream stream) : LoopTask
    {
        public override void Run()
        {
            if (stream.Phase is not (StreamPhase.Free or StreamPhase.Done)) stream.Run();
        }

        public override void OnFault(Exception bug) => stream.EndByFault();
    }
}
