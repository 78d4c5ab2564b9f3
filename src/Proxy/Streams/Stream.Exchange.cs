using Evenkeel.Linux;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Http1;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Streams;

/// <summary>The request goes out, the response's head comes in, rules see it.</summary>
public sealed partial class Stream
{
    private Http1HeadParser _responseParser;
    private bool _closesServer;

    /// <summary>
    /// Whether the server's connection ends with this exchange. `option httpclose` of a frontend speaks of clients only, that of a backend of servers
    /// only; the framing of old requests in chunks is doubtful (RFC 9112 section 6.1).
    /// </summary>
    private bool EndsServerConnection() => Front.Model.Options.ConnectionMode == HttpConnectionMode.ServerClose
        || Back!.Model.Options.ConnectionMode != HttpConnectionMode.KeepAlive
        || (Request.MinorVersion == 0 && _requestFraming.Body == BodyKind.Chunked);

    /// <summary>Sends the request's head and what is here of its body. False when the connection broke.</summary>
    private bool SendRequest()
    {
        if (!_toServer.IsHeadSent)
        {
            // It was written while the connect was still under way; now it goes out as it is.
            _toServer.Flush();
            return !ServerConnection!.IsBroken;
        }

        _requestHeadOut = Request.CountedLength;
        PrepareRequestConnection();
        if (Back!.NameHeader is { } name)
        {
            var before = Request.CountedLength;
            _ = Request.Set(name, Server!.NameBytes);
            _requestHeadOut += Request.CountedLength - before;
        }

        Request.Cases = Back!.Cases;
        _keepsRequest = MayRetryAnswers && _toServer.SourceDone && !_requestFraming.Upgrade;
        var retain = (_reused || _keepsRequest) && _toServer.SourceDone;
        // What can go out again may fail later than now: of a connection that was kept, the server has seen nothing then.
        if (!_toServer.SendHead(Request, retain, mayWait: _reused && retain)) return false;
        _replayable = retain && _toServer.IsFlushed;
        if (!_replayable && _toServer.IsHeadSent) ForgetRequest();
        return true;
    }

    /// <summary>Says to the server what becomes of this connection.</summary>
    private void PrepareRequestConnection()
    {
        _closesServer = EndsServerConnection();
        if (_requestFraming.Upgrade) return;
        var close = _closesServer && !Back!.Model.Options.HttpPretendKeepAlive;
        // Old versions close unless told otherwise.
        if (close != (Request.MinorVersion == 0)) AddConnectionWord(Request, close ? "close"u8 : "keep-alive"u8);
    }

    private static void AddConnectionWord(HttpMessage message, ReadOnlySpan<byte> word)
    {
        var index = message.Find(KnownHeader.Connection);
        if (index < 0)
        {
            message.Add("connection"u8, word);
            return;
        }

        Span<byte> list = stackalloc byte[512];
        var value = message.Value(index);
        if (HeaderWords.Contains(value, word) || value.Length > 400) return;
        var length = HeaderWords.AppendWord(list, 0, value);
        message.SetValue(index, list[..HeaderWords.AppendWord(list, length, word)]);
    }

    /// <summary>It has been sent and will not be repeated.</summary>
    private void ForgetRequest()
    {
        Request.Reset();
        _toServer.DropRetained();
        _toServer.ReleaseHead();
        _replayable = _keepsRequest = false;
    }

    private bool StepExchange()
    {
        // The head must not keep its place once it is out: the body needs the room.
        if (!_replayable && Request.IsPresent && _toServer.IsHeadSent) ForgetRequest();
        var upload = _toServer.Pump();
        switch (upload)
        {
            case PumpStatus.SourceCut or PumpStatus.SourceFailed: return EndUpload();
            case PumpStatus.BadFraming: return EndBadUpload();
            case PumpStatus.Yield: YieldTurn(); break;
        }

        if (ServerConnection is { IsBroken: true } && !ServerConnection.CanRead) return EndOfServer();
        if (ReadResponseHead(out var next)) return next;
        if (upload == PumpStatus.Done && ClientGaveUp()) return EndByClient(EndStage.Headers);
        return false;
    }

