using System.Collections.Immutable;

namespace Evenkeel.Model.Proxy;

/// <summary>A `server` line after `default-server` has been applied (configuration.txt 5.2).</summary>
public sealed record ServerModel
{
    public required string Name { get; init; }

    /// <summary>`id`, or numbered from 1 in its backend past the explicit ones.</summary>
    public required int Id { get; init; }

    /// <summary>The id was written, not counted.</summary>
    public bool HasExplicitId { get; init; }
    public required SourcePosition Position { get; init; }

    /// <summary>`tfo`: its data could leave with the first packet, and then be lost with it.</summary>
    public bool AsksFastOpen { get; init; }

    /// <summary>Null only when the name did not resolve and `init-addr none` allowed it: the server starts in maintenance.</summary>
    public SocketAddressModel? Address { get; init; }

    /// <summary>The host as written when it was a name, else null.</summary>
    public string? HostName { get; init; }

    public ServerNamingModel Naming { get; init; } = new();

    /// <summary>The name is that of a service (RFC 2782), whose records give hosts and ports.</summary>
    public bool IsService => HostName is ['_', ..];

    /// <summary>The port as written (an offset when <see cref="PortFollowsClient"/>); stands here too while a host name has no address.</summary>
    public int ServicePort { get; init; }

    /// <summary>Port is an offset to (or, 0, a copy of) the port the client connected to.</summary>
    public bool PortFollowsClient { get; init; }
    public int Weight { get; init; } = 1;
    public bool Backup { get; init; }
    public bool Disabled { get; init; }
    public int? MaxConnections { get; init; }
    public int? MinConnections { get; init; }
    public int? MaxQueue { get; init; }

    /// <summary>`check`: probes run.</summary>
    public bool Check { get; init; }
    public SocketAddressModel? CheckAddress { get; init; }
    public int? CheckPort { get; init; }
    public int IntervalMs { get; init; } = 2_000;
    public int? FastIntervalMs { get; init; }
    public int? DownIntervalMs { get; init; }
    public int Rise { get; init; } = 2;
    public int Fall { get; init; } = 3;
    public int? SlowStartMs { get; init; }

    /// <summary>`healthcheck NAME`, and the probes of that section; without it those of the backend run.</summary>
    public string? HealthCheckName { get; init; }
    public HealthCheckModel? HealthCheck { get; init; }
    public AgentModel Agent { get; init; } = new();
    public ObserveMode Observe { get; init; }
    public ErrorReaction OnError { get; init; } = ErrorReaction.FailCheck;

    /// <summary>Errors in a row that <see cref="OnError"/> answers.</summary>
    public int ErrorLimit { get; init; } = 10;
    public InitialState InitialState { get; init; }

    /// <summary>`socks4`: the proxy connections go through; `check-via-socks4`: those of probes too.</summary>
    public SocketAddressModel? Socks4 { get; init; }
    public bool ChecksViaSocks4 { get; init; }

    /// <summary>`tcp-md5sig`: the password that segments are signed with; null leaves them unsigned.</summary>
    public string? SignaturePassword { get; init; }

    /// <summary>`cc`: the TCP congestion control of connections to it; where the kernel refuses it the usual one stays.</summary>
    public string? CongestionControl { get; init; }

    /// <summary>`pool-conn-name`: an idle connection is used again only for streams of the same name.</summary>
    public Samples.SampleExpressionModel? ConnectionName { get; init; }

    /// <summary>`proto`, `check-proto`: `h1` or `none`.</summary>
    public string? Protocol { get; init; }
    public string? CheckProtocol { get; init; }
    public string? Cookie { get; init; }

    /// <summary>`redir`: GET and HEAD are sent there instead of being forwarded.</summary>
    public string? Redirection { get; init; }
    public string? Track { get; init; }
    public SourceModel? Source { get; init; }

    /// <summary>`namespace NAME`: where connections to it are made; null is where the process runs.</summary>
    public NetworkNamespaceModel? Namespace { get; init; }

