using Evenkeel.Control.Stats;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Tests.Unit.Control.Stats;

/// <summary>Columns and their emptiness as measured on the original (3.5-dev5, 2026-11-22): `show stat` of a small configuration.</summary>
public sealed class StatFormTests
{
    private const string StaticColumns =
        "pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,status,weight,act,bck,"
        + "chkfail,chkdown,lastchg,downtime,qlimit,pid,iid,sid,throttle,lbtot,tracked,type,rate,rate_lim,rate_max,check_status,"
        + "check_code,check_duration,hrsp_1xx,hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,hrsp_other,hanafail,req_rate,req_rate_max,"
        + "req_tot,cli_abrt,srv_abrt,comp_in,comp_out,comp_byp,comp_rsp,lastsess,last_chk,last_agt,qtime,ctime,rtime,ttime,"
        + "agent_status,agent_code,agent_duration,check_desc,agent_desc,check_rise,check_fall,check_health,agent_rise,agent_fall,"
        + "agent_health,addr,cookie,mode,algo,conn_rate,conn_rate_max,conn_tot,intercepted,dcon,dses,wrew,connect,reuse,"
        + "cache_lookups,cache_hits,srv_icur,src_ilim,qtime_max,ctime_max,rtime_max,ttime_max,eint,idle_conn_cur,safe_conn_cur,"
        + "used_conn_cur,need_conn_est,uweight,agg_server_status,agg_server_check_status,agg_check_status,srid,sess_other,h1sess,"
        + "h2sess,h3sess,req_other,h1req,h2req,h3req,proto,priv_idle_cur,reqbin,reqbout,resbin,resbout,cache_hint_hits";

    private const string ProtocolColumns =
        "h2_headers_rcvd,h2_data_rcvd,h2_settings_rcvd,h2_rst_stream_rcvd,h2_goaway_rcvd,h2_detected_conn_protocol_errors,"
        + "h2_detected_strm_protocol_errors,h2_rst_stream_resp,h2_goaway_resp,h2_open_connections,h2_backend_open_streams,h2_total_connections,"
        + "h2_backend_total_streams,ssl_sess,ssl_reused_sess,ssl_failed_handshake,ssl_ocsp_staple,ssl_failed_ocsp_staple,h1_open_connections,"
        + "h1_open_streams,h1_total_connections,h1_total_streams,h1_bytes_in,h1_bytes_out,h1_spliced_bytes_in,h1_spliced_bytes_out";

    private const string EmptyForHttpFrontend =
        "qcur qmax econ eresp wretr wredis weight act bck chkfail chkdown lastchg downtime qlimit throttle lbtot tracked "
        + "check_status check_code check_duration hanafail cli_abrt srv_abrt lastsess last_chk last_agt qtime ctime rtime ttime "
        + "agent_status agent_code agent_duration check_desc agent_desc check_rise check_fall check_health agent_rise agent_fall "
        + "agent_health addr cookie algo connect reuse srv_icur src_ilim qtime_max ctime_max rtime_max ttime_max idle_conn_cur "
        + "safe_conn_cur used_conn_cur need_conn_est uweight agg_server_status agg_server_check_status agg_check_status srid proto "
        + "priv_idle_cur";

    private const string EmptyForListener =
        "qcur qmax econ eresp wretr wredis weight act bck chkfail chkdown lastchg downtime qlimit throttle lbtot tracked rate "
        + "rate_lim rate_max check_status check_code check_duration hrsp_1xx hrsp_2xx hrsp_3xx hrsp_4xx hrsp_5xx hrsp_other "
        + "hanafail req_rate req_rate_max req_tot cli_abrt srv_abrt comp_in comp_out comp_byp comp_rsp lastsess last_chk last_agt "
        + "qtime ctime rtime ttime agent_status agent_code agent_duration check_desc agent_desc check_rise check_fall check_health "
        + "agent_rise agent_fall agent_health cookie algo conn_rate conn_rate_max intercepted connect reuse cache_lookups "
        + "cache_hits srv_icur src_ilim qtime_max ctime_max rtime_max ttime_max idle_conn_cur safe_conn_cur used_conn_cur "
        + "need_conn_est uweight agg_server_status agg_server_check_status agg_check_status srid sess_other h1sess h2sess h3sess "
        + "req_other h1req h2req h3req priv_idle_cur cache_hint_hits";

