using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>What log lines say, when they are written and which of them are sent.</summary>
public sealed class LogTests
{
    [Fact]
    public void A_sampled_target_gets_its_share_of_the_lines()
    {
        using var all = new SyslogSink();
        using var some = new SyslogSink();
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                option dontlognull
                log 127.0.0.1:{{all.Port}} format raw local0
                log 127.0.0.1:{{some.Port}} format raw sample 2,4-5:5 local0
                log-format "line %HU end"
                http-request return status 204
            """);
        for (var i = 1; i <= 10; i++) balancer.Get("/" + i);
        all.ReadLineWith("line /10 end");
        foreach (var expected in new[] { 2, 4, 5, 7, 9, 10 }) Assert.Equal($"line /{expected} end", some.ReadLineWith("line").Trim());
    }

    [Fact]
    public void The_lengths_of_logged_requests_and_cookies_are_tuned()
    {
        using var log = new SyslogSink();
        using var server = ScriptedServer.Answering("ok");
        using var balancer = new Balancer($$"""
            global
                tune.http.logurilen 2000
                tune.http.cookielen 12
            defaults
                mode http
                timeout client 5s
                timeout connect 5s
                timeout server 5s
            listen web
                bind 127.0.0.1:{port}
                option dontlognull
                log 127.0.0.1:{{log.Port}} len 8192 format raw local0
                capture cookie id len 40
                log-format "%CC %[capture.req.uri,length] %r"
                server s 127.0.0.1:{{server.Port}}
            """);
        balancer.Get("/" + new string('a', 3000), "Cookie: id=0123456789abcdef");
        var line = log.ReadLineWith("id=").Trim();
        Assert.StartsWith("id=012345678 ", line);
        Assert.EndsWith(" GET /" + new string('a', 2000 - 5), line);
    }

    [Fact]
    public void The_line_of_a_rejected_request_knows_no_cookie()
    {
        using var log = new SyslogSink();
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                mode http
                option dontlognull
                log 127.0.0.1:{{log.Port}} format raw local0
                capture cookie id len 40
                cookie S insert
                log-format "%HU %CC %tsc"
                http-request reject if { path /reject }
                http-request deny
                server s 127.0.0.1:1 cookie x
            """);
        balancer.Ask("GET /reject HTTP/1.1\r\nHost: a\r\nCookie: id=7; S=x\r\n\r\n");
        Assert.Equal("/reject - PRNN", log.ReadLineWith("/reject").Trim());
        balancer.Get("/deny", "Cookie: id=7; S=x");
        Assert.Equal("/deny id=7 PRVN", log.ReadLineWith("/deny").Trim());
    }

    [Fact]
    public void A_monitor_request_is_among_the_connections_that_a_log_without_a_format_tells_of()
    {
        using var log = new SyslogSink();
        using var balancer = new Balancer($$"""
            frontend web
                mode http
                bind 127.0.0.1:{port}
                option dontlognull
                log 127.0.0.1:{{log.Port}} format raw local0
                timeout client 5s
                monitor-uri /alive
            """);
        balancer.Get("/alive");
        Assert.EndsWith("(web/HTTP)", log.ReadLineWith("Connect from").Trim());
    }

    [Fact]
    public void The_log_names_the_rule_that_decided_and_the_one_that_waited()
    {
        using var log = new SyslogSink();
        using var balancer = new Balancer($$"""
            defaults
                mode http
                timeout client 5s
                timeout http-request 300ms
            frontend web
                bind 127.0.0.1:{port}
                option dontlognull
                log 127.0.0.1:{{log.Port}} format raw local0
                log-format "%HU %[last_entity] %[waiting_entity] %[last_rule_line] %ST"
                http-request wait-for-body time 5s if { path /slow }
                http-request deny
            """);
        balancer.Get("/denied");
        Assert.EndsWith("haproxy.cfg:11 - 11 403", log.ReadLineWith("/denied").Trim());
        balancer.Ask("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
        Assert.Matches("haproxy.cfg:10 [^ ]*haproxy.cfg:10 10 408$", log.ReadLineWith("/slow").Trim());
    }

    [Fact]
    public void A_profile_changes_tag_formats_and_steps_of_one_target_only()
    {
        using var plain = new SyslogSink();
        using var special = new SyslogSink();
        using var server = ScriptedServer.Answering("ok");
        using var balancer = new Balancer($$"""
            log-profile mine
                log-tag special
                on request format "asked %HM %HU (%OG)"
                on response drop
                on error format "broken %OG"
                on close sd "[x@1 status=\"%ST\"]"
            listen web
                bind 127.0.0.1:{port}
                option dontlognull
                log 127.0.0.1:{{plain.Port}} format rfc5424 local0
                log 127.0.0.1:{{special.Port}} format rfc5424 profile mine local0
                log-steps request,response,close
                log-format "own %HU (%OG)"
                log-format-sd "[own@1 uri=\"%HU\"]"
                log-tag usual
                server s 127.0.0.1:{{server.Port}}
            """);
        balancer.Get("/a");
        Assert.Contains(" usual ", plain.ReadLineWith("(txn_request)"));
        Assert.Contains(" - [own@1 uri=\"/a\"] own /a (txn_response)", plain.ReadLineWith("(txn_response)"));
        plain.ReadLineWith("own /a (txn_close)");
        Assert.Contains(" special ", special.ReadLineWith("asked GET /a (txn_request)"));
        Assert.Contains(" - [x@1 status=\"200\"] own /a (txn_close)", special.ReadLineWith("own"));
        balancer.Ask("BAD\r\n\r\n");
        special.ReadLineWith("broken sess_error");
    }

    [Fact]
    public void Do_log_writes_a_line_where_its_rule_stands_and_leaves_the_last_one_alone()
    {
        using var sink = new SyslogSink();
        using var server = ScriptedServer.Answering("ok");
        using var balancer = new Balancer($$"""
            log-profile short
                on any format "short %OG"
            listen web
                bind 127.0.0.1:{port}
                option dontlognull
                log 127.0.0.1:{{sink.Port}} format raw local0
                log-format "%OG %ST %B"
                tcp-request connection do-log profile short
                http-request set-var(txn.a) str(kept)
                http-request do-log if { path /logged }
                http-request set-header x-a %[var(txn.a)]
                http-response do-log
                server s 127.0.0.1:{{server.Port}}
            """);
        balancer.Get("/logged");
        Assert.Equal("short tcp-req-conn", sink.ReadLineWith("short tcp").Trim());
        Assert.Equal("http-req -1 0", sink.ReadLineWith("http-req").Trim());
        Assert.StartsWith("http-res 200 ", sink.ReadLineWith("http-res"));
        Assert.Matches("^txn_(close|response) 200 [1-9]", sink.ReadLineWith("txn_"));
        Assert.True(server.Heads.TryDequeue(out var head));
        Assert.Contains("x-a: kept\r\n", head);
    }

    [Fact]
    public void Json_lines_hold_values_of_their_type()
    {
        using var sink = new SyslogSink();
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                option dontlognull
                log 127.0.0.1:{{sink.Port}} format raw local0
                log-format "%{+json}o %(status)ST %(method)HM %(port)fp %(agent)[capture.req.hdr(0)] %(none)[var(txn.no)]"
                capture request header x-agent len 50
                http-request return status 404
            """);
        balancer.Get("/", "X-Agent: a\"b");
        Assert.Equal($$"""{"status": 404, "method": "GET", "port": {{balancer.Port}}, "agent": "a\"b", "none": ""}""", sink.ReadLineWith("{").Trim());
    }

    [Fact]
    public void A_ring_keeps_its_lines_for_operators_and_sends_them_to_its_servers()
    {
        using var counted = new TcpSink();
        using var plain = new TcpSink();
        using var balancer = new Balancer($$"""
            ring kept
                format rfc5424
                maxlen 1200
                size 32764
                timeout connect 5s
                timeout server 10s
                server logs 127.0.0.1:{{counted.Port}} log-proto octet-count
            listen web
                bind 127.0.0.1:{port}
                option dontlognull
                log ring@kept local0
                log tcp@127.0.0.1:{{plain.Port}} format raw local0
                log-format "line %HU"
                http-request return status 204
            """);
        balancer.Get("/1");
        balancer.Get("/2");
        Assert.Equal("line /1\nline /2\n", plain.ReadUntil("/2\n"));
        var framed = counted.ReadUntil("line /2");
        Assert.Matches(@"^(\d+) (<134>1 .* line /1)\d+ <134>1 .* line /2$", framed);
        var space = framed.IndexOf(' ');
        Assert.EndsWith(" line /1", framed.Substring(space + 1, int.Parse(framed[..space])));
        var shown = balancer.Command("show events kept");
        Assert.Contains(" line /1\n<134>1 ", shown);
        Assert.EndsWith(" line /2\n\n", shown);
        Assert.Contains("    kept       : type=buffer, 0 dropped, kept\n", balancer.Command("show events"));
        Assert.Equal("No such event sink\n\n", balancer.Command("show events none"));
    }

    [Fact]
    public void A_ring_finds_its_server_again_and_has_kept_what_was_logged_meanwhile()
    {
        var port = Ports.Free();
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                option dontlognull
                log tcp@127.0.0.1:{{port}} format raw local0
                log-format "line %HU"
                http-request return status 204
            """);
        balancer.Get("/early");
        using (var first = new TcpSink(port)) Assert.Equal("line /early\n", first.ReadUntil("\n"));
        balancer.Get("/lost-or-late");
        balancer.Get("/late");
        using var second = new TcpSink(port);
        Assert.EndsWith("line /late\n", second.ReadUntil("/late\n"));
    }
}
