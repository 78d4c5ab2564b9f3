using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Http1;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Proxy.Streams;

/// <summary>Answers of our own: error pages, what rules and services made.</summary>
public sealed partial class Stream
{
    private int _replySent;
    private bool _clientIsOld;

    /// <summary>The answer that rules look at is our own, in <see cref="Reply"/>.</summary>
    internal bool JudgesReply { get; private set; }

    /// <summary>Begins the error page of a status, as `http-error`, `errorfile` or the built-in one has it.</summary>
    internal void PrepareError(int status)
    {
        _toClient.DropAll();
        // As in the original, what never became a request is answered with a page that needs nothing of it.
        if (Times.RequestMs != 0 && MakesErrorReply(status)) return;
        Response.Reset();
        var page = ErrorPages.Find(Back?.ErrorPages, Front.ErrorPages, status);
        page.WriteTo(Reply);
    }

    private bool MakesErrorReply(int status)
    {
        if (Back?.Rules is { } own && own.MakeErrorReply(status, this)) return true;
        return Back?.ErrorPages?.Find(status) is null && Front.Rules is { } rules && rules.MakeErrorReply(status, this);
    }

    /// <summary>Answers with an error page and ends.</summary>
    private bool ReplyError(int status)
    {
        if (!IsHttp) return Abort(reset: false);
        PrepareError(status);
        return SendReply();
    }

    private bool ReplyMonitor()
    {
        var fails = Front.Rules is { } rules && rules.MonitorFails(this);
        Termination.Decide(EndCause.Local, EndStage.Request);
        IsLogged = Front.Log is not { OnlyTellsWhoConnected: true };
        Frontend.Traffic[Worker.Index].Counters.Intercepted++;
        return ReplyError(fails ? 503 : 200);
    }

    /// <summary>Sends what is in <see cref="Reply"/>.</summary>
    private bool SendReply()
    {
        var reply = Reply;
        ReleaseServer(reusable: false);
        LeaveQueue();
        _toClient.BeginBody(BodyKind.None, 0);
        if (reply.IsSilent)
        {
            Status = reply.AskedStatus;
            return Abort(reset: false);
        }
        var shown = reply.Head.Status;
        // As in the original, what never became a request gets its error page as it is.
        JudgesReply = true;
        if (Times.RequestMs != 0) RunAfterResponse(Back?.Rules);
        if (Times.RequestMs != 0 && (Backend is null || !ReferenceEquals(Front.Twin, Backend))) RunAfterResponse(Front.Rules);
        JudgesReply = false;
        var head = reply.Head;
        Status = reply.AskedStatus != 0 && head.Status == shown ? reply.AskedStatus : head.Status;
        // As in the original nobody is there to be answered; only services do it all the same.
        if (RequestIsCut && Service is null) return Abort(reset: false);
        // A client of CONNECT takes 2xx for the beginning of its tunnel, whatever else it says: nothing of it may be read as a request.
        var tunnel = Method == HttpMethod.Connect && head.Status is >= 200 and < 300;
        _keepClient = !reply.Close && !tunnel && Times.RequestMs != 0 && MayKeepClient(endsByClose: false);
        var needsLength = reply.AnnouncesLength && head.Status is not (204 or 304);
        if (needsLength && head.Find(KnownHeader.ContentLength) < 0) AddLength(head, reply.BodyLength);
        // What never became a request gets its page as it stands; elsewhere the end of the connection is said last, or goes without saying.
        if (!reply.Close || Times.RequestMs != 0) head.Remove(KnownHeader.Connection);
        if (Times.RequestMs != 0) _responseHeadsOut += head.CountedLength;
        if (Times.RequestMs != 0 && !tunnel) SayConnection(head);
        _answersItself = true;
        head.Cases = Front.Cases;
        if (Method == HttpMethod.Head) _replySent = reply.BodyLength;
        if (!_toClient.SendHeadAndBytes(head, reply.Body[_replySent..], ref _replySent)) return EndReply(EndCause.Client);
        Response.Reset();
        Phase = StreamPhase.Reply;
        return true;
    }

    private bool StepReply()
    {
        while (true)
        {
            if (!_toClient.Flush()) return _client.IsBroken && EndReply(EndCause.Client);
            if (_replySent >= Reply.BodyLength) return _keepClient && !_toServer.SourceDone ? BeginDiscard() : Finish();
            if (!_client.CanWrite) return _client.IsBroken && EndReply(EndCause.Client);
            _replySent += _client.Write(Reply.Body[_replySent..]);
        }
    }

    /// <summary>The client has its answer; its next request stands behind a body that nobody wants.</summary>
    private bool BeginDiscard()
    {
        Phase = StreamPhase.Discard;
        Account();
        ForgetRequest();
        _clientActiveMs = Worker.Loop.NowMs;
        return true;
    }

    private bool StepDiscard() => _toServer.Discard() switch
    {
        PumpStatus.Done => Finish(),
        PumpStatus.Yield => YieldTurn(),
        PumpStatus.NeedSource => false,
        _ => Abort(reset: false),
    };

    private bool EndReply(EndCause cause)
    {
        Termination.Decide(cause, EndStage.Data);
        return Abort(reset: true);
    }

    private void RunAfterResponse(IStreamRules? rules)
    {
        if (rules is not null && (rules.Present & RuleSets.HttpAfterResponse) != 0) rules.Run(RuleSets.HttpAfterResponse, this);
    }

    private static void AddLength(HttpMessage head, int length)
    {
        Span<byte> digits = stackalloc byte[11];
        if (length.TryFormat(digits, out var written)) head.AddFirst("content-length"u8, digits[..written]);
    }
}
