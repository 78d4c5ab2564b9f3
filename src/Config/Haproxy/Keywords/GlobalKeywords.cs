using Evenkeel.Config.Haproxy.Sections;

namespace Evenkeel.Config.Haproxy.Keywords;

using Row = Keyword<GlobalSection>;

/// <summary>The keywords of the `global` section (configuration.txt 3).</summary>
internal static class GlobalKeywords
{
    private const string OwnProcessors = "each thread has a processor of its own, or those that cpu-set leaves; caches and speeds are not looked at";
    private const string NoStickTables = "they are counted in stick tables only, which are not supported yet";
    private const string NoLua = "there is no Lua to tune";
    private const string NoHttp2 = "HTTP/2 is not spoken yet";
    private const string NoQuic = "QUIC is not spoken yet";
    private const string NoHttpClient = "there is no HTTP client to tune";
    private const string ForStores = "used by crt-store sections, which are not supported yet";
    private const string OwnLoop = "the event loop has its own measure";
    private const string OwnMemory = "memory is managed differently";
    private const string Epoll = "epoll is the only poller";
    private const string NoZeroCopy = "bytes go from one socket to the other through one buffer, or through splice where that is asked for";

    public static readonly KeywordTable<GlobalSection> Table = new("global", Implemented, Kept, WithoutEffect, NotYet, Removed);

    private static Row[] Implemented =>
    [
        Early("daemon", GlobalProcess.Daemon), Early("pidfile", GlobalProcess.PidFile), Early("localpeer", GlobalProcess.LocalPeer),
        Early("setenv", GlobalEnvironment.SetEnv), Early("presetenv", GlobalEnvironment.PresetEnv),
        Early("unsetenv", GlobalEnvironment.UnsetEnv), Early("resetenv", GlobalEnvironment.ResetEnv),
        Does("chroot", GlobalProcess.Chroot), Does("default-path", DefaultPath.Read), Does("description", GlobalProcess.Description),
        Does("dns-accept-family", GlobalProcess.DnsFamily),
        Does("expose-experimental-directives", GlobalProcess.ExposeExperimental),
        Does("expose-deprecated-directives", GlobalProcess.Nothing),
        Does("external-check", GlobalProcess.ExternalCheck), Does("fd-hard-limit", GlobalProcess.FdHardLimit),
        Does("gid", GlobalProcess.Gid), Does("group", GlobalProcess.Group),
        Does("close-spread-time", GlobalProcess.CloseSpreadTime), Does("grace", GlobalProcess.Grace),
        Does("mworker-max-reloads", GlobalProcess.MaxReloads), Does("noreuseport", GlobalProcess.NoReusePort),
        Does("strict-limits", GlobalProcess.StrictLimits),
        Does("hard-stop-after", GlobalProcess.HardStopAfter), Does("insecure-fork-wanted", GlobalProcess.InsecureForkWanted),
        Does("insecure-setuid-wanted", GlobalProcess.Nothing),
        Does("h1-accept-payload-with-any-method", GlobalHttp.AnyPayload), Does("h1-case-adjust", GlobalHttp.CaseAdjust),
        Does("h1-case-adjust-file", GlobalHttp.CaseAdjustFile),
        Does("h1-do-not-close-on-insecure-transfer-encoding", GlobalHttp.InsecureTransferEncoding),
        Does("harden.reject-privileged-ports.tcp", GlobalHttp.PrivilegedPorts),
        Does("log", GlobalLogging.Log), Does("log-send-hostname", GlobalLogging.LogSendHostName), Does("log-tag", GlobalLogging.LogTag),
        Does("maxconn", GlobalProcess.MaxConn), Does("nbthread", GlobalThreads.NbThread), Does("node", GlobalProcess.Node),
        Does("maxconnrate", GlobalTuning.Rate), Does("maxsessrate", GlobalTuning.Rate), Does("maxsslrate", GlobalTuning.Rate),
        Does("maxpipes", GlobalTuning.MaxPipes), Does("nosplice", GlobalTuning.NoSplice),
        Does("set-var", GlobalVariables.SetVariable), Does("set-var-fmt", GlobalVariables.SetVariableFormat),
        Does("quiet", GlobalProcess.Quiet), Does("spread-checks", GlobalProcess.SpreadChecks),
        Does("max-spread-checks", GlobalProcess.MaxSpreadChecks), Does("tune.max-checks-per-thread", GlobalTuning.MaxChecksPerThread),
        Does("ssl-server-verify", GlobalProcess.SslServerVerify), Does("stats", GlobalStats.Stats),
        Does("server-state-base", GlobalSaved.StateBase), Does("server-state-file", GlobalSaved.StateFile),
        Does("stats-file", GlobalSaved.StatsFile), Does("unix-bind", GlobalSaved.UnixBind),
        Does("tune.bufsize", GlobalTuning.BufferSize), Does("tune.http.maxhdr", GlobalTuning.MaxHeaders),
        Does("tune.http.cookielen", GlobalTuning.CapturedLength), Does("tune.http.logurilen", GlobalTuning.CapturedLength),
        .. new[] { "check", "global", "proc", "reqres", "sess", "txn" }.Select(scope => Does($"tune.vars.{scope}-max-size", GlobalTuning.VariableLimit)),
        Does("tune.maxaccept", GlobalTuning.MaxAccept), Does("tune.maxrewrite", GlobalTuning.MaxRewrite),
        Does("thread-groups", GlobalThreads.Groups), Does("thread-group", GlobalThreads.Group), Does("thread-hard-limit", GlobalThreads.HardLimit),
        Does("max-threads-per-group", GlobalThreads.MostPerGroup), Does("cpu-map", GlobalThreads.CpuMap), Does("cpu-set", GlobalThreads.CpuSet),
        Does("tune.idle-pool.shared", GlobalThreads.IdlePoolShared), Does("tune.listener.default-shards", GlobalThreads.DefaultShards),
        Does("tune.takeover-other-tg-connections", GlobalThreads.TakeOverOtherGroups),
        Does("setcap", GlobalProcess.SetCapabilities), Does("set-dumpable", GlobalProcess.SetDumpable),
        Does("uid", GlobalProcess.Uid), Does("ulimit-n", GlobalProcess.UlimitN), Does("user", GlobalProcess.User),
        Does("zero-warning", GlobalProcess.ZeroWarning),
    ];

