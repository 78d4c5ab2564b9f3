using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>Who the client is said to be, to rules and to servers; and what of HTTP's forms an operator may give up.</summary>
public sealed class ClientIdentityTests : IDisposable
{
    private readonly ScriptedServer _server = ScriptedServer.Answering("ok");

    public void Dispose() => _server.Dispose();

    private Balancer Start(string lines, string global = "") => new($$"""
        global
            stats socket {dir}/stats.sock level admin
            expose-experimental-directives
            {{global.Replace("\n", "\n    ")}}
        defaults
            mode http
            timeout connect 2s
            timeout client 5s
            timeout server 5s
        listen web
            bind 127.0.0.1:{port}
            {{lines.Replace("\n", "\n    ")}}
            server s1 127.0.0.1:{{_server.Port}}
        """);

    private string Head()
    {
        Assert.True(_server.Heads.TryDequeue(out var head));
        return head;
    }

    [Theory]
    [InlineData("option forwarded", "proto=http;for=127.0.0.1")]
    [InlineData("option forwarded host by-expr str(hidden) for-expr ipv6(::1) for_port-expr int(70000)",
        "host=\"test.example\";by=_hidden;for=\"[::1]:_70000\"")]
    [InlineData("option forwarded for-expr str(a@b)", "for=unknown")]
    public void Forwarded_tells_what_its_words_ask_for(string option, string expected)
    {
        using var balancer = Start(option);
        balancer.Get("/");
        Assert.Contains($"forwarded: {expected}\r\n", Head());
    }

    [Theory]
    [InlineData("option forwardfor if-none", "option forwardfor if-none", "192.0.2.9")]
    [InlineData("option forwardfor", "option forwardfor if-none", "192.0.2.9|127.0.0.1")]
    [InlineData("option forwardfor if-none", "option forwardfor", "192.0.2.9|127.0.0.1")]
    [InlineData("option forwardfor if-none", "", "192.0.2.9")]
    [InlineData("option forwardfor except 127.0.0.0/8", "option forwardfor", "192.0.2.9")]
    public void Both_sides_have_a_say_in_forwardfor(string front, string back, string expected)
    {
        using var balancer = new Balancer($$"""
            defaults
                mode http
                timeout connect 2s
                timeout client 5s
                timeout server 5s
            frontend web
                bind 127.0.0.1:{port}
                {{front}}
                default_backend app
            backend app
                {{back}}
                server s1 127.0.0.1:{{_server.Port}}
            """);
        balancer.Get("/", "X-Forwarded-For: 192.0.2.9");
        var values = Head().Split("\r\n").Where(line => line.StartsWith("x-forwarded-for: ", StringComparison.Ordinal)).Select(line => line[17..]);
        Assert.Equal(expected, string.Join('|', values));
    }

    [Fact]
    public void A_server_without_an_address_is_wherever_the_client_wanted_to_go()
    {
        using var balancer = new Balancer($$"""
            defaults
                mode http
                timeout connect 2s
                timeout client 5s
                timeout server 5s
            listen web
                bind 127.0.0.1:{port}
                http-request set-dst hdr(x-to) if { req.hdr(x-to) -m found }
                server s1 0.0.0.0:{{_server.Port}}
            """);
        Assert.EndsWith("ok", balancer.Get("/"));
        Assert.EndsWith("ok", balancer.Get("/", "X-To: 127.0.0.1"));
        Assert.Contains("503", balancer.Get("/", "X-To: 127.0.0.77"));
    }

    [Fact]
    public void The_address_a_rule_gives_holds_for_one_request()
    {
        using var balancer = Start("""
            http-request set-src hdr(x-client)
            http-request set-src-port int(77) if { hdr_cnt(x-client) gt 0 }
            option forwardfor
            option originalto
            http-request set-header x-seen %[src]:%[src_port]/%[fc_src]
            """);
        using var client = balancer.Connect();
        client.Send("GET / HTTP/1.1\r\nHost: a\r\nX-Client: 192.0.2.1\r\n\r\n");
        client.ReadResponse();
        var head = Head();
        Assert.Contains("x-seen: 192.0.2.1:77/127.0.0.1\r\n", head);
        Assert.Contains("x-forwarded-for: 192.0.2.1\r\n", head);
        Assert.Contains("x-original-to: 127.0.0.1\r\n", head);
        client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        client.ReadResponse();
        Assert.Contains($"x-seen: 127.0.0.1:{client.LocalPort}/127.0.0.1\r\n", Head());
    }

