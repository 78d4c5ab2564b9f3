using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Control.Stats;

/// <summary>
/// Counters written by `dump stats-file` and read at the next start (management.txt 9.5): a head for frontends and listeners, one for backends and servers, a
/// line for each object that has a `guid`.
/// </summary>
public static class StatsFile
{
    private static readonly ImmutableArray<string> FrontColumns =
    [
        "stot", "bin", "bout", "dreq", "dresp", "ereq", "rate", "hrsp_1xx", "hrsp_2xx", "hrsp_3xx", "hrsp_4xx", "hrsp_5xx", "hrsp_other", "req_rate",
        "req_tot", "comp_in", "comp_out", "comp_byp", "comp_rsp", "conn_rate", "conn_tot", "intercepted", "dcon", "dses", "wrew", "cache_lookups",
        "cache_hits", "eint", "h1sess", "h2sess", "h3sess", "req_other", "h1req", "h2req", "h3req", "reqbin", "reqbout", "resbin", "resbout",
        "cache_hint_hits",
    ];

    private static readonly ImmutableArray<string> BackColumns =
    [
        "stot", "bin", "bout", "dreq", "dresp", "econ", "eresp", "wretr", "wredis", "chkfail", "chkdown", "lastchg", "lbtot", "rate", "hrsp_1xx",
        "hrsp_2xx", "hrsp_3xx", "hrsp_4xx", "hrsp_5xx", "hrsp_other", "hanafail", "req_tot", "cli_abrt", "srv_abrt", "comp_in", "comp_out", "comp_byp",
        "comp_rsp", "lastsess", "wrew", "connect", "reuse", "cache_lookups", "cache_hits", "eint", "reqbin", "reqbout", "resbin", "resbout",
        "cache_hint_hits",
    ];

    private delegate void Assign(ref TrafficCounters counters, long value);

    /// <summary>What is taken up again; rates, times and the like are written because readers count columns, and begin anew.</summary>
    private static readonly Dictionary<string, Assign> Counters = new(StringComparer.Ordinal)
    {
        ["stot"] = static (ref c, v) => c.Sessions = v, ["bin"] = static (ref c, v) => c.Bytes.RequestIn = v,
        ["bout"] = static (ref c, v) => c.Bytes.ResponseIn = v,
        ["dreq"] = static (ref c, v) => c.DeniedRequests = v, ["dresp"] = static (ref c, v) => c.DeniedResponses = v,
        ["ereq"] = static (ref c, v) => c.RequestErrors = v, ["econ"] = static (ref c, v) => c.ConnectionErrors = v,
        ["eresp"] = static (ref c, v) => c.ResponseErrors = v, ["wretr"] = static (ref c, v) => c.Retries = v,
        ["wredis"] = static (ref c, v) => c.Redispatches = v, ["lbtot"] = static (ref c, v) => c.Selections = v,
        ["hrsp_1xx"] = static (ref c, v) => c.Http1xx = v, ["hrsp_2xx"] = static (ref c, v) => c.Http2xx = v,
        ["hrsp_3xx"] = static (ref c, v) => c.Http3xx = v, ["hrsp_4xx"] = static (ref c, v) => c.Http4xx = v,
        ["hrsp_5xx"] = static (ref c, v) => c.Http5xx = v, ["hrsp_other"] = static (ref c, v) => c.HttpOther = v,
        ["req_tot"] = static (ref c, v) => c.HttpRequests = v, ["cli_abrt"] = static (ref c, v) => c.ClientAborts = v,
        ["srv_abrt"] = static (ref c, v) => c.ServerAborts = v, ["comp_in"] = static (ref c, v) => c.CompressionIn = v,
        ["comp_out"] = static (ref c, v) => c.CompressionOut = v, ["comp_byp"] = static (ref c, v) => c.CompressionBypassed = v,
        ["comp_rsp"] = static (ref c, v) => c.CompressedResponses = v, ["conn_tot"] = static (ref c, v) => c.Connections = v,
        ["intercepted"] = static (ref c, v) => c.Intercepted = v, ["dcon"] = static (ref c, v) => c.DeniedConnections = v,
        ["dses"] = static (ref c, v) => c.DeniedSessions = v, ["wrew"] = static (ref c, v) => c.FailedRewrites = v,
        ["connect"] = static (ref c, v) => c.ConnectAttempts = v, ["reuse"] = static (ref c, v) => c.ConnectionReuses = v,
        ["cache_lookups"] = static (ref c, v) => c.CacheLookups = v, ["cache_hits"] = static (ref c, v) => c.CacheHits = v,
        ["cache_hint_hits"] = static (ref c, v) => c.CacheHintHits = v, ["eint"] = static (ref c, v) => c.InternalErrors = v,
        ["h1sess"] = static (ref c, v) => c.Http1Sessions = v, ["h2sess"] = static (ref c, v) => c.Http2Sessions = v,
        ["h3sess"] = static (ref c, v) => c.Http3Sessions = v, ["req_other"] = static (ref c, v) => c.OtherRequests = v,
        ["h1req"] = static (ref c, v) => c.Http1Requests = v, ["h2req"] = static (ref c, v) => c.Http2Requests = v,
        ["h3req"] = static (ref c, v) => c.Http3Requests = v, ["reqbin"] = static (ref c, v) => c.Bytes.RequestIn = v,
        ["reqbout"] = static (ref c, v) => c.Bytes.RequestOut = v, ["resbin"] = static (ref c, v) => c.Bytes.ResponseIn = v,
        ["resbout"] = static (ref c, v) => c.Bytes.ResponseOut = v,
    };

