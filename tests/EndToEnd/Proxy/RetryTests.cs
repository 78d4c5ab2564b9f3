using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>`retry-on`: what is tried again, how often, and what never is.</summary>
public sealed class RetryTests
{
    [Theory]
    [InlineData("retry-on 503", "503", 2)]
    [InlineData("retry-on 404 401", "404", 2)]
    [InlineData("retry-on empty-response", "close", 2)]
    [InlineData("retry-on junk-response", "NOT HTTP\r\n\r\n", 2)]
    [InlineData("retry-on junk-response", "HTTP/1.1 200 OK\r\nx:", 2)]
    [InlineData("retry-on response-timeout", "silence", 2)]
    [InlineData("retry-on all-retryable-errors", "502", 3)]
    public void What_is_named_is_tried_again(string line, string failure, int attempts)
    {
        using var server = Failing(failure, times: attempts - 1);
        using var balancer = Start(line, server);
        Assert.EndsWith("abc", Post(balancer, "abc"));
        Assert.Equal(attempts, server.Heads.Count);
    }

    [Theory]
    [InlineData("retry-on 503", "500", " 500 ")]
    [InlineData("retry-on junk-response", "close", " 502 ")]
    [InlineData("retry-on empty-response", "HTTP/1.1 200 OK\r\nx:", " 502 ")]
    [InlineData("retry-on none", "close", " 502 ")]
    [InlineData("retries 3", "503", " 503 ")]
    [InlineData("retry-on 503\n    http-request disable-l7-retry", "503", " 503 ")]
    public void Everything_else_is_not(string line, string failure, string status)
    {
        using var server = Failing(failure, times: 1);
        using var balancer = Start(line, server);
        Assert.Contains(status, Post(balancer, "abc"));
        Assert.Single(server.Heads);
    }

    [Fact]
    public void It_ends_with_the_last_answer_when_the_tries_are_used_up()
    {
        using var server = Failing("503", times: 99);
        using var balancer = Start("retry-on 503\n    retries 2", server);
        Assert.Contains(" 503 ", Post(balancer, "abc"));
        Assert.Equal(3, server.Heads.Count);
    }

    [Fact]
    public void Redispatched_it_goes_to_another_server()
    {
        using var bad = Failing("503", times: 99);
        using var good = ScriptedServer.Answering("good");
        using var balancer = Start("balance roundrobin\n    retry-on 503\n    option redispatch", bad, good);
        Assert.EndsWith("good", balancer.Get("/"));
        Assert.Single(bad.Heads);
    }

    [Fact]
    public void A_body_that_does_not_fit_is_sent_once()
    {
        using var server = Failing("503", times: 1);
        using var balancer = Start("retry-on 503", server);
        Assert.Contains(" 503 ", Post(balancer, new string('x', 100_000)));
        Assert.Single(server.Heads);
    }

    [Fact]
    public void Without_conn_failure_a_connection_is_tried_once()
    {
        using var server = Failing("503", times: 0);
        var port = server.Port;
        server.Dispose();
        using var balancer = new Balancer(Farm("retry-on 503", $"server s 127.0.0.1:{port}"));
        Assert.Contains(" 503 ", balancer.Get("/"));
        const int RetriesColumn = 15;
        Assert.Equal("0", balancer.Command("show stat web 4 -1").Split('\n')[1].Split(',')[RetriesColumn]);
    }

    /// <summary>
    /// A kept connection to the server ends when it is used again: nobody knows whether the request was run, so the client's ends too, as if it had been that
    /// one, and its client decides (configuration.txt "http-reuse"). There is no line about it. Only what `retry-on` names is tried again.
    /// </summary>
    [Theory]
    [InlineData("http-reuse safe", "GET", 1, "")]
    [InlineData("http-reuse safe", "POST", 1, "")]
    [InlineData("http-reuse safe\n    retry-on empty-response", "POST", 2, "HTTP/1.1 200 ")]
    [InlineData("http-reuse never", "GET", 1, "")]
    public void A_kept_connection_that_ends_without_an_answer_ends_the_clients(string lines, string method, int attempts, string answer)
    {
        using var log = new SyslogSink();
        var isFirst = 1;
        using var server = new ScriptedServer(side =>
        {
            while (side.ReadHead() is { } head)
            {
                if (head.Contains(" /again ", StringComparison.Ordinal) && Interlocked.Exchange(ref isFirst, 0) == 1) return;
                side.Send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
            }
        });
        using var balancer = Start($"log 127.0.0.1:{log.Port} format raw local0\n    log-format \"%ts %ST %HU|\"\n    {lines}", server);
        using var client = balancer.Connect();
        client.Send("GET /first HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.EndsWith("ok", client.ReadResponse());
        client.Send($"{method} /again HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        var got = client.ReadToEnd();
        Assert.StartsWith(answer, got);
        if (answer.Length == 0) Assert.Equal("", got);
        Assert.Equal(attempts, server.Heads.Count(head => head.Contains(" /again ", StringComparison.Ordinal)));
        Assert.Contains(" 200 ", balancer.Get("/last"));
        Assert.Equal("-- 200 /first|", log.ReadLineWith("/").Trim());
        Assert.Equal(answer.Length == 0 ? "-- 200 /last|" : "-- 200 /again|", log.ReadLineWith("/").Trim());
    }

    /// <summary>Fails so many requests, then echoes bodies. A failure is a status, `close`, `silence`, or bytes after which it closes.</summary>
    private static ScriptedServer Failing(string failure, int times)
    {
        var requests = 0;
        return new ScriptedServer(side =>
        {
            while (side.ReadHead() is { } head)
            {
                var length = head.Split("content-length: ") is [_, var rest] ? int.Parse(rest.AsSpan(0, rest.IndexOf('\r'))) : 0;
                var body = length > 0 ? System.Text.Encoding.Latin1.GetString(side.ReadBytes(length)) : "";
                if (Interlocked.Increment(ref requests) > times) side.Send($"HTTP/1.1 200 OK\r\ncontent-length: {body.Length}\r\n\r\n{body}");
                else if (failure.Length == 3) side.Send($"HTTP/1.1 {failure} No\r\ncontent-length: 0\r\n\r\n");
                else if (failure == "silence") Thread.Sleep(1_000);
                else
                {
                    if (failure != "close") side.Send(failure);
                    return;
                }
            }
        });
    }

    private static string Post(Balancer balancer, string body) =>
        balancer.Ask($"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    private static Balancer Start(string lines, params ScriptedServer[] servers) =>
        new(Farm(lines, string.Join("\n    ", servers.Select((server, index) => $"server s{index} 127.0.0.1:{server.Port}"))));

    private static string Farm(string lines, string servers) => $$"""
        global
            stats socket {dir}/stats.sock level admin
        defaults
            mode http
            timeout connect 2s
            timeout client 5s
            timeout server 400ms
        listen web
            bind 127.0.0.1:{port}
            {{lines}}
            {{servers}}
        """;
}
