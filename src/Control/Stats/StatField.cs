namespace Evenkeel.Control.Stats;

/// <summary>
/// The columns of `show stat`, in the order in which everybody's scripts count them (management.txt 9.1). The number of a static column never
/// changes; from <see cref="H2HeadersRcvd"/> on they belong to protocols and stand behind the column `-`.
/// </summary>
public enum StatField
{
    Pxname, Svname, Qcur, Qmax, Scur, Smax, Slim, Stot, Bin, Bout, Dreq, Dresp, Ereq, Econ, Eresp, Wretr, Wredis, Status, Weight, Act, Bck,
    Chkfail, Chkdown, Lastchg, Downtime, Qlimit, Pid, Iid, Sid, Throttle, Lbtot, Tracked, Type, Rate, RateLim, RateMax, CheckStatus, CheckCode,
    CheckDuration, Hrsp1xx, Hrsp2xx, Hrsp3xx, Hrsp4xx, Hrsp5xx, HrspOther, Hanafail, ReqRate, ReqRateMax, ReqTot, CliAbrt, SrvAbrt, CompIn,
    CompOut, CompByp, CompRsp, Lastsess, LastChk, LastAgt, Qtime, Ctime, Rtime, Ttime, AgentStatus, AgentCode, AgentDuration, CheckDesc,
    AgentDesc, CheckRise, CheckFall, CheckHealth, AgentRise, AgentFall, AgentHealth, Addr, Cookie, Mode, Algo, ConnRate, ConnRateMax, ConnTot,
    Intercepted, Dcon, Dses, Wrew, Connect, Reuse, CacheLookups, CacheHits, SrvIcur, SrcIlim, QtimeMax, CtimeMax, RtimeMax, TtimeMax, Eint,
    IdleConnCur, SafeConnCur, UsedConnCur, NeedConnEst, Uweight, AggServerStatus, AggServerCheckStatus, AggCheckStatus, Srid, SessOther, H1sess,
    H2sess, H3sess, ReqOther, H1req, H2req, H3req, Proto, PrivIdleCur, Reqbin, Reqbout, Resbin, Resbout, CacheHintHits, H2HeadersRcvd,
    H2DataRcvd, H2SettingsRcvd, H2RstStreamRcvd, H2GoawayRcvd, H2DetectedConnProtocolErrors, H2DetectedStrmProtocolErrors, H2RstStreamResp,
    H2GoawayResp, H2OpenConnections, H2BackendOpenStreams, H2TotalConnections, H2BackendTotalStreams, SslSess, SslReusedSess,
    SslFailedHandshake, SslOcspStaple, SslFailedOcspStaple, H1OpenConnections, H1OpenStreams,
    H1TotalConnections, H1TotalStreams, H1BytesIn, H1BytesOut, H1SplicedBytesIn, H1SplicedBytesOut,
}