    private static Row[] Kept =>
    [
        Base("ca-base"), Base("crt-base"), Keep("key-base", "a directory path"),
        List("ssl-default-bind-ciphers", "a cipher suite"), List("ssl-default-bind-ciphersuites", "a cipher suite"),
        List("ssl-default-bind-client-sigalgs", "signature algorithms", "as an arguments"),
        List("ssl-default-bind-curves", "a curves suite", "as an arguments"),
        List("ssl-default-bind-sigalgs", "a curves suite", "as an arguments"),
        List("ssl-default-server-ciphers", "a cipher suite"), List("ssl-default-server-ciphersuites", "a cipher suite"),
        List("ssl-default-server-client-sigalgs", "signature algorithms", "as an arguments"),
        List("ssl-default-server-curves", "a curves suite", "as an arguments"),
        List("ssl-default-server-sigalgs", "a curves suite", "as an arguments"),
        new Row("ssl-default-bind-options", KeywordSupport.Implemented, GlobalTuning.DefaultTlsOptions),
        new Row("ssl-default-server-options", KeywordSupport.Implemented, GlobalTuning.DefaultTlsOptions),
        Does("tune.ssl.cachesize", GlobalTuning.TlsCacheSize), Does("tune.ssl.lifetime", GlobalTuning.TlsLifetime),
        new Row("tune.ssl.default-dh-param", KeywordSupport.Kept, GlobalTuning.DefaultDhParam, "OpenSSL chooses groups as strong as the certificate's key"),
    ];

