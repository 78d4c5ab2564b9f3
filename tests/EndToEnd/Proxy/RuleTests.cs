using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

public sealed class RuleTests
{
    [Fact]
    public void Set_header_deny_redirect_and_return_do_what_they_say()
    {
        using var server = ScriptedServer.Answering("server");
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                http-request deny if { path /denied }
                http-request deny deny_status 429 if { path /slow-down }
                http-request redirect location /new code 301 if { path /old }
                http-request redirect scheme https if { hdr(host) -i secure.example }
                http-request return status 200 content-type text/plain string "from the balancer" if { path_end .txt }
                http-request set-header X-Where %[path]
                http-request del-header x-secret
                http-response set-header X-Proxy evenkeel
                server s 127.0.0.1:{{server.Port}}
            """);
        Assert.StartsWith("HTTP/1.1 403 Forbidden\r\n", balancer.Get("/denied"));
        Assert.StartsWith("HTTP/1.1 429 Too Many Requests\r\n", balancer.Get("/slow-down"));
        var moved = balancer.Get("/old");
        Assert.StartsWith("HTTP/1.1 301 Moved Permanently\r\n", moved);
        Assert.Contains("location: /new\r\n", moved);
        var secure = balancer.Ask("GET /a?b HTTP/1.1\r\nHost: secure.example\r\nConnection: close\r\n\r\n");
        Assert.Contains("location: https://secure.example/a?b\r\n", secure);
        var text = balancer.Get("/a.txt");
        Assert.Contains("content-type: text/plain\r\n", text);
        Assert.EndsWith("\r\n\r\nfrom the balancer", text);
        Assert.Empty(server.Heads);

        var passed = balancer.Get("/through", "X-Secret: 42", "X-Where: forged");
        Assert.Contains("x-proxy: evenkeel\r\n", passed);
        Assert.True(server.Heads.TryDequeue(out var head));
        Assert.Contains("\r\nx-where: /through\r\n", head);
        Assert.DoesNotContain("forged", head);
        Assert.DoesNotContain("x-secret", head);
    }

    [Fact]
    public void An_errorfile_replaces_the_built_in_page()
    {
        var page = Path.GetTempFileName();
        File.WriteAllText(page, "HTTP/1.0 503 Gone Fishing\r\nContent-Type: text/plain\r\nX-Mine: yes\r\n\r\nback at noon");
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                errorfile 503 {{page}}
            """);
        var answer = balancer.Get("/");
        File.Delete(page);
        Assert.StartsWith("HTTP/1.0 503 Gone Fishing\r\ncontent-type: text/plain\r\nx-mine: yes\r\n\r\n", answer);
        Assert.EndsWith("back at noon", answer);
    }

    [Fact]
    public void An_http_error_is_made_for_the_request_and_an_empty_errorfile_says_nothing()
    {
        using var balancer = new Balancer("""
            frontend web
                bind 127.0.0.1:{port}
                errorfile 403 /dev/null
                http-error status 404 content-type text/plain string frontend
                http-error status 503 content-type text/plain lf-string "no %[path] in %[be_name]" hdr x-path %[path]
                http-request deny if { path /silent }
                default_backend app
            backend app
                http-error status 404 content-type text/plain string backend
                http-error status 404 default-errorfiles
                http-request deny deny_status 404 if { path /404 }
            """);
        Assert.Equal("", balancer.Get("/silent"));
        Assert.EndsWith("\r\n\r\nfrontend", balancer.Get("/404"));
        var unavailable = balancer.Get("/a");
        Assert.StartsWith("HTTP/1.1 503 Service Unavailable\r\nx-path: /a\r\ncontent-length: 12\r\ncontent-type: text/plain\r\n", unavailable);
        Assert.EndsWith("\r\n\r\nno /a in app", unavailable);
    }

    [Fact]
    public void Packed_headers_are_added_set_and_deleted_and_none_may_smuggle_another()
    {
        using var balancer = new Balancer("""
            frontend web
                bind 127.0.0.1:{port}
                http-request set-var(txn.before) req.hdrs_bin
                http-request set-header x-a changed
                http-request set-headers-bin var(txn.before) prefix x- if { path /set }
                http-request add-headers-bin var(txn.before) prefix x- if { path /add }
                http-request del-headers-bin bin(03582d4100) if { path /del }
                http-request add-headers-bin bin(03782d7a0631300d0a613a0000) if { path /smuggle }
                http-request add-headers-bin bin(0378) if { path /cut }
                http-request return status 200 content-type text/plain lf-string "%[req.hdr_cnt(x-a)] %[req.fhdr(x-a)]"
            """);
        Assert.EndsWith("\r\n\r\n1 first", balancer.Get("/set", "X-A: first"));
        Assert.EndsWith("\r\n\r\n2 first", balancer.Get("/add", "X-A: first"));
        Assert.EndsWith("\r\n\r\n0 ", balancer.Get("/del", "X-A: first"));
        Assert.StartsWith("HTTP/1.1 500 ", balancer.Get("/smuggle"));
        Assert.StartsWith("HTTP/1.1 500 ", balancer.Get("/cut"));
    }

    [Fact]
    public void A_source_address_is_matched_against_networks()
    {
        using var balancer = new Balancer("""
            listen web
                bind 127.0.0.1:{port}
                http-request return status 204 if { src 127.0.0.0/8 }
                http-request deny
            """);
        Assert.StartsWith("HTTP/1.1 204 ", balancer.Get("/"));
    }

    [Fact]
    public void Httplog_writes_the_line_operators_know()
    {
        using var sink = new SyslogSink();
        using var server = ScriptedServer.Answering("logged");
        using var balancer = new Balancer($$"""
            frontend in
                bind 127.0.0.1:{port}
                log 127.0.0.1:{{sink.Port}} local0
                option httplog
                default_backend out
            backend out
                server s1 127.0.0.1:{{server.Port}}
            """);
        balancer.Get("/a/path?q=1");
        var line = sink.ReadLineWith("\"GET /a/path?q=1 HTTP/1.1\"");
        Assert.Matches(@"^<134>\w{3} [ \d]\d \d\d:\d\d:\d\d haproxy\[" + balancer.Program.Id + @"\]: 127\.0\.0\.1:\d+ " +
            @"\[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d\.\d{3}\] in out/s1 " +
            @"\d+/\d+/\d+/\d+/\d+ 200 \d+ - - ---- \d+/\d+/\d+/\d+/0 0/0 ""GET /a/path\?q=1 HTTP/1\.1""\s*$", line);
    }

    [Fact]
    public void Tcplog_writes_the_line_operators_know()
    {
        using var sink = new SyslogSink();
        using var server = new ScriptedServer(side => side.Send("bye"));
        using var balancer = new Balancer($$"""
            listen raw
                mode tcp
                bind 127.0.0.1:{port}
                log 127.0.0.1:{{sink.Port}} local1
                option tcplog
                server s1 127.0.0.1:{{server.Port}}
            """);
        using (var client = balancer.Connect()) Assert.Equal("bye", client.ReadToEnd());
        var line = sink.ReadLineWith(" 3 ");
        Assert.Matches(@"127\.0\.0\.1:\d+ \[[^\]]+\] raw raw/s1 \d+/\d+/\d+ 3 (--|SD|CD) \d+/\d+/\d+/\d+/0 0/0", line);
    }
}
