using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Parity;

/// <summary>Log lines that random rule sets have found to differ, each in its smallest form; the lines are those of HAProxy 3.5.</summary>
public sealed class FoundLineTests
{
    private const string Defaults = """
        defaults
            mode http
            timeout connect 5s
            timeout client 5s
            timeout server 5s

        """;

    private readonly SyslogSink _log = new();

    [Fact]
    public void A_line_finds_the_variables_of_the_request_or_of_the_response_and_of_what_was_no_request_none()
    {
        using var server = ScriptedServer.Answering("ok");
        using var balancer = new Balancer(Defaults + $$"""
            frontend f
                bind 127.0.0.1:{port}
                option dontlognull
                log 127.0.0.1:{{_log.Port}} format raw local0
                log-format "line %[var(req.a,no)] %[var(res.a,no)] %[var(txn.a,no)] %[int(3),set-var(req.b)] %[int(4),set-var(res.b)] %[unique-id]"
                unique-id-format id%[path]
                http-request set-var(req.a) int(7)
                http-response set-var(res.a) int(8)
                http-request reject if { path /rejected }
                http-request deny if { path /denied }
                default_backend b
            backend b
                server s 127.0.0.1:{{server.Port}}
            """);
        string LineOf(string request)
        {
            balancer.Ask(request);
            return _log.ReadLineWith("line ").Trim();
        }

        Assert.Equal("line - 8 no - 4 id/", LineOf("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        Assert.Equal("line - no no - 4 id", LineOf("GET /denied HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        Assert.Equal("line 7 - no 3 - id/rejected", LineOf("GET /rejected HTTP/1.1\r\nHost: a\r\n\r\n"));
        Assert.Equal("line - - - - - -", LineOf("no request\r\n\r\n"));
    }

    [Fact]
    public void Rules_on_content_see_a_request_that_is_not_kept_yet()
    {
        using var balancer = new Balancer(Defaults + $$"""
            frontend f
                bind 127.0.0.1:{port}
                option dontlognull
                log 127.0.0.1:{{_log.Port}} format raw local0
                log-format "line %[var(sess.connection)] %[var(sess.session)] %[var(sess.content)] %[var(txn.content)] %[var(txn.length)] %HM"
                tcp-request connection set-var(sess.connection) fc_http_major
                tcp-request session set-var(sess.session) fc_http_major
                tcp-request content set-var(sess.content) fc_http_major
                tcp-request content set-var-fmt(txn.content) "%[capture.req.uri] %[method] %r"
                http-request wait-for-body time 5s
                http-request set-var(txn.length) req.len
                http-request return status 204
            """);
        balancer.Ask("POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        Assert.Equal("line - - 1  POST <BADREQ> 70 POST", _log.ReadLineWith("line ").Trim());
    }

    [Theory]
    [InlineData("tcp", "line GET - - - <BADREQ>")]
    [InlineData("http", "line GET - 1 1 GET")]
    public void Of_a_request_on_a_relay_its_line_knows_the_method_that_rules_have_read(string mode, string expected)
    {
        using var server = ScriptedServer.Answering("ok");
        using var balancer = new Balancer(Defaults + $$"""
            frontend f
                bind 127.0.0.1:{port}
                mode tcp
                option dontlognull
                log 127.0.0.1:{{_log.Port}} format raw local0
                log-format "line %[method] %[req.proto_http] %[fc_http_major] %[bc_http_major] %HM"
                tcp-request inspect-delay 5s
                tcp-request content accept if HTTP
                default_backend b
            backend b
                mode {{mode}}
                server s 127.0.0.1:{{server.Port}}
            """);
        balancer.Ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        // The connection that looked whether the frontend answers has a line, too.
        Assert.Equal(expected, _log.ReadLineWith("line G").Trim());
    }
}