    private static Row[] WithoutEffect =>
    [
        .. Plain(OwnProcessors, "cpu-affinity", "cpu-policy", "numa-cpu-mapping"),
        .. Plain("the table of descriptors is the kernel's and grows by itself", "prealloc-fd"),
        .. Plain(OwnMemory, "no-memory-trimming", "tune.fail-alloc", "tune.defaults.purge"),
        .. Integers(OwnMemory, "tune.buffers.limit", "tune.buffers.reserve", "tune.memory.hot-size", "tune.pattern.cache-size",
            "tune.pool-high-fd-ratio", "tune.pool-low-fd-ratio", "tune.recv_enough", "tune.bufsize.large", "tune.bufsize.small"),
        .. Plain(Epoll, "noepoll", "noevports", "nokqueue", "nopoll", "tune.epoll.mask-events", "tune.fd.edge-triggered", "tune.fd.tables"),
        .. Plain("names are always resolved by the C library", "nogetaddrinfo"),
        .. Plain(NoZeroCopy, "tune.applet.zero-copy-forwarding", "tune.pt.zero-copy-forwarding", "tune.h1.zero-copy-fwd-recv",
            "tune.h1.zero-copy-fwd-send", "tune.h2.zero-copy-fwd-send", "tune.quic.zero-copy-fwd-send", "tune.disable-fast-forward",
            "tune.disable-zero-copy-forwarding"),
        .. Plain("whichever thread is free accepts; connections are not passed on", "tune.listener.multi-queue"),
        .. Plain(OwnLoop, "busy-polling", "tune.sched.low-latency", "profiling.tasks",
            "tune.ring.queues", "tune.streams-elasticity", "stress-level", "warn-blocked-traffic-after", "tune.renice.runtime", "tune.renice.startup"),
        .. Integers(OwnLoop, "tune.events.max-events-at-once", "tune.maxpollevents", "tune.runqueue-depth", "tune.max-rules-at-once",
            "tune.glitches.kill.cpu-usage", "tune.h1.be.glitches-threshold", "tune.h1.fe.glitches-threshold",
            "maxcompcpuusage", "maxcomprate", "maxzlibmem", "tune.comp.maxlevel"),
        new Row("tune.idletimer", KeywordSupport.WithoutEffect, GlobalTuning.IdleTimer, OwnLoop),
        .. Sizes("the kernel sizes its buffers", "tune.rcvbuf.backend", "tune.rcvbuf.client", "tune.rcvbuf.frontend", "tune.rcvbuf.server",
            "tune.sndbuf.backend", "tune.sndbuf.client", "tune.sndbuf.frontend", "tune.sndbuf.server", "tune.notsent-lowat.client",
            "tune.notsent-lowat.server"),
        .. Integers("stick tables are not supported yet", "tune.stick-counters", "tune.peers.max-updates-at-once"),
        .. Sizes("a command line has a bound of its own", "tune.cli.max-payload-size"),
        .. Integers(NoHttp2, "tune.h2.be.glitches-threshold", "tune.h2.be.initial-window-size", "tune.h2.be.max-concurrent-streams",
            "tune.h2.be.max-frames-at-once", "tune.h2.fe.glitches-threshold", "tune.h2.fe.initial-window-size", "tune.h2.fe.max-concurrent-streams",
            "tune.h2.fe.max-frames-at-once", "tune.h2.fe.max-rst-at-once", "tune.h2.fe.max-total-streams", "tune.h2.header-table-size",
            "tune.h2.initial-window-size", "tune.h2.max-concurrent-streams", "tune.h2.max-frame-size"),
        .. Plain(NoHttp2, "tune.h2.be.rxbuf", "tune.h2.fe.rxbuf", "tune.h2.log-errors", "h2-workaround-bogus-websocket-clients"),
        .. Plain(NoLua, "tune.lua.bool-sample-conversion", "tune.lua.log.loggers", "tune.lua.log.stderr", "tune.lua.openlibs", "tune.lua.burst-timeout",
            "tune.lua.service-timeout", "tune.lua.session-timeout", "tune.lua.task-timeout"),
        .. Integers(NoLua, "tune.lua.forced-yield", "tune.lua.maxmem"),
        .. Integers("a client's hello is not kept", "tune.ssl.capture-buffer-size", "tune.ssl.capture-cipherlist-size"),
        .. Integers("records are as large as what is there to be sent", "tune.ssl.hard-maxrecord", "tune.ssl.maxrecord"),
        .. Integers("certificates are not made on demand", "tune.ssl.ssl-ctx-cache-size"),
        .. Integers("counted, not limited", "maxsslconn"),
        .. Integers("OCSP responses are not fetched", "tune.ssl.ocsp-update.maxdelay", "tune.ssl.ocsp-update.mindelay", "ocsp-update.maxdelay",
            "ocsp-update.mindelay"),
        .. Plain("OCSP responses are not fetched", "ocsp-update.disable", "ocsp-update.httpproxy"),
        .. Plain("TLS is never left to the kernel", "noktls"),
        .. Plain("certificates are sent as they are", "tune.ssl.certificate-compression"),
        .. Plain("sessions are cached by each process", "tune.ssl.force-private-cache"),
        .. Plain("OpenSSL bounds them", "tune.ssl.keyupdate-rate-limit"),
        .. Plain(NoQuic, "limited-quic"),
        .. Plain(NoHttpClient, "httpclient.ssl.ca-file", "httpclient.ssl.verify"),
        .. Plain(NoHttpClient, "httpclient.resolvers.disabled", "httpclient.resolvers.id", "httpclient.resolvers.prefer",
            "httpclient.retries", "httpclient.timeout.connect"),
        new Row("http-err-codes", KeywordSupport.WithoutEffect, GlobalHttp.StatusCodes, NoStickTables),
        new Row("http-fail-codes", KeywordSupport.WithoutEffect, GlobalHttp.StatusCodes, NoStickTables),
        .. Plain(NoQuic, [.. QuicNames]),
    ];

