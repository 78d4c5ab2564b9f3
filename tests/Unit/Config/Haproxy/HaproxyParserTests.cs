using System.Net;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy;
using Evenkeel.Config.Haproxy.Keywords;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Samples;

namespace Evenkeel.Tests.Unit.Config.Haproxy;

public sealed class HaproxyParserTests
{
    private const string Timeouts = "defaults\n timeout client 1s\n timeout server 1s\n timeout connect 1s\n";

    private readonly FakeWorld _world = new();
    private readonly DiagnosticList _said = new();

    private ConfigurationModel? Parse(string text) =>
        HaproxyParser.Parse(["a.cfg"], new HaproxyOptions(), _world.With("a.cfg", text), SignatureRegistry.Empty, _said);

    private ConfigurationModel Accepted(string text)
    {
        var model = Parse(text);
        Assert.Equal([], _said.Items.Where(item => item.Severity >= Severity.Warning).Select(item => item.HaproxyLine));
        return model!;
    }

    private void Refused(string text, string line)
    {
        Assert.Null(Parse(text));
        Assert.Contains(line, _said.Items.Select(item => item.HaproxyLine));
    }

    [Fact]
    public void A_listen_section_is_a_frontend_and_a_backend_of_one_id()
    {
        var model = Accepted(Timeouts + "listen l\n bind :80\n server s 127.0.0.1:8080\n");
        Assert.Equal(("l", 2, true), (model.Frontends[0].Name, model.Frontends[0].Id, model.Frontends[0].IsListen));
        Assert.Equal(("l", 2, true), (model.Backends[0].Name, model.Backends[0].Id, model.Backends[0].IsListen));
    }

    [Fact]
    public void Proxies_are_numbered_from_two_past_the_ids_given()
    {
        var model = Accepted(Timeouts + "backend a\nbackend b\n id 3\nbackend c\nbackend d\n");
        Assert.Equal([2, 3, 4, 5], model.Backends.Select(backend => backend.Id));
    }

    [Fact]
    public void A_port_range_makes_one_bind_a_port()
    {
        var model = Accepted(Timeouts + "frontend f\n bind 127.0.0.1:80-82,[::1]:90 name x\n");
        Assert.Equal(["127.0.0.1:80", "127.0.0.1:81", "127.0.0.1:82", "[::1]:90"], model.Frontends[0].Binds.Select(bind => bind.Address.ToString()));
        Assert.All(model.Frontends[0].Binds, bind => Assert.Equal("x", bind.Name));
    }

    [Fact]
    public void Multipath_tcp_is_asked_for_by_the_prefix_of_an_address()
    {
        var model = Accepted(Timeouts + "listen l\n bind mptcp@:80,:81\n server a mptcp4@127.0.0.1:8080\n server b 127.0.0.1:8080\n");
        Assert.Equal([true, false], model.Frontends[0].Binds.Select(bind => bind.Address.IsMultipath));
        Assert.Equal([true, false], model.Backends[0].Servers.Select(server => server.Address!.IsMultipath));
    }

    [Theory]
    [InlineData("config", "conf/pages/503.http")]
    [InlineData("parent", "conf/../pages/503.http")]
    [InlineData("origin /etc/other/", "/etc/other/pages/503.http")]
    [InlineData("current", "pages/503.http")]
    public void Relative_paths_start_where_default_path_says(string policy, string file)
    {
        _world.Directories.UnionWith(["conf", "conf/..", "/etc/other/"]);
        _world.With(file, "HTTP/1.0 503 Sorry\r\n\r\n");
        _world.With("conf/a.cfg", $"global\n default-path {policy}\n" + Timeouts + " mode http\nbackend b\n errorfile 503 pages/503.http\n");
        Assert.NotNull(HaproxyParser.Parse(["conf/a.cfg"], new HaproxyOptions(), _world, SignatureRegistry.Empty, _said));
        Assert.Empty(_said.Items);
    }

    [Fact]
    public void Default_path_follows_each_file_that_is_read()
    {
        _world.Directories.UnionWith(["one", "two"]);
        _world.With("one/a.cfg", "global\n default-path config\n" + Timeouts + " mode http\nbackend a\n errorfile 503 e\n");
        _world.With("two/b.cfg", Timeouts + " mode http\nbackend b\n errorfile 503 e\n");
        _world.With("one/e", "HTTP/1.0 503 Sorry\r\n\r\n");
        Assert.Null(HaproxyParser.Parse(["one/a.cfg", "two/b.cfg"], new HaproxyOptions(), _world, SignatureRegistry.Empty, _said));
        Assert.Contains("config : parsing [two/b.cfg:7] : errorfile : error opening file 'e'.", _said.Items.Select(item => item.HaproxyLine));
    }