    private const string EmptyForCheckedServer =
        "dreq ereq qlimit throttle tracked rate_lim check_code hanafail req_rate req_rate_max comp_in comp_out comp_byp comp_rsp "
        + "last_chk last_agt agent_status agent_code agent_duration agent_desc agent_rise agent_fall agent_health cookie algo "
        + "conn_rate conn_rate_max conn_tot intercepted dcon dses cache_lookups cache_hits src_ilim agg_server_status "
        + "agg_server_check_status agg_check_status sess_other h1sess h2sess h3sess req_other h1req h2req h3req proto "
        + "cache_hint_hits";

    private const string EmptyForUncheckedServer =
        "slim dreq ereq chkfail chkdown downtime qlimit throttle tracked rate_lim check_status check_code check_duration hanafail "
        + "req_rate req_rate_max comp_in comp_out comp_byp comp_rsp last_chk last_agt agent_status agent_code agent_duration "
        + "check_desc agent_desc check_rise check_fall check_health agent_rise agent_fall agent_health cookie algo conn_rate "
        + "conn_rate_max conn_tot intercepted dcon dses cache_lookups cache_hits src_ilim agg_server_status agg_server_check_status "
        + "agg_check_status sess_other h1sess h2sess h3sess req_other h1req h2req h3req proto cache_hint_hits";

    private const string EmptyForHttpBackend =
        "ereq chkfail qlimit throttle tracked rate_lim check_status check_code check_duration hanafail req_rate req_rate_max "
        + "last_chk last_agt agent_status agent_code agent_duration check_desc agent_desc check_rise check_fall check_health "
        + "agent_rise agent_fall agent_health addr cookie conn_rate conn_rate_max conn_tot intercepted dcon dses srv_icur src_ilim "
        + "idle_conn_cur safe_conn_cur used_conn_cur need_conn_est srid sess_other h1sess h2sess h3sess req_other h1req h2req h3req "
        + "proto priv_idle_cur";

    private const string EmptyForTcpFrontend =
        "qcur qmax econ eresp wretr wredis weight act bck chkfail chkdown lastchg downtime qlimit throttle lbtot tracked "
        + "check_status check_code check_duration hrsp_1xx hrsp_2xx hrsp_3xx hrsp_4xx hrsp_5xx hrsp_other hanafail cli_abrt "
        + "srv_abrt lastsess last_chk last_agt qtime ctime rtime ttime agent_status agent_code agent_duration check_desc agent_desc "
        + "check_rise check_fall check_health agent_rise agent_fall agent_health addr cookie algo intercepted connect reuse "
        + "cache_lookups cache_hits srv_icur src_ilim qtime_max ctime_max rtime_max ttime_max idle_conn_cur safe_conn_cur "
        + "used_conn_cur need_conn_est uweight agg_server_status agg_server_check_status agg_check_status srid proto priv_idle_cur "
        + "cache_hint_hits";

    private const string EmptyForTcpBackendWithoutServers =
        "ereq chkfail downtime qlimit throttle tracked rate_lim check_status check_code check_duration hrsp_1xx hrsp_2xx hrsp_3xx "
        + "hrsp_4xx hrsp_5xx hrsp_other hanafail req_rate req_rate_max req_tot last_chk last_agt agent_status agent_code "
        + "agent_duration check_desc agent_desc check_rise check_fall check_health agent_rise agent_fall agent_health addr cookie "
        + "conn_rate conn_rate_max conn_tot intercepted dcon dses cache_lookups cache_hits srv_icur src_ilim idle_conn_cur "
        + "safe_conn_cur used_conn_cur need_conn_est srid sess_other h1sess h2sess h3sess req_other h1req h2req h3req proto "
        + "priv_idle_cur cache_hint_hits";