    private static string[] QuicNames =>
    [
        "harden.reject-privileged-ports.quic", "tune.quic.be.cc.cubic-min-losses", "tune.quic.be.cc.hystart", "tune.quic.be.cc.max-frame-loss",
        "tune.quic.be.cc.max-win-size", "tune.quic.be.cc.reorder-ratio", "tune.quic.be.max-idle-timeout", "tune.quic.be.sec.glitches-threshold",
        "tune.quic.be.stream.data-ratio", "tune.quic.be.stream.max-concurrent", "tune.quic.be.stream.rxbuf", "tune.quic.be.tx.pacing",
        "tune.quic.be.tx.udp-gso", "tune.quic.fe.cc.cubic-min-losses", "tune.quic.fe.cc.hystart", "tune.quic.fe.cc.max-frame-loss",
        "tune.quic.fe.cc.max-win-size", "tune.quic.fe.cc.reorder-ratio", "tune.quic.fe.max-idle-timeout", "tune.quic.fe.sec.glitches-threshold",
        "tune.quic.fe.sec.retry-threshold", "tune.quic.fe.sock-per-conn", "tune.quic.fe.stream.data-ratio", "tune.quic.fe.stream.max-concurrent",
        "tune.quic.fe.stream.max-total", "tune.quic.fe.stream.rxbuf", "tune.quic.fe.tx.pacing", "tune.quic.fe.tx.udp-gso", "tune.quic.listen",
        "tune.quic.mem.tx-max",
    ];

    private static Row[] NotYet =>
    [
        .. Refuse("cluster-secret", "force-cfg-parser-pause", "lua-load", "lua-load-per-thread", "lua-prepend-path",
            "pp2-never-send-local",
            "shm-stats-file", "shm-stats-file-max-objects", "ssl-dh-param-file", "ssl-engine", "ssl-passphrase-cmd", "ssl-propquery", "ssl-provider",
            "ssl-provider-path", "ssl-load-extra-del-ext", "ssl-load-extra-files", "ssl-skip-self-issued-ca", "ssl-security-level", "ssl-mode-async",
            "ocsp-update.mode", "issuers-chain-path", "jwt.decrypt_alg_list", "jwt.decrypt_enc_list", "acme.scheduler", "tune.ssl.keylog",
            "anonkey"),
    ];

    private static Row[] Removed =>
    [
        Gone("nbproc", "nbproc is not supported any more since HAProxy 2.5. Threads will automatically be used on multi-processor machines if available."),
        Gone("master-worker", "support for 'master-worker' was removed in version 3.5. Use -W or -Ws in the startup script instead.\n") with { IsEarly = true },
        Gone("tune.chksize", "option 'tune.chksize' is not supported any more (tune.bufsize is used instead)."),
    ];

    private static Row Does(string name, Action<GlobalSection, Statement> read) => new(name, KeywordSupport.Implemented, read);

    private static Row Early(string name, Action<GlobalSection, Statement> read) => new(name, KeywordSupport.Implemented, read) { IsEarly = true };

    private static Row List(string name, string expects, string ending = "as an argument") =>
        new(name, KeywordSupport.Implemented, (section, statement) => GlobalTuning.DefaultTlsList(section, statement, expects, ending));

    private static Row Base(string name) =>
        new(name, KeywordSupport.Implemented, GlobalTuning.TlsDirectory);

    private static Row Keep(string name, string expects, string ending = "as an argument") =>
        new(name, KeywordSupport.Kept, (section, statement) => GlobalTuning.KeepWord(section, statement, expects, ending),
            ForStores);

    private static IEnumerable<Row> Plain(string reason, params IReadOnlyList<string> names) =>
        names.Select(name => new Row(name, KeywordSupport.WithoutEffect, (section, statement) => section.WithoutEffect(statement, reason), reason));

    private static IEnumerable<Row> Integers(string reason, params IReadOnlyList<string> names) =>
        names.Select(name => new Row(name, KeywordSupport.WithoutEffect, (section, statement) => GlobalTuning.Integer(section, statement, reason), reason));

    private static IEnumerable<Row> Sizes(string reason, params IReadOnlyList<string> names) =>
        names.Select(name => new Row(name, KeywordSupport.WithoutEffect, (section, statement) => GlobalTuning.Size(section, statement, reason), reason));

    private static IEnumerable<Row> Refuse(params IReadOnlyList<string> names) => names.Select(name => new Row(name, KeywordSupport.NotYet, null));

    private static Row Gone(string name, string text) => new(name, KeywordSupport.Removed, null, text);
}
