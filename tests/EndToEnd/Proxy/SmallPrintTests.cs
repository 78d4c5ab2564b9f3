using System.Text.RegularExpressions;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>What comparing random rule sets with HAProxy 3.5 has found. Every expected text is what it sent and logged.</summary>
public sealed partial class SmallPrintTests
{
    private const string Logs = """
        defaults
            mode http
            timeout client 20s
            timeout connect 5s
            timeout tarpit 1ms
            timeout server 7s
            log 127.0.0.1:{log} format raw local0
            option dontlognull

        """;

    [Fact]
    public void Lines_say_what_was_decided_of_a_request_and_which_connection_served_it()
    {
        using var sink = new SyslogSink();
        using var server = ScriptedServer.Answering("hello");
        using var balancer = new Balancer(Logs.Replace("{log}", sink.Port.ToString()) + $$"""
            frontend web
                bind 127.0.0.1:{port}
                unique-id-format id
                errorloc302 403 http://sorry/
                log-format "%ts %ST %TR/%Tw %bi|%[bc_dst]|%[bc_http_major]%[bc_reused] %[cur_server_timeout] %ID %[be_name] %[last_rule_line,bool] %HU"
                http-request deny if { path /deny }
                http-request early-hint link x if { path /hint }
                http-request reject if { path /reject /hint }
                http-request tarpit if { path /tarpit }
                http-request return status 410 errorfile {dir}/page if { path /page }
                redirect location /x if { path /redirect }
                use_backend be if { path_beg /be }
            backend be
                http-request deny if { path /bedeny }
                server s 127.0.0.1:{{server.Port}}
            """, folder => File.WriteAllText(Path.Combine(folder, "page"), "HTTP/1.1 404 Gone fishing\r\ncontent-length: 0\r\n\r\n"));
        string Line(string path)
        {
            balancer.Get(path);
            return Durations().Replace(sink.ReadLineWith(path).Trim(), "N");
        }
        Assert.Equal("PR 403 N/-1 -|-|-0 0 id web 1 /deny", Line("/deny"));
        Assert.Equal("PR -1 -1/-1 -|-|-0 0 id web 1 /reject", Line("/reject"));
        Assert.Equal("PR 0 -1/-1 -|-|-0 0 id web 1 /hint", Line("/hint"));
        Assert.Equal("PT 500 -1/N -|-|-0 0 id web 1 /tarpit", Line("/tarpit"));
        Assert.Equal("LR 410 N/-1 -|-|-0 0 id web 1 /page", Line("/page"));
        Assert.Equal("LR 302 N/-1 -|-|-0 0 id web - /redirect", Line("/redirect"));
        Assert.Equal("SC 503 -1/-1 -|-|-0 0 id web - /nowhere", Line("/nowhere"));
        Assert.Equal("PR 403 N/-1 -|-|-0 0 id be 1 /bedeny", Line("/bedeny"));
        Assert.Equal("-- 200 N/N 127.0.0.1|127.0.0.1|10 7000 id be - /be", Line("/be"));
        balancer.Ask("BAD\r\n\r\n");
        Assert.Equal("PR 400 -1/-1 -|-|-- - - - - <BADREQ>", sink.ReadLineWith("BADREQ").Trim());
    }

