using Evenkeel.Config.Haproxy.Sections;

namespace Evenkeel.Config.Haproxy.Keywords;

using Row = Keyword<GlobalSection>;

/// <summary>The keywords of the `global` section (configuration.txt 3).</summary>
internal static class GlobalKeywords
{
    private const string ForStores = "used by crt-store sections, which are not supported yet";

    public static readonly KeywordTable<GlobalSection> Table = new("global", Implemented, Kept, TuningKeywords.Rows, NotYet, Removed);

    private static Row[] Implemented =>
    [
        Early("daemon", GlobalProcess.Daemon), Early("pidfile", GlobalProcess.PidFile), Early("localpeer", GlobalProcess.LocalPeer),
        Early("setenv", GlobalEnvironment.SetEnv), Early("presetenv", GlobalEnvironment.PresetEnv),
        Early("unsetenv", GlobalEnvironment.UnsetEnv), Early("resetenv", GlobalEnvironment.ResetEnv),
        Does("anonkey", GlobalProcess.AnonymizingKey), Does("chroot", GlobalProcess.Chroot),
        Does("default-path", DefaultPath.Read), Does("description", GlobalProcess.Description),
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
        Does("profiling.tasks", GlobalTuning.ProfilingTasks),
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

    private static Row[] NotYet =>
    [
        .. Refuse("cluster-secret", "force-cfg-parser-pause", "lua-load", "lua-load-per-thread", "lua-prepend-path",
            "pp2-never-send-local",
            "shm-stats-file", "shm-stats-file-max-objects", "ssl-dh-param-file", "ssl-engine", "ssl-passphrase-cmd", "ssl-propquery", "ssl-provider",
            "ssl-provider-path", "ssl-load-extra-del-ext", "ssl-load-extra-files", "ssl-skip-self-issued-ca", "ssl-security-level", "ssl-mode-async",
            "ocsp-update.mode", "issuers-chain-path", "jwt.decrypt_alg_list", "jwt.decrypt_enc_list", "acme.scheduler", "tune.ssl.keylog"),
    ];

    private static Row[] Removed =>
    [
        Gone("nbproc", "nbproc is not supported any more since HAProxy 2.5. Threads will automatically be used on multi-processor machines if available."),
        new Row("master-worker", KeywordSupport.Removed, GlobalProcess.MasterWorker) { IsEarly = true },
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

    private static IEnumerable<Row> Refuse(params IReadOnlyList<string> names) => names.Select(name => new Row(name, KeywordSupport.NotYet, null));

    private static Row Gone(string name, string text) => new(name, KeywordSupport.Removed, null, text);
}