    /// <returns>True when <paramref name="next"/> is the answer of the step; false when more must arrive.</returns>
    private bool ReadResponseHead(out bool next)
    {
        next = false;
        while (true)
        {
            var server = ServerConnection!;
            if (_toClient.Buffer is { } buffer && _responseParser.HasStarted)
            {
                switch (_responseParser.Parse(buffer, Response, isRequest: false, Session.Acceptor.MaxHeaders, Worker.Memory.MaxHeadLength))
                {
                    case ParseStatus.Done:
                        next = AcceptResponse();
                        return true;
                    case ParseStatus.Invalid:
                        CaptureResponse(_responseParser.Error);
                        next = MayRetry(RetryOn.JunkResponse) ? RetryExchange() : FailResponse(EndCause.Proxy);
                        return true;
                }
            }

            if (!server.CanRead && !server.ReadEnded) return false;
            if (_responseParser.HasStarted && _toClient.MoveHeadToFront()) BeginResponse();
            switch (_toClient.Fill())
            {
                case ReadOutcome.Data:
                    if (!_responseParser.HasStarted) BeginResponse();
                    break;
                case ReadOutcome.WouldBlock:
                    return false;
                default:
                    next = EndOfServer();
                    return true;
            }
        }
    }

    private void BeginResponse()
    {
        if (_replayable && !_keepsRequest) ForgetRequest();
        Response.Reset();
        _responseParser.Begin(_toClient.Buffer!, Response);
        _responseParser.IsLenient = (Back!.Lenience & HttpLenience.Characters) != 0;
    }

    /// <summary>The server's connection is over before its response's head was complete.</summary>
    private bool EndOfServer()
    {
        var isSilent = _reused && !_responseParser.HasStarted;
        if (isSilent && _replayable && ServerConnection!.BytesWritten == _writtenBefore)
        {
            DropServerConnection();
            return ReconnectAfterReuse();
        }

        if (isSilent && !MayRetry(RetryOn.EmptyResponse)) return EndInSilence();
        if (MayRetry(_responseParser.HasStarted ? RetryOn.JunkResponse : RetryOn.EmptyResponse)) return RetryExchange();
        Server!.Traffic[Worker.Index].Counters.ServerAborts++;
        // A part of a head is a bad response; nothing at all is a server that has gone.
        return FailResponse(_responseParser.HasStarted ? EndCause.Proxy : EndCause.Server);
    }

    /// <summary>
    /// The kept connection ended in the moment in which it was used once more. Whether the request was run nobody knows: the client's connection ends as the
    /// server's did, and its client repeats what it may (configuration.txt "http-reuse"). As in the original there is no line about it.
    /// </summary>
    private bool EndInSilence()
    {
        Termination.Decide(EndCause.Server, EndStage.Headers);
        IsLogged = true;
        return Abort(reset: false);
    }

    /// <summary>The idle connection that was taken had died meanwhile and nothing has gone out: the request takes a fresh one.</summary>
    private bool ReconnectAfterReuse()
    {
        _toServer.Replay();
        _replayable = false;
        _reused = false;
        Retries++;
        _connectSinceMs = Worker.Loop.NowMs;
        if (!Request.IsPresent) return FailConnect(Errno.None, timedOut: false);
        Phase = StreamPhase.Connect;
        return true;
    }

    private bool FailResponse(EndCause cause)
    {
        if (Phase == StreamPhase.Exchange && !PassRulesOfNoResponse()) return LeftResponseRules;
        Server!.Observe(cause == EndCause.Proxy ? TrafficSign.InvalidResponse : TrafficSign.ReadFailed, Worker.Loop.NowMs);
        Termination.Decide(cause, EndStage.Headers);
        Server!.Traffic[Worker.Index].Counters.ResponseErrors++;
        Backend!.Traffic[Worker.Index].Counters.ResponseErrors++;
        ReleaseServer(reusable: false);
        return ReplyError(502);
    }

    /// <summary>As in the original, `tcp-response content` is also asked about what is no response, or not there at all.</summary>
    private bool PassRulesOfNoResponse()
    {
        if (Back!.Rules is not { } rules || (rules.Present & RuleSets.TcpResponseContent) == 0) return true;
        Response.Reset();
        Phase = StreamPhase.ResponseRules;
        // A rule that wants to see more would wait for nothing.
        if (!PassResponseRules(rules, RuleSets.TcpResponseContent) && Phase != StreamPhase.ResponseRules) return false;
        _ruleStep = ResumeRule = 0;
        RuleDeadlineMs = Never;
        return true;
    }

