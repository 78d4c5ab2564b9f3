using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Parity;

/// <summary>Differences that random rule sets have found, each in its smallest form; the answers are those of HAProxy 3.5.</summary>
public sealed class FoundDifferenceTests : IDisposable
{
    private readonly ScriptedServer _server = ScriptedServer.Answering("ok");
    private readonly Balancer _balancer;

    public FoundDifferenceTests() => _balancer = new Balancer($$"""
        defaults
            mode http
            timeout connect 1s
            timeout client 2s
            timeout server 2s
        frontend f
            bind 127.0.0.1:{port}
            option forwardfor except 127.0.0.0/8
            option httpclose
            http-request set-uri http://other.test:81/x if { path /uri }
            http-request set-header host new.test if { path /host }
            http-request set-uri odd,words/http://other.test/x if { path /odd }
            http-request early-hint link %ST if { path /hint }
            http-request return status 200 hdr x-quote a%{+Q}[path] content-type a/b lf-string b%{+Q}[path] if { path /quote }
            http-request return status 204 if { path /address } { hdr_ip(x-forwarded-for) 10.0.0.0/8 }
            http-request return status 204 if { path /text } { req.hdr(x-text),ipmask(24) 192.0.2.0 }
            tcp-request inspect-delay 50ms
            tcp-request content accept if !{ path /wait-end }
            tcp-request content accept if WAIT_END
            http-request set-var-fmt(txn.early) %TR
            http-response set-header x-early %[var(txn.early)]
            http-response set-header x-time %TR
            http-request wait-for-body time 50ms if { path /slow-body }
            http-request replace-uri .* \\1 if { path /empty }
            http-request replace-uri .* /full if { url -m len 0 }
            http-request allow if { path /allow }
            redirect location /moved if { path /allow }
            http-response set-header x-versions %[req.ver]
            http-request set-uri %[req.hdr(x-uri)] if { hdr(x-uri) -m found }
            http-request set-header x-pathq "<%[pathq]>" if { hdr(x-pathq) -m found }
            http-request return status 200 if METH_CONNECT { url_beg here }
            http-response set-status 404 if METH_CONNECT { hdr(x-no-tunnel) -m found }
            use_backend buffered if { path /buffered }
            use_backend restricted if { path /restricted /denied }
            default_backend b
        backend restricted
            option http-restrict-req-hdr-names reject
            http-request deny deny_status 429 if { path /denied }
            http-after-response set-header x-lengths %[res.body_len]/%[res.body_size] if { status 429 }
            redirect location /moved
        backend buffered
            option http-buffer-request
            http-request return status 200 hdr x-body %[req.body_len]
        backend b
            option forwardfor
            server s 127.0.0.1:{{_server.Port}}
        """);

    public void Dispose()
    {
        _balancer.Dispose();
        _server.Dispose();
    }

    [Theory]
    [InlineData("/address", "X-Forwarded-For: unknown\r\nX-Forwarded-For: 192.0.2.1, 10.0.0.1", "HTTP/1.1 204 ")]
    [InlineData("/text", "X-Text: 192.0.2.7:8080", "HTTP/1.1 204 ")]
    [InlineData("/allow", "X: y", "HTTP/1.1 302 Found\r\ncontent-length: 0\r\nlocation: /moved\r\n")]
    [InlineData("/restricted", "A.B: y", "HTTP/1.1 403 ")]
    [InlineData("/restricted", "A-B: y", "HTTP/1.1 302 ")]
    [InlineData("/denied", "A.B: y",
        "HTTP/1.1 429 Too Many Requests\r\ncontent-length: 117\r\ncache-control: no-cache\r\ncontent-type: text/html\r\nx-lengths: 117/0\r\n")]
    [InlineData("/hint", "X: y", "HTTP/1.1 103 Early Hints\r\nlink: 103\r\n\r\n")]
    [InlineData("/quote", "X: y", "HTTP/1.1 200 OK\r\nx-quote: a/quote\r\n")]
    public void A_rule_gives_the_originals_answer(string path, string header, string answer) => Assert.StartsWith(answer, _balancer.Get(path, header));

    [Fact]
    public void The_texts_that_rules_make_keep_their_quotes() => Assert.EndsWith("\r\n\r\nb\"/quote\"", _balancer.Get("/quote"));

