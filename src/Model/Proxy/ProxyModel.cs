using System.Collections.Immutable;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Model.Proxy;

public enum ProxyMode { Tcp, Http, Log }

/// <summary>What frontends and backends have in common (configuration.txt 4). A `listen` section makes one of each, with the same name and id.</summary>
public abstract record ProxyModel
{
    public required string Name { get; init; }

    /// <summary>`id`, or numbered from 2 in file order past the explicit ones. Frontend and backend of one `listen` share it.</summary>
    public required int Id { get; init; }

    /// <summary>The id was written, not counted.</summary>
    public bool HasExplicitId { get; init; }
    public required SourcePosition Position { get; init; }

    /// <summary>Made by a `listen` section: its other half has the same name.</summary>
    public bool IsListen { get; init; }
    public ProxyMode Mode { get; init; } = ProxyMode.Tcp;
    public bool Disabled { get; init; }
    public string? Description { get; init; }

    /// <summary>`guid`, under which saved counters find it again.</summary>
    public string? Guid { get; init; }
    /// <summary>`log-tag` of this proxy; null follows the global one.</summary>
    public string? LogTag { get; init; }
    public ProxyOptions Options { get; init; } = new();

    /// <summary>For clients of a frontend, and for servers of a backend.</summary>
    public TcpKeepAliveModel ClientKeepAlive { get; init; } = new();
    public TcpKeepAliveModel ServerKeepAlive { get; init; } = new();
    public TimeoutsModel Timeouts { get; init; } = new();
    public ImmutableArray<LogTargetModel> Logs { get; init; } = [];

    /// <summary>What is sent for a status instead of the built-in page: `errorfile`, `errorfiles`, `errorloc*` and `http-error`.</summary>
    public ImmutableDictionary<int, HttpReplyModel> ErrorReplies { get; init; } = ImmutableDictionary<int, HttpReplyModel>.Empty;
    public StatsModel? Stats { get; init; }

    public ImmutableArray<RuleModel> TcpRequestContent { get; init; } = [];
    public ImmutableArray<RuleModel> HttpRequest { get; init; } = [];

    /// <summary>How many of them, at the end, are `redirect` rules: a set of their own, which `http-request allow` does not end.</summary>
    public int RedirectCount { get; init; }
    public ImmutableArray<RuleModel> HttpResponse { get; init; } = [];
    public ImmutableArray<RuleModel> HttpAfterResponse { get; init; } = [];

    /// <summary>`tcp-request inspect-delay`, milliseconds.</summary>
    public int? InspectDelayMs { get; init; }
}

/// <summary>The section that accepts connections.</summary>
public sealed record FrontendModel : ProxyModel
{
    public ImmutableArray<BindModel> Binds { get; init; } = [];

    /// <summary>`maxconn`; null means the process's own limit.</summary>
    public int? MaxConnections { get; init; }

    /// <summary>`backlog`; null means maxconn.</summary>
    public int? Backlog { get; init; }

    /// <summary>`max-session-srv-conns`: idle server connections that are kept for one client alone.</summary>
    public int MaxSessionServerConnections { get; init; } = 5;

    /// <summary>`rate-limit sessions`, new sessions a second; null means no limit.</summary>
    public int? SessionsPerSecond { get; init; }
    public string? DefaultBackend { get; init; }
    public ImmutableArray<SwitchingRuleModel> UseBackend { get; init; } = [];

    /// <summary>`force-be-switch`: when one holds, backends that are disabled or not published are chosen all the same.</summary>
    public ImmutableArray<ConditionModel> ForceSwitch { get; init; } = [];
    public ImmutableArray<RuleModel> TcpRequestConnection { get; init; } = [];
    public ImmutableArray<RuleModel> TcpRequestSession { get; init; } = [];
    public LogFormatModel? LogFormat { get; init; }
    public LogFormatModel? ErrorLogFormat { get; init; }

    /// <summary>`log-format-sd`, for lines in rfc5424.</summary>
    public LogFormatModel? StructuredDataFormat { get; init; }

    public LogSteps LogSteps { get; init; }
    public LogFormatModel? UniqueIdFormat { get; init; }
    public string? UniqueIdHeader { get; init; }
    public ImmutableArray<CaptureModel> RequestCaptures { get; init; } = [];
    public ImmutableArray<CaptureModel> ResponseCaptures { get; init; } = [];

    /// <summary>`capture cookie`: the first cookie whose name begins like this.</summary>
    public CaptureModel? CookieCapture { get; init; }
    public string? MonitorUri { get; init; }
    public ImmutableArray<ConditionModel> MonitorFail { get; init; } = [];
}

