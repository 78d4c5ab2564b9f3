using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Streams;

/// <summary>`retry-on`: a request that has been sent is sent once more when what came back says that this may help.</summary>
public sealed partial class Stream
{
    /// <summary>The request that is on its way is kept to be sent again. Only one that is here as a whole can be.</summary>
    private bool _keepsRequest;

    private bool MayRetryAnswers => IsHttp && (Back!.Model.RetryOn & RetryOn.Answers) != 0 && !RuleState.DisablesRetries && Retries < MaxRetries;

    private bool MayRetry(RetryOn happened) => _keepsRequest && _replayable && (Back!.Model.RetryOn & happened) != 0 && Retries < MaxRetries;

    /// <summary>Begins anew with the connection, at the same server or, with `option redispatch`, at another one.</summary>
    private bool RetryExchange()
    {
        DropServerConnection();
        Response.Reset();
        _toClient.DropAll();
        _responseParser = default;
        _toServer.Replay();
        _replayable = _keepsRequest = _reused = false;
        Retries++;
        Server!.Traffic[Worker.Index].Counters.Retries++;
        Backend!.Traffic[Worker.Index].Counters.Retries++;
        if (MayRedispatch(Backend)) return Redispatch();
        _connectSinceMs = Worker.Loop.NowMs;
        Phase = StreamPhase.Connect;
        return true;
    }
}
