using System.Text;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Parity;

/// <summary>
/// Requests whose body is not there yet, or never comes: an answer that does not wait for it leaves the connection usable, and a client that ends in the
/// middle of it gets nothing. Answers and lines are those of HAProxy 3.5.
/// </summary>
public sealed class UnfinishedRequestTests : IDisposable
{
    private const string Post = "POST /{0} HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc";
    private readonly SyslogSink _log = new();
    private readonly ScriptedServer _server = new(AnswerHead);
    private readonly Balancer _balancer;

    public UnfinishedRequestTests() => _balancer = new Balancer($$"""
        defaults
            mode http
            timeout connect 5s
            timeout client 5s
            timeout server 5s
        frontend f
            bind 127.0.0.1:{port}
            log 127.0.0.1:{{_log.Port}} format raw local0
            log-format "%ts %ST %b/%s %U %HU|"
            http-request return status 200 content-type text/plain string early if { path /return }
            http-request deny if { path /deny }
            http-request wait-for-body time 9s if { path /wait }
            http-request pause 9s if { path /pause }
            http-request return status 200 content-type text/plain string late if { path /wait /pause }
            use_backend buffered if { path /buffered }
            default_backend b
        backend buffered
            option http-buffer-request
            server s 127.0.0.1:{{_server.Port}}
        backend b
            server s 127.0.0.1:{{_server.Port}}
        """);

    public void Dispose()
    {
        _balancer.Dispose();
        _server.Dispose();
        _log.Dispose();
    }

    /// <summary>Whoever answers, a rule or the server: the rest of the body is no request, and what follows it is one.</summary>
    [Theory]
    [InlineData("return", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-type: text/plain\r\n\r\nearly", "LR 200 f/<NOSRV>")]
    [InlineData("deny", "HTTP/1.1 403 Forbidden\r\ncontent-length: 93\r\ncache-control: no-cache\r\ncontent-type: text/html\r\n\r\n", "PR 403 f/<NOSRV>")]
    [InlineData("early", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", "-- 200 b/s")]
    [InlineData("early-close", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", "-- 200 b/s")]
    public void An_answer_before_the_body_leaves_the_connection_to_the_next_request(string path, string answer, string line)
    {
        using var client = _balancer.Connect();
        client.Send(string.Format(Post, path));
        Assert.StartsWith(answer, client.ReadResponse());
        client.Send("defg");
        client.Send("hijGET /next HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.EndsWith("ok", client.ReadResponse());
        Assert.StartsWith(line, _log.ReadLineWith($"/{path}|"));
    }

    [Fact]
    public void What_follows_a_chunked_body_that_nobody_wanted_is_the_next_request()
    {
        using var client = _balancer.Connect();
        client.Send("POST /return HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab");
        Assert.EndsWith("early", client.ReadResponse());
        client.Send("c\r\n0;x=y\r\nTrailer: t\r\n\r\nGET /return HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.EndsWith("early", client.ReadResponse());
        client.Send("POST /return HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab");
        Assert.EndsWith("early", client.ReadResponse());
        client.Send("c\r\nno chunk\r\n");
        Assert.Equal("", client.ReadToEnd());
    }

    [Fact]
    public void The_server_that_answered_early_still_gets_the_rest_of_the_body()
    {
        using var client = _balancer.Connect();
        client.Send(string.Format(Post, "early"));
        Assert.EndsWith("ok", client.ReadResponse());
        client.Send("defghij");
        Assert.Contains("-- 200 b/s", _log.ReadLineWith("/early|"));
        Assert.True(SpinWait.SpinUntil(() => _server.Heads.Contains("rest: defghij"), 10_000), "the server has not got the rest");
    }

    /// <summary>A body is read away whatever its length.</summary>
    [Fact]
    public void A_long_body_that_nobody_wants_is_read_to_its_end()
    {
        using var client = _balancer.Connect();
        client.Send("POST /return HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n");
        for (var i = 0; i < 30; i++) client.Send(new string('x', 100_000));
        client.Send("GET /return HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.EndsWith("early", client.ReadResponse());
        Assert.EndsWith("early", client.ReadResponse());
    }

    /// <summary>Rules see what has come and go on, the line tells what they decided; nobody is there to be answered.</summary>
    [Theory]
    [InlineData("none", "CH 400 b/s")]
    [InlineData("wait", "LR 200 f/<NOSRV>")]
    [InlineData("pause", "LR 200 f/<NOSRV>")]
    [InlineData("buffered", "CR 400 buffered/<NOSRV>")]
    public void A_client_that_ends_inside_its_request_gets_no_answer(string path, string line)
    {
        using var client = _balancer.Connect();
        client.Send(string.Format(Post, path));
        Thread.Sleep(50);
        client.FinishSending();
        Assert.Equal("", client.ReadToEnd());
        Assert.StartsWith(line, _log.ReadLineWith($"/{path}|"));
    }

    [Fact]
    public void A_client_that_ends_behind_an_early_answer_has_got_all_of_it()
    {
        using var client = _balancer.Connect();
        client.Send(string.Format(Post, "early"));
        Assert.EndsWith("ok", client.ReadResponse());
        client.FinishSending();
        Assert.Equal("", client.ReadToEnd());
        Assert.StartsWith("CL 200 b/s", _log.ReadLineWith("/early|"));
    }

    /// <summary>The length that was announced is read away even if it looks like a request.</summary>
    [Fact]
    public void The_rest_of_a_refused_body_is_never_taken_for_a_request()
    {
        using var client = _balancer.Connect();
        const string hidden = "GET /return HTTP/1.1\r\nHost: a\r\n\r\n";
        client.Send($"POST /deny HTTP/1.1\r\nHost: a\r\nContent-Length: {hidden.Length}\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 403 ", client.ReadResponse());
        client.Send(hidden);
        client.Send("GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.EndsWith("ok", client.ReadToEnd());
    }

    private static void AnswerHead(ServerSide side)
    {
        while (side.ReadHead() is { } head)
        {
            if (head.StartsWith("POST /none", StringComparison.Ordinal)) _ = side.ReadToEnd();
            side.Send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
            if (head.StartsWith("POST /early-close", StringComparison.Ordinal)) return;
            if (head.StartsWith("POST /early", StringComparison.Ordinal)) side.Note("rest: " + Encoding.Latin1.GetString(side.ReadBytes(10).AsSpan(3)));
        }
    }
}
