using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>Small print of log lines and of our own answers, as HAProxy 3.5 has it.</summary>
public sealed class LogDetailTests
{
    [Fact]
    public void Each_kind_of_answer_leaves_its_letters_times_and_server()
    {
        using var sink = new SyslogSink();
        using var server = ScriptedServer.Answering("hello");
        using var balancer = new Balancer($$"""
            userlist u
                user a insecure-password b
            frontend web
                bind 127.0.0.1:{port}
                log 127.0.0.1:{{sink.Port}} format raw local0
                log-format "%ts %b/%s %si:%sp %HPO|%HQ|%ST uri=%HU"
                option dontlognull
                http-request auth if { path /auth } !{ http_auth(u) }
                stats uri /stats
                default_backend be
            backend be
                cookie SRV insert
                http-request deny if { path /deny }
                server s 127.0.0.1:{{server.Port}} cookie zz
            """);
        string Line(string path, params string[] headers)
        {
            balancer.Get(path, headers);
            return sink.ReadLineWith("uri=" + path).Trim();
        }
        Assert.Equal("LR web/<NOSRV> -:- /auth||401 uri=/auth", Line("/auth"));
        Assert.Equal("PR be/<NOSRV> -:- /deny||403 uri=/deny", Line("/deny"));
        Assert.Equal("PR be/s -:- /deny||403 uri=/deny", Line("/deny", "Cookie: SRV=zz"));
        Assert.Equal($"-- be/s 127.0.0.1:{server.Port} /a|?b=c|200 uri=/a?b=c", Line("/a?b=c"));
        Assert.StartsWith("LR web/<STATS>", Line("/stats"));
        balancer.Ask("OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.EndsWith(" ||200 uri=*", sink.ReadLineWith("uri=*").Trim());
    }

    [Fact]
    public void Frontends_that_commands_close_and_open_are_told_of()
    {
        using var sink = new SyslogSink();
        using var balancer = new Balancer($$"""
            listen l
                bind 127.0.0.1:{port}
                log 127.0.0.1:{{sink.Port}} format priority local0
            """);
        balancer.Command("disable frontend l");
        Assert.StartsWith("<132>Paused proxy l.", sink.ReadLineWith("Paused"), StringComparison.Ordinal);
        balancer.Command("enable frontend l");
        Assert.StartsWith("<132>Resumed proxy l.", sink.ReadLineWith("Resumed"), StringComparison.Ordinal);
        balancer.Command("shutdown frontend l");
        Assert.StartsWith("<132>Proxy l stopped (cumulated conns: FE: ", sink.ReadLineWith("stopped"), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_in_common_log_format_have_no_dashes_for_what_is_not_there()
    {
        using var sink = new SyslogSink();
        using var balancer = new Balancer($$"""
            frontend web
                bind 127.0.0.1:{port}
                log 127.0.0.1:{{sink.Port}} format raw local0
                option httplog clf
                option dontlognull
                capture request header X-A len 8
                capture response header X-B len 8
                http-request deny if { path /deny }
            """);
        balancer.Get("/deny");
        var line = sink.ReadLineWith("/deny").Trim();
        Assert.Matches("""^127\.0\.0\.1 - - \[.*\] "GET /deny HTTP/1\.1" 403 \d+ "" "" \d+ \d+ "web" "web" "<NOSRV>" 0 -1 -1 -1 \d+ PR-- """, line);
        Assert.EndsWith(" 0 0 0 0 0 \"\" \"\" \"\" \"\"", line);
    }

    [Fact]
    public void Redirects_keep_the_query_behind_an_added_slash_and_take_literal_targets()
    {
        using var balancer = new Balancer("""
            frontend web
                bind 127.0.0.1:{port}
                http-request redirect prefix http://o append-slash if { path /pre }
                http-request redirect location "http://h/%[path]?x" if { path /lit }
            """);
        Assert.Contains("\r\nlocation: http://o/pre?a=b/\r\n", balancer.Get("/pre?a=b"));
        Assert.Contains("\r\nlocation: http://o/pre/\r\n", balancer.Get("/pre"));
        Assert.Contains("\r\nlocation: http://h//lit?x\r\n", balancer.Get("/lit"));
    }

    [Fact]
    public void The_page_for_a_bad_request_has_its_headers_in_the_originals_order()
    {
        using var balancer = new Balancer("""
            frontend web
                bind 127.0.0.1:{port}
                http-request deny
            """);
        Assert.StartsWith("HTTP/1.1 400 Bad request\r\ncontent-length: 90\r\ncache-control: no-cache\r\nconnection: close\r\ncontent-type: text/html\r\n\r\n",
            balancer.Ask("BAD\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 403 Forbidden\r\ncontent-length: 93\r\ncache-control: no-cache\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n",
            balancer.Get("/"));
    }
}
