using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Http1;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Services;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Streams;

/// <summary>From the first byte of a request to the choice of its backend: head, rules of the frontend, rules of the backend.</summary>
public sealed partial class Stream
{
    private Http1HeadParser _parser;
    private int _ruleStep;
    private bool _sentContinue;

    private void BeginRequest(NativeBuffer? first)
    {
        Phase = StreamPhase.Request;
        if (first is null) return;
        _toServer.Adopt(first);
        StartHead();
    }

    private bool StepRequest()
    {
        while (true)
        {
            if (_toServer.Buffer is { } buffer)
            {
                switch (_parser.Parse(buffer, Request, isRequest: true, Session.Acceptor.MaxHeaders, Worker.Memory.MaxHeadLength))
                {
                    case ParseStatus.Done: return AcceptRequest();
                    case ParseStatus.Invalid:
                        CaptureRequest(_parser.Error);
                        return RefuseHead(StatusOf(_parser.Error), EndCause.Proxy);
                }
            }

            if (!_client.CanRead && !_client.ReadEnded) return false;
            if (_toServer.MoveHeadToFront()) ParseAnew(_toServer.Buffer!);
            switch (_toServer.Fill())
            {
                case ReadOutcome.Data:
                    if (Times.FirstByteMs == 0) StartHead();
                    break;
                case ReadOutcome.WouldBlock:
                    return false;
                default:
                    return EndBeforeRequest();
            }
        }
    }

    private void StartHead()
    {
        Times.FirstByteMs = Worker.Loop.NowMs;
        ParseAnew(_toServer.Buffer!);
    }

    private void ParseAnew(NativeBuffer buffer)
    {
        Request.Reset();
        _parser.Begin(buffer, Request);
        _parser.IsLenient = (Front.Lenience & HttpLenience.Characters) != 0;
    }

    private static int StatusOf(HeadError error) => error switch
    {
        HeadError.TooLarge => 431,
        HeadError.StartLineTooLong => 414,
        _ => 400,
    };

    private bool EndBeforeRequest()
    {
        if (_client.IsBroken)
        {
            Frontend.Traffic[Worker.Index].Counters.RequestErrors++;
            CountHttpRequest();
            Termination.Decide(EndCause.Client, EndStage.Request);
            Status = 400;
            return Abort(reset: true);
        }

        return RefuseHead(400, EndCause.Client);
    }

    /// <summary>The client has ended before its request's body did; what has come of it is all there will be.</summary>
    internal bool RequestIsCut => IsHttp && Times.RequestMs != 0 && !_toServer.SourceDone && _client.ReadEnded;

    /// <summary>The client wants nothing any more: it has ended, before or behind the end of its request.</summary>
    internal bool ClientHasEnded => IsHttp && (_toServer.SourceDone ? _client.PeerClosed : RequestIsCut);

    /// <summary>No server is asked what half a request would bring about.</summary>
    private bool EndCutRequest()
    {
        Termination.Decide(EndCause.Client, EndStage.Request);
        Status = 400;
        CountClientAbort();
        return Abort(reset: false);
    }

    /// <summary>Nothing sensible was asked: the answer is ours and the connection ends with it.</summary>
    private bool RefuseHead(int status, EndCause cause)
    {
        ref var counters = ref Frontend.Traffic[Worker.Index].Counters;
        counters.RequestErrors++;
        CountHttpRequest();
        Termination.Decide(cause, EndStage.Request);
        Request.Reset();
        _requestFraming.CloseAfter = true;
        return ReplyError(status);
    }

