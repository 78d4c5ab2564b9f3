namespace Evenkeel.Tests.Unit.Control.Stats;

public sealed class InfoFormTests
{
    /// <summary>Names in the original's order (3.5-dev5).</summary>
    private const string Names =
        "Name Version Release_date Nbthread Nbproc Process_num Pid Uptime Uptime_sec Memmax_MB PoolAlloc_MB PoolUsed_MB PoolFailed Ulimit-n Maxsock Maxconn "
        + "Hard_maxconn CurrConns CumConns CumReq MaxSslConns CurrSslConns CumSslConns Maxpipes PipesUsed PipesFree ConnRate ConnRateLimit MaxConnRate "
        + "SessRate SessRateLimit MaxSessRate SslRate SslRateLimit MaxSslRate SslFrontendKeyRate SslFrontendMaxKeyRate SslFrontendSessionReuse_pct "
        + "SslBackendKeyRate SslBackendMaxKeyRate SslCacheLookups SslCacheMisses CompressBpsIn CompressBpsOut CompressBpsRateLim Tasks Run_queue Idle_pct "
        + "node description Stopping Jobs Unstoppable_Jobs Listeners ActivePeers ConnectedPeers DroppedLogs BusyPolling FailedResolutions TotalBytesOut "
        + "TotalSplicedBytesOut BytesOutRate DebugCommandsIssued CumRecvLogs Build_info Memmax_bytes PoolAlloc_bytes PoolUsed_bytes Start_time_sec Tainted "
        + "TotalWarnings MaxconnReached BootTime_ms Niced_tasks CurrStreams CumStreams BlockedTrafficWarnings PatternsAdded PatternsFreed NbThreadGroups";

    private static string[] Lines(string command) => AProcess.Ask(command + "\n").Split('\n')[..^2];

    [Fact]
    public void Lines_have_the_names_and_the_order_monitoring_knows() =>
        Assert.Equal(Names, string.Join(' ', Lines("show info").Select(line => line[..line.IndexOf(':', StringComparison.Ordinal)].Replace(' ', '_'))));

    [Fact]
    public void Values_are_those_of_the_process()
    {
        var lines = Lines("show info");
        Assert.Equal(["Name: HAProxy", "Version: " + AProcess.Version, "Release_date: 2026/11/22", "Nbthread: 2"], lines[..4]);
        Assert.Contains("Uptime: 1d 2h03m04s", lines);
        Assert.Contains("Uptime_sec: 93784", lines);
        Assert.Contains("Maxconn: 500", lines);
        Assert.Contains("node: nodeA", lines);
        Assert.Contains("description: the demo", lines);
    }

    [Fact]
    public void The_typed_form_counts_the_originals_positions()
    {
        var lines = Lines("show info typed");
        Assert.Equal("0.Name.1:POSV:str:HAProxy", lines[0]);
        Assert.Equal("44.CompressBpsRateLim.1:CLPV:u32:0", lines[44]);
        Assert.Equal("47.Tasks.1:MGPV:u32:0", lines[45]);
        Assert.Equal("81.NbThreadGroups.1:CGSV:u32:1", lines[^1]);
    }

    [Fact]
    public void With_float_times_and_rates_have_a_type_of_their_own()
    {
        var lines = Lines("show info float typed");
        Assert.Contains("8.Uptime_sec.1:MDPV:flt:93784", lines);
        Assert.Contains("26.ConnRate.1:MRPV:flt:0", lines);
        Assert.Contains("17.CurrConns.1:MGPV:u32:0", lines);
    }

    [Fact]
    public void The_json_form_is_json()
    {
        using var json = System.Text.Json.JsonDocument.Parse(AProcess.Ask("show info json\n"));
        Assert.Equal("HAProxy", json.RootElement[0].GetProperty("value").GetProperty("value").GetString());
    }
}
