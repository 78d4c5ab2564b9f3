using System.Collections.Immutable;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Model.Process;

/// <summary>`profiling.tasks`: whether the time that streams take and wait is measured always, never, or while a loop is late.</summary>
public enum TaskProfiling { Auto, Off, On }

/// <summary>The `global` section: what concerns the process and not one proxy (configuration.txt 3).</summary>
public sealed record GlobalModel
{
    public string? User { get; init; }
    public string? Group { get; init; }
    public uint? UserId { get; init; }
    public uint? GroupId { get; init; }
    public string? Chroot { get; init; }

    /// <summary>`setcap`: what of root's rights is kept when the user changes.</summary>
    public ImmutableArray<string> Capabilities { get; init; } = [];

    /// <summary>`set-dumpable`: a crash leaves a core file, whatever the limits and the change of user say.</summary>
    public bool IsDumpable { get; init; }
    public string? PidFile { get; init; }

    /// <summary>`server-state-file`, `server-state-base`: where states of servers were saved.</summary>
    public string? ServerStateFile { get; init; }
    public string? ServerStateBase { get; init; }

    /// <summary>`maxconnrate`, `maxsessrate`, `maxsslrate`: a second over all frontends; 0 is no limit.</summary>
    public int ConnectionRateLimit { get; init; }
    public int SessionRateLimit { get; init; }
    public int TlsRateLimit { get; init; }

    /// <summary>`stats-file`: counters to begin with.</summary>
    public string? StatsFile { get; init; }

    /// <summary>`unix-bind`: what `bind` lines with a unix socket begin with.</summary>
    public UnixBindModel UnixBind { get; init; } = new();
    public bool Daemon { get; init; }
    public bool Quiet { get; init; }
    public bool ZeroWarning { get; init; }

    /// <summary>`maxconn` as written; null lets the daemon compute it from the descriptor limit.</summary>
    public int? MaxConnections { get; init; }
    public int? UlimitDescriptors { get; init; }
    public int? DescriptorHardLimit { get; init; }

    public ThreadsModel Threads { get; init; } = new();

    /// <summary>`set-var` and `set-var-fmt`, in their order.</summary>
    public ImmutableArray<ProcessVariableModel> Variables { get; init; } = [];

    /// <summary>`anonkey`: what sessions on a socket hash names with; 0 lets chance choose.</summary>
    public uint AnonymizingKey { get; init; }

    public string? Node { get; init; }
    public string? Description { get; init; }
    public string? LocalPeer { get; init; }
    public string LogTag { get; init; } = "haproxy";

    /// <summary>Null: no host name in syslog lines; empty: the machine's own; else this name (`log-send-hostname`).</summary>
    public string? LogSendHostName { get; init; }
    public ImmutableArray<LogTargetModel> Logs { get; init; } = [];
    public ImmutableArray<BindModel> StatsSockets { get; init; } = [];

    /// <summary>`stats timeout`, milliseconds; the original's default is 10 s.</summary>
    public int StatsTimeoutMs { get; init; } = 10_000;
    public int StatsMaxConnections { get; init; } = 10;
    public int? HardStopAfterMs { get; init; }

    /// <summary>`grace`: how long listeners still accept after a soft stop was asked for, milliseconds.</summary>
    public int GraceMs { get; init; }

    /// <summary>`close-spread-time`, milliseconds over which idle connections are closed in a soft stop; <see cref="Timeout.Infinite"/> leaves them to
    /// their time-outs.</summary>
    public int CloseSpreadMs { get; init; }

    /// <summary>`mworker-max-reloads`: how many reloads an old worker may outlive.</summary>
    public int MaxReloads { get; init; } = 50;

    /// <summary>`strict-limits`: a limit that cannot be set ends the start.</summary>
    public bool StrictLimits { get; init; } = true;

    /// <summary>`noreuseport`: no other process may listen to the same port.</summary>
    public bool NoReusePort { get; init; }
    public int SpreadChecksPercent { get; init; }