    /// <summary>The client ended before its request's body did.</summary>
    private bool EndUpload()
    {
        Termination.Decide(EndCause.Client, Phase == StreamPhase.Exchange ? EndStage.Headers : StageOfAnswer);
        CountClientAbort();
        if (Phase == StreamPhase.Exchange) Status = 400;
        // An answer that only the end of the connection ends must not look whole.
        return Abort(reset: Phase == StreamPhase.Forward && _responseFraming.Body == BodyKind.UntilClose);
    }

    private bool EndBadUpload()
    {
        Termination.Decide(EndCause.Proxy, Phase == StreamPhase.Exchange ? EndStage.Headers : StageOfAnswer);
        Frontend.Traffic[Worker.Index].Counters.RequestErrors++;
        ReleaseServer(reusable: false);
        _requestFraming.CloseAfter = true;
        return Phase != StreamPhase.Exchange ? Abort(reset: false) : ReplyError(400);
    }

    private bool EndByClient(EndStage stage)
    {
        // Whoever has reset the connection gets nothing, and there is no request any more to wait with.
        _client.TakePendingError();
        Termination.Decide(EndCause.Client, _client.IsBroken ? EndStage.Data : stage);
        CountClientAbort();
        ReleaseServer(reusable: false);
        _requestFraming.CloseAfter = true;
        return ReplyError(400);
    }

    private void CountClientAbort()
    {
        Frontend.Traffic[Worker.Index].Counters.ClientAborts++;
        if (Backend is not null) Backend.Traffic[Worker.Index].Counters.ClientAborts++;
        if (Server is not null) Server.Traffic[Worker.Index].Counters.ClientAborts++;
    }

    private bool AcceptResponse()
    {
        if (MayRetry(RetryEvents.Of(Response.Status)))
        {
            Server!.Observe(Server.SignOf(Response.Status), Worker.Loop.NowMs);
            return RetryExchange();
        }

        _toClient.HoldHead(_responseParser.End);
        if (_replayable) ForgetRequest();
        if (!ResponseChecks.Check(Response, Method, _requestFraming.Upgrade, out _responseFraming)) return FailResponse(EndCause.Proxy);
        _responseHeadsIn += Response.CountedLength;
        if (Response.Status < 200 && Response.Status != 101) return PassInterim();
        if (!_toClient.BeginBody(_responseFraming.Body, _responseFraming.Length, Front.Model.Options.DropResponseTrailers)) return FailResponse(EndCause.Proxy);
        Times.ResponseMs = Worker.Loop.NowMs;
        NoteAuthentication();
        Server!.Observe(Server.SignOf(Response.Status), Worker.Loop.NowMs);
        Phase = StreamPhase.ResponseRules;
        return true;
    }

    /// <summary>100, 103: passed on as they are; the real response follows.</summary>
    private bool PassInterim()
    {
        _toClient.BeginBody(BodyKind.None, 0);
        if (Session.Connection.IsBroken || !SendInterim()) return EndByClient(EndStage.Headers);
        Response.Reset();
        _toClient.ReleaseHead();
        _responseParser = default;
        if (_toClient.Buffer is { IsEmpty: false }) BeginResponse();
        return true;
    }

    /// <summary>A client of HTTP/1.0 does not know interim responses.</summary>
    private bool SendInterim()
    {
        if (_clientIsOld) return true;
        _responseHeadsOut += Response.CountedLength;
        return _toClient.SendHead(Response, retain: false, mayWait: true);
    }

