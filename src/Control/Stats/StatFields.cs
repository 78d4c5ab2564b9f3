using System.Collections.Immutable;

namespace Evenkeel.Control.Stats;

/// <summary>What kind of value a column carries: the third column of the typed form.</summary>
public enum StatType { S32, S64, U32, U64, Str }

/// <summary>One column of `show stat` or line of `show info`.</summary>
/// <param name="Tags">Origin, nature, scope and persistence, a letter each (management.txt 9.2).</param>
public sealed record StatFieldInfo(string Name, string Tags, StatType Type, string Description);

/// <summary>
/// The one table of the statistics columns; CSV, typed form, JSON, statistics page and exporter all read it. The index is <see cref="StatField"/>.
/// </summary>
public static class StatFields
{
    /// <summary>The first column whose place may change with what is built in.</summary>
    public const StatField FirstOfProtocols = StatField.H1OpenConnections;

    public static ImmutableArray<StatFieldInfo> All { get; } =
    [
        new("pxname", "KNSV", StatType.Str, "Name of the proxy"),
        new("svname", "KNSV", StatType.Str, "Name of the server or bind line; FRONTEND or BACKEND for the proxy itself"),
        new("qcur", "MGPV", StatType.U32, "Streams waiting in the queue"),
        new("qmax", "MMPV", StatType.U32, "Most streams that ever waited in the queue"),
        new("scur", "MGPV", StatType.U32, "Sessions open"),
        new("smax", "MMPV", StatType.U32, "Most sessions that were open at a time"),
        new("slim", "CLPV", StatType.U32, "Limit on sessions (maxconn, or fullconn of a backend)"),
        new("stot", "MCPP", StatType.U64, "Sessions so far"),
        new("bin", "MCPP", StatType.U64, "Bytes received from clients"),
        new("bout", "MCPP", StatType.U64, "Bytes sent to clients"),
        new("dreq", "MCPP", StatType.U64, "Requests refused by rules"),
        new("dresp", "MCPP", StatType.U64, "Responses refused by rules"),
        new("ereq", "MCPP", StatType.U64, "Requests that could not be read or understood"),
        new("econ", "MCPP", StatType.U64, "Connections to servers that failed"),
        new("eresp", "MCPP", StatType.U64, "Responses that could not be read or delivered"),
        new("wretr", "MCPP", StatType.U64, "Connection attempts that were repeated"),
        new("wredis", "MCPP", StatType.U64, "Streams moved to another server"),
        new("status", "SGPV", StatType.Str, "State"),
        new("weight", "MaPV", StatType.U32, "Weight in force"),
        new("act", "SGPV", StatType.U32, "Active servers that are usable, or whether this one is active"),
        new("bck", "SGPV", StatType.U32, "Backup servers that are usable, or whether this one is a backup"),
        new("chkfail", "MCPP", StatType.U64, "Checks that failed while the server was up"),
        new("chkdown", "MCPP", StatType.U64, "Times it went down"),
        new("lastchg", "MAPP", StatType.U32, "Seconds since it last changed between up and down"),
        new("downtime", "MCPV", StatType.U32, "Seconds it was down in all"),
        new("qlimit", "CGSV", StatType.U32, "Limit on waiting streams (maxqueue)"),
        new("pid", "KGPV", StatType.U32, "Number of the process"),
        new("iid", "KGSV", StatType.U32, "Number of the proxy"),
        new("sid", "KGSV", StatType.U32, "Number of the server or bind line inside its proxy"),
        new("throttle", "MGPV", StatType.U32, "Share of its weight a starting server has reached, percent"),
        new("lbtot", "MCPP", StatType.U64, "Times balancing chose it"),
        new("tracked", "CNSV", StatType.Str, "Server whose state it follows"),
        new("type", "CGSV", StatType.U32, "0 frontend, 1 backend, 2 server, 3 bind line"),
        new("rate", "MRPP", StatType.U32, "Sessions in the last second"),
        new("rate_lim", "CLPV", StatType.U32, "Limit on sessions a second"),
        new("rate_max", "MMPV", StatType.U32, "Most sessions within a second"),
        new("check_status", "MOPV", StatType.Str, "Outcome of the last check"),
        new("check_code", "MOPV", StatType.U32, "Protocol code of the last check"),
        new("check_duration", "MDPV", StatType.U64, "Time the last check took, ms"),
        new("hrsp_1xx", "MCPP", StatType.U64, "HTTP responses with status 100 to 199"),
        new("hrsp_2xx", "MCPP", StatType.U64, "HTTP responses with status 200 to 299"),
        new("hrsp_3xx", "MCPP", StatType.U64, "HTTP responses with status 300 to 399"),
        new("hrsp_4xx", "MCPP", StatType.U64, "HTTP responses with status 400 to 499"),
        new("hrsp_5xx", "MCPP", StatType.U64, "HTTP responses with status 500 to 599"),
        new("hrsp_other", "MCPP", StatType.U64, "HTTP responses with any other status"),
        new("hanafail", "MCPP", StatType.U64, "Failures seen in live traffic"),
        new("req_rate", "MRPP", StatType.U32, "HTTP requests in the last second"),
        new("req_rate_max", "MMPV", StatType.U32, "Most HTTP requests within a second"),
        new("req_tot", "MCPP", StatType.U64, "HTTP requests so far"),
        new("cli_abrt", "MCPP", StatType.U64, "Transfers the client broke off"),
        new("srv_abrt", "MCPP", StatType.U64, "Transfers the server broke off"),
        new("comp_in", "MCPP", StatType.U64, "Bytes given to the compressor"),
        new("comp_out", "MCPP", StatType.U64, "Bytes that came out of the compressor"),
        new("comp_byp", "MCPP", StatType.U64, "Bytes that passed the compressor by"),
        new("comp_rsp", "MCPP", StatType.U64, "Responses that were compressed"),
        new("lastsess", "MAPP", StatType.S32, "Seconds since the last session"),
        new("last_chk", "MOPV", StatType.Str, "Text of the last check"),
        new("last_agt", "MOPV", StatType.Str, "Text of the last agent check"),
        new("qtime", "MaPV", StatType.U32, "Mean time in the queue, ms"),
        new("ctime", "MaPV", StatType.U32, "Mean time to connect, ms"),
        new("rtime", "MaPV", StatType.U32, "Mean time to the response, ms"),
        new("ttime", "MaPV", StatType.U32, "Mean time in all, ms"),
        new("agent_status", "MOPV", StatType.Str, "Outcome of the last agent check"),
        new("agent_code", "MOPV", StatType.U32, "Code of the last agent check"),
        new("agent_duration", "MDPV", StatType.U64, "Time the last agent check took, ms"),
        new("check_desc", "MOPV", StatType.Str, "Outcome of the last check in words"),
        new("agent_desc", "MOPV", StatType.Str, "Outcome of the last agent check in words"),
        new("check_rise", "CGSV", StatType.U32, "Good checks that make it up"),
        new("check_fall", "CGSV", StatType.U32, "Bad checks that make it down"),
        new("check_health", "CGSV", StatType.U32, "Good checks counted, up from check_rise on"),
        new("agent_rise", "CGSV", StatType.U32, "Good agent checks that make it up"),
        new("agent_fall", "CGSV", StatType.U32, "Bad agent checks that make it down"),
        new("agent_health", "CGSV", StatType.U32, "Good agent checks counted"),
        new("addr", "CGSV", StatType.Str, "Address and port"),
        new("cookie", "CNSV", StatType.Str, "Cookie value of the server, cookie name of the backend"),
        new("mode", "CGSV", StatType.Str, "Mode of the proxy"),
        new("algo", "CGSV", StatType.Str, "Balancing algorithm"),
        new("conn_rate", "MRPP", StatType.U32, "Connections in the last second"),
        new("conn_rate_max", "MMPV", StatType.U32, "Most connections within a second"),
        new("conn_tot", "MCPP", StatType.U64, "Connections so far"),
        new("intercepted", "MCPP", StatType.U64, "Requests the proxy answered itself"),
        new("dcon", "MCPP", StatType.U64, "Connections refused by tcp-request connection rules"),
        new("dses", "MCPP", StatType.U64, "Sessions refused by tcp-request session rules"),
        new("wrew", "MCPP", StatType.U64, "Header rewrites that did not fit"),
        new("connect", "MCPP", StatType.U64, "Connections tried"),
        new("reuse", "MCPP", StatType.U64, "Streams sent over a connection that was open already"),
        new("cache_lookups", "MCPP", StatType.U64, "Lookups in the cache"),
        new("cache_hits", "MCPP", StatType.U64, "Hits in the cache"),
        new("srv_icur", "MGPV", StatType.U32, "Idle connections kept"),
        new("src_ilim", "CLPV", StatType.U32, "Limit on idle connections"),
        new("qtime_max", "MMPV", StatType.U32, "Longest time in the queue, ms"),
        new("ctime_max", "MMPV", StatType.U32, "Longest time to connect, ms"),
        new("rtime_max", "MMPV", StatType.U32, "Longest time to the response, ms"),
        new("ttime_max", "MMPV", StatType.U32, "Longest time in all, ms"),
        new("eint", "MCPP", StatType.U64, "Internal errors"),
        new("idle_conn_cur", "MGPV", StatType.U32, "Idle connections only repeated requests may take"),
        new("safe_conn_cur", "MGPV", StatType.U32, "Idle connections any request may take"),
        new("used_conn_cur", "MGPV", StatType.U32, "Connections in use"),
        new("need_conn_est", "MGPV", StatType.U32, "Connections needed as estimated"),
        new("uweight", "MaPV", StatType.U32, "Weight as set by people"),
        new("agg_server_status", "MGPV", StatType.U32, "States of the servers in one number"),
        new("agg_server_check_status", "MGPV", StatType.U32, "Checks of the servers in one number (old name)"),
        new("agg_check_status", "MGPV", StatType.U32, "Checks of the servers in one number"),
        new("srid", "MCPV", StatType.U32, "Revision of the server number"),
        new("sess_other", "MCPV", StatType.U64, "Sessions of other protocols than HTTP"),
        new("h1sess", "MCPP", StatType.U64, "HTTP/1 sessions"),
        new("h2sess", "MCPP", StatType.U64, "HTTP/2 sessions"),
        new("h3sess", "MCPP", StatType.U64, "HTTP/3 sessions"),
        new("req_other", "MCPP", StatType.U64, "Requests of other protocols than HTTP"),
        new("h1req", "MCPP", StatType.U64, "HTTP/1 requests"),
        new("h2req", "MCPP", StatType.U64, "HTTP/2 requests"),
        new("h3req", "MCPP", StatType.U64, "HTTP/3 requests"),
        new("proto", "SGPV", StatType.Str, "Transport protocol"),
        new("priv_idle_cur", "MGPV", StatType.U32, "Idle connections that belong to one client"),
        new("reqbin", "MCPP", StatType.U64, "Request bytes received"),
        new("reqbout", "MCPP", StatType.U64, "Request bytes sent"),
        new("resbin", "MCPP", StatType.U64, "Response bytes received"),
        new("resbout", "MCPP", StatType.U64, "Response bytes sent"),
        new("cache_hint_hits", "MCPP", StatType.U64, "Cache hits that sent early hints"),
        new("h1_open_connections", "MGPV", StatType.U64, "HTTP/1 connections open"),
        new("h1_open_streams", "MGPV", StatType.U64, "HTTP/1 streams open"),
        new("h1_total_connections", "MCPV", StatType.U64, "HTTP/1 connections so far"),
        new("h1_total_streams", "MCPV", StatType.U64, "HTTP/1 streams so far"),
        new("h1_bytes_in", "MCPV", StatType.U64, "Bytes received over HTTP/1"),
        new("h1_bytes_out", "MCPV", StatType.U64, "Bytes sent over HTTP/1"),
        new("h1_spliced_bytes_in", "MCPV", StatType.U64, "Bytes received over HTTP/1 by splice"),
        new("h1_spliced_bytes_out", "MCPV", StatType.U64, "Bytes sent over HTTP/1 by splice"),
    ];

    public static int Count => All.Length;

    public static StatFieldInfo Of(StatField field) => All[(int)field];

    /// <summary>The name `show stat` uses for a type.</summary>
    public static string NameOf(StatType type) => type switch
    {
        StatType.S32 => "s32",
        StatType.S64 => "s64",
        StatType.U32 => "u32",
        StatType.U64 => "u64",
        _ => "str",
    };
}
