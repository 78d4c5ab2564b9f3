using System.Runtime.InteropServices;

namespace Evenkeel.Proxy.Servers;

/// <summary>
/// What one worker counted for one frontend, backend, server or bind line; only ever grows. In brackets the columns of `show stat` it fills.
/// </summary>
/// <remarks>All fields are 64-bit so that the struct can be summed as a row of longs. Owner: the worker whose block it is; others only read.</remarks>
[StructLayout(LayoutKind.Sequential)]
public struct TrafficCounters
{
    /// <summary>Connections accepted [conn_tot].</summary>
    public long Connections;

    /// <summary>Sessions, which for servers are streams assigned [stot].</summary>
    public long Sessions;

    public TrafficBytes Bytes;

    /// <summary>Refused by content or http rules [dreq], [dresp], by `tcp-request connection` [dcon], by `tcp-request session` [dses].</summary>
    public long DeniedRequests, DeniedResponses, DeniedConnections, DeniedSessions;

    /// <summary>[ereq], [econ], [eresp]</summary>
    public long RequestErrors, ConnectionErrors, ResponseErrors;

    /// <summary>[wretr], [wredis]</summary>
    public long Retries, Redispatches;

    /// <summary>Transfers cut by the client [cli_abrt] or by the server [srv_abrt].</summary>
    public long ClientAborts, ServerAborts;

    /// <summary>Times chosen by balancing [lbtot].</summary>
    public long Selections;

    /// <summary>HTTP requests received [req_tot].</summary>
    public long HttpRequests;

    /// <summary>HTTP responses by class [hrsp_1xx] ... [hrsp_other].</summary>
    public long Http1xx, Http2xx, Http3xx, Http4xx, Http5xx, HttpOther;

    /// <summary>Requests a frontend answered itself: rules that redirect, return or ask for a password, monitor-uri, stats page [intercepted].</summary>
    public long Intercepted;

    /// <summary>Header rewrites that did not fit [wrew]; internal errors [eint].</summary>
    public long FailedRewrites, InternalErrors;

    /// <summary>Connections tried [connect] and taken from the pool [reuse].</summary>
    public long ConnectAttempts, ConnectionReuses;

    /// <summary>[cache_lookups], [cache_hits], [cache_hint_hits]</summary>
    public long CacheLookups, CacheHits, CacheHintHits;

    /// <summary>[comp_in], [comp_out], [comp_byp], [comp_rsp]</summary>
    public long CompressionIn, CompressionOut, CompressionBypassed, CompressedResponses;

    /// <summary>Sessions by protocol [sess_other], [h1sess], [h2sess], [h3sess].</summary>
    public long OtherSessions, Http1Sessions, Http2Sessions, Http3Sessions;

    /// <summary>Requests by protocol [req_other], [h1req], [h2req], [h3req].</summary>
    public long OtherRequests, Http1Requests, Http2Requests, Http3Requests;

    /// <summary>[h1_total_connections], [h1_total_streams], [h1_bytes_in], [h1_bytes_out], [h1_spliced_bytes_in], [h1_spliced_bytes_out]</summary>
    public long H1TotalConnections, H1TotalStreams, H1BytesIn, H1BytesOut, H1SplicedBytesIn, H1SplicedBytesOut;

    /// <summary>TLS handshakes that succeeded [ssl_sess], those that resumed a session [ssl_reused_sess], those that failed [ssl_failed_handshake].</summary>
    public long TlsSessions, TlsResumptions, TlsFailures;

    internal void CountHandshake(bool isResumed)
    {
        TlsSessions++;
        if (isResumed) TlsResumptions++;
    }

    /// <summary>Counts one HTTP response under its class; 1xx here are final ones such as 101.</summary>
    public void CountResponse(int status)
    {
        switch (status / 100)
        {
            case 1: Http1xx++; break;
            case 2: Http2xx++; break;
            case 3: Http3xx++; break;
            case 4: Http4xx++; break;
            case 5: Http5xx++; break;
            default: HttpOther++; break;
        }
    }

    /// <summary>Adds <paramref name="factor"/> times another block, field by field.</summary>
    internal void Add(ref TrafficCounters other, long factor = 1)
    {
        var mine = MemoryMarshal.Cast<TrafficCounters, long>(new Span<TrafficCounters>(ref this));
        var theirs = MemoryMarshal.Cast<TrafficCounters, long>(new Span<TrafficCounters>(ref other));
        for (var i = 0; i < mine.Length; i++) mine[i] += factor * Volatile.Read(ref theirs[i]);
    }
}

/// <summary>What one worker holds open now for one object; rises and falls, summed over workers on read.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct TrafficGauges
{
    /// <summary>Server connections in use [used_conn_cur].</summary>
    public long UsedConnections;

    /// <summary>Idle server connections: proven ones [safe_conn_cur], others [idle_conn_cur], those of one client [priv_idle_cur].</summary>
    public long SafeIdleConnections, UnsafeIdleConnections, PrivateIdleConnections;

    /// <summary>[h1_open_connections], [h1_open_streams]</summary>
    public long H1OpenConnections, H1OpenStreams;

    internal void Add(ref TrafficGauges other)
    {
        var mine = MemoryMarshal.Cast<TrafficGauges, long>(new Span<TrafficGauges>(ref this));
        var theirs = MemoryMarshal.Cast<TrafficGauges, long>(new Span<TrafficGauges>(ref other));
        for (var i = 0; i < mine.Length; i++) mine[i] += Volatile.Read(ref theirs[i]);
    }
}
