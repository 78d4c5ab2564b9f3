using Evenkeel.Config.Haproxy.Sections;
using static Evenkeel.Config.Haproxy.Sections.TuningWord;

namespace Evenkeel.Config.Haproxy.Keywords;

using Row = Keyword<GlobalSection>;

/// <summary>The words of `global` that tune what is built differently here (configuration.txt 3.2): they are checked, and change nothing.</summary>
internal static class TuningKeywords
{
    private const string OwnProcessors = "each thread has a processor of its own, or those that cpu-set leaves; caches and speeds are not looked at";
    private const string NoLua = "there is no Lua to tune";
    private const string NoHttp2 = "HTTP/2 is not spoken yet";
    private const string NoQuic = "QUIC is not spoken yet";
    private const string NoHttpClient = "there is no HTTP client to tune";
    private const string NoOcsp = "OCSP responses are not fetched";
    private const string NoCompression = "compression is not supported yet";
    private const string OwnLoop = "the event loop has its own measure";
    private const string OwnMemory = "memory is managed differently";
    private const string Epoll = "epoll is the only poller";
    private const string NoZeroCopy = "bytes go from one socket to the other through one buffer, or through splice where that is asked for";
    private const string KernelBuffers = "the kernel sizes its buffers";

    private const string NoStickTables = "they are counted in stick tables only, which are not supported yet";

    private const string Positive = "expects a positive numeric value.";
    private const string Integer = "expects an integer argument.";
    private const string EitherOnOrOff = "expects either 'on' or 'off' but got '{0}'.";

    public static Row[] Rows => [.. Engine, .. Protocols, .. Libraries];

    private static IEnumerable<Row> Engine =>
    [
        .. Of(OwnProcessors, ProcessorAffinity, "cpu-affinity"), .. Of(OwnProcessors, ProcessorPolicy, "cpu-policy"),
        .. Of(OwnProcessors, Anything, "numa-cpu-mapping"),
        .. Of("the table of descriptors is the kernel's and grows by itself", NoArgument, "prealloc-fd"),
        .. Of(OwnMemory, NoArgument, "no-memory-trimming"),
        .. Of(OwnMemory, Number("expects a numeric value between 0 and 100.", 0, 100), "tune.fail-alloc"),
        .. Of(OwnMemory, OneOf("unknown directive '{0}'.", "all"), "tune.defaults.purge"),
        .. Of(OwnMemory, Number("expects a non-negative number but got '{0}'."), "tune.buffers.limit", "tune.buffers.reserve"),
        .. Of(OwnMemory, GivenNumber("expects a strictly positive value.", least: 1), "tune.memory.hot-size"),
        .. Of(OwnMemory, GivenNumber("expects a positive numeric value"), "tune.pattern.cache-size"),
        .. Of(OwnMemory, GivenNumber("expects an integer argument between 0 and 100.", 0, 100), "tune.pool-high-fd-ratio", "tune.pool-low-fd-ratio"),
        .. Of(OwnMemory, Size(), "tune.recv_enough", "tune.pipesize"),
        .. Of(OwnMemory, OtherBuffer, "tune.bufsize.large", "tune.bufsize.small"),
        .. Of(Epoll, NoArgument, "noepoll", "noevports", "nokqueue", "nopoll"), .. Of(Epoll, EventMask, "tune.epoll.mask-events"),
        .. Of(Epoll, Experimental(OneOf(EitherOnOrOff, "on", "off")), "tune.fd.edge-triggered"),
        .. Of(Epoll, Experimental(OneOf("expects 'shared' or 'per-thread-group', got '{0}'", "shared", "per-thread-group")), "tune.fd.tables"),
        .. Of("names are always resolved by the C library", NoArgument, "nogetaddrinfo"),
        .. Of(NoZeroCopy, OneOf("expects 'on' or 'off'.", "on", "off"), "tune.applet.zero-copy-forwarding", "tune.pt.zero-copy-forwarding",
            "tune.h1.zero-copy-fwd-recv", "tune.h1.zero-copy-fwd-send", "tune.h2.zero-copy-fwd-send"),
        .. Of(NoZeroCopy, Anything, "tune.quic.zero-copy-fwd-send"),
        .. Of(NoZeroCopy, NoArgument, "tune.disable-fast-forward", "tune.disable-zero-copy-forwarding"),
        .. Of("whichever thread is free accepts; connections are not passed on",
            OneOf("expects either 'on', 'fair', or 'off' but got '{0}'.", "on", "fair", "off"), "tune.listener.multi-queue"),
        .. Of(OwnLoop, NoArgument, "busy-polling"), .. Of(OwnLoop, OneOf(EitherOnOrOff, "on", "off"), "tune.sched.low-latency"),
        .. Of(OwnLoop, Number("expects a number between 0 and 16 but got '{0}'.", 0, 16), "tune.ring.queues"),
        .. Of(OwnLoop, Elasticity, "tune.streams-elasticity"),
        .. Of(OwnLoop, StrictNumber("level must be between 0 and 9 inclusive.", 0, 9, "expects a level as an argument."), "stress-level"),
        .. Of(OwnLoop, WarningDelay, "warn-blocked-traffic-after"),
        .. Of(OwnLoop, StrictNumber("only supports values between -20 and 19 inclusive (was given {0})", -20, 19), "tune.renice.runtime",
            "tune.renice.startup"),
        .. Of(OwnLoop, GivenNumber("expects an integer argument between 1 and 10000.", 1, 10_000), "tune.events.max-events-at-once"),
        .. Of(OwnLoop, GivenNumber("expects an integer value lower than or equal to 1000000.", int.MinValue, 1_000_000, Integer), "tune.maxpollevents"),
        .. Of(OwnLoop, GivenNumber(Integer, int.MinValue), "tune.runqueue-depth"),
        .. Of(OwnLoop, GivenNumber("expects a positive numeric value"), "tune.max-rules-at-once"),
        .. Of(OwnLoop, GivenNumber("expects a numeric value between 0 and 100", 0, 100), "tune.glitches.kill.cpu-usage"),
        .. Of(OwnLoop, Number(Positive), "tune.h1.be.glitches-threshold", "tune.h1.fe.glitches-threshold"),
        .. Of(OwnLoop, IdleTimer, "tune.idletimer"),
        .. Of(KernelBuffers, SideSize, "tune.rcvbuf.backend", "tune.rcvbuf.frontend", "tune.sndbuf.backend", "tune.sndbuf.frontend"),
        .. Of(KernelBuffers, Size(), "tune.rcvbuf.client", "tune.rcvbuf.server", "tune.sndbuf.client", "tune.sndbuf.server",
            "tune.notsent-lowat.client", "tune.notsent-lowat.server"),
        .. Of("stick tables are not supported yet", StickCounters, "tune.stick-counters"),
        .. Of("stick tables are not supported yet", GivenNumber("expects an integer argument greater than 0.", least: 1), "tune.peers.max-updates-at-once"),
        .. Of("a command line has a bound of its own", Size(missing: "expects a size argument."), "tune.cli.max-payload-size"),
    ];

