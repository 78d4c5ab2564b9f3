using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Control.Stats;

/// <summary>Reads frontends, bind lines and backends into rows of statistics. Columns that do not apply stay unset.</summary>
public static class ProxyReading
{
    public static void Read(StatRow row, Frontend frontend, long nowMs)
    {
        var counters = frontend.Traffic.Counters();
        row.Begin(StatObject.Frontend, frontend.Id, 0, frontend.Name, "FRONTEND", ConfigurationWords.Of(frontend.Model.Mode));
        row.Set(StatField.Status, frontend.StatusText);
        row.Set(StatField.Scur, frontend.Connections.Current);
        row.Set(StatField.Smax, frontend.Connections.Peak);
        row.Set(StatField.Slim, frontend.MaxConnections);
        row.Set(StatField.RateLim, frontend.Model.SessionsPerSecond ?? 0);
        row.Set(StatField.Rate, frontend.SessionRate.PerSecond(nowMs));
        row.Set(StatField.RateMax, frontend.SessionRate.Peak());
        row.Set(StatField.ReqRate, frontend.RequestRate.PerSecond(nowMs));
        row.Set(StatField.ReqRateMax, frontend.RequestRate.Peak());
        row.Set(StatField.ReqTot, counters.HttpRequests);
        row.Set(StatField.ConnRate, frontend.ConnectionRate.PerSecond(nowMs));
        row.Set(StatField.ConnRateMax, frontend.ConnectionRate.Peak());
        SetAccepted(row, counters);
        SetEverywhere(row, counters);
        SetCompression(row, counters);
        SetProtocols(row, counters);
        SetHttp1(row, counters, frontend.Traffic.Gauges());
        SetHttp2(row);
        SetTls(row, counters);
        if (frontend.Model.Mode != ProxyMode.Http) return;
        SetResponses(row, counters);
        SetCache(row, counters);
        row.Set(StatField.Intercepted, counters.Intercepted);
    }

    public static void Read(StatRow row, Bind bind)
    {
        var frontend = bind.Frontend;
        var counters = bind.Traffic.Counters();
        row.Begin(StatObject.Listener, frontend.Id, bind.Id, frontend.Name, bind.Name, ConfigurationWords.Of(frontend.Model.Mode));
        row.Set(StatField.Status, bind.IsListening ? "OPEN" : "WAITING");
        row.Set(StatField.Scur, bind.Connections.Current);
        row.Set(StatField.Smax, bind.Connections.Peak);
        row.Set(StatField.Slim, bind.Model.MaxConnections ?? 0);
        row.Set(StatField.Addr, ConfigurationWords.Of(bind.Model.Address));
        row.Set(StatField.Proto, ConfigurationWords.ProtocolOf(bind.Model.Address));
        SetAccepted(row, counters);
        SetEverywhere(row, counters);
        SetTls(row, counters);
    }

    public static void Read(StatRow row, Backend backend, long nowMs)
    {
        var counters = backend.Traffic.Counters();
        row.Begin(StatObject.Backend, backend.Id, 0, backend.Name, "BACKEND", ConfigurationWords.Of(backend.Model.Mode));
        var status = backend.IsUp || backend.Servers.IsEmpty ? "UP" : "DOWN";
        row.Set(StatField.Status, backend.IsPublished ? status : status + " (UNPUB)");
        row.Set(StatField.Scur, backend.Connections.Current);
        row.Set(StatField.Smax, backend.Connections.Peak);
        row.Set(StatField.Slim, backend.FullConnections);
        row.Set(StatField.Qcur, backend.Queue.Length.Current);
        row.Set(StatField.Qmax, backend.Queue.Length.Peak);
        row.Set(StatField.Weight, backend.TotalWeight);
        row.Set(StatField.Uweight, backend.TotalWeight);
        row.Set(StatField.Act, backend.ActiveServers, "MGPV");
        row.Set(StatField.Bck, backend.BackupServers, "MGPV");
        row.Set(StatField.Chkdown, backend.DownTransitions);
        row.Set(StatField.Lastchg, SecondsSince(backend.LastChangeMs, nowMs));
        if (!backend.Servers.IsEmpty) row.Set(StatField.Downtime, backend.DownTimeMs(nowMs) / 1000);
        row.Set(StatField.Rate, backend.SessionRate.PerSecond(nowMs));
        row.Set(StatField.RateMax, backend.SessionRate.Peak(), "MGPV");
        if (backend.Model.Persistence.Cookie is { } cookie) row.Set(StatField.Cookie, cookie.Name);
        row.Set(StatField.Algo, ConfigurationWords.Of(backend.Model.Balance.Algorithm));
        row.Set(StatField.AggServerStatus, 0);
        row.Set(StatField.AggServerCheckStatus, 0);
        row.Set(StatField.AggCheckStatus, 0);
        row.Set(StatField.Dreq, counters.DeniedRequests);
        SetEverywhere(row, counters);
        SetTowardsServers(row, counters);
        SetTimes(row, backend.Traffic.Times(), nowMs);
        SetCompression(row, counters);
        SetHttp1(row, counters, backend.Traffic.Gauges());
        SetHttp2(row);
        SetTls(row, counters);
        if (backend.Model.Mode != ProxyMode.Http) return;
        row.Set(StatField.ReqTot, counters.HttpRequests);
        SetResponses(row, counters);
        SetCache(row, counters);
    }

    internal static long SecondsSince(long thenMs, long nowMs) => Math.Max(0, (nowMs - thenMs) / 1000);

