using System.Net;
using System.Net.Sockets;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>Where rules stand and when they run: sides, stages, defaults, and what one rule leaves for the next.</summary>
public sealed class RuleStageTests
{
    [Fact]
    public void The_acl_fetch_inside_a_header_leaves_the_rest_of_the_text_alone()
    {
        using var balancer = new Balancer("""
            listen web
                bind 127.0.0.1:{port}
                acl one always_true
                acl two path -m beg /two
                http-request return status 200 hdr x-acl "one=%[acl(one)] two=%[acl(two)] neither=%[acl(!one,!two)] end"
            """);
        Assert.Contains("x-acl: one=1 two=0 neither=0 end\r\n", balancer.Get("/"));
        Assert.Contains("x-acl: one=1 two=1 neither=0 end\r\n", balancer.Get("/two"));
    }

    [Fact]
    public void Captures_and_rules_of_named_defaults_work_in_the_sections_that_use_them()
    {
        using var server = ScriptedServer.Answering("ok");
        using var balancer = new Balancer($$"""
            defaults base
                mode http
                timeout connect 2s
                timeout client 5s
                timeout server 5s
                http-request capture req.hdr(x-first) len 20
                http-request set-header x-from-defaults yes
                http-response set-header x-captured %[capture.req.hdr(0)]
            frontend web from base
                bind 127.0.0.1:{port}
                default_backend servers
            defaults plain
                mode http
                timeout connect 2s
                timeout server 5s
            backend servers
                server s 127.0.0.1:{{server.Port}}
            """);
        Assert.Contains("x-captured: kept\r\n", balancer.Get("/", "X-First: kept"));
        Assert.True(server.Heads.TryDequeue(out var head));
        Assert.Contains("x-from-defaults: yes\r\n", head);
    }

    [Fact]
    public void A_listen_section_applies_its_response_rules_when_it_sends_the_request_elsewhere()
    {
        using var server = ScriptedServer.Answering("ok");
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                use_backend other
                http-response set-header x-listen yes
                http-after-response set-header x-after yes
            backend other
                http-response set-header x-backend yes
                server s 127.0.0.1:{{server.Port}}
            """);
        var answer = balancer.Get("/");
        Assert.Contains("x-listen: yes\r\n", answer);
        Assert.Contains("x-after: yes\r\n", answer);
        Assert.Contains("x-backend: yes\r\n", answer);
    }

    [Fact]
    public void The_last_line_that_names_a_page_for_a_status_wins()
    {
        var page = Path.GetTempFileName();
        File.WriteAllText(page, "HTTP/1.0 403 Mine\r\nX-Page: file\r\n\r\n");
        using var balancer = new Balancer($$"""
            http-errors pages
                errorfile 403 {{page}}
            listen first
                bind 127.0.0.1:{port}
                errorfile 403 {{page}}
                errorfile 404 {{page}}
                errorfiles pages
                http-request deny deny_status 404 if { path /404 }
                http-request deny
            """);
        File.Delete(page);
        Assert.StartsWith("HTTP/1.0 403 Mine\r\n", balancer.Get("/"));
        Assert.StartsWith("HTTP/1.0 403 Mine\r\n", balancer.Get("/404"));
    }

    [Theory]
    [InlineData("http", "{ status 200 }")]
    [InlineData("tcp", "{ res.payload(0,0),lower -m sub forbidden }")]
    public void Tcp_response_rules_judge_what_the_server_says(string mode, string condition)
    {
        using var server = ScriptedServer.Answering("forbidden");
        using var balancer = new Balancer($$"""
            listen web
                mode {{mode}}
                bind 127.0.0.1:{port}
                tcp-response inspect-delay 2s
                tcp-response content reject if {{condition}}
                server s 127.0.0.1:{{server.Port}}
            """);
        var answer = balancer.Get("/");
        Assert.Empty(answer);
    }

    [Theory]
    [InlineData("tcp-request session silent-drop")]
    [InlineData("http-request silent-drop")]
    [InlineData("http-response silent-drop")]
    [InlineData("http-request silent-drop rst-ttl 1")]
    public void A_client_that_is_dropped_silently_never_reads_an_end(string rule)
    {
        using var server = ScriptedServer.Answering("ok");
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                {{rule}}
                server s 127.0.0.1:{{server.Port}}
            """);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(IPAddress.Loopback, balancer.Port);
        client.Send("GET / HTTP/1.0\r\n\r\n"u8);
        // Nobody is there any more whom more bytes could reach, and the kernel says so. An end that was sent would be read first.
        for (var i = 0; i < 200 && !client.Poll(TimeSpan.FromMilliseconds(50), SelectMode.SelectRead); i++) client.Send("x"u8);
        var broken = Assert.Throws<SocketException>(() => client.Receive(new byte[100]));
        Assert.Equal(SocketError.ConnectionReset, broken.SocketErrorCode);
        Assert.Contains(balancer.Command("show stat").Split('\n'), line => line.StartsWith("web,FRONTEND,", StringComparison.Ordinal)
            && line.Split(',')[10] != "0");
    }

    [Theory]
    [InlineData("close", "HTTP/1.1 502 ")]
    [InlineData("reject", "")]
    public void A_rule_on_the_servers_bytes_ends_the_server_or_both(string verdict, string answer)
    {
        using var server = ScriptedServer.Answering("ok");
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                tcp-response content {{verdict}}
                server s 127.0.0.1:{{server.Port}}
            """);
        var got = balancer.Get("/");
        if (answer.Length == 0) Assert.Empty(got);
        else Assert.StartsWith(answer, got);
    }

    [Fact]
    public void A_request_that_cannot_hold_its_new_header_is_refused_with_500_unless_told_otherwise()
    {
        using var server = ScriptedServer.Answering("ok");
        var large = new string('v', 4000);
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                http-request strict-mode off if { path /lenient }
                http-request set-header x-1 "%[req.hdr(x-large),concat({{new string('a', 3000)}})]"
                http-request set-header x-2 "%[req.hdr(x-large),concat({{new string('b', 3000)}})]"
                http-request set-header x-3 "%[req.hdr(x-large),concat({{new string('c', 3000)}})]"
                server s 127.0.0.1:{{server.Port}}
            """);
        Assert.StartsWith("HTTP/1.1 500 ", balancer.Get("/strict", "X-Large: " + large));
        Assert.Empty(server.Heads);
        Assert.StartsWith("HTTP/1.1 200 ", balancer.Get("/lenient", "X-Large: " + large));
    }

    [Fact]
    public void Set_retries_takes_a_number_or_an_expression()
    {
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                log-format "retries=%rc"
                retries 0
                option redispatch
                http-request set-var(txn.n) int(2)
                http-request set-retries var(txn.n) if { path /two }
                http-request set-retries 1 unless { path /two }
                http-after-response set-header x-retries %[txn.conn_retries]
                server s 127.0.0.1:{{Ports.Free()}}
            """);
        Assert.Contains("x-retries: 2\r\n", balancer.Get("/two"));
        Assert.Contains("x-retries: 1\r\n", balancer.Get("/one"));
    }

    [Fact]
    public void A_server_timeout_set_for_one_request_is_forgotten_by_the_next()
    {
        using var server = ScriptedServer.Answering("ok");
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                http-request set-timeout server 3s if { path /slow }
                http-response set-header x-timeout %[cur_server_timeout]
                server s 127.0.0.1:{{server.Port}}
            """);
        using var client = balancer.Connect();
        client.Send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Contains("x-timeout: 3000\r\n", client.ReadResponse());
        client.Send("GET /usual HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Contains("x-timeout: 5000\r\n", client.ReadResponse());
    }
}