    private static IEnumerable<Row> Protocols =>
    [
        .. Of(NoHttp2, Number(Positive), "tune.h2.be.glitches-threshold", "tune.h2.be.initial-window-size", "tune.h2.be.max-concurrent-streams",
            "tune.h2.fe.glitches-threshold", "tune.h2.fe.initial-window-size", "tune.h2.fe.max-total-streams", "tune.h2.initial-window-size",
            "tune.h2.max-concurrent-streams"),
        .. Of(NoHttp2, Number(Positive, int.MinValue), "tune.h2.be.max-frames-at-once", "tune.h2.fe.max-frames-at-once", "tune.h2.fe.max-rst-at-once"),
        .. Of(NoHttp2, ClientStreams, "tune.h2.fe.max-concurrent-streams"), .. Of(NoHttp2, BufferSize, "tune.h2.be.rxbuf", "tune.h2.fe.rxbuf"),
        .. Of(NoHttp2, GivenNumber("expects a numeric value between 4096 and 65536.", 4096, 65536), "tune.h2.header-table-size"),
        .. Of(NoHttp2, GivenNumber("expects a numeric value between 16384 and 16777215.", 16384, 16777215), "tune.h2.max-frame-size"),
        .. Of(NoHttp2, OneOf("expects 'none', 'connection', or 'stream'", "none", "connection", "stream"), "tune.h2.log-errors"),
        .. Of(NoHttp2, NoArgument, "h2-workaround-bogus-websocket-clients"),
        .. Of(NoQuic, FirstOneOf("expects either 'on' or 'off'.", "on", "off"), "harden.reject-privileged-ports.quic"),
        .. Of(NoQuic, Anything, ["limited-quic", .. QuicNames]),
        new Row("http-err-codes", KeywordSupport.WithoutEffect, GlobalHttp.StatusCodes, NoStickTables),
        new Row("http-fail-codes", KeywordSupport.WithoutEffect, GlobalHttp.StatusCodes, NoStickTables),
    ];