    /// <summary>`dump stats-file`.</summary>
    public static IEnumerable<string> Write(ProxySet proxies, long nowMs)
    {
        var row = new StatRow();
        yield return Head("#fe guid,", FrontColumns);
        foreach (var frontend in proxies.Frontends)
        {
            if (frontend.Model.Guid is { } guid)
            {
                ProxyReading.Read(row, frontend, nowMs);
                yield return Line(guid, row, FrontColumns);
            }
            foreach (var bind in frontend.Binds)
            {
                if (bind.Model.Guid is not { } listener) continue;
                ProxyReading.Read(row, bind);
                yield return Line(listener, row, FrontColumns);
            }
        }
        yield return "\n" + Head("#be guid,", BackColumns);
        foreach (var backend in proxies.Backends)
        {
            foreach (var server in backend.Servers)
            {
                if (server.Model.Guid is not { } each) continue;
                ServerReading.Read(row, server, nowMs);
                yield return Line(each, row, BackColumns);
            }
            if (backend.Model.Guid is not { } guid) continue;
            ProxyReading.Read(row, backend, nowMs);
            yield return Line(guid, row, BackColumns);
        }
    }

    /// <summary>Has the objects of a configuration go on counting from what a file says. Lines and values that mean nothing here are passed by, as the
    /// original does. Before any worker runs.</summary>
    public static void Load(string text, ProxySet proxies)
    {
        var fronts = new Dictionary<string, Traffic>(StringComparer.Ordinal);
        var backs = new Dictionary<string, Traffic>(StringComparer.Ordinal);
        foreach (var frontend in proxies.Frontends)
        {
            if (frontend.Model.Guid is { } guid) fronts[guid] = frontend.Traffic;
            // Without the option listeners have no counters of their own.
            foreach (var bind in frontend.Binds)
                if (bind.Model.Guid is { } listener && frontend.Model.Options.SocketStats) fronts[listener] = bind.Traffic;
        }
        foreach (var backend in proxies.Backends)
        {
            if (backend.Model.Guid is { } guid) backs[guid] = backend.Traffic;
            foreach (var server in backend.Servers)
                if (server.Model.Guid is { } each) backs[each] = server.Traffic;
        }

        Dictionary<string, Traffic>? objects = null;
        string[] columns = [];
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.TrimEnd('\r');
            if (line.StartsWith('#'))
            {
                var isFront = line.StartsWith("#fe guid,", StringComparison.Ordinal);
                objects = isFront ? fronts : line.StartsWith("#be guid,", StringComparison.Ordinal) ? backs : null;
                columns = line.Split(',');
            }
            else if (objects is not null && line.Split(',') is var values && objects.TryGetValue(values[0], out var traffic)) Preload(traffic, columns, values);
        }
    }

    private static void Preload(Traffic traffic, string[] columns, string[] values)
    {
        var counters = new TrafficCounters();
        for (var i = 1; i < Math.Min(columns.Length, values.Length); i++)
        {
            if (!Counters.TryGetValue(columns[i], out var assign)) continue;
            if (!long.TryParse(values[i], NumberStyles.None, CultureInfo.InvariantCulture, out var value)) continue;
            assign(ref counters, value);
        }
        traffic.Preload(ref counters);
    }

    private static string Head(string opening, ImmutableArray<string> columns) => opening + string.Join(',', columns) + ",\n";

    private static string Line(string guid, StatRow row, ImmutableArray<string> columns)
    {
        var text = new StringBuilder(guid).Append(',');
        foreach (var column in columns) text.Append(Value(row, column)).Append(',');
        return text.Append('\n').ToString();
    }

    private static long Value(StatRow row, string column)
    {
        for (var i = 0; i < StatFields.Count; i++)
            if (StatFields.All[i].Name == column) return Math.Max(0, row[(StatField)i].Number);
        return 0;
    }
}