    /// <summary>`namespace *`: they are made where their client came from.</summary>
    public bool FollowsClientNamespace { get; init; }
    public int? PoolMaxConnections { get; init; }
    public int? PoolLowConnections { get; init; }
    public int PoolPurgeDelayMs { get; init; } = 5_000;
    public int? MaxReuse { get; init; }
    public bool OnMarkedDownShutdownSessions { get; init; }
    public bool OnMarkedUpShutdownBackupSessions { get; init; }
    public int? TcpUserTimeoutMs { get; init; }

    /// <summary>Of a log backend: lines go there as datagrams (`udp@`).</summary>
    public bool IsDatagram { get; init; }

    /// <summary>`log-bufsize`: the buffer for lines to a TCP server of a log backend, bytes; null is one buffer (`tune.bufsize`).</summary>
    public int? LogBufferSize { get; init; }

    /// <summary>`log-proto octet-count` (RFC 6587): lines to this server are preceded by their length.</summary>
    public bool CountsOctets { get; init; }
    public TlsServerModel? Tls { get; init; }

    /// <summary>`send-proxy`, `send-proxy-v2` and their options; null when no header is sent.</summary>
    public ProxyHeaderModel? ProxyHeader { get; init; }

    /// <summary>`check-send-proxy`: probes send it even where their port or address differs from the traffic's.</summary>
    public bool CheckSendProxy { get; init; }

    /// <summary>`hash-key`: what its places on the ring of `hash-type consistent` come from.</summary>
    public HashKey HashKey { get; init; }

    /// <summary>`guid`, under which saved counters find it again.</summary>
    public string? Guid { get; init; }

    /// <summary>From a state file; null when there is none that names it.</summary>
    public SavedServerState? Saved { get; init; }

    /// <summary>The configuration names it (`use-server`, `track`, an argument of a sample): it can be neither removed nor renamed while running.</summary>
    public bool IsReferenced { get; init; }
}

/// <summary>`agent-check` and its options: a word from the server itself, asked for beside the health check.</summary>
public sealed record AgentModel
{
    public bool IsOn { get; init; }

    /// <summary>Where the agent answers instead of at the server's address.</summary>
    public SocketAddressModel? Address { get; init; }
    public int Port { get; init; }
    public int IntervalMs { get; init; } = 2_000;

    /// <summary>What is sent to it first; empty for nothing.</summary>
    public string Question { get; init; } = "";
}

/// <summary>`observe`: whether traffic says something of a server's health, by its connections or by its answers.</summary>
public enum ObserveMode { None, Layer4, Layer7 }

/// <summary>`on-error`: what too many errors in a row do. Each also has the next probe come after `fastinter`.</summary>
public enum ErrorReaction { FastInterval, FailCheck, SuddenDeath, MarkDown }

/// <summary>`init-state`: what is thought of a server before its first probe.</summary>
public enum InitialState { None, FullyUp, Up, Down, FullyDown }

/// <summary>The PROXY header sent to a server (proxy-protocol.txt).</summary>
public sealed record ProxyHeaderModel
{
    /// <summary>1 or 2; 0 while only options were given.</summary>
    public int Version { get; init; }
    public bool Checksum { get; init; }
    public bool UniqueId { get; init; }

    /// <summary>`authority`, `ssl` and what comes with it: only a TLS client gives them a value.</summary>
    public bool Authority { get; init; }
    public bool Ssl { get; init; }
    public bool CertificateName { get; init; }
    public bool Cipher { get; init; }
    public bool SignatureAlgorithm { get; init; }
    public bool KeyAlgorithm { get; init; }
    public ImmutableArray<ProxyTlvModel> Tlvs { get; init; } = [];
}

/// <summary>`set-proxy-v2-tlv-fmt(TYPE) FORMAT`.</summary>
public sealed record ProxyTlvModel(byte Type, Rules.LogFormatModel Value);

/// <summary>What a server's places on the ring of `hash-type consistent` come from; a server that has no such thing takes its id.</summary>
public enum HashKey { Id, Id32, Guid, Address, AddressAndPort }