    private bool AcceptRequest()
    {
        Times.RequestMs = Worker.Loop.NowMs;
        KeepRequestLine();
        _toServer.HoldHead(_parser.End);
        Method = Request.KnownMethod;
        _clientIsOld = Request.MinorVersion == 0;
        var refusal = RequestChecks.Check(Request, out _requestFraming, Front.Lenience);
        if (refusal == 0 && !_toServer.BeginBody(_requestFraming.Body, _requestFraming.Length)) refusal = 400;
        if (refusal != 0)
        {
            CaptureRequest(HeadError.None);
            Worker.Memory.Return(ref _requestLine);
            Times.RequestMs = 0;
            return RefuseHead(refusal, EndCause.Proxy);
        }

        _requestHeadIn = Request.CountedLength;
        if (Request.HasNewTarget) RewriteRequestLine();
        CountHttpRequest();
        if (Request.Target.Length > 0 && IsMonitorRequest()) return ReplyMonitor();
        if (RequestNumber == 1 && !_isUpgraded) LogStepIf(LogSteps.Accept, LogStep.Accept);
        LogStepIf(LogSteps.Request, LogStep.Request);
        Phase = StreamPhase.FrontendRules;
        return true;
    }

    private void KeepRequestLine()
    {
        var line = _toServer.Buffer!.Slice(_parser.StartLineOffset, Math.Min(_parser.StartLineLength, Session.Acceptor.LoggedUriLength - 1));
        _requestLine = line.Length <= WorkerMemory.SmallSize ? Worker.Memory.Small.Take() : Worker.Memory.Regular.Take();
        _requestLine.Append(line);
    }

    /// <summary>A target that was put in its normal form is logged in that form.</summary>
    private void RewriteRequestLine()
    {
        _requestLine!.Clear();
        foreach (var part in (ReadOnlySpan<int>)[0, 1, 2, 1, 3])
        {
            var text = part switch { 0 => Request.Method, 1 => " "u8, 2 => Request.Target, _ => Request.Version };
            _requestLine.Append(text[..Math.Min(text.Length, Session.Acceptor.LoggedUriLength - 1 - _requestLine.Length)]);
        }
    }

    private void CountHttpRequest()
    {
        var index = Worker.Index;
        ref var counters = ref Frontend.Traffic[index].Counters;
        counters.HttpRequests++;
        counters.Http1Requests++;
        Frontend.RequestRate.Count(index, Worker.Loop.NowMs);
        Session.Acceptor.Process[index].Requests++;
    }

    private bool StepFrontendRules()
    {
        var rules = Front.Rules;
        if (!IsHttp && _ruleStep == 0 && rules is not null && _client.CanRead && _toServer.Pending.IsEmpty) WaitForBody();
        if (IsHttp && _ruleStep == 0) LeaveRoomForBody(Request, RequestBody.Length);
        if (_ruleStep == 0 && !PassRules(rules, RuleSets.TcpRequestContent)) return Phase != StreamPhase.FrontendRules && Phase != StreamPhase.Free;
        if (_ruleStep == 1 && ResumeRule == 0 && IsHttp && Front.Model.Options.HttpBufferRequest)
        {
            if (!_toServer.SourceDone && _toServer.HasRoom && !_client.ReadEnded) return WaitForBody() || _client.ReadEnded;
            Times.JudgedMs = Worker.Loop.NowMs;
            LeaveRoomForBody(Request, RequestBody.Length);
        }

        if (_switchesMode && !IsHttp) return UpgradeToHttp();
        if (Backend is null && !IsHttpFrontend)
        {
            EnterBackend(rules is null ? Front.DefaultBackend : rules.ChooseBackend(this));
            if (FitBackend()) return Phase != StreamPhase.Free;
        }
        if (_ruleStep == 1 && IsHttp && !PassRules(rules, RuleSets.HttpRequest)) return Phase != StreamPhase.FrontendRules && Phase != StreamPhase.Free;
        _ruleStep = 0;
        if (IsHttp && !PassHeaderNames(Front.Model.Options.HeaderNames)) return Phase != StreamPhase.Free;
        if (IsHttp && Service is null) Service = Front.Services?.Choose(this);
        if (Service is not null) return Serve();
        if (IsHttpFrontend) EnterBackend(rules is null ? Front.DefaultBackend : rules.ChooseBackend(this));
        if (IsHttp && FitBackend()) return false;
        Phase = StreamPhase.BackendRules;
        return true;
    }

