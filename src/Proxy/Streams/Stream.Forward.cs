using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Http1;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Streams;

/// <summary>The response goes to the client; bodies and tunnels flow.</summary>
public sealed partial class Stream
{
    private bool SendResponse()
    {
        Status = Response.Status;
        ResponseIsOld = Response.MinorVersion == 0;
        if (Request.IsPresent) ForgetRequest();
        var tunnel = _responseFraming.Upgrade || (Method == HttpMethod.Connect && Response.Status is >= 200 and < 300);
        _keepClient = !tunnel && MayKeepClient(_responseFraming.Body == BodyKind.UntilClose);
        _responseHeadsOut += Response.CountedLength;
        if (!tunnel) SayConnection(Response);
        // A rule has taken the tunnel away: there is no body in its place.
        if (Method == HttpMethod.Connect && !tunnel && _responseFraming.Body == BodyKind.None && Response.Find(KnownHeader.ContentLength) < 0)
            AddLength(Response, 0);
        _toClient.MaySplice = MaySplice(toClient: true);
        LogStepIf(LogSteps.Response, LogStep.Response);
        Response.Cases = Front.Cases;
        if (!tunnel) LogEarly();
        // A client that has its answer may ask again at once, of another worker too: what it freed must be there by then.
        if (!tunnel && HasExchanged) ReleaseServer(reusable: MayReuseServer());
        if (!_toClient.SendHead(Response, retain: false, mayWait: true)) return EndDownload(EndCause.Client);
        Response.Reset();
        _toClient.ReleaseHead();
        if (tunnel) return BeginTunnel();
        if (Front.Model.Options.LogAsap) WriteLog();
        Phase = StreamPhase.Forward;
        return true;
    }

    private bool MayKeepClient(bool endsByClose) => !endsByClose
        && !_requestFraming.CloseAfter
        && Front.Model.Options.ConnectionMode != HttpConnectionMode.Close
        && !Session.Bind.IsRemoved && !Worker.Streams.EndsConnections(Worker.Loop.NowMs);

    /// <summary>Tells the client whether its connection goes on, in the words its version needs.</summary>
    private void SayConnection(HttpMessage response)
    {
        // An HTTP/1.0 answer ends its connection without saying so.
        if (!_keepClient && response.MinorVersion != 0) AddConnectionWord(response, "close"u8);
        else if (!_keepClient) return;
        else if (_clientIsOld || response.MinorVersion == 0) AddConnectionWord(response, "keep-alive"u8);
    }

    private bool StepForward()
    {
        var download = _toClient.Pump();
        switch (download)
        {
            case PumpStatus.SinkFailed: return EndDownload(EndCause.Client);
            case PumpStatus.SourceCut or PumpStatus.SourceFailed: return EndDownload(EndCause.Server);
            case PumpStatus.BadFraming: return EndDownload(EndCause.Proxy);
            case PumpStatus.Yield: return YieldTurn();
            case PumpStatus.NeedSource when ClientIsGone(): return EndDownload(EndCause.Client);
        }

        if (!_toServer.SourceDone || !_toServer.IsFlushed) return StepLateUpload(download);
        if (HasExchanged && ServerConnection is not null) ReleaseServer(reusable: MayReuseServer());
        return download == PumpStatus.Done && Finish();
    }

    /// <summary>Nothing is sent now that would fail: whether a client that has closed its side did no more than that is asked of the kernel. With
    /// `option abortonclose` that is enough, once its request is whole.</summary>
    private bool ClientIsGone()
    {
        if (_client.PeerClosed) _client.TakePendingError();
        return _client.IsBroken || (_toServer is { SourceDone: true, IsFlushed: true } && ClientGaveUp());
    }

    /// <summary>The server answers before it has the whole request. It gets the rest while it takes it; then that is read away, for the next request.</summary>
    private bool StepLateUpload(PumpStatus download)
    {
        if (download == PumpStatus.Done && !_keepClient && (ServerConnection is null || _responseFraming.Body == BodyKind.UntilClose)) return Finish();
        switch (ServerConnection is null ? _toServer.Discard() : _toServer.Pump())
        {
            case PumpStatus.Done: return true;
            case PumpStatus.SourceCut or PumpStatus.SourceFailed: return EndUpload();
            case PumpStatus.BadFraming: return EndBadUpload();
            case PumpStatus.Yield: return YieldTurn();
            case PumpStatus.SinkFailed when _toClient.SourceDone:
                ReleaseServer(reusable: false);
                return true;
            default: return false;
        }
    }

    /// <summary>What is going on once an answer has begun: its data, or, when the client has all of it, the rest of the request.</summary>
    private EndStage StageOfAnswer => _toClient.SourceDone && _toClient.IsFlushed ? EndStage.Last : EndStage.Data;

