using System.Collections.Immutable;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.HealthChecks;
using Evenkeel.Config.Haproxy.Reuse;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;

namespace Evenkeel.Config.Haproxy;

internal enum ProxyKind { Defaults, Frontend, Backend, Listen }

/// <summary>Which file saved states of servers come from.</summary>
internal enum ServerStateSource { None, Global, Local }

/// <summary>
/// One defaults, frontend, backend or listen section while it is read. All members hold immutable values, so that a shallow copy is how a section
/// inherits from its defaults.
/// </summary>
internal sealed class ProxyDraft
{
    public required ProxyKind Kind { get; init; }
    public required string Name { get; init; }
    public required SourcePosition Position { get; init; }

    /// <summary>How it was read; null when it has to be read anew each time.</summary>
    public ReadSection? Known { get; set; }
    public int? ExplicitId { get; set; }
    public int Id { get; set; }

    /// <summary>Defaults only: named by a `from`, or used because it was the last one.</summary>
    public bool IsReferenced { get; set; }
    public bool IsImplicitlyUsed { get; set; }

    /// <summary>The named defaults whose rules run before the section's own.</summary>
    public ProxyDraft? RulesFrom { get; set; }

    public AclTable Acls { get; private set; } = new();
    public ProxyMode Mode { get; set; } = ProxyMode.Tcp;

    /// <summary>This very section has a `mode` line.</summary>
    public bool HasExplicitMode { get; set; }
    public bool IsUnpublished { get; set; }
    public string? Guid { get; set; }

    /// <summary>`load-server-state-from-file`; null when nothing was said.</summary>
    public ServerStateSource? StateSource { get; set; }

    /// <summary>`server-state-file-name`; null for the name of the backend.</summary>
    public string? StateFileName { get; set; }
    public bool Disabled { get; set; }
    public string? Description { get; set; }
    public ProxyOptions Options { get; set; } = new();

    /// <summary>Switches of `option` that only HTTP proxies may use and that are on: warned about in TCP mode.</summary>
    public ImmutableHashSet<string> HttpSwitches { get; set; } = [];
    public SourcePosition LogOptionPosition { get; set; }
    public TimeoutsModel Timeouts { get; set; } = new();
    public TcpKeepAliveModel ClientKeepAlive { get; set; } = new();
    public TcpKeepAliveModel ServerKeepAlive { get; set; } = new();
    public ImmutableArray<LogTargetModel> Logs { get; set; } = [];

    /// <summary>`log global`: the global targets of that moment are put in front when the configuration is complete.</summary>
    public bool LogsToGlobal { get; set; }
    public string? LogTag { get; set; }
    /// <summary>In the order of the lines: a later one replaces what an earlier one said of the same status.</summary>
    public ImmutableArray<ErrorPageUse> ErrorPages { get; set; } = [];
    public StatsModel? Stats { get; set; }

    // What a frontend does.
    public List<BindModel> Binds { get; private set; } = [];

    /// <summary>Those of a backend, which are checked and then of no use.</summary>
    public List<BindModel> IgnoredBinds { get; } = [];
    public int? MaxConnections { get; set; }
    public int? Backlog { get; set; }
    public int? SessionsPerSecond { get; set; }
    public int MaxSessionServerConnections { get; set; } = 5;
    public string? DefaultBackend { get; set; }
    public List<SwitchingRuleModel> UseBackend { get; private set; } = [];
    public ImmutableArray<ConditionModel> ForceSwitch { get; set; } = [];
    public LogFormatText? LogFormat { get; set; }
    public LogFormatText? ErrorLogFormat { get; set; }
    public LogFormatText? StructuredDataFormat { get; set; }
    public LogSteps LogSteps { get; set; }
    public LogFormatText? UniqueIdFormat { get; set; }
    public string? UniqueIdHeader { get; set; }
    public ImmutableArray<CaptureModel> RequestCaptures { get; set; } = [];
    public ImmutableArray<CaptureModel> ResponseCaptures { get; set; } = [];
    public CaptureModel? CookieCapture { get; set; }
    public string? MonitorUri { get; set; }
    public ImmutableArray<ConditionModel> MonitorFail { get; set; } = [];