    [Fact]
    public void Settings_come_from_the_last_defaults_or_from_the_one_named()
    {
        var model = Accepted("defaults one\n mode http\n timeout client 3s\n timeout connect 1s\n timeout server 1s\n retries 7\n"
            + "defaults two from one\n retries 8\n"
            + "frontend f from one\n bind :80\nbackend b from two\n server s 127.0.0.1:80\n");
        Assert.Equal((ProxyMode.Http, 3_000), (model.Frontends[0].Mode, model.Frontends[0].Timeouts.ClientMs));
        Assert.Equal((ProxyMode.Http, 8, 1_000), (model.Backends[0].Mode, model.Backends[0].Retries, model.Backends[0].Timeouts.ConnectMs));
    }

    [Fact]
    public void A_default_server_is_what_later_servers_start_from()
    {
        var model = Accepted(Timeouts + "backend b\n server a 127.0.0.1:80\n default-server inter 5s rise 4 weight 9\n server b 127.0.0.1:80 check rise 3\n");
        Assert.Equal((2_000, 2, 1), (model.Backends[0].Servers[0].IntervalMs, model.Backends[0].Servers[0].Rise, model.Backends[0].Servers[0].Weight));
        Assert.Equal((5_000, 3, 9), (model.Backends[0].Servers[1].IntervalMs, model.Backends[0].Servers[1].Rise, model.Backends[0].Servers[1].Weight));
    }

    [Fact]
    public void A_host_name_gets_its_address_at_the_end()
    {
        _world.Hosts["app"] = IPAddress.Parse("10.0.0.7");
        var server = Accepted(Timeouts + "backend b\n server s app:8080\n").Backends[0].Servers[0];
        Assert.Equal(("app", "10.0.0.7:8080"), (server.HostName, server.Address!.ToString()));
    }

    [Fact]
    public void A_host_name_nobody_knows_is_fatal() =>
        Refused(Timeouts + "backend b\n server s nobody:80\n", "[a.cfg:6] : 'server b/s' : could not resolve address 'nobody'.");

    [Fact]
    public void Init_addr_none_lets_an_unknown_host_start_without_an_address()
    {
        Assert.Null(Accepted(Timeouts + "backend b\n server s nobody:80 init-addr libc,none\n").Backends[0].Servers[0].Address);
        Assert.Contains("[a.cfg:6] : 'server b/s' : could not resolve address 'nobody', disabling server.", _said.Items.Select(item => item.HaproxyLine));
    }

    [Fact]
    public void Log_global_puts_the_global_targets_first()
    {
        var model = Accepted("global\n log 10.0.0.1:1514 local1 notice\n" + Timeouts + "frontend f\n bind :80\n log global\n log stdout format raw daemon\n");
        Assert.Equal([LogTransport.Udp, LogTransport.StandardOutput], model.Frontends[0].Logs.Select(target => target.Transport));
        var first = model.Frontends[0].Logs[0];
        Assert.Equal(("10.0.0.1:1514", 17, 5), (first.Address!.ToString(), first.Facility, first.Level));
    }

    [Fact]
    public void Httpchk_without_a_send_rule_makes_the_request_it_describes()
    {
        var check = Accepted("defaults\n mode http\n timeout connect 1s\n timeout server 1s\nbackend b\n option httpchk GET /health HTTP/1.1\n"
            + " http-check expect status 200\n server s 127.0.0.1:80 check\n").Backends[0].Check!;
        Assert.Equal(CheckKind.Http, check.Kind);
        var send = Assert.IsType<CheckSendHttpModel>(check.Steps[0]);
        Assert.Equal(("GET", "/health", "HTTP/1.1"), (send.Method, send.Uri, send.Version));
        Assert.Equal("200", Assert.IsType<CheckExpectModel>(check.Steps[1]).Pattern);
    }

    [Fact]
    public void Http_check_send_is_filled_up_from_httpchk()
    {
        var check = Accepted("defaults\n mode http\n timeout connect 1s\n timeout server 1s\nbackend b\n option httpchk GET /health\n"
            + " http-check send hdr host app\n server s 127.0.0.1:80 check\n").Backends[0].Check!;
        var send = Assert.IsType<CheckSendHttpModel>(Assert.Single(check.Steps));
        Assert.Equal(("GET", "/health", "app"), (send.Method, send.Uri, send.Headers[0].Value.Text));
    }

    [Fact]
    public void Error_files_come_from_the_section_named_and_the_proxys_own_win()
    {
        _world.With("400.http", "HTTP/1.1 400 four\r\n\r\n").With("503.http", "HTTP/1.1 503 five\r\n\r\n").With("own.http", "HTTP/1.1 503 own\r\n\r\n");
        var model = Accepted(Timeouts + "http-errors site\n errorfile 400 400.http\n errorfile 503 503.http\n"
            + "backend b\n errorfiles site\n errorfile 503 own.http\n");
        Assert.Equal("HTTP/1.1 400 four\r\n\r\n"u8.ToArray(), model.Backends[0].ErrorReplies[400].Payload.ToArray());
        Assert.Equal("HTTP/1.1 503 own\r\n\r\n"u8.ToArray(), model.Backends[0].ErrorReplies[503].Payload.ToArray());
    }