    /// <summary>The server has the whole request and we its whole answer.</summary>
    private bool HasExchanged => _toClient.SourceDone && _toServer.SourceDone && _toServer.IsFlushed;

    /// <summary>Its response ended where it said, and neither side spoke of closing.</summary>
    private bool MayReuseServer() => !_responseFraming.CloseAfter
        && !_toClient.SourceEnded
        && !_toClient.HasLeftover
        && !_closesServer;

    private bool EndDownload(EndCause cause)
    {
        Termination.Decide(cause, EndStage.Data);
        if (cause == EndCause.Client) CountClientAbort();
        else
        {
            Backend!.Traffic[Worker.Index].Counters.ServerAborts++;
            Server!.Traffic[Worker.Index].Counters.ServerAborts++;
        }

        return Abort(reset: false);
    }

    private bool BeginTunnel()
    {
        _toServer.BeginBody(BodyKind.UntilClose, 0);
        _toClient.BeginBody(BodyKind.UntilClose, 0);
        _toServer.MaySplice = MaySplice(toClient: false);
        _keepClient = false;
        Phase = StreamPhase.Tunnel;
        return true;
    }

    private bool MaySplice(bool toClient)
    {
        if (_client.Tls is not null || ServerConnection?.Tls is not null) return false;
        var (front, back) = (Front.Model.Options, Back?.Model.Options);
        if (front.SpliceAuto || back is { SpliceAuto: true }) return true;
        return toClient ? front.SpliceResponse || back is { SpliceResponse: true } : front.SpliceRequest || back is { SpliceRequest: true };
    }

    private void BeginRelay()
    {
        Phase = StreamPhase.FrontendRules;
        Times.FirstByteMs = Worker.Loop.NowMs;
        _toServer.BeginBody(BodyKind.UntilClose, 0);
    }

    private bool EnterTunnel()
    {
        NoteConnected();
        Times.ResponseMs = Times.ConnectedMs;
        LogEarly();
        _serverActiveMs = Worker.Loop.NowMs;
        _toClient.MaySplice = MaySplice(toClient: true);
        _inspectsResponse = Back!.Rules is { } rules && (rules.Present & RuleSets.TcpResponseContent) != 0;
        return BeginRelayTunnel();
    }

    /// <summary>What rules have looked at is already in the buffer and goes first.</summary>
    private bool BeginRelayTunnel()
    {
        DropPeeked();
        _toClient.BeginBody(BodyKind.UntilClose, 0);
        _toServer.MaySplice = MaySplice(toClient: false);
        _keepClient = false;
        Phase = StreamPhase.Tunnel;
        return true;
    }

    private bool StepTunnel()
    {
        var up = _toServer.Pump();
        if (_inspectsResponse && !InspectResponse()) return Phase != StreamPhase.Tunnel && Phase != StreamPhase.Free;
        var down = _toClient.Pump();
        if (up == PumpStatus.SourceFailed || down == PumpStatus.SinkFailed) return EndTunnel(EndCause.Client);
        if (down == PumpStatus.SourceFailed || up == PumpStatus.SinkFailed) return EndTunnel(EndCause.Server);
        var server = ServerConnection!;
        if (up == PumpStatus.Done && !server.WriteEnded) CloseHalf(server);
        if (down == PumpStatus.Done && !_client.WriteEnded) CloseHalf(_client);
        if (up == PumpStatus.Done && down == PumpStatus.Done) return Finish();
        return (up == PumpStatus.Yield || down == PumpStatus.Yield) && YieldTurn();
    }

    /// <summary>`tcp-response content` looks at what the server sends first. True when it may go on to the client.</summary>
    private bool InspectResponse()
    {
        if (ServerConnection is { CanRead: true } && _toClient.HasRoom && _toClient.Fill() == ReadOutcome.Data) _toClient.Scan();
        if (!PassResponseRules(Back!.Rules, RuleSets.TcpResponseContent)) return false;
        _inspectsResponse = false;
        _ruleStep = 0;
        RuleDeadlineMs = Never;
        return true;
    }

    private bool _inspectsResponse;

    private void CloseHalf(Transport.Connection connection)
    {
        connection.EndWrite();
        _clientActiveMs = _serverActiveMs = Worker.Loop.NowMs;
    }

    private bool EndTunnel(EndCause cause)
    {
        Termination.Decide(cause, EndStage.Data);
        if (cause == EndCause.Client) CountClientAbort();
        else
        {
            Backend!.Traffic[Worker.Index].Counters.ServerAborts++;
            Server!.Traffic[Worker.Index].Counters.ServerAborts++;
        }

        return Abort(reset: true);
    }
}