/// <summary>The section that owns servers.</summary>
public sealed record BackendModel : ProxyModel
{
    public BalanceModel Balance { get; init; } = new(BalanceAlgorithm.Random);
    public ImmutableArray<ServerModel> Servers { get; init; } = [];
    public ImmutableArray<SwitchingRuleModel> UseServer { get; init; } = [];
    public ImmutableArray<RuleModel> TcpResponseContent { get; init; } = [];

    /// <summary>`tcp-response inspect-delay`: how long the rules on content may wait for more of it.</summary>
    public int? ResponseInspectDelayMs { get; init; }
    public int Retries { get; init; } = 3;
    public RetryOn RetryOn { get; init; } = RetryOn.ConnectionFailure;

    /// <summary>`option redispatch [n]`: 0 off; -1 only the last retry may move; n every nth.</summary>
    public int RedispatchInterval { get; init; }
    public int? FullConnections { get; init; }
    public HttpReuse HttpReuse { get; init; } = HttpReuse.Safe;

    /// <summary>`max-keep-alive-queue`: with this many streams waiting for a server, clients are not kept with it; -1 is no limit.</summary>
    public int MaxKeepAliveQueue { get; init; } = -1;
    public HealthCheckModel? Check { get; init; }
    public bool AllBackups { get; init; }

    /// <summary>`hash-type`, for the balance algorithms that hash.</summary>
    public HashTypeModel HashType { get; init; } = new();
    public HashingModel Hashing { get; init; } = new();
    public PersistenceModel Persistence { get; init; } = new();

    /// <summary>`be-unpublished`: content switching passes it by until `publish backend`.</summary>
    public bool IsUnpublished { get; init; }

    /// <summary>The configuration names it (`use_backend`, `default_backend`, an argument of a sample), so that it cannot be removed while running.</summary>
    public bool IsReferenced { get; init; }

    /// <summary>It has a `default-server` line of its own.</summary>
    public bool HasDefaultServer { get; init; }

    /// <summary>Its `default-server name NAME` lines, in their order.</summary>
    public ImmutableArray<string> NamedDefaultServers { get; init; } = [];

    /// <summary>For requests of health checks.</summary>
    public LogFormatModel? UniqueIdFormat { get; init; }

    /// <summary>`http-send-name-header`, in lower case: tells the server its own name.</summary>
    public string? NameHeader { get; init; }
}

public sealed record CaptureModel(string Header, int MaxLength);

/// <summary>`use_backend NAME if ...` and `use-server`: <see cref="Target"/> is a log-format, a plain name when it is one literal.</summary>
public sealed record SwitchingRuleModel(LogFormatModel Target, ConditionModel? Condition, SourcePosition Position);

public enum HttpReuse { Never, Safe, Aggressive, Always }

public enum BalanceAlgorithm
{
    Random, RoundRobin, StaticRoundRobin, LeastConnections, Source, First, Uri, UrlParameter, Header, Hash, LogHash, Sticky, RdpCookie,
}

/// <summary>`balance ALGORITHM [argument]`.</summary>
/// <param name="Argument">Header, parameter or cookie name of hdr(), url_param and rdp-cookie(); the converters of log-hash as written.</param>
/// <param name="Draws">random(n): how many servers are drawn before the least loaded of them is taken.</param>
public sealed record BalanceModel(BalanceAlgorithm Algorithm, string? Argument = null, int Draws = 2)
{
    /// <summary>`uri len N`: bytes of the URI that count; `depth N`: directories that count; 0 is all.</summary>
    public int UriLength { get; init; }
    public int UriDepth { get; init; }

    /// <summary>`uri whole`: the query string counts too; `path-only`: scheme and authority do not.</summary>
    public bool UriWhole { get; init; }
    public bool UriPathOnly { get; init; }

    /// <summary>`url_param NAME check_post`: the body of a POST is searched too.</summary>
    public bool ChecksPost { get; init; }

    /// <summary>`hdr(NAME) use_domain_only`.</summary>
    public bool UseDomainOnly { get; init; }

    /// <summary>`hash EXPRESSION`; of log-hash the converters alone, which run on the line.</summary>
    public SampleExpressionModel? Expression { get; init; }
}

public enum HashMethod { MapBased, Consistent }

public enum HashFunction { Sdbm, Djb2, Wt6, Crc32, None }

/// <summary>`hash-type METHOD FUNCTION MODIFIER`; without a function, consistent hashing uses sdbm with avalanche.</summary>
public sealed record HashTypeModel(HashMethod Method = HashMethod.MapBased, HashFunction Function = HashFunction.Sdbm, bool Avalanche = false)
{
    /// <summary>What the key of `balance hash` is made into: a number to be taken as the hash is read from its digits.</summary>
    public Samples.SampleType KeyType => Function == HashFunction.None ? Samples.SampleType.String : Samples.SampleType.Binary;
}

/// <summary>`hash-preserve-affinity`: when a stream stays with the server that its hash points to.</summary>
public enum HashAffinity
{
    Always,