    /// <summary>`max-spread-checks`: within how many milliseconds the first checks of all servers start; null leaves it to us.</summary>
    public int? MaxSpreadChecksMs { get; init; }

    /// <summary>`tune.max-checks-per-thread`: checks a worker runs at once; 0 is no limit.</summary>
    public int MaxChecksPerThread { get; init; }

    /// <summary>`external-check preserve-env`.</summary>
    public bool ExternalChecksKeepEnvironment { get; init; }

    /// <summary>`tune.bufsize`, bytes.</summary>
    public int BufferSize { get; init; } = 16_384;

    public TaskProfiling TaskProfiling { get; init; }

    /// <summary>`tune.maxrewrite`, bytes kept free in a buffer for header rewrites.</summary>
    public int MaxRewrite { get; init; } = 1_024;

    /// <summary>`tune.http.maxhdr`: most header lines in one message.</summary>
    public int MaxHeaders { get; init; } = 101;

    /// <summary>`tune.http.logurilen`: what logs keep of a request's first line, with a byte for its end.</summary>
    public int LoggedUriLength { get; init; } = 1_024;

    /// <summary>`tune.http.cookielen`: most bytes of a captured cookie, with one for its end.</summary>
    public int CapturedCookieLength { get; init; } = 64;

    public VariableLimitsModel VariableLimits { get; init; } = new();

    /// <summary>`tune.maxaccept`: most connections taken from one listener in a row; 0 leaves it to the loop, -1 is without bound.</summary>
    public int MaxAccept { get; init; }

    /// <summary>`maxpipes`: most pipes for splice; null is a quarter of the connections.</summary>
    public int? MaxPipes { get; init; }

    /// <summary>`nosplice`, `-dS`: bytes are always copied.</summary>
    public bool NoSplice { get; init; }
    /// <summary>`h1-case-adjust`: names in lower case and how they are to be written.</summary>
    public ImmutableDictionary<string, string> HeaderCases { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>`h1-accept-payload-with-any-method`.</summary>
    public bool AcceptsAnyPayload { get; init; }

    /// <summary>`h1-do-not-close-on-insecure-transfer-encoding`.</summary>
    public bool KeepsInsecureConnections { get; init; }

    /// <summary>`harden.reject-privileged-ports.tcp`: no client comes from a port below 1024.</summary>
    public bool RejectsPrivilegedPorts { get; init; }
    public string? CaBase { get; init; }
    public string? CrtBase { get; init; }

    /// <summary>`ssl-default-bind-*` and `ssl-default-server-*`.</summary>
    public Proxy.TlsSettings TlsBindDefaults { get; init; } = new();
    public Proxy.TlsSettings TlsServerDefaults { get; init; } = new();

    /// <summary>`ssl-server-verify none`: servers are not verified unless they say so.</summary>
    public bool ServersAreNotVerified { get; init; }

    /// <summary>`tune.ssl.cachesize`: most TLS sessions kept for clients that come back; and how long.</summary>
    public int TlsCachedSessions { get; init; } = 20_000;
    public int TlsSessionLifetimeMs { get; init; } = 300_000;

    /// <summary>Words that are kept until the part that uses them exists (for example `ssl-default-bind-*`), by keyword.</summary>
    public ImmutableDictionary<string, string> Kept { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>`unix-bind` (configuration.txt 3.1).</summary>
public sealed record UnixBindModel(string Prefix = "", int Mode = 0, uint? UserId = null, uint? GroupId = null);

/// <summary>`tune.vars.*-max-size`: bytes that variables of a scope, and of the scopes inside it, may take; 0 is no limit.</summary>
public sealed record VariableLimitsModel
{
    public int Process { get; init; }
    public int Session { get; init; }
    public int Transaction { get; init; }

    /// <summary>Of the request and of the response, each.</summary>
    public int Message { get; init; }
    public int Check { get; init; }
}
