using System.Globalization;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Control.Stats;

/// <summary>Reads the process into the values of `show info`, one for each of <see cref="InfoFields.All"/>.</summary>
public static class InfoReading
{
    /// <summary>What `Name:` says: monitoring looks for this word, whoever answers.</summary>
    public const string ProductName = "HAProxy";

    private const int BytesPerMegabyte = 1 << 20;

    public static StatValue[] Read(ControlPlane plane, long nowMs)
    {
        var values = new Dictionary<string, StatValue>(StringComparer.Ordinal);
        SetIdentity(values, plane);
        SetMemory(values);
        SetLimits(values, plane);
        SetTraffic(values, plane.Proxies.Process, nowMs);
        values["DroppedLogs"] = StatValue.Of(plane.Process.DroppedLogs);
        values["Stopping"] = StatValue.Of(plane.Process.IsStopping ? 1 : 0);
        var listening = plane.Proxies.Frontends.Sum(frontend => frontend.Binds.Count(bind => bind.IsListening))
            + plane.Proxies.Model.Global.StatsSockets.Length;
        values["Listeners"] = StatValue.Of(listening);
        values["Jobs"] = StatValue.Of(listening + plane.Proxies.Process.Connections.Current);
        // What is not in the table above does not exist here yet: there is none of it.
        return [.. InfoFields.All.Select(field => values.TryGetValue(field.Name, out var value) ? value : Nothing(field))];
    }

    /// <summary>The lines that `show info float` gives with a fraction.</summary>
    private static readonly string[] Rates =
    [
        "ConnRate", "SessRate", "SslRate", "SslFrontendKeyRate", "SslFrontendSessionReuse_pct", "SslBackendKeyRate", "CompressBpsIn", "CompressBpsOut",
    ];

    /// <summary>`show info float`: times to the microsecond, rates as real numbers.</summary>
    public static StatValue[] ReadReal(ControlPlane plane, long nowMs)
    {
        var values = Read(plane, nowMs);
        for (var i = 0; i < values.Length; i++)
        {
            var name = InfoFields.All[i].Name;
            if (name == "Uptime_sec") values[i] = StatValue.Of(plane.Process.Uptime.TotalSeconds);
            else if (name == "Start_time_sec")
                values[i] = StatValue.Of(plane.Process.Facts.StartTimeSec + plane.Process.Facts.StartTimeMicroseconds / 1e6);
            else if (Rates.Contains(name)) values[i] = StatValue.Of((double)values[i].Number, "MRPV");
        }

        return values;
    }