    private bool StepResponseRules()
    {
        var backend = Backend!;
        var twin = ReferenceEquals(Front.Twin, backend);
        if (_ruleStep == 0) LeaveRoomForBody(Response, ResponseBody.Length);
        if (_ruleStep == 0)
        {
            if (!PassResponseRules(Back!.Rules, RuleSets.TcpResponseContent)) return LeftResponseRules;
            Server?.Traffic[Worker.Index].Counters.CountResponse(Response.Status);
        }

        if (_ruleStep == 1 && ResumeRule == 0) Front.Rules?.CaptureResponse(this);
        if (_ruleStep == 1 && !PassResponseRules(Back!.Rules, RuleSets.HttpResponse)) return LeftResponseRules;
        if (_ruleStep == 2 && !PassResponseRules(twin ? null : Front.Rules, RuleSets.HttpResponse)) return LeftResponseRules;
        if (_ruleStep == 3 && !AnswerCookies(Back!)) return HoldBackResponse();
        if (_ruleStep == 3 && !PassResponseRules(Back!.Rules, RuleSets.HttpAfterResponse)) return LeftResponseRules;
        if (_ruleStep == 4 && !PassResponseRules(twin ? null : Front.Rules, RuleSets.HttpAfterResponse)) return LeftResponseRules;
        _ruleStep = 0;
        return SendResponse();
    }

    /// <summary>A rule wants more of the response. False when nothing came: an event or the rule's deadline goes on.</summary>
    private bool ReceiveMoreForRules()
    {
        if (ResponseBodyComplete || !_toClient.HasRoom || !ServerConnection!.CanRead) return false;
        if (_toClient.Fill() != ReadOutcome.Data) return false;
        _toClient.Scan();
        return true;
    }

    /// <summary>`tcp-response content reject`: the client gets nothing of it.</summary>
    private void RejectResponse()
    {
        Backend!.Traffic[Worker.Index].Counters.DeniedResponses++;
        Frontend.Traffic[Worker.Index].Counters.DeniedResponses++;
        Server!.Traffic[Worker.Index].Counters.DeniedResponses++;
        // As in the original it is rejected before it was ever looked at as a response.
        Response.Reset();
        _responseHeadsIn = 0;
        _toClient.ForgetReceived();
        Status = -1;
        Times.ResponseMs = 0;
        Termination.Decide(EndCause.Proxy, EndStage.Data);
        Abort(reset: false);
    }

    /// <summary>`tcp-response content close`: as if the server had closed before it answered.</summary>
    private void CloseFromRule()
    {
        Times.ResponseMs = 0;
        if (IsHttp) FailResponse(EndCause.Server);
        else Abort(reset: false);
    }

    private bool LeftResponseRules => Phase is not (StreamPhase.ResponseRules or StreamPhase.Free);

    private bool PassResponseRules(IStreamRules? rules, RuleSets set)
    {
        _ruleStep++;
        if (rules is null || (rules.Present & set) == 0) return true;
        RuleVerdict verdict;
        do
        {
            RuleDeadlineMs = Never;
            verdict = rules.Run(set, this);
        }
        while (verdict == RuleVerdict.Yield && ReceiveMoreForRules());
        switch (verdict)
        {
            case RuleVerdict.Continue or RuleVerdict.Allow:
                ResumeRule = 0;
                return true;
            case RuleVerdict.Yield:
                _ruleStep--;
                return false;
            case RuleVerdict.TimedOut:
                EndSlowResponse();
                return false;
            case RuleVerdict.Vanish:
                if (set == RuleSets.TcpResponseContent) Response.Reset();
                else Status = Response.Status;
                VanishFromClient();
                return false;
            case RuleVerdict.Close:
                CloseFromRule();
                return false;
            case var _ when set == RuleSets.TcpResponseContent:
                RejectResponse();
                return false;
            case RuleVerdict.Reply:
                Termination.Decide(EndCause.Local, EndStage.Headers);
                ReleaseServer(reusable: false);
                SendReply();
                return false;
            default:
                HoldBackResponse();
                return false;
        }
    }

    /// <summary>`http-response deny`, `option checkcache`: the client gets an error page instead.</summary>
    private bool HoldBackResponse()
    {
        Backend!.Traffic[Worker.Index].Counters.DeniedResponses++;
        Frontend.Traffic[Worker.Index].Counters.DeniedResponses++;
        Termination.Decide(EndCause.Proxy, EndStage.Headers);
        ReleaseServer(reusable: false);
        return DenyStatus == DeniedByReply ? SendReply() : ReplyError(DenyStatus == 0 ? 502 : DenyStatus);
    }
}