    [Fact]
    public void Blanks_around_a_value_that_a_rule_sets_are_sent_and_not_read()
    {
        using var balancer = new Balancer("""
            defaults
                mode http
                timeout client 20s
            frontend web
                bind 127.0.0.1:{port}
                http-after-response set-header a "  v  "
                http-after-response set-header b "[%[res.fhdr(a)]] [%[res.hdr(a)]]"
                http-request return status 200
            """);
        var answer = balancer.Get("/");
        Assert.Contains("a:   v  \r\n", answer, StringComparison.Ordinal);
        Assert.Contains("b: [v] [v]\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void What_never_became_a_request_gets_its_page_as_it_stands()
    {
        using var balancer = new Balancer("""
            defaults
                mode http
                timeout client 20s
            frontend web
                bind 127.0.0.1:{port}
                errorloc 400 http://sorry/
                errorloc303 403 http://no/
                http-request deny if { path /deny }
                http-request return status 200
            """);
        const string page = "HTTP/1.1 302 Found\r\ncache-control: no-cache\r\ncontent-length: 0\r\nlocation: http://sorry/\r\n\r\n";
        Assert.Equal(page, balancer.Ask("BAD\r\n\r\n"));
        Assert.Contains("connection: close", balancer.Ask("GET /deny HTTP/1.0\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Formats_say_what_is_missing_and_converters_when_they_did_nothing()
    {
        using var balancer = new Balancer("""
            defaults
                mode http
                timeout client 20s
                timeout server 20s
                timeout connect 20s
            frontend web
                bind 127.0.0.1:{port}
                capture request header x-none len 9
                capture request header x-empty len 9
                capture response header x-a len 9
                use_backend pages
            backend pages
                http-request set-header x-lists [%hrl|%hsl]
                http-request set-var-fmt(txn.date) "%[int(1700000000000005),http_date(100,us)]|%[int(1700000000123),http_date(0,ms)]"
                http-request set-var-fmt(txn.set) %[int(1),set-var(txn.a,ifexists)]|%[int(2),set-var(txn.b,ifnotset)]|%[int(3),set-var(txn.b,ifnotset)]
                http-request return status 200 content-type text/plain lf-string %[var(txn.date)] if { path /date }
                http-request return status 200 content-type text/plain lf-string %[var(txn.set)]|%[var(txn.b)] if { path /set }
                http-request return status 200 content-type text/plain lf-string %{+E}[req.hdr(x-e)]%[req.hdr(x-lists)]
            """);
        string Body(string path) => balancer.Get(path, "X-E: q\"z]\\", "X-Empty:").Split("\r\n\r\n", 2)[1];
        Assert.Equal("Tue, 14 Nov 2023 22:13:20.105 GMT|Tue, 14 Nov 2023 22:13:20.123 GMT", Body("/date"));
        Assert.Equal("|2||2", Body("/set"));
        Assert.Equal("q\\\"z\\]\\\\[- |-]", Body("/"));
    }

    [Fact]
    public void A_response_without_a_body_has_no_size_and_a_cookie_without_a_value_is_not_captured()
    {
        using var sink = new SyslogSink();
        using var server = new ScriptedServer(side =>
        {
            side.ReadHead();
            side.Send("HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n");
        });
        using var balancer = new Balancer(Logs.Replace("{log}", sink.Port.ToString()) + $$"""
            listen web
                bind 127.0.0.1:{port}
                capture cookie none len 9
                declare capture response len 9
                http-response set-var(txn.size) res.body_size
                log-format "%[var(txn.size)] %CC %hs %HM end"
                tcp-request content reject if { path /no }
                server s 127.0.0.1:{{server.Port}}
            """);
        balancer.Ask("HEAD / HTTP/1.1\r\nHost: a\r\nCookie: none; a=1\r\nConnection: close\r\n\r\n");
        Assert.Equal("0 - {} HEAD end", sink.ReadLineWith("end").Trim());
        balancer.Ask("GET /no HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("- - {} <BADREQ> end", sink.ReadLineWith("end").Trim());
    }

    [Fact]
    public void A_line_that_needs_nothing_of_the_end_is_written_when_the_response_begins()
    {
        using var sink = new SyslogSink();
        using var end = new ManualResetEventSlim();
        using var server = new ScriptedServer(side =>
        {
            side.ReadHead();
            side.Send("HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 2\r\n\r\n1");
            end.Wait(20_000);
            side.Send("2");
        });
        using var balancer = new Balancer(Logs.Replace("{log}", sink.Port.ToString()) + $$"""
            listen web
                bind 127.0.0.1:{port}
                log-format "%[status] %[bc_dst] %ST %tsc %HP early"
                server s 127.0.0.1:{{server.Port}}
            """);
        using var client = balancer.Connect();
        client.Send("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.Equal("200 127.0.0.1 200 ---- /a early", sink.ReadLineWith("/a early").Trim());
        end.Set();
        Assert.EndsWith("\r\n\r\n12", client.ReadToEnd());
    }

    [Fact]
    public void Targets_without_a_path_keep_what_they_are()
    {
        using var server = ScriptedServer.Answering("hello");
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                redirect prefix /sub if { hdr(x) 1 }
                http-request replace-path ^(.*)$ p\\1 if { hdr(x) 2 }
                http-request set-query y=1 if { hdr(x) 3 }
                http-request set-query %[hdr(none)] if { hdr(x) 4 }
                http-request replace-value accept b x if { hdr(x) 5 }
                http-response set-header x-f %[bin(0a7f)]
                http-response set-header x-h yes if HTTP
                http-response set-header x-v %[capture.res.ver]
                http-after-response set-header x-n yes if !{ path_beg / }
                server s 127.0.0.1:{{server.Port}}
            """);
        string Sent(string target, int x, string method = "OPTIONS")
        {
            balancer.Ask($"{method} {target} HTTP/1.1\r\nHost: a\r\nx: {x}\r\nAccept: a , b , c\r\nConnection: close\r\n\r\n");
            server.Heads.TryDequeue(out var head);
            return head!;
        }
        Assert.Contains("\r\nlocation: /sub/\r\n", balancer.Ask("OPTIONS * HTTP/1.1\r\nHost: a\r\nx: 1\r\nConnection: close\r\n\r\n"));
        Assert.StartsWith("OPTIONS * HTTP/1.1\r\n", Sent("*", 2));
        Assert.StartsWith("OPTIONS *?y=1 HTTP/1.1\r\n", Sent("*", 3));
        Assert.StartsWith("GET /a?y=1 HTTP/1.1\r\n", Sent("/a?b", 3, "GET"));
        Assert.StartsWith("GET /a? HTTP/1.1\r\n", Sent("/a?b", 4, "GET"));
        Assert.StartsWith("GET /a HTTP/1.1\r\n", Sent("/a", 4, "GET"));
        Assert.Contains("\r\naccept: a ,x, c\r\n", Sent("/a", 5, "GET"));
        var answer = balancer.Get("/");
        Assert.Contains("\r\nx-f: %0A%7F\r\n", answer);
        Assert.DoesNotContain("x-h", answer);
        Assert.Contains("\r\nx-v: HTTP/1.1\r\nx-n: yes\r\n", answer);
    }

    [Fact]
    public void A_payload_of_negative_length_is_none()
    {
        using var server = ScriptedServer.Answering("hello");
        using var balancer = new Balancer($$"""
            frontend web
                mode tcp
                bind 127.0.0.1:{port}
                tcp-request inspect-delay 10ms
                tcp-request content reject if { req.payload(0,-1) -m found } || { req.payload_lv(2147483647,2147483647) -m found }
                default_backend be
            backend be
                mode tcp
                server s 127.0.0.1:{{server.Port}}
            """);
        Assert.EndsWith("hello", balancer.Get("/"));
    }

    [Fact]
    public void Answers_of_our_own_have_the_originals_first_lines_and_ends()
    {
        using var server = ScriptedServer.Answering("hello");
        using var balancer = new Balancer($$"""
            frontend web
                bind 127.0.0.1:{port}
                errorfile 503 {dir}/old
                http-request deny deny_status 503 if { path /old }
                http-request deny deny_status 400 if { path /bad }
                http-request return status 502 if { path /gateway }
                http-request return status 299 if { path /success }
                default_backend be
            backend be
                option httpclose
                server s 127.0.0.1:{{server.Port}}
            """, folder => File.WriteAllText(Path.Combine(folder, "old"), "HTTP/1.0 503 Sorry\r\nConnection: close\r\nX-A: b\r\n\r\nsorry"));
        Assert.Equal("HTTP/1.0 503 Sorry\r\nx-a: b\r\n\r\nsorry", balancer.Get("/old"));
        Assert.Contains("\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n", balancer.Get("/bad"));
        Assert.StartsWith("HTTP/1.1 502 Bad Gateway or Proxy Error\r\n", balancer.Get("/gateway"));
        Assert.StartsWith("HTTP/1.1 299 Success\r\n", balancer.Get("/success"));
        // In a backend `option httpclose` ends connections to servers, not to clients.
        var both = balancer.Ask("GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.Equal(2, both.Split("HTTP/1.1 200 OK").Length - 1);
        Assert.All(server.Heads, head => Assert.Contains("\r\nconnection: close\r\n", head));
    }

    [Fact]
    public void Rules_on_a_relay_find_what_came_with_the_connection()
    {
        using var server = ScriptedServer.Answering("hello");
        using var other = ScriptedServer.Answering("other");
        using var balancer = new Balancer($$"""
            defaults
                mode tcp
                timeout client 5s
                timeout connect 5s
                timeout server 5s
            frontend web
                bind 127.0.0.1:{port} defer-accept
                tcp-request inspect-delay 5s
                tcp-request content accept
                use_backend other unless { path_beg /here }
                default_backend be
            backend be
                server s 127.0.0.1:{{server.Port}}
            backend other
                server s 127.0.0.1:{{other.Port}}
            """);
        Assert.EndsWith("hello", balancer.Get("/here"));
        Assert.EndsWith("other", balancer.Get("/there"));
    }

    [Fact]
    public void Lines_and_headers_have_the_originals_small_print()
    {
        using var sink = new SyslogSink();
        using var server = ScriptedServer.Answering("hello");
        using var balancer = new Balancer(Logs.Replace("{log}", sink.Port.ToString()) + $$"""
            frontend web
                bind 127.0.0.1:{port}
                log-format "%[method] %TR/%Tw %ts %HU"
                tcp-request connection set-var(sess.a) var(txn.none,1)
                tcp-request connection set-var(sess.b) var(sess.none,2)
                http-request set-header x-blank "a "
                http-request set-header x-default <%[var(sess.a)]|%[var(sess.b)]|%[method]>
                http-response set-header x-method <%[method]>
                use_backend pit if { path /pit }
                use_backend buffered if { path /buffered }
                default_backend be
            backend be
                server s 127.0.0.1:{{server.Port}}
            backend pit
                timeout tarpit 1ms
                http-request tarpit
            backend buffered
                timeout tarpit 1ms
                option http-buffer-request
                http-request tarpit
            """);
        string Line(string path) => Durations().Replace(sink.ReadLineWith(path).Trim(), "N");
        // A method of no standard is only known while the request is there.
        Assert.Contains("\r\nx-method: <>\r\n", balancer.Ask("PURGE /purge HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        Assert.True(server.Heads.TryDequeue(out var head));
        Assert.Contains("\r\nx-blank: a \r\nx-default: <|2|PURGE>\r\n", head);
        Assert.Equal("- N/N -- /purge", Line("/purge"));
        balancer.Get("/pit");
        Assert.Equal("GET -1/N PT /pit", Line("/pit"));
        balancer.Get("/buffered");
        Assert.Equal("GET N/N PT /buffered", Line("/buffered"));
    }

    [Fact]
    public void A_relays_line_that_needs_nothing_of_the_end_is_written_when_the_server_is_there()
    {
        using var sink = new SyslogSink();
        using var server = ScriptedServer.Answering("hello");
        using var balancer = new Balancer(Logs.Replace("{log}", sink.Port.ToString()) + $$"""
            listen web
                mode tcp
                bind 127.0.0.1:{port}
                log-format "%s early"
                server s 127.0.0.1:{{server.Port}}
            """);
        using var client = balancer.Connect();
        Assert.Equal("s early", sink.ReadLineWith("early").Trim());
        client.Send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.EndsWith("hello", client.ReadToEnd());
    }

    [Fact]
    public void Replies_and_lines_know_what_the_original_knows_of_a_response()
    {
        using var sink = new SyslogSink();
        using var server = ScriptedServer.Answering("hello");
        using var balancer = new Balancer(Logs.Replace("{log}", sink.Port.ToString()) + $$"""
            frontend web
                bind 127.0.0.1:{port}
                capture response header content-length len 9
                log-format "%[str({x|#})] %{+E}[str(a]b)] %hsl %ts %ST %Tr %HU"
                http-request return status 410 content-type text/plain lf-string "st=%ST" hdr x-st %ST if { path /return }
                use_backend rejects if { path /rejects }
                default_backend be
            backend be
                http-response return status 201 content-type text/plain lf-string "st=%ST" if { capture.req.uri /replaces }
                http-response deny if { capture.req.uri /denies }
                server s 127.0.0.1:{{server.Port}}
            backend rejects
                tcp-response content reject
                server s 127.0.0.1:{{server.Port}}
            """);
        string Line(string path) => Durations().Replace(sink.ReadLineWith(path).Trim(), "N");
        var answer = balancer.Get("/return");
        Assert.Contains("\r\nx-st: 410\r\n", answer);
        Assert.EndsWith("st=410", answer);
        Assert.Equal("{x|#} a\\]b - LR 410 -1 /return", Line("/return"));
        Assert.EndsWith("st=201", balancer.Get("/replaces"));
        Assert.Matches("^{x[|]#} a\\\\]b 5 LH 201 [0-9]+ /replaces$", Line("/replaces"));
        balancer.Get("/denies");
        Assert.Matches("^{x[|]#} a\\\\]b 5 PH 502 [0-9]+ /denies$", Line("/denies"));
        Assert.Equal("", balancer.Get("/rejects"));
        Assert.Equal("{x|#} a\\]b - PD -1 -1 /rejects", Line("/rejects"));
    }

    [Fact]
    public void The_plain_line_names_the_connections_ends()
    {
        using var sink = new SyslogSink();
        using var balancer = new Balancer(Logs.Replace("{log}", sink.Port.ToString()) + $$"""
            frontend web
                bind 127.0.0.1:{port}
                http-request set-src int(7)
                http-request set-dst int(8)
                http-request return status 200
            """);
        balancer.Get("/");
        Assert.Matches("^Connect from 127.0.0.1:[0-9]+ to 127.0.0.1:[0-9]+ \\(web/HTTP\\)$", sink.ReadLineWith("web/HTTP").Trim());
    }

    [GeneratedRegex(@"(?<= |/)\d+(?=/)|(?<=/)\d+(?= )")]
    private static partial Regex Durations();
}