    /// <summary>`0d 0h11m16s`</summary>
    public static string UptimeText(TimeSpan uptime) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)uptime.TotalDays}d {uptime.Hours}h{uptime.Minutes:00}m{uptime.Seconds:00}s");

    /// <summary>A text that is not there is left out, a number is 0.</summary>
    private static StatValue Nothing(StatFieldInfo field) => field.Type == StatType.Str ? default : StatValue.Of(0);

    private static void SetIdentity(Dictionary<string, StatValue> values, ControlPlane plane)
    {
        var facts = plane.Process.Facts;
        var global = plane.Proxies.Model.Global;
        var uptime = plane.Process.Uptime;
        values["Name"] = StatValue.Of(ProductName);
        values["Version"] = values["Build info"] = StatValue.Of(facts.Version);
        values["Release_date"] = StatValue.Of(facts.ReleaseDate);
        values["Nbthread"] = StatValue.Of(facts.Threads);
        values["Nbproc"] = values["Process_num"] = values["NbThreadGroups"] = StatValue.Of(1);
        values["Pid"] = StatValue.Of(facts.ProcessId);
        values["Uptime"] = StatValue.Of(UptimeText(uptime));
        values["Uptime_sec"] = StatValue.Of((long)uptime.TotalSeconds);
        values["Start_time_sec"] = StatValue.Of(facts.StartTimeSec);
        values["BootTime_ms"] = StatValue.Of(facts.BootTimeMs);
        values["TotalWarnings"] = StatValue.Of(facts.Warnings);
        values["Tainted"] = StatValue.Of("0");
        values["node"] = StatValue.Of(global.Node ?? facts.HostName);
        if (global.Description is { } description) values["description"] = StatValue.Of(description);
    }

    private static void SetMemory(Dictionary<string, StatValue> values)
    {
        var memory = GC.GetGCMemoryInfo();
        var used = GC.GetTotalMemory(false);
        values["PoolAlloc_bytes"] = StatValue.Of(memory.TotalCommittedBytes);
        values["PoolAlloc_MB"] = StatValue.Of(memory.TotalCommittedBytes / BytesPerMegabyte);
        values["PoolUsed_bytes"] = StatValue.Of(used);
        values["PoolUsed_MB"] = StatValue.Of(used / BytesPerMegabyte);
    }

    private static void SetLimits(Dictionary<string, StatValue> values, ControlPlane plane)
    {
        var process = plane.Proxies.Process;
        values["Ulimit-n"] = StatValue.Of(plane.Process.Facts.DescriptorLimit);
        values["Maxsock"] = StatValue.Of(plane.Process.Facts.SocketLimit);
        values["Maxpipes"] = StatValue.Of(plane.Process.Facts.PipeLimit);
        values["Maxconn"] = StatValue.Of(process.MaxConnections);
        values["Hard_maxconn"] = StatValue.Of(process.HardMaxConnections);
        values["ConnRateLimit"] = StatValue.Of(process.ConnectionRateLimit);
        values["SessRateLimit"] = StatValue.Of(process.SessionRateLimit);
        values["SslRateLimit"] = StatValue.Of(process.TlsRateLimit);
    }

    private static void SetTraffic(Dictionary<string, StatValue> values, ProcessStatistics process, long nowMs)
    {
        var counters = process.Counters();
        values["CurrConns"] = StatValue.Of(process.Connections.Current);
        values["CumConns"] = StatValue.Of(counters.Connections);
        values["CumReq"] = StatValue.Of(counters.Requests);
        values["CurrSslConns"] = StatValue.Of(process.TlsConnections.Current);
        values["CumSslConns"] = StatValue.Of(counters.TlsConnections);
        values["PipesUsed"] = StatValue.Of(counters.PipesUsed);
        values["PipesFree"] = StatValue.Of(counters.PipesFree);
        values["ConnRate"] = StatValue.Of(process.ConnectionRate.PerSecond(nowMs));
        values["MaxConnRate"] = StatValue.Of(process.ConnectionRate.Peak());
        values["SessRate"] = StatValue.Of(process.SessionRate.PerSecond(nowMs));
        values["MaxSessRate"] = StatValue.Of(process.SessionRate.Peak());
        values["SslRate"] = StatValue.Of(process.TlsRate.PerSecond(nowMs));
        values["MaxSslRate"] = StatValue.Of(process.TlsRate.Peak());
        values["Idle_pct"] = StatValue.Of(IdlePercent(counters));
        values["FailedResolutions"] = StatValue.Of(counters.FailedResolutions);
        values["TotalBytesOut"] = StatValue.Of(counters.BytesOut);
        values["TotalSplicedBytesOut"] = StatValue.Of(counters.SplicedBytesOut);
        values["MaxconnReached"] = StatValue.Of(counters.MaxConnectionsReached);
        values["CurrStreams"] = values["Tasks"] = StatValue.Of(counters.CurrentStreams);
        values["CumStreams"] = StatValue.Of(counters.Streams);
    }

    internal static long IdlePercent(in ProcessCounters counters)
    {
        var total = counters.IdleMicroseconds + counters.BusyMicroseconds;
        return total <= 0 ? 100 : counters.IdleMicroseconds * 100 / total;
    }
}