    // What a backend does.
    public BalanceModel Balance { get; set; } = new(BalanceAlgorithm.Random);
    public List<ServerModel> Servers { get; private set; } = [];
    public List<ServerExtras> ServerExtras { get; private set; } = [];
    /// <summary>Names of servers and the lines that defined them.</summary>
    public Dictionary<string, int> ServerLines { get; } = new(StringComparer.Ordinal);
    public Dictionary<int, ServerModel> ServerIds { get; } = [];
    public static readonly ServerModel NoDefaultServer = new() { Name = "", Id = 0, Position = SourcePosition.None };
    public ServerModel DefaultServer { get; set; } = NoDefaultServer;

    /// <summary>`default-server name NAME`, for lines that begin `from` it; other sections do not inherit them.</summary>
    public Dictionary<string, (ServerModel Model, ServerExtras Extras)> NamedDefaultServers { get; } = new(StringComparer.Ordinal);
    public bool HasDefaultServer { get; set; }
    public ServerExtras DefaultServerExtras { get; set; } = new();
    public List<SwitchingRuleModel> UseServer { get; private set; } = [];

    /// <summary>What is wrong with the targets of switching rules; said only when all files are read, as the original does.</summary>
    public List<string> BadTargets { get; } = [];
    public int Retries { get; set; } = 3;
    public RetryOn RetryOn { get; set; } = RetryOn.ConnectionFailure;
    public int RedispatchInterval { get; set; }
    public int? FullConnections { get; set; }
    public HttpReuse HttpReuse { get; set; } = HttpReuse.Safe;
    public int MaxKeepAliveQueue { get; set; } = -1;

    public CheckDraft Checks { get; set; } = new();
    public bool AllBackups { get; set; }
    public HashTypeModel HashType { get; set; } = new();
    public HashingModel Hashing { get; set; } = new();
    public PersistenceModel Persistence { get; set; } = new();
    public string? NameHeader { get; set; }
    public SourceModel? Source { get; set; }
    public int? InspectDelayMs { get; set; }
    public int? ResponseInspectDelayMs { get; set; }

    // Rules, in the order they are written.
    public List<RuleModel> TcpRequestConnection { get; private set; } = [];
    public List<RuleModel> TcpRequestSession { get; private set; } = [];
    public List<RuleModel> TcpRequestContent { get; private set; } = [];
    public List<RuleModel> TcpResponseContent { get; private set; } = [];
    public List<RuleModel> HttpRequest { get; private set; } = [];
    public List<RuleModel> HttpResponse { get; private set; } = [];
    public List<RuleModel> HttpAfterResponse { get; private set; } = [];
    public List<RuleModel> Redirects { get; private set; } = [];

    /// <summary>Defaults only: the kind of section that took its rules over first.</summary>
    public ProxyKind? RulesUsedBy { get; set; }

    public bool HasRules => TcpRequestConnection.Count + TcpRequestSession.Count + TcpRequestContent.Count + TcpResponseContent.Count + HttpRequest.Count
        + HttpResponse.Count + HttpAfterResponse.Count > 0;

    public bool IsDefaults => Kind == ProxyKind.Defaults;
    public bool IsFrontend => Kind is ProxyKind.Frontend or ProxyKind.Listen;
    public bool IsBackend => Kind is ProxyKind.Backend or ProxyKind.Listen;
    public ProxySides Sides => (IsFrontend || IsDefaults ? ProxySides.Frontend : 0) | (IsBackend || IsDefaults ? ProxySides.Backend : 0);

    /// <summary>What messages call it: a `listen` section is a "proxy".</summary>
    public string TypeName => Kind switch
    {
        ProxyKind.Listen => "proxy",
        ProxyKind.Frontend => "frontend",
        ProxyKind.Backend => "backend",
        _ => "defaults",
    };

    /// <summary>The keyword that opens it.</summary>
    public string SectionName => Kind == ProxyKind.Listen ? "listen" : TypeName;

