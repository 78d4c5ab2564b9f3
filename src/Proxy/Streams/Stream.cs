using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Services;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Streams;

/// <summary>
/// One HTTP request with its response, or one TCP relay. This part is what rules, samples, logs and counters read and set; the other parts are the
/// steps, in the
/// order of <see cref="StreamPhase"/>. Owner: worker; pooled.
/// </summary>
public sealed partial class Stream : LoopTimer, IConnectionUser
{
    private ServiceReply? _reply;
    private readonly BodyPump _toServer;
    private readonly BodyPump _toClient;
    private NativeBuffer? _requestLine;

    internal Stream(Worker worker)
    {
        Worker = worker;
        _toServer = new BodyPump(worker);
        _toClient = new BodyPump(worker);
        _ticket = new SlotTicket(this);
        _resume = new ResumeTask(this);
        Request = new HttpMessage(worker.Memory);
        Response = new HttpMessage(worker.Memory);
    }

    internal Stream? NextFree;

    public Worker Worker { get; }

    public ClientSession Session { get; private set; } = null!;

    public Frontend Frontend { get; private set; } = null!;

    /// <summary>Null until one has been chosen.</summary>
    public Backend? Backend { get; private set; }

    /// <summary>Null until one has been chosen, and for answers of our own.</summary>
    public Server? Server { get; private set; }

    /// <summary>The configuration of the frontend under which this stream began; it ends under it, whatever is reloaded meanwhile.</summary>
    public FrontendSetup Front { get; private set; } = null!;

    /// <summary>What the same configuration says of the backend; null until there is one.</summary>
    public BackendSetup? Back { get; private set; }

    public bool IsHttp { get; private set; }

    public StreamPhase Phase { get; private set; }

    /// <summary>The request's head; present from its arrival until it has been sent to the server and can not be repeated any more.</summary>
    public HttpMessage Request { get; }

    /// <summary>The response's head; present from its arrival until it has been sent.</summary>
    public HttpMessage Response { get; }

    /// <summary>
    /// First line of the request as it was received, without its end, cut at `tune.http.logurilen`; kept to the end for logs. Empty when none came, and, as
    /// in the original, while `tcp-request content` of the frontend looks at what has come.
    /// </summary>
    public ReadOnlySpan<byte> RequestLine => _requestLine is null || IsFirstJudged ? default : _requestLine.Filled;

    public HttpMethod Method { get; private set; }

    public StreamTimes Times;

    public TerminationState Termination;

    /// <summary>Unique in the process: worker in the low bits.</summary>
    public long Id { get; private set; }

    /// <summary>Number of the request on its connection, from 1.</summary>
    public int RequestNumber { get; private set; }

    /// <summary>Status the client got, -1 when it got none.</summary>
    public int Status { get; private set; } = -1;

    /// <summary>The response was one of HTTP/1.0.</summary>
    public bool ResponseIsOld { get; private set; }

    /// <summary>Connection attempts after the first.</summary>
    public int Retries { get; private set; }

    /// <summary>A retry went to another server; logged as `+`.</summary>
    public bool Redispatched { get; private set; }

    /// <summary>Streams that were before this one in the server's and the backend's queue.</summary>
    public int ServerQueuePosition { get; private set; }
    public int BackendQueuePosition { get; private set; }

    public IpEndpoint ClientAddress => Session.ClientAddress;

    public IpEndpoint LocalAddress => Session.LocalAddress;

    /// <summary>The server connection in use, or null.</summary>
    public Connection? ServerConnection { get; private set; }

    /// <summary>The body of the request as far as it has been received and not sent on yet.</summary>
    public ReadOnlySpan<byte> RequestBody => _toServer.Pending;

    /// <summary>Its bytes so far, without the form of chunks, sent on or not.</summary>
    internal long RequestBodyReceived => _toServer.Received;

    internal long ResponseBodyReceived => _toClient.Received;

    internal bool RequestBodyIsChunked => _toServer.IsChunked;

    internal bool ResponseBodyIsChunked => _toClient.IsChunked;

    /// <summary>The whole body of the request is in <see cref="RequestBody"/>.</summary>
    public bool RequestBodyComplete => _toServer.SourceDone;

    /// <summary>The body of the response as far as it has been received and not sent on yet.</summary>
    public ReadOnlySpan<byte> ResponseBody => _toClient.Pending;

    /// <summary>Nothing more of the response will come.</summary>
    public bool ResponseBodyComplete => _toClient.SourceDone || ServerConnection is null or { ReadEnded: true };

    /// <summary>A <see cref="DenyStatus"/>: the rule has made the answer itself.</summary>
    internal const int DeniedByReply = -1;

    /// <summary>Set by a rule that denies: the status to answer with, 0 to close without an answer, or <see cref="DeniedByReply"/>.</summary>
    public int DenyStatus { get; set; }

    /// <summary>Where a rule set that yielded goes on; kept by the rules, cleared by the engine when a rule set begins.</summary>
    public int ResumeRule { get; set; }

    /// <summary>Set by a rule that yields: run again at this loop time at the latest; <see cref="LoopTimer.Never"/> waits for data only.</summary>
    public long RuleDeadlineMs { get; set; } = Never;

    /// <summary>Set by rules: a built-in responder answers instead of a server.</summary>
    public IService? Service { get; set; }

    /// <summary>The answer of our own, for rules that make one. Begin it with <see cref="ServiceReply.Start"/>.</summary>
    public ServiceReply Reply => _reply ??= new ServiceReply(Response);

    /// <summary>Set by `use-server` and persistence before a server is looked for.</summary>
    public Server? WantedServer { get; set; }

    /// <summary>The access log has been written (`option logasap` writes it early).</summary>
    public bool IsLogged { get; private set; }
}