    private static string Csv(ProxySet proxies, StatSelection? selection = null) =>
        string.Concat(StatDump.Write(proxies, selection ?? StatSelection.Everything, StatForm.Csv, false, 5_000));

    private static string[] Row(string name) =>
        Csv(AProcess.Proxies()).Split('\n').Single(line => line.StartsWith(name + ",", StringComparison.Ordinal)).Split(',');

    [Fact]
    public void The_header_is_the_originals_to_the_last_column() =>
        Assert.Equal($"# {StaticColumns},-,{ProtocolColumns},\n", CsvForm.Header);

    [Fact]
    public void A_list_that_leaves_servers_out_says_of_each_backend_how_many_there_are()
    {
        Assert.Contains(",UP (2/3),", AProcess.Ask("show stat no-maint\n"));
        Assert.Contains(",UP (UNPUB),", AProcess.Ask("unpublish backend be1;show stat be1 2 -1\n"));
    }

    [Fact]
    public void The_first_line_names_the_columns_in_the_order_scripts_count_on()
    {
        Assert.StartsWith("# " + StaticColumns + ",-,", CsvForm.Header, StringComparison.Ordinal);
        Assert.EndsWith(",h1_spliced_bytes_in,h1_spliced_bytes_out,\n", CsvForm.Header, StringComparison.Ordinal);
        Assert.Equal(StatFields.Count, Enum.GetValues<StatField>().Length);
    }

    [Theory]
    [InlineData("web,FRONTEND", EmptyForHttpFrontend)]
    [InlineData("web,sock-1", EmptyForListener)]
    [InlineData("be1,s1", EmptyForCheckedServer)]
    [InlineData("be1,s2", EmptyForUncheckedServer + " slim")]
    [InlineData("be1,BACKEND", EmptyForHttpBackend)]
    [InlineData("both,FRONTEND", EmptyForTcpFrontend)]
    [InlineData("both,BACKEND", EmptyForTcpBackendWithoutServers)]
    public void Columns_that_do_not_apply_are_empty(string name, string empty)
    {
        var columns = StaticColumns.Split(',');
        var values = Row(name);
        // The text of the last check is empty for both of us as long as none failed.
        var expected = empty.Split(' ').Append("last_chk").Where(column => name != "be1,s1" || column != "check_code").Distinct().Order();
        var actual = columns.Where((_, index) => values[index].Length == 0).Append("last_chk")
            .Where(column => column != "check_code" || name != "be1,s1").Distinct();
        Assert.Equal(expected, actual.Order());
    }

    [Fact]
    public void Objects_come_in_the_order_of_the_file_with_bind_lines_behind_their_frontend() => Assert.Equal(
        ["web,FRONTEND", "web,sock-1", "web,second", "both,FRONTEND", "both,BACKEND", "be1,s1", "be1,s2", "be1,s3", "be1,BACKEND"],
        Csv(AProcess.Proxies()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => string.Join(',', line.Split(',')[..2])));