    [Fact]
    public void The_address_of_a_connection_is_told_from_that_of_its_session()
    {
        using var balancer = Start("""
            tcp-request connection set-src ipv4(10.0.0.1)
            tcp-request session set-src ipv4(10.1.0.1)
            http-request set-header x-seen %[src]/%[fc_src]
            """);
        balancer.Get("/");
        Assert.Contains("x-seen: 10.1.0.1/10.0.0.1\r\n", Head());
    }

    [Fact]
    public void Hints_that_follow_each_other_share_one_interim_response()
    {
        using var balancer = Start("""
            http-request early-hint Link "<a>"
            http-request early-hint Link "<b>"
            http-request set-header x y
            http-request early-hint Link "<c>"
            """);
        Assert.StartsWith("HTTP/1.1 103 Early Hints\r\nlink: <a>\r\nlink: <b>\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: <c>\r\n\r\nHTTP/1.1 200 OK\r\n",
            balancer.Get("/"));
    }

    [Fact]
    public void Names_that_not_every_server_reads_alike_are_taken_out_or_refused()
    {
        using var deleting = Start("option http-restrict-req-hdr-names delete");
        deleting.Get("/", "X_Forged: 1", "X-Kept: 1");
        var head = Head();
        Assert.DoesNotContain("x_forged", head);
        Assert.Contains("x-kept: 1\r\n", head);
        using var rejecting = Start("option http-restrict-req-hdr-names reject");
        Assert.StartsWith("HTTP/1.1 403 ", rejecting.Get("/", "X_Forged: 1"));
    }

    [Fact]
    public void Names_get_capitals_for_those_who_need_them()
    {
        using var balancer = Start("option h1-case-adjust-bogus-client\noption h1-case-adjust-bogus-server\nhttp-request set-header x-test 1",
            "h1-case-adjust content-length Content-Length\nh1-case-adjust x-test X-Test");
        Assert.Contains("\r\nContent-Length: 2\r\n", balancer.Get("/"));
        Assert.Contains("\r\nX-Test: 1\r\n", Head());
    }

    [Fact]
    public void Characters_that_do_not_belong_into_a_target_pass_only_when_asked_for()
    {
        using var strict = Start("");
        Assert.StartsWith("HTTP/1.1 400 ", strict.Get("/a#b"));
        using var lenient = Start("option accept-unsafe-violations-in-http-request\nhttp-request normalize-uri fragment-strip");
        lenient.Get("/a#b");
        Assert.StartsWith("GET /a HTTP/1.1\r\n", Head());
        Assert.StartsWith("HTTP/1.1 400 ", lenient.Get("/a\u0001b"));
    }

    [Fact]
    public void Trailers_end_here_when_they_are_to()
    {
        using var server = new ScriptedServer(side =>
        {
            side.ReadHead();
            Assert.Equal("2\r\nab\r\n0\r\n\r\n", side.ReadUntil("\r\n\r\n"));
            side.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n1\r\nx\r\n0\r\nY: 1\r\n\r\n");
        });
        using var balancer = new Balancer($$"""
            frontend web
                bind 127.0.0.1:{port}
                option http-drop-response-trailers
                default_backend servers
            backend servers
                option http-drop-request-trailers
                server s1 127.0.0.1:{{server.Port}}
            """);
        var request = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nab\r\n0\r\nX: 1\r\nZ: 2\r\n\r\n";
        Assert.EndsWith("\r\n\r\n1\r\nx\r\n0\r\n\r\n", balancer.Ask(request));
    }

    [Fact]
    public void Metrics_are_served_by_a_rule()
    {
        using var balancer = Start("http-request use-service prometheus-exporter if { path /metrics }");
        Assert.Contains("haproxy_process_", balancer.Get("/metrics"));
        Assert.EndsWith("ok", balancer.Get("/"));
    }
}