    /// <summary>A section that starts from this one. Binds, servers and switching rules are never inherited; rules come by <see cref="RulesFrom"/>.</summary>
    public ProxyDraft Derive(ProxyKind kind, string name, SourcePosition position)
    {
        var copy = new ProxyDraft { Kind = kind, Name = name, Position = position };
        copy.CopySettings(this);
        if (kind != ProxyKind.Defaults && Name.Length > 0)
        {
            copy.RulesFrom = this;
            copy.Acls.Inherit(Acls);
        }
        return copy;
    }

    private void CopySettings(ProxyDraft from)
    {
        (Mode, Disabled, Options, HttpSwitches, LogOptionPosition) = (from.Mode, from.Disabled, from.Options, from.HttpSwitches, from.LogOptionPosition);
        (Timeouts, Logs, LogsToGlobal, LogTag) = (from.Timeouts, from.Logs, from.LogsToGlobal, from.LogTag);
        (ErrorPages, Stats) = (from.ErrorPages, from.Stats);
        (MaxConnections, Backlog, SessionsPerSecond, DefaultBackend) = (from.MaxConnections, from.Backlog, from.SessionsPerSecond, from.DefaultBackend);
        // A backend has no use for these, and those of its own would be meant.
        if (Kind == ProxyKind.Backend)
            (DefaultBackend, Options) = (null, Options with { HttpLog = false, HttpsLog = false, TcpLog = false, CommonLogFormat = false });
        (LogFormat, ErrorLogFormat, UniqueIdFormat, UniqueIdHeader) = (from.LogFormat, from.ErrorLogFormat, from.UniqueIdFormat, from.UniqueIdHeader);
        (StructuredDataFormat, LogSteps) = (from.StructuredDataFormat, from.LogSteps);
        (MaxSessionServerConnections, MaxKeepAliveQueue, RetryOn) = (from.MaxSessionServerConnections, from.MaxKeepAliveQueue, from.RetryOn);
        (MonitorUri, StateSource) = (from.MonitorUri, from.StateSource);
        (ClientKeepAlive, ServerKeepAlive) = (from.ClientKeepAlive, from.ServerKeepAlive);
        (Balance, DefaultServer, DefaultServerExtras) = (from.Balance, from.DefaultServer, from.DefaultServerExtras);
        (Retries, RedispatchInterval, FullConnections, HttpReuse) = (from.Retries, from.RedispatchInterval, from.FullConnections, from.HttpReuse);
        Checks = from.Checks with { HasInheritedSteps = true };
        (AllBackups, HashType, Hashing) = (from.AllBackups, from.HashType, from.Hashing);
        (Persistence, NameHeader, Source) = (from.Persistence, from.NameHeader, from.Source);
        (InspectDelayMs, ResponseInspectDelayMs) = (from.InspectDelayMs, from.ResponseInspectDelayMs);
        (RequestCaptures, ResponseCaptures) = (from.RequestCaptures, from.ResponseCaptures);
    }

    public List<RuleModel> RulesOf(RuleSets set) => set switch
    {
        RuleSets.TcpRequestConnection => TcpRequestConnection,
        RuleSets.TcpRequestSession => TcpRequestSession,
        RuleSets.TcpRequestContent => TcpRequestContent,
        RuleSets.TcpResponseContent => TcpResponseContent,
        RuleSets.HttpRequest => HttpRequest,
        RuleSets.HttpResponse => HttpResponse,
        _ => HttpAfterResponse,
    };
}

/// <summary>A log-format as written; it is read when the section's mode is known.</summary>
internal sealed record LogFormatText(string Text, SourcePosition Position);

/// <summary>
/// `errorfile`, `http-error` and their like (one status, what is sent; nothing: what was said before is taken back), or `errorfiles NAME [status...]`
/// (the section may come later in the files; no status means all).
/// </summary>
internal sealed record ErrorPageUse(string Section, ImmutableArray<int> Statuses, HttpReplyModel? Reply, SourcePosition Position);

/// <summary>What the checks at the end of the files need to know of a server line and the running proxy does not.</summary>
internal sealed record ServerExtras
{
    public bool UsesTls { get; init; }
    public bool? Verifies { get; init; }
    public bool HasCaFile { get; init; }
    public string? Resolvers { get; init; }
    public ImmutableArray<string> InitAddr { get; init; } = [];
    public bool HasExplicitId { get; init; }
    public string? TemplatePrefix { get; init; }
}