    private bool StepBackendRules()
    {
        if (Backend is not { } backend) return FailNoServer();
        var shared = ReferenceEquals(Front.Twin, backend);
        var rules = shared ? null : Back!.Rules;
        if (_ruleStep == 0 && ResumeRule == 0 && IsHttp && Back!.Model.Options.HttpBufferRequest)
        {
            if (WaitsForBody(Back.Model)) return WaitForBody() || _client.ReadEnded;
            Times.JudgedMs = Worker.Loop.NowMs;
        }

        if (_ruleStep == 0 && !PassRules(rules, RuleSets.TcpRequestContent)) return Phase != StreamPhase.BackendRules && Phase != StreamPhase.Free;
        if (_ruleStep == 1 && IsHttp && !PassRules(rules, RuleSets.HttpRequest)) return Phase != StreamPhase.BackendRules && Phase != StreamPhase.Free;
        if (IsHttp) Times.JudgedMs = Worker.Loop.NowMs;
        if (IsHttp && WaitsForBody(Back!.Model)) return WaitForBody() || _client.ReadEnded;
        _ruleStep = 0;
        if (IsHttp && !shared && !PassHeaderNames(Back!.Model.Options.HeaderNames)) return Phase != StreamPhase.Free;
        if (IsHttp && Service is null && !shared) Service = Back!.Services?.Choose(this);
        if (Service is not null) return Serve();
        if (RequestIsCut) return EndCutRequest();
        if (IsHttp) TellServer(Back!);
        ChooseBeforeBalancing(Back!);
        Phase = StreamPhase.Assign;
        return true;
    }

    /// <summary>
    /// `option http-buffer-request` of the backend lets its rules see the body; with `balance url_param NAME check_post` a server is chosen with the
    /// body in sight.
    /// </summary>
    private bool WaitsForBody(BackendModel backend) => !_toServer.SourceDone && _toServer.HasRoom && !_client.ReadEnded
        && (_ruleStep == 0 ? ResumeRule == 0 && backend.Options.HttpBufferRequest : backend.Balance.ChecksPost && Method == HttpMethod.Post);

    /// <summary>A body that has come already shares `tune.bufsize` with the head; `tune.maxrewrite` of it is kept for what rules add.</summary>
    private void LeaveRoomForBody(HttpMessage head, int body)
    {
        if (head.Occupied == 0) head.Occupied = Math.Max(0, Math.Min(body, Worker.Memory.MaxHeadLength - head.Length));
    }

    private void EnterBackend(Backend? backend)
    {
        Backend = backend;
        if (backend is null) return;
        Back = backend.SetupFor(Front.Generation);
        // What a `listen` said of its own backend side does not hold for another backend.
        if (!ReferenceEquals(Front.Twin, backend)) RuleState.ForgetBackendSide();
        _inBackend = true;
        backend.Connections.Increment();
        var traffic = backend.Traffic[Worker.Index];
        traffic.Counters.Sessions++;
        traffic.Times.LastSessionMs = Worker.Loop.NowMs;
        if (IsHttp) traffic.Counters.HttpRequests++;
        backend.SessionRate.Count(Worker.Index, Worker.Loop.NowMs);
    }

    private bool IsFirstJudged => Phase == StreamPhase.FrontendRules && _ruleStep == 0 && !_isUpgraded;

    /// <summary>Runs one rule set. True when the next may follow; else the phase has changed, or stayed because a rule waits.</summary>
    private bool PassRules(IStreamRules? rules, RuleSets set)
    {
        if (rules is null || (rules.Present & set) == 0)
        {
            _ruleStep++;
            return true;
        }

        while (true)
        {
            RuleDeadlineMs = Never;
            var verdict = rules.Run(set, this);
            if (_hints is not null) SendEarlyHints();
            switch (verdict)
            {
                case RuleVerdict.Continue or RuleVerdict.Allow:
                    ResumeRule = 0;
                    _ruleStep++;
                    return true;
                case RuleVerdict.Yield:
                    var wasCut = RequestIsCut;
                    if (!WaitForBody() && (wasCut || !RequestIsCut)) return false;
                    break;
                case RuleVerdict.TimedOut:
                    EndSlowRequest();
                    return false;
                case RuleVerdict.Reply:
                    if (set == RuleSets.HttpRequest && Backend is null) Frontend.Traffic[Worker.Index].Counters.Intercepted++;
                    Times.JudgedMs = Worker.Loop.NowMs;
                    Termination.Decide(EndCause.Local, EndStage.Request);
                    SendReply();
                    return false;
                case RuleVerdict.Deny:
                    // As in the original it was no request yet.
                    if (set == RuleSets.TcpRequestContent && Backend is null) Worker.Memory.Return(ref _requestLine);
                    DenyRequest(isReject: set == RuleSets.HttpRequest && DenyStatus == 0);
                    return false;
                default:
                    VanishFromClient();
                    return false;
            }
        }
    }