    [Fact]
    public void A_stats_socket_is_read_like_a_bind_line()
    {
        var socket = Accepted("global\n stats socket /run/h.sock mode 660 level admin expose-fd listeners\n stats timeout 30s\n").Global.StatsSockets[0];
        Assert.Equal(("unix@/run/h.sock", 0x1B0, CommandLevel.Admin, true), (socket.Address.ToString(), socket.Mode, socket.Level, socket.ExposeListeners));
    }

    [Fact]
    public void An_inherited_descriptor_must_be_open()
    {
        _world.OpenDescriptors.Add(7);
        Assert.Equal(7, Accepted(Timeouts + "frontend f\n bind fd@7\n").Frontends[0].Binds[0].Address.Descriptor);
        Refused(Timeouts + "frontend f\n bind fd@8\n", "config : parsing [a.cfg:6] : 'bind' : cannot use file descriptor '8' : Bad file descriptor.");
    }

    [Fact]
    public void A_file_after_another_starts_outside_any_section()
    {
        _world.With("a.cfg", "global\n").With("b.cfg", "daemon\n");
        Assert.Null(HaproxyParser.Parse(["a.cfg", "b.cfg"], new HaproxyOptions(), _world, SignatureRegistry.Empty, _said));
        Assert.Equal("config : parsing [b.cfg:1]: unknown keyword 'daemon' out of section.", _said.Items[0].HaproxyLine);
    }

    [Fact]
    public void A_directory_stands_for_its_files_in_order()
    {
        _world.Directories.Add("conf");
        _world.With("conf/20.cfg", "global\n nbthread 20\n").With("conf/10.cfg", "global\n nbthread 10\n").With("conf/x.txt", "nonsense\n");
        var model = HaproxyParser.Parse(["conf"], new HaproxyOptions(), _world, SignatureRegistry.Empty, _said);
        Assert.Equal(20, model!.Global.Threads.Count);
    }

    [Fact]
    public void A_keyword_of_the_original_that_is_not_there_yet_is_refused_and_not_skipped() =>
        Refused("global\n lua-load x.lua\n", "config : parsing [a.cfg:2] : 'lua-load' in 'global' section is not supported yet.");

    [Theory]
    [InlineData("term_events", "it shows flags and addresses of HAProxy's own program, in a form that its manual leaves open")]
    [InlineData("internal.htx.size", "it shows the blocks in which HAProxy's own program keeps a message")]
    public void A_view_into_the_originals_own_program_is_refused_with_the_reason(string fetch, string reason) =>
        Assert.Equal(reason, OriginalKeywords.Names.WhyNoFetch(fetch));

    [Fact]
    public void An_unknown_keyword_draws_the_nearest_one() =>
        Refused("global\n maxcon 3\n", "config : parsing [a.cfg:2] : unknown keyword 'maxcon' in 'global' section; did you mean 'maxconn' maybe ?");

    [Fact]
    public void Every_error_of_a_file_is_told_until_there_are_fifty()
    {
        Assert.Null(Parse("global\n" + string.Concat(Enumerable.Repeat(" nonsense\n", 80))));
        Assert.Equal(50, _said.Items.Count(item => item.HaproxyLine.Contains("unknown keyword", StringComparison.Ordinal)));
        Assert.Contains("config : parsing [a.cfg:52]: too many fatal errors (50), stopping now.", _said.Items.Select(item => item.HaproxyLine));
    }

    [Fact]
    public void Environment_set_in_global_is_seen_by_later_lines()
    {
        var model = Accepted("global\n setenv WHO world\n description \"hello ${WHO}\"\n.if streq(\"$WHO\",world)\n maxconn 5\n.endif\n");
        Assert.Equal(("hello world", 5), (model.Global.Description, model.Global.MaxConnections));
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad\r\nContent-Length: 5\r\n\r\nabc", "payload size does not match the announced content-length (3 != 5)")]
    [InlineData("HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\nabc", "message payload not expected")]
    [InlineData("HTTP/1.1 400 Bad\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\n", "chunk-encoded payload not supported")]
    public void An_error_page_must_be_what_its_head_says(string page, string complaint)
    {
        _world.With("page", page);
        Refused(Timeouts + " mode http\n errorfile 400 page\n", $"config : parsing [a.cfg:6] : errorfile : 'page': {complaint}");
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad\r\nContent-Length: 3\r\n\r\nabc")]
    [InlineData("HTTP/1.1 400 Bad\n\nabc")]
    [InlineData("")]
    public void An_error_page_that_is_what_it_says_is_taken(string page)
    {
        _world.With("page", page);
        _ = Accepted(Timeouts + " mode http\n errorfile 400 page\n");
    }
}
