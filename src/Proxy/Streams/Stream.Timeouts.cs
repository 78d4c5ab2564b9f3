using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Proxy.Streams;

/// <summary>What each phase waits for, how long, and what happens then (configuration.txt "timeout ...").</summary>
public sealed partial class Stream
{
    private long _clientActiveMs;
    private long _serverActiveMs;

    private TimeoutsModel ClientTimeouts => Front.Model.Timeouts;

    /// <summary>What `set-timeout` ordered stands before what the section says.</summary>
    private int? ClientTimeoutMs => RuleState.ClientTimeoutMs >= 0 ? RuleState.ClientTimeoutMs : ClientTimeouts.ClientMs;

    private int? ServerTimeoutMs => RuleState.ServerTimeoutMs >= 0 ? RuleState.ServerTimeoutMs : ServerTimeouts.ServerMs;

    private int? ConnectTimeoutMs => RuleState.ConnectTimeoutMs >= 0 ? RuleState.ConnectTimeoutMs : ServerTimeouts.ConnectMs;

    private int? QueueTimeoutMs => RuleState.QueueTimeoutMs >= 0 ? RuleState.QueueTimeoutMs : ServerTimeouts.QueueMs ?? ConnectTimeoutMs;

    private int? TunnelTimeoutMs => RuleState.TunnelTimeoutMs >= 0 ? RuleState.TunnelTimeoutMs : ServerTimeouts.TunnelMs ?? ClientTimeouts.TunnelMs;

    private TimeoutsModel ServerTimeouts => Back is { } back ? back.Model.Timeouts : Front.Model.Timeouts;

    private long NextDeadlineMs() => Phase switch
    {
        StreamPhase.Request => Math.Min(RequestDeadline(), ClientSession.After(_clientActiveMs, ClientTimeoutMs)),
        StreamPhase.FrontendRules or StreamPhase.BackendRules => Math.Min(RuleDeadlineMs, BodyDeadline()),
        StreamPhase.ResponseRules => RuleDeadlineMs,
        StreamPhase.Queue => ClientSession.After(_queueSinceMs, QueueTimeoutMs),
        StreamPhase.Connect => Math.Min(_retryAtMs, _takeOverUntilMs) is < Never and var next ? next : ClientSession.After(_connectSinceMs, ConnectTimeoutMs),
        StreamPhase.Exchange => ExchangeDeadline(),
        StreamPhase.Forward => ForwardDeadline(),
        StreamPhase.Tunnel => _inspectsResponse ? Math.Min(RuleDeadlineMs, TunnelDeadline()) : TunnelDeadline(),
        StreamPhase.Reply or StreamPhase.Discard => ClientSession.After(_clientActiveMs, ClientTimeoutMs),
        _ => Never,
    };

    public override void OnDeadline(long nowMs)
    {
        if (NextDeadlineMs() > nowMs)
        {
            Worker.Loop.Timers.Set(this, NextDeadlineMs());
            return;
        }

        var timedOut = true;
        switch (Phase)
        {
            case StreamPhase.Request: EndSlowRequest(); break;
            case StreamPhase.FrontendRules or StreamPhase.BackendRules when nowMs < RuleDeadlineMs: EndSlowRequest(); break;
            case StreamPhase.Queue: EndQueueTimeout(); break;
            case StreamPhase.Connect when AwaitsTakeOver: _takeOverUntilMs = Never; break;
            case StreamPhase.Connect when _retryAtMs == Never: RetryConnect(default, timedOut: true); break;
            case StreamPhase.Exchange: EndExchangeTimeout(nowMs); break;
            case StreamPhase.Forward: EndForwardTimeout(nowMs); break;
            case StreamPhase.Tunnel when _inspectsResponse && nowMs < TunnelDeadline(): timedOut = false; break;
            case StreamPhase.Tunnel: EndTunnelTimeout(nowMs); break;
            case StreamPhase.Reply: EndReply(EndCause.ClientTimeout); break;
            case StreamPhase.Discard: Abort(reset: false); break;
            default: timedOut = false; break;
        }

        _ = timedOut;
        if (Phase != StreamPhase.Free) Run();
    }

    /// <summary>From accept for the first request of a connection, from its first byte for the others.</summary>
    private long RequestDeadline() => Session.RequestDeadlineMs(RequestNumber > 1 && Times.FirstByteMs != 0 ? Times.FirstByteMs : Times.AcceptMs);

    /// <summary>A backend that wants the body first has its own `timeout http-request`, from when it began to wait.</summary>
    private long BodyDeadline() => Phase == StreamPhase.BackendRules && Back is { } back && WaitsForBody(back.Model)
        && back.Model.Timeouts.HttpRequestMs is { } own
        ? Times.RequestMs + own : RequestDeadline();

    private long ExchangeDeadline()
    {
        var deadline = Never;
        if (!_toServer.SourceDone) deadline = ClientSession.After(_clientActiveMs, ClientTimeoutMs);
        if (_toServer.SourceDone || !_toServer.IsFlushed) deadline = Math.Min(deadline, ClientSession.After(_serverActiveMs, ServerTimeoutMs));
        return deadline;
    }