    internal static void SetEverywhere(StatRow row, in TrafficCounters counters)
    {
        row.Set(StatField.Stot, counters.Sessions);
        row.Set(StatField.Bin, counters.Bytes.RequestIn);
        row.Set(StatField.Bout, counters.Bytes.ResponseIn);
        row.Set(StatField.Dresp, counters.DeniedResponses);
        row.Set(StatField.Wrew, counters.FailedRewrites);
        row.Set(StatField.Eint, counters.InternalErrors);
        row.Set(StatField.Reqbin, counters.Bytes.RequestIn);
        row.Set(StatField.Reqbout, counters.Bytes.RequestOut);
        row.Set(StatField.Resbin, counters.Bytes.ResponseIn);
        row.Set(StatField.Resbout, counters.Bytes.ResponseOut);
    }

    internal static void SetTowardsServers(StatRow row, in TrafficCounters counters)
    {
        row.Set(StatField.Econ, counters.ConnectionErrors);
        row.Set(StatField.Eresp, counters.ResponseErrors);
        row.Set(StatField.Wretr, counters.Retries);
        row.Set(StatField.Wredis, counters.Redispatches);
        row.Set(StatField.Lbtot, counters.Selections);
        row.Set(StatField.CliAbrt, counters.ClientAborts);
        row.Set(StatField.SrvAbrt, counters.ServerAborts);
        row.Set(StatField.Connect, counters.ConnectAttempts);
        row.Set(StatField.Reuse, counters.ConnectionReuses);
    }

    internal static void SetResponses(StatRow row, in TrafficCounters counters)
    {
        row.Set(StatField.Hrsp1xx, counters.Http1xx);
        row.Set(StatField.Hrsp2xx, counters.Http2xx);
        row.Set(StatField.Hrsp3xx, counters.Http3xx);
        row.Set(StatField.Hrsp4xx, counters.Http4xx);
        row.Set(StatField.Hrsp5xx, counters.Http5xx);
        row.Set(StatField.HrspOther, counters.HttpOther);
    }

    internal static void SetTimes(StatRow row, in TrafficTimes times, long nowMs)
    {
        row.Set(StatField.Lastsess, times.LastSessionMs < 0 ? -1 : SecondsSince(times.LastSessionMs, nowMs));
        row.Set(StatField.Qtime, times.QueueMs);
        row.Set(StatField.Ctime, times.ConnectMs);
        row.Set(StatField.Rtime, times.ResponseMs);
        row.Set(StatField.Ttime, times.TotalMs);
        row.Set(StatField.QtimeMax, times.QueueMaxMs);
        row.Set(StatField.CtimeMax, times.ConnectMaxMs);
        row.Set(StatField.RtimeMax, times.ResponseMaxMs);
        row.Set(StatField.TtimeMax, times.TotalMaxMs);
    }

    private static void SetAccepted(StatRow row, in TrafficCounters counters)
    {
        row.Set(StatField.Dreq, counters.DeniedRequests);
        row.Set(StatField.Ereq, counters.RequestErrors);
        row.Set(StatField.Dcon, counters.DeniedConnections);
        row.Set(StatField.Dses, counters.DeniedSessions);
        row.Set(StatField.ConnTot, counters.Connections);
    }

    private static void SetCompression(StatRow row, in TrafficCounters counters)
    {
        row.Set(StatField.CompIn, counters.CompressionIn);
        row.Set(StatField.CompOut, counters.CompressionOut);
        row.Set(StatField.CompByp, counters.CompressionBypassed);
        row.Set(StatField.CompRsp, counters.CompressedResponses);
    }

    private static void SetCache(StatRow row, in TrafficCounters counters)
    {
        row.Set(StatField.CacheLookups, counters.CacheLookups);
        row.Set(StatField.CacheHits, counters.CacheHits);
        row.Set(StatField.CacheHintHits, counters.CacheHintHits);
    }

    private static void SetProtocols(StatRow row, in TrafficCounters counters)
    {
        row.Set(StatField.SessOther, counters.OtherSessions);
        row.Set(StatField.H1sess, counters.Http1Sessions);
        row.Set(StatField.H2sess, counters.Http2Sessions);
        row.Set(StatField.H3sess, counters.Http3Sessions);
        row.Set(StatField.ReqOther, counters.OtherRequests);
        row.Set(StatField.H1req, counters.Http1Requests);
        row.Set(StatField.H2req, counters.Http2Requests);
        row.Set(StatField.H3req, counters.Http3Requests);
    }

    internal static void SetTls(StatRow row, in TrafficCounters counters)
    {
        row.Set(StatField.SslSess, counters.TlsSessions);
        row.Set(StatField.SslReusedSess, counters.TlsResumptions);
        row.Set(StatField.SslFailedHandshake, counters.TlsFailures);
        row.Set(StatField.SslOcspStaple, 0);
        row.Set(StatField.SslFailedOcspStaple, 0);
    }

    /// <summary>HTTP/2 is not spoken yet: there is none of it.</summary>
    private static void SetHttp2(StatRow row)
    {
        for (var field = StatField.H2HeadersRcvd; field <= StatField.H2BackendTotalStreams; field++) row.Set(field, 0);
    }

    private static void SetHttp1(StatRow row, in TrafficCounters counters, in TrafficGauges gauges)
    {
        row.Set(StatField.H1OpenConnections, gauges.H1OpenConnections);
        row.Set(StatField.H1OpenStreams, gauges.H1OpenStreams);
        row.Set(StatField.H1TotalConnections, counters.H1TotalConnections);
        row.Set(StatField.H1TotalStreams, counters.H1TotalStreams);
        row.Set(StatField.H1BytesIn, counters.H1BytesIn);
        row.Set(StatField.H1BytesOut, counters.H1BytesOut);
        row.Set(StatField.H1SplicedBytesIn, counters.H1SplicedBytesIn);
        row.Set(StatField.H1SplicedBytesOut, counters.H1SplicedBytesOut);
    }
}