    /// <summary>Unless that has as many streams as its `maxconn`.</summary>
    MaxConnections,

    /// <summary>Unless its queue is as long as its `maxqueue`.</summary>
    MaxQueue,
}

/// <summary>How far hashing goes where it would load one server too much.</summary>
public sealed record HashingModel
{
    /// <summary>`hash-balance-factor`: what a server may have of the mean load, percent; 0 is no limit.</summary>
    public int BalanceFactor { get; init; }
    public HashAffinity Affinity { get; init; }
}

/// <summary>All `timeout NAME` keywords, milliseconds; null means unset, which is infinite but for queue and tarpit (they follow connect).</summary>
public sealed record TimeoutsModel
{
    public int? ClientMs { get; init; }
    public int? ServerMs { get; init; }
    public int? ConnectMs { get; init; }
    public int? QueueMs { get; init; }
    public int? TarpitMs { get; init; }
    public int? TunnelMs { get; init; }
    public int? ClientFinMs { get; init; }
    public int? ServerFinMs { get; init; }
    public int? ClientHandshakeMs { get; init; }
    public int? HttpRequestMs { get; init; }
    public int? HttpKeepAliveMs { get; init; }
    public int? CheckMs { get; init; }
}

/// <summary>`clitcpka-*`, `srvtcpka-*`: how silent peers are probed; null leaves it to the kernel.</summary>
public sealed record TcpKeepAliveModel
{
    public int? Probes { get; init; }
    public int? IdleSeconds { get; init; }
    public int? IntervalSeconds { get; init; }
}

/// <summary>How connections are kept after a response (the last of these options wins).</summary>
public enum HttpConnectionMode { KeepAlive, ServerClose, Close }

/// <summary>The `option ...` switches of a proxy.</summary>
public sealed record ProxyOptions
{
    public ForwardedForModel? ForwardedFor { get; init; }

    /// <summary>`originalto`: as `forwardfor`, for the address the client connected to.</summary>
    public ForwardedForModel? OriginalTo { get; init; }
    public ForwardedModel? Forwarded { get; init; }

    /// <summary>`http-restrict-req-hdr-names`.</summary>
    public HeaderNamePolicy HeaderNames { get; init; }

    /// <summary>`http-use-proxy-header`.</summary>
    public bool UseProxyHeader { get; init; }
    public bool DropRequestTrailers { get; init; }
    public bool DropResponseTrailers { get; init; }

    /// <summary>`h1-case-adjust-bogus-client`, `h1-case-adjust-bogus-server`.</summary>
    public bool AdjustClientCase { get; init; }
    public bool AdjustServerCase { get; init; }
    public bool AcceptUnsafeRequests { get; init; }
    public bool AcceptUnsafeResponses { get; init; }
    public bool TcpSmartAccept { get; init; }
    public bool TcpSmartConnect { get; init; }
    public bool ContinuousStatistics { get; init; }
    public bool HttpsLog { get; init; }
    public HttpConnectionMode ConnectionMode { get; init; } = HttpConnectionMode.KeepAlive;
    public bool HttpLog { get; init; }
    public bool TcpLog { get; init; }
    public bool CommonLogFormat { get; init; }
    public bool DontLogNull { get; init; }
    public bool DontLogNormal { get; init; }
    public bool LogAsap { get; init; }
    public bool LogSeparateErrors { get; init; }
    public bool LogHealthChecks { get; init; }

    /// <summary>Null follows the 3.x default: on for HTTP backends.</summary>
    public bool? AbortOnClose { get; init; }
    public bool HttpBufferRequest { get; init; }
    public bool HttpIgnoreProbes { get; init; }
    public bool IdleCloseOnResponse { get; init; }
    public bool HttpPretendKeepAlive { get; init; }
    public bool ClientTcpKeepAlive { get; init; }
    public bool ServerTcpKeepAlive { get; init; }
    public bool SpliceAuto { get; init; }
    public bool SpliceRequest { get; init; }
    public bool SpliceResponse { get; init; }
    public bool SocketStats { get; init; }

    /// <summary>`persist`: a server that is down is tried all the same when persistence names it.</summary>
    public bool Persist { get; init; }
    public bool PreferLastServer { get; init; }
    public bool CheckCache { get; init; }

    /// <summary>`nolinger`: connections of this side are closed with a reset.</summary>
    public bool NoLinger { get; init; }

    /// <summary>`independent-streams`: sending to a side does not prolong the time in which it must be heard of.</summary>
    public bool IndependentStreams { get; init; }
}

/// <summary>`option forwardfor [except NET]... [header NAME] [if-none]`.</summary>
public sealed record ForwardedForModel(string Header = "x-forwarded-for", ImmutableArray<string> Except = default, bool IfNone = false);