    private static IEnumerable<Row> Libraries =>
    [
        .. Of(NoLua, Anything, "tune.lua.bool-sample-conversion", "tune.lua.log.loggers", "tune.lua.log.stderr", "tune.lua.openlibs",
            "tune.lua.burst-timeout", "tune.lua.service-timeout", "tune.lua.session-timeout", "tune.lua.task-timeout", "tune.lua.forced-yield",
            "tune.lua.maxmem"),
        .. Of(NoCompression, GivenNumber(Integer, int.MinValue), "maxcomprate", "maxzlibmem"),
        .. Of(NoCompression, GivenNumber("expects an integer argument between 0 and 100.", 0, 100), "maxcompcpuusage"),
        .. Of(NoCompression, GivenNumber("expects a numeric value between 1 and 9", 1, 9), "tune.comp.maxlevel"),
        .. Of(NoCompression, GivenNumber("expects a numeric value between 1 and 9.", 1, 9), "tune.zlib.memlevel"),
        .. Of(NoCompression, GivenNumber("expects a numeric value between 8 and 15.", 8, 15), "tune.zlib.windowsize"),
        .. Of("a client's hello is not kept", Bounded, "tune.ssl.capture-buffer-size"),
        .. Of("a client's hello is not kept", CipherListSize, "tune.ssl.capture-cipherlist-size"),
        .. Of("records are as large as what is there to be sent", Bounded, "tune.ssl.hard-maxrecord", "tune.ssl.maxrecord"),
        .. Of("certificates are not made on demand", Bounded, "tune.ssl.ssl-ctx-cache-size"),
        .. Of("counted, not limited", Bounded, "maxsslconn"),
        .. Of("TLS is never left to the kernel", NoArgument, "noktls"),
        .. Of("certificates are sent as they are", Anything, "tune.ssl.certificate-compression"),
        .. Of("sessions are cached by each process", NoArgument, "tune.ssl.force-private-cache"),
        .. Of("OpenSSL bounds them", GivenNumber("expects a positive number.", missing: "expects a number (KeyUpdates/s, 0 to disable)."),
            "tune.ssl.keyupdate-rate-limit"),
        .. Of(NoOcsp, OcspDelay(longest: true), "tune.ssl.ocsp-update.maxdelay", "ocsp-update.maxdelay"),
        .. Of(NoOcsp, OcspDelay(longest: false), "tune.ssl.ocsp-update.mindelay", "ocsp-update.mindelay"),
        .. Of(NoOcsp, Anything, "ocsp-update.disable", "ocsp-update.httpproxy"),
        .. Of(NoHttpClient, Anything, "httpclient.ssl.ca-file", "httpclient.ssl.verify", "httpclient.resolvers.id", "httpclient.resolvers.prefer",
            "httpclient.retries", "httpclient.timeout.connect"),
        .. Of(NoHttpClient, OneOf(EitherOnOrOff, "on", "off"), "httpclient.resolvers.disabled"),
    ];

    private static string[] QuicNames =>
    [
        "tune.quic.be.cc.cubic-min-losses", "tune.quic.be.cc.hystart", "tune.quic.be.cc.max-frame-loss",
        "tune.quic.be.cc.max-win-size", "tune.quic.be.cc.reorder-ratio", "tune.quic.be.max-idle-timeout", "tune.quic.be.sec.glitches-threshold",
        "tune.quic.be.stream.data-ratio", "tune.quic.be.stream.max-concurrent", "tune.quic.be.stream.rxbuf", "tune.quic.be.tx.pacing",
        "tune.quic.be.tx.udp-gso", "tune.quic.fe.cc.cubic-min-losses", "tune.quic.fe.cc.hystart", "tune.quic.fe.cc.max-frame-loss",
        "tune.quic.fe.cc.max-win-size", "tune.quic.fe.cc.reorder-ratio", "tune.quic.fe.max-idle-timeout", "tune.quic.fe.sec.glitches-threshold",
        "tune.quic.fe.sec.retry-threshold", "tune.quic.fe.sock-per-conn", "tune.quic.fe.stream.data-ratio", "tune.quic.fe.stream.max-concurrent",
        "tune.quic.fe.stream.max-total", "tune.quic.fe.stream.rxbuf", "tune.quic.fe.tx.pacing", "tune.quic.fe.tx.udp-gso", "tune.quic.listen",
        "tune.quic.mem.tx-max",
    ];

    private static Check Bounded => GivenNumber(Positive, missing: Integer);

    private static IEnumerable<Row> Of(string reason, Check check, params IReadOnlyList<string> names) =>
        names.Select(name => new Row(name, KeywordSupport.WithoutEffect, (section, statement) =>
        {
            if (check(section, statement)) section.WithoutEffect(statement, reason);
        }, reason));
}