    [Fact]
    public void Counted_traffic_stands_in_its_columns()
    {
        var proxies = AProcess.Proxies();
        ref var counters = ref proxies.Frontends[0].Traffic[1].Counters;
        counters.Sessions = 11;
        counters.Bytes.RequestIn = 902;
        counters.Bytes.ResponseIn = 4_916;
        counters.CountResponse(200);
        counters.CountResponse(404);
        proxies.Frontends[0].Connections.Increment();
        Assert.StartsWith("web,FRONTEND,,,1,1,100,11,902,4916,0,0,0,,,,,OPEN,,,,,,,,,1,2,0,,,,0,0,0,0,,,,0,1,0,1,0,0,,0,0,0,,,",
            Csv(proxies).Split('\n')[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Servers_say_what_they_are()
    {
        Assert.StartsWith("be1,s1,0,0,0,0,7,0,0,0,,0,,0,0,0,0,UP 1/3,1,1,0,0,0,5,0,,1,3,1,,0,,2,0,,0,INI,",
            string.Join(',', Row("be1,s1")), StringComparison.Ordinal);
        Assert.StartsWith("be1,s2,0,0,0,0,,0,0,0,,0,,0,0,0,0,no check,50,0,1,,,5,,,1,3,2,,0,,2,0,,0,",
            string.Join(',', Row("be1,s2")), StringComparison.Ordinal);
        Assert.StartsWith("be1,s3,0,0,0,0,,0,0,0,,0,,0,0,0,0,MAINT,1,1,0,,,5,,,1,3,3,,0,,2,0,,0,",
            string.Join(',', Row("be1,s3")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_typed_form_has_one_value_a_line_with_place_and_tags()
    {
        var lines = string.Concat(StatDump.Write(AProcess.Proxies(), StatSelection.Everything, StatForm.Typed, false, 5_000)).Split('\n');
        Assert.Equal("F.2.0.0.pxname.1:KNSV:str:web", lines[0]);
        Assert.Contains("L.2.2.73.addr.1:CGSV:str:[::1]:8081", lines);
        Assert.Contains("S.3.1.17.status.1:SGPV:str:UP 1/3", lines);
        Assert.Contains("S.3.1.19.act.1:SGPV:u32:1", lines);
        Assert.Contains("B.3.0.19.act.1:MGPV:u32:1", lines);
        Assert.Contains("S.3.2.55.lastsess.1:MAPP:s32:-1", lines);
        Assert.DoesNotContain("", lines[..^1]);
    }

    [Fact]
    public void The_json_form_is_json_and_says_the_same()
    {
        using var json = System.Text.Json.JsonDocument.Parse(
            string.Concat(StatDump.Write(AProcess.Proxies(), StatSelection.Everything, StatForm.Json, false, 5_000)));
        var first = json.RootElement[0][0];
        Assert.Equal(9, json.RootElement.GetArrayLength());
        Assert.Equal("{\"objType\":\"Frontend\",\"proxyId\":2,\"id\":0,\"field\":{\"pos\":0,\"name\":\"pxname\"},\"processNum\":1,\"tags\":{\"origin\":\"Key\","
            + "\"nature\":\"Name\",\"scope\":\"Service\"},\"value\":{\"type\":\"str\",\"value\":\"web\"}}", first.GetRawText());
        using var schema = System.Text.Json.JsonDocument.Parse(StatSchema.Json);
        Assert.Equal("Stat", schema.RootElement.GetProperty("oneOf")[1].GetProperty("title").GetString());
    }

    [Theory]
    [InlineData("show stat 2 -1 -1", "web,FRONTEND web,sock-1 web,second")]
    [InlineData("show stat be1 4 1", "be1,s1")]
    [InlineData("show stat -1 2 -1", "both,BACKEND be1,BACKEND")]
    [InlineData("show stat be1 6 -1", "be1,s1 be1,s2 be1,s3 be1,BACKEND")]
    [InlineData("show stat domain proxy be1 4 2", "be1,s2")]
    [InlineData("show stat be1 4 -1 up", "be1,s1 be1,s2")]
    [InlineData("show stat be1 4 -1 no-maint", "be1,s1 be1,s2")]
    public void A_dump_can_be_restricted(string command, string names) => Assert.Equal(names,
        string.Join(' ', AProcess.Ask(command + "\n").Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(line => string.Join(',', line.Split(',')[..2]))));

    [Fact]
    public void Text_with_commas_and_quotes_is_quoted()
    {
        var row = new StatRow();
        row.Begin(StatObject.Server, 3, 1, "a,b", "say \"hi\"", "http");
        var text = new System.Text.StringBuilder();
        CsvForm.AppendRow(text, row);
        Assert.StartsWith("\"a,b\",\"say \"\"hi\"\"\",", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_servers_are_written_one_by_one()
    {
        var servers = Enumerable.Range(1, 10_000).Select(id => AProcess.Server("s" + id, id, 1 + id)).ToArray();
        var proxies = AProcess.Proxies(new BackendModel { Name = "big", Id = 9, Position = AProcess.At(90), Servers = [.. servers] });
        var longest = StatDump.Write(proxies, StatSelection.Everything, StatForm.Csv, false, 5_000).Max(piece => piece.Length);
        Assert.InRange(longest, 1_000, 3_000);
    }
}