    /// <summary>A rule, or `option http-buffer-request`, wants more of the body. True when some came; false waits for an event.</summary>
    private bool WaitForBody()
    {
        if (IsHttp && !_sentContinue && Request.Find(KnownHeader.Expect) >= 0)
        {
            _sentContinue = true;
            Request.Remove(KnownHeader.Expect);
            var line = "HTTP/1.1 100 Continue\r\n\r\n"u8;
            _responseHeadsOut += line.Length + HttpMessage.CountedLessWritten;
            _toClient.SendRaw(line);
        }

        if (_toServer.SourceDone || (!_client.CanRead && !_client.ReadEnded)) return false;
        if (_toServer.Fill() != ReadOutcome.Data) return false;
        _toServer.Scan();
        return true;
    }

    /// <summary>`silent-drop`, of a request or of what answers it.</summary>
    private void VanishFromClient()
    {
        CountDeniedRequest();
        Termination.Decide(EndCause.Proxy, EndStage.Request);
        Abort(reset: false);
    }

    private void CountDeniedRequest()
    {
        Frontend.Traffic[Worker.Index].Counters.DeniedRequests++;
        if (Backend is { } backend) backend.Traffic[Worker.Index].Counters.DeniedRequests++;
    }

    private void DenyRequest(bool isReject)
    {
        CountDeniedRequest();
        // As in the original, `http-request reject` counts for the backend side of a `listen`, too.
        if (isReject && Backend is null && Front.Twin is { } twin) twin.Traffic[Worker.Index].Counters.DeniedRequests++;
        Termination.Decide(EndCause.Proxy, EndStage.Request);
        // A tarpit has had its time as waiting in a queue.
        if (IsHttp && DenyStatus != 0 && Times.AssignedMs == 0) Times.JudgedMs = Worker.Loop.NowMs;
        // Who is rejected is not looked at any further.
        if (IsHttp && DenyStatus != 0) NoteCookiesOfDenied();
        if (DenyStatus == 0 || !IsHttp) Abort(reset: false);
        else if (DenyStatus == DeniedByReply) SendReply();
        else ReplyError(DenyStatus);
    }

    private bool Serve()
    {
        var service = Service!;
        // A body that does not fit is not waited for: the service sees that it is not complete.
        if (!_toServer.SourceDone && _toServer.HasRoom && _toServer.Pending.Length < service.MaxRequestBody)
        {
            if (WaitForBody()) return true;
            if (!_client.ReadEnded) return false;
        }

        Termination.Decide(EndCause.Local, EndStage.Request);
        // It is its own server, and is there at once.
        if (Times.JudgedMs == 0) Times.JudgedMs = Worker.Loop.NowMs;
        if (Times.AssignedMs == 0) Times.AssignedMs = Times.ConnectedMs = Times.ResponseMs = Worker.Loop.NowMs;
        // What a backend serves is its own, not taken from its way to one.
        if (Backend is null || ReferenceEquals(Front.Twin, Backend)) Frontend.Traffic[Worker.Index].Counters.Intercepted++;
        service.Serve(this, Reply);
        return SendReply();
    }

    private bool IsMonitorRequest()
    {
        if (Front.Model.MonitorUri is not { } uri || Front.Model.Mode != ProxyMode.Http) return false;
        // A path is meant whatever form the target has; an absolute URI only as a whole.
        var target = uri.StartsWith('/') ? new Message.RequestTarget(Request.Target).PathAndQuery : Request.Target;
        if (target.Length != uri.Length) return false;
        for (var i = 0; i < uri.Length; i++)
            if (target[i] != uri[i]) return false;
        return true;
    }
}