    private long ForwardDeadline() => Math.Min(
        AwaitsClient ? ClientDeadline() : Never, AwaitsServer ? ClientSession.After(_serverActiveMs, ServerTimeoutMs) : Never);

    /// <summary>It has to take what is there for it, or to send the rest of its request.</summary>
    private bool AwaitsClient => !_toClient.IsFlushed || (!_toServer.SourceDone && _toServer.IsFlushed);

    private bool AwaitsServer => (_toClient.IsFlushed && !_toClient.SourceDone) || !_toServer.IsFlushed;

    /// <summary>An answer that flows shows that the client is there, too.</summary>
    private long ClientDeadline() =>
        ClientSession.After(_toClient.IsFlushed && !_toClient.SourceDone ? Math.Max(_clientActiveMs, _serverActiveMs) : _clientActiveMs, ClientTimeoutMs);

    private long TunnelDeadline() => Math.Min(RelayDeadline(), IndependentDeadline());

    private long RelayDeadline()
    {
        var lastMs = Math.Max(_clientActiveMs, _serverActiveMs);
        if (_client.WriteEnded && ClientTimeouts.ClientFinMs is { } clientFin) return lastMs + clientFin;
        if (ServerConnection is { WriteEnded: true } && ServerTimeouts.ServerFinMs is { } serverFin) return lastMs + serverFin;
        if (TunnelTimeoutMs is { } tunnel) return lastMs + tunnel;
        return Math.Min(ClientSession.After(lastMs, ClientTimeoutMs), ClientSession.After(lastMs, ServerTimeoutMs));
    }

    private void EndSlowRequest()
    {
        Frontend.Traffic[Worker.Index].Counters.RequestErrors++;
        if (Phase == StreamPhase.Request) CountHttpRequest();
        Termination.Decide(EndCause.ClientTimeout, EndStage.Request);
        _requestFraming.CloseAfter = true;
        ReplyError(408);
    }

    /// <summary>The server has not sent as much of the body in time as a rule waits for.</summary>
    private void EndSlowResponse()
    {
        Server!.Observe(TrafficSign.ReadTimedOut, Worker.Loop.NowMs);
        Termination.Decide(EndCause.ServerTimeout, EndStage.Headers);
        Server.Traffic[Worker.Index].Counters.ResponseErrors++;
        Backend!.Traffic[Worker.Index].Counters.ResponseErrors++;
        ReleaseServer(reusable: false);
        ReplyError(504);
    }

    private void EndQueueTimeout()
    {
        Backend!.Traffic[Worker.Index].Counters.ConnectionErrors++;
        Termination.Decide(EndCause.ServerTimeout, EndStage.Queue);
        ReplyError(503);
    }

    private void EndExchangeTimeout(long nowMs)
    {
        var byClient = !_toServer.SourceDone && ClientSession.After(_clientActiveMs, ClientTimeoutMs) <= nowMs;
        if (byClient)
        {
            Termination.Decide(EndCause.ClientTimeout, EndStage.Headers);
            _requestFraming.CloseAfter = true;
        }
        else
        {
            Server!.Observe(TrafficSign.ReadTimedOut, nowMs);
            if (MayRetry(RetryOn.ResponseTimeout))
            {
                RetryExchange();
                return;
            }

            Termination.Decide(EndCause.ServerTimeout, EndStage.Headers);
            Server!.Traffic[Worker.Index].Counters.ResponseErrors++;
            Backend!.Traffic[Worker.Index].Counters.ResponseErrors++;
        }

        ReleaseServer(reusable: false);
        ReplyError(byClient ? 400 : 504);
    }

    private void EndForwardTimeout(long nowMs)
    {
        var byServer = AwaitsServer && !(AwaitsClient && ClientDeadline() <= nowMs);
        Termination.Decide(byServer ? EndCause.ServerTimeout : EndCause.ClientTimeout, StageOfAnswer);
        Abort(reset: false);
    }

    private void EndTunnelTimeout(long nowMs)
    {
        var byServer = IsServerSilent(nowMs) ?? TunnelEndsByServer();
        Termination.Decide(byServer ? EndCause.ServerTimeout : EndCause.ClientTimeout, EndStage.Data);
        Abort(reset: false);
    }

    /// <summary>Whose time it was that ran out: the shorter of the two; where they are alike, his who has been silent longer.</summary>
    private bool TunnelEndsByServer()
    {
        if (_client.WriteEnded && ClientTimeouts.ClientFinMs is not null) return false;
        if (ServerConnection is { WriteEnded: true } && ServerTimeouts.ServerFinMs is not null) return true;
        var (client, server) = (ClientTimeoutMs ?? int.MaxValue, ServerTimeoutMs ?? int.MaxValue);
        if (TunnelTimeoutMs is null && client != server) return server < client;
        return _serverActiveMs <= _clientActiveMs && _toServer.IsFlushed;
    }

    private EndStage StageNow() => Phase switch
    {
        StreamPhase.Queue => EndStage.Queue,
        StreamPhase.Connect or StreamPhase.Assign => EndStage.Connect,
        StreamPhase.Exchange or StreamPhase.ResponseRules => EndStage.Headers,
        StreamPhase.Forward or StreamPhase.Tunnel or StreamPhase.Reply => EndStage.Data,
        _ => EndStage.Request,
    };
}
