using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Parity;

/// <summary>What running files from the field beside HAProxy 3.5 has found. Every expected text is what it sent, logged and counted.</summary>
public sealed class FieldFileTests
{
    [Fact]
    public void The_rules_of_a_listen_hold_for_what_others_send_there()
    {
        using var server = ScriptedServer.Answering("ok");
        using var balancer = new Balancer($$"""
            frontend in
                bind 127.0.0.1:{port}
                use_backend site if { path_beg /site }
            listen site
                bind 127.0.0.1:{{Ports.Free()}}
                acl elsewhere path /site/elsewhere
                http-request redirect location /new if { path /site/old }
                http-request set-header x-rule ran
                http-request deny if { path /site/denied }
                redirect location /else if elsewhere
                http-response set-header x-site yes
                server s 127.0.0.1:{{server.Port}}
            """);
        Assert.Contains("\r\nlocation: /new\r\n", balancer.Get("/site/old"));
        Assert.StartsWith("HTTP/1.1 403 ", balancer.Get("/site/denied"));
        Assert.Contains("\r\nlocation: /else\r\n", balancer.Get("/site/elsewhere"));
        Assert.Contains("\r\nx-site: yes\r\n", balancer.Get("/site"));
        Assert.Contains("\r\nx-rule: ran\r\n", server.Heads.Last());
    }

    [Fact]
    public void Who_sends_nothing_is_answered_and_counted_and_not_in_the_log()
    {
        using var sink = new SyslogSink();
        using var server = ScriptedServer.Answering("ok");
        var relay = Ports.Free();
        using var balancer = new Balancer($$"""
            defaults
                log 127.0.0.1:{{sink.Port}} format raw local0
                option dontlognull
                timeout client 5s
                timeout connect 5s
                timeout server 5s
            listen web
                mode http
                bind 127.0.0.1:{port}
                log-format "web %ST %HU"
                server s 127.0.0.1:{{server.Port}}
            frontend relay
                mode tcp
                bind 127.0.0.1:{{relay}}
                log-format "relay %fc/%bc/%sc %ts"
                default_backend far
            backend far
                mode tcp
                server s 127.0.0.1:{{server.Port}}
            """);
        using (var silent = balancer.Connect())
        {
            silent.FinishSending();
            Assert.StartsWith("HTTP/1.1 400 ", silent.ReadToEnd());
        }
        balancer.Get("/asks");
        Assert.Equal("web 200 /asks", sink.ReadLine().Trim());
        using (var silent = new RawClient(relay))
        {
            silent.FinishSending();
            Assert.Equal("", silent.ReadToEnd());
        }
        using (var client = new RawClient(relay))
        {
            client.Send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            client.ReadToEnd();
        }
        Assert.Equal("relay 1/0/0 --", sink.ReadLine().Trim());
    }

    [Fact]
    public void Sessions_and_requests_are_counted_where_the_original_counts_them()
    {
        using var server = ScriptedServer.Answering("ok");
        var relay = Ports.Free();
        using var balancer = new Balancer($$"""
            frontend in
                bind 127.0.0.1:{port}
                http-request redirect location /x if { path /redirect }
                http-request return status 200 if { path /return }
                http-request auth if { path /auth }
                use_backend page if { path_beg /page }
                default_backend out
            backend page
                stats uri /page
                http-request redirect location /x if { path /page/redirect }
            backend out
                cookie who insert
                server s 127.0.0.1:{{server.Port}} cookie one
            frontend relay
                mode tcp
                bind 127.0.0.1:{{relay}}
            """);
        Dictionary<string, string> Row(string start)
        {
            var lines = balancer.Command("show stat").Split('\n');
            var values = lines.First(line => line.StartsWith(start, StringComparison.Ordinal)).Split(',');
            return lines[0].Split(',').Zip(values).Where(pair => pair.First.Length > 0).ToDictionary(pair => pair.First, pair => pair.Second);
        }
        var before = Row("in,FRONTEND");
        foreach (var path in new[] { "/redirect", "/return", "/auth", "/page", "/page/redirect", "/", "/again" }) balancer.Get(path);
        using (var client = new RawClient(relay)) client.ReadToEnd();
        var after = Row("in,FRONTEND");
        long More(string column) => long.Parse(after[column]) - long.Parse(before[column]);
        Assert.Equal(3, More("intercepted"));
        Assert.Equal(More("stot"), More("h1sess"));
        Assert.True(More("h1sess") >= 7);
        Assert.Equal("1", Row("relay,FRONTEND")["sess_other"]);
        Assert.Equal("0", Row("relay,FRONTEND")["h1sess"]);
        Assert.Equal("2", Row("out,s")["req_tot"]);
        Assert.Equal(Row("out,s")["reuse"], Row("out,BACKEND")["reuse"]);
        // A page that shows no legends shows no addresses, cookies and algorithms in its other forms either; the socket does.
        Assert.Equal("one", Row("out,s")["cookie"]);
        var page = balancer.Get("/page;csv");
        Assert.DoesNotContain(",one,", page);
        Assert.DoesNotContain($"127.0.0.1:{server.Port}", page);
        // Balancing did not choose what a cookie names.
        var chosen = Row("out,BACKEND")["lbtot"];
        balancer.Get("/", "Cookie: who=one");
        Assert.Equal((chosen, "3"), (Row("out,BACKEND")["lbtot"], Row("out,BACKEND")["stot"]));
    }

    [Fact]
    public void The_page_comes_before_redirect_lines_and_a_listen_denies_as_a_frontend()
    {
        using var balancer = new Balancer("""
            listen page
                bind 127.0.0.1:{port}
                redirect scheme https
                http-request deny if { path /denied }
                stats uri /stats
            """);
        Assert.StartsWith("HTTP/1.1 302 ", balancer.Get("/"));
        Assert.StartsWith("HTTP/1.1 403 ", balancer.Get("/denied"));
        var rows = balancer.Get("/stats;csv").Split('\n');
        Assert.StartsWith("HTTP/1.1 200 ", rows[0]);
        var denied = rows.Where(row => row.StartsWith("page,", StringComparison.Ordinal)).Select(row => row.Split(',')[10]);
        Assert.Equal(["1", "0"], denied);
    }

    [Fact]
    public void A_probe_of_an_unknown_method_says_that_it_has_no_body()
    {
        using var server = ScriptedServer.Answering("ok");
        using var balancer = new Balancer($$"""
            listen in
                bind 127.0.0.1:{port}
                option httpchk PURGE /check
                server s 127.0.0.1:{{server.Port}} check inter 100ms
            """);
        balancer.Program.WaitUntil(() => !server.Heads.IsEmpty, "the server is probed");
        Assert.Equal("PURGE /check HTTP/1.0\r\ncontent-length: 0\r\n\r\n", server.Heads.First());
    }
}
