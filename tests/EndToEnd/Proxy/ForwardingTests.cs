using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>What every HTTP proxy must do, seen from both sides of it.</summary>
public sealed class ForwardingTests
{
    private static Balancer Before(ScriptedServer server, string more = "", string serverOptions = "") => new($$"""
        listen web
            bind 127.0.0.1:{port}
            {{more}}
            server s1 127.0.0.1:{{server.Port}} {{serverOptions}}
        """);

    [Fact]
    public void A_request_reaches_the_server_and_its_answer_the_client()
    {
        using var server = ScriptedServer.Answering("hello");
        using var balancer = Before(server);
        var answer = balancer.Get("/some/path?a=b", "X-Mine: 1");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer);
        Assert.EndsWith("\r\n\r\nhello", answer);
        Assert.True(server.Heads.TryDequeue(out var head));
        Assert.StartsWith("GET /some/path?a=b HTTP/1.1\r\n", head);
        Assert.Contains("\r\nhost: test.example\r\n", head);
        Assert.Contains("\r\nx-mine: 1\r\n", head);
    }

    [Fact]
    public void One_client_connection_carries_many_requests_over_one_server_connection()
    {
        using var server = ScriptedServer.Answering("again");
        using var balancer = Before(server);
        using var client = balancer.Connect();
        for (int i = 0; i < 20; i++)
        {
            client.Send($"GET /{i} HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.EndsWith("again", client.ReadResponse());
        }
        Assert.Equal(20, server.Heads.Count);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public void Pipelined_requests_are_answered_in_order()
    {
        using var server = new ScriptedServer(side =>
        {
            while (side.ReadHead() is { } head)
            {
                var path = head.Split(' ')[1];
                side.Send($"HTTP/1.1 200 OK\r\ncontent-length: {path.Length}\r\n\r\n{path}");
            }
        });
        using var balancer = Before(server);
        using var client = balancer.Connect();
        client.Send("GET /one HTTP/1.1\r\nHost: a\r\n\r\nGET /two HTTP/1.1\r\nHost: a\r\n\r\nGET /three HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.EndsWith("/one", client.ReadResponse());
        Assert.EndsWith("/two", client.ReadResponse());
        Assert.EndsWith("/three", client.ReadResponse());
    }

    [Fact]
    public void A_chunked_body_goes_through_both_ways()
    {
        using var server = new ScriptedServer(side =>
        {
            side.ReadHead();
            var body = side.ReadUntil("0\r\n\r\n");
            Assert.Contains("hello", body);
            side.Send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
        });
        using var balancer = Before(server);
        var answer = balancer.Ask("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        Assert.Contains("transfer-encoding: chunked\r\n", answer);
        Assert.Equal("abcdefg", Dechunk(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]));
    }

    [Fact]
    public void An_answer_that_ends_with_its_connection_is_passed_on_whole()
    {
        var body = new string('x', 300_000);
        using var server = new ScriptedServer(side =>
        {
            side.ReadHead();
            side.Send("HTTP/1.1 200 OK\r\n\r\n" + body);
        });
        using var balancer = Before(server);
        var answer = balancer.Ask("GET / HTTP/1.0\r\n\r\n");
        Assert.EndsWith("\r\n\r\n" + body, answer);
    }

    [Fact]
    public void A_large_body_arrives_unchanged_in_both_directions()
    {
        var body = string.Concat(Enumerable.Range(0, 25_000).Select(i => $"{i:D7} "));
        using var server = new ScriptedServer(side =>
        {
            side.ReadHead();
            var got = side.ReadUntil(body[^40..]);
            side.Send($"HTTP/1.1 200 OK\r\ncontent-length: {body.Length}\r\n\r\n{(got == body ? body : "different")}");
        });
        using var balancer = Before(server);
        using var client = balancer.Connect();
        client.Send($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        Assert.EndsWith("\r\n\r\n" + body, client.ReadResponse());
    }

    [Fact]
    public void A_client_that_waits_for_100_continue_gets_it_from_the_server()
    {
        using var server = new ScriptedServer(side =>
        {
            side.ReadHead();
            side.Send("HTTP/1.1 100 Continue\r\n\r\n");
            side.ReadUntil("body");
            side.Send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ndone");
        });
        using var balancer = Before(server);
        using var client = balancer.Connect();
        client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 100", client.ReadUntil("\r\n\r\n"));
        client.Send("body");
        Assert.EndsWith("done", client.ReadResponse());
    }

    [Fact]
    public void An_upgrade_turns_the_connection_into_a_tunnel()
    {
        using var server = new ScriptedServer(side =>
        {
            side.ReadHead();
            side.Send("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n");
            side.ReadUntil("ping");
            side.Send("pong");
            side.ReadUntil("bye");
        });
        using var balancer = Before(server);
        using var client = balancer.Connect();
        client.Send("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 101", client.ReadUntil("\r\n\r\n"));
        client.Send("ping");
        Assert.Equal("pong", client.ReadUntil("pong"));
        client.Send("bye");
        Assert.Equal("", client.ReadToEnd());
    }

    [Fact]
    public void Forwardfor_says_who_asked()
    {
        using var server = ScriptedServer.Answering("x");
        using var balancer = Before(server, "option forwardfor");
        balancer.Get("/");
        Assert.True(server.Heads.TryDequeue(out var head));
        Assert.Contains("\r\nx-forwarded-for: 127.0.0.1\r\n", head);
    }

    [Fact]
    public void A_head_request_is_answered_without_a_body()
    {
        using var server = new ScriptedServer(side =>
        {
            while (side.ReadHead() is not null) side.Send("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
        });
        using var balancer = Before(server);
        var answer = balancer.Ask("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.Contains("content-length: 1000\r\n", answer);
        Assert.EndsWith("\r\n\r\n", answer);
    }

    [Fact]
    public void Tcp_mode_passes_bytes_and_half_close()
    {
        using var server = new ScriptedServer(side =>
        {
            var all = side.ReadUntil("end");
            side.Send("got " + all);
        });
        using var balancer = new Balancer($$"""
            listen raw
                mode tcp
                bind 127.0.0.1:{port}
                server s1 127.0.0.1:{{server.Port}}
            """);
        using var client = balancer.Connect();
        client.Send("anything at all: end");
        client.FinishSending();
        Assert.Equal("got anything at all: end", client.ReadToEnd());
    }

    private static string Dechunk(string text)
    {
        var body = "";
        while (true)
        {
            int line = text.IndexOf("\r\n", StringComparison.Ordinal);
            int size = Convert.ToInt32(text[..line], 16);
            if (size == 0) return body;
            body += text.Substring(line + 2, size);
            text = text[(line + 2 + size + 2)..];
        }
    }
}