    [Fact]
    public void A_response_rule_knows_the_requests_version() => Assert.Contains("\r\nx-versions: 1.1\r\n", _balancer.Get("/"));

    /// <summary>A tunnel has begun for the client of a CONNECT that is answered with 2xx; what it sends in there is no request.</summary>
    [Fact]
    public void Bytes_behind_a_CONNECT_that_we_answer_are_not_taken_for_a_request()
    {
        using var client = _balancer.Connect();
        client.Send("CONNECT here:1 HTTP/1.1\r\nHost: here:1\r\n\r\nGET /quote HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", client.ReadToEnd());
    }

    [Theory]
    [InlineData("http://other.test?q", "GET http://other.test?q HTTP/1.1\r\nhost: other.test\r\n")]
    [InlineData("+://z", "GET +://z HTTP/1.1\r\nhost: +:\r\n")]
    [InlineData("http:///x", null)]
    [InlineData("http://?q", null)]
    [InlineData("http://me@/x", null)]
    public void A_new_uri_names_a_host_or_fails(string uri, string? sent)
    {
        var answer = _balancer.Get("/", $"X-Uri: {uri}");
        Assert.StartsWith(sent is null ? "HTTP/1.1 500 " : "HTTP/1.1 200 ", answer);
        if (sent is null) Assert.Empty(_server.Heads);
        else Assert.StartsWith(sent, Assert.Single(_server.Heads));
    }

    [Fact]
    public void A_query_without_a_path_is_the_path_and_the_query()
    {
        _balancer.Ask("GET http://a?q=/b HTTP/1.1\r\nHost: a\r\nX-Pathq: y\r\nConnection: close\r\n\r\n");
        Assert.Contains("\r\nx-pathq: <?q=/b>\r\n", Assert.Single(_server.Heads));
    }

    [Fact]
    public void A_uri_that_a_rule_has_made_empty_is_not_replaced_again()
    {
        _balancer.Get("/empty");
        Assert.StartsWith("GET  HTTP/1.1\r\n", Assert.Single(_server.Heads));
    }

    [Fact]
    public void Waiting_for_the_end_lasts_as_long_as_inspect_delay_says_and_is_the_requests_time()
    {
        var answer = _balancer.Get("/wait-end");
        var at = answer.IndexOf("x-time: ", StringComparison.Ordinal) + 8;
        Assert.InRange(int.Parse(answer.AsSpan(at, answer.IndexOf('\r', at) - at)), 50, 60_000);
        // While rules judge the request, it has no time yet.
        Assert.Contains("\r\nx-early: -1\r\n", answer);
    }

    [Fact]
    public void The_rules_of_a_backend_that_wants_the_body_first_see_it()
    {
        using var client = _balancer.Connect();
        client.Send("POST /buffered HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\n");
        Thread.Sleep(50);
        client.Send("abc");
        Assert.Contains("\r\nx-body: 3\r\n", client.ReadToEnd());
    }

    [Fact]
    public void A_body_that_does_not_come_in_time_is_answered_with_408() =>
        Assert.StartsWith("HTTP/1.1 408 ", _balancer.Ask("POST /slow-body HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"));

    [Fact]
    public void A_new_host_stands_in_an_absolute_target_too()
    {
        _balancer.Ask("GET http://me:pass@old.test:81/host HTTP/1.1\r\nHost: old.test:81\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("GET http://me:pass@new.test/host HTTP/1.1\r\nhost: new.test\r\n", Assert.Single(_server.Heads));
    }

    [Fact]
    public void What_is_no_scheme_stays_out_of_the_host()
    {
        _balancer.Get("/odd");
        Assert.StartsWith("GET odd,words/http://other.test/x HTTP/1.1\r\nhost: odd,words\r\n", Assert.Single(_server.Heads));
    }

    [Fact]
    public void The_server_is_told_what_both_sections_want()
    {
        _balancer.Get("/uri");
        var head = Assert.Single(_server.Heads);
        Assert.StartsWith("GET http://other.test:81/x HTTP/1.1\r\nhost: other.test:81\r\n", head);
        Assert.DoesNotContain("x-forwarded-for", head);
        // `option httpclose` of a frontend is about its clients.
        Assert.DoesNotContain("connection", head);
    }
}
