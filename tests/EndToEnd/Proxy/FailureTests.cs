using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>Servers and clients that break off, answer too early, twice, never or garbage; whatever they do, the next request is served.</summary>
public sealed class FailureTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static Balancer Before(ScriptedServer server) => new($$"""
        defaults
            mode http
            timeout connect 1s
            timeout client 2s
            timeout server 1s
            timeout http-request 1s
        listen l
            bind 127.0.0.1:{port}
            server s 127.0.0.1:{{server.Port}}
        """);

    /// <summary>One server that does what the path says.</summary>
    private static ScriptedServer Moody() => new(side =>
    {
        while (side.ReadHead() is { } head)
        {
            if (head.Contains(" /reset ", StringComparison.Ordinal))
            {
                side.Reset();
                return;
            }

            if (head.Contains(" /never ", StringComparison.Ordinal))
            {
                Thread.Sleep(3_000);
                return;
            }

            if (head.Contains(" /close ", StringComparison.Ordinal)) return;
            if (head.Contains(" /garbage ", StringComparison.Ordinal)) side.Send("garbage\r\n\r\n");
            else if (head.Contains(" /short ", StringComparison.Ordinal)) side.Send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
            else if (head.Contains(" /twice ", StringComparison.Ordinal)) side.Send(Ok + Ok);
            else side.Send(Ok);
            if (head.Contains(" /short ", StringComparison.Ordinal) || head.Contains(" /once ", StringComparison.Ordinal)) return;
        }
    });

    [Theory]
    [InlineData("/reset", "HTTP/1.1 502 ")]
    [InlineData("/close", "HTTP/1.1 502 ")]
    [InlineData("/garbage", "HTTP/1.1 502 ")]
    [InlineData("/never", "HTTP/1.1 504 ")]
    [InlineData("/short", "HTTP/1.1 200 ")]
    [InlineData("/twice", "HTTP/1.1 200 ")]
    public void A_server_that_misbehaves_costs_only_its_own_request(string path, string status)
    {
        using var server = Moody();
        using var balancer = Before(server);
        Assert.StartsWith(status, balancer.Get(path), StringComparison.Ordinal);
        Assert.EndsWith("ok", balancer.Get("/"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_kept_server_connection_that_has_died_is_replaced_without_the_client_noticing()
    {
        using var server = Moody();
        using var balancer = Before(server);
        using var client = balancer.Connect();
        foreach (var path in new[] { "/once", "/once", "/once", "/" })
        {
            client.Send($"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.EndsWith("ok", client.ReadResponse(), StringComparison.Ordinal);
            Thread.Sleep(50);
        }
    }

    [Fact]
    public void What_a_server_sends_behind_its_answer_reaches_nobody()
    {
        using var server = Moody();
        using var balancer = Before(server);
        using var client = balancer.Connect();
        for (var i = 0; i < 3; i++)
        {
            client.Send("GET /twice HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.EndsWith("\r\n\r\nok", client.ReadResponse(), StringComparison.Ordinal);
        }

        Assert.Equal(3, server.Connections);
    }

    [Theory]
    [InlineData("GE")]
    [InlineData("GET /never HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc")]
    public void A_client_that_resets_is_forgotten(string sent)
    {
        using var server = Moody();
        using var balancer = Before(server);
        for (var i = 0; i < 5; i++)
        {
            using var client = balancer.Connect();
            client.Send(sent);
            Thread.Sleep(20);
            client.Reset();
        }

        Assert.EndsWith("ok", balancer.Get("/"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_that_ends_before_the_answer_does_not_get_one()
    {
        using var server = Moody();
        using var balancer = Before(server);
        using var client = balancer.Connect();
        client.Send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
        client.FinishSending();
        Assert.StartsWith("HTTP/1.1 400 ", client.ReadToEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_client_that_leaves_while_its_answer_stalls_frees_the_server(bool resets)
    {
        using var ended = new ManualResetEventSlim();
        using var server = new ScriptedServer(side =>
        {
            if (side.ReadHead() is null) return;
            side.Send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
            try
            {
                if (side.ReadHead() is null) ended.Set();
            }
            catch (System.Net.Sockets.SocketException)
            {
                ended.Set();
            }
        });
        using var balancer = new Balancer($$"""
            defaults
                mode http
                timeout connect 1s
                timeout client 60s
                timeout server 60s
            listen l
                bind 127.0.0.1:{port}
                server s 127.0.0.1:{{server.Port}}
            """);
        using var client = balancer.Connect();
        client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", client.ReadUntil("abc"), StringComparison.Ordinal);
        if (resets) client.Reset();
        else client.FinishSending();
        Assert.True(ended.Wait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Http_ignore_probes_answers_nobody_who_asks_nothing()
    {
        using var server = Moody();
        using var balancer = new Balancer($$"""
            defaults
                mode http
                timeout connect 1s
                timeout client 2s
                timeout server 1s
            listen l
                bind 127.0.0.1:{port}
                option http-ignore-probes
                server s 127.0.0.1:{{server.Port}}
            """);
        using var client = balancer.Connect();
        client.FinishSending();
        Assert.Equal("", client.ReadToEnd());
    }

    [Fact]
    public void A_request_that_does_not_come_is_given_up_with_408()
    {
        using var server = Moody();
        using var balancer = Before(server);
        using var client = balancer.Connect();
        client.Send("GET / HTTP/1.1\r\nHost:");
        Assert.StartsWith("HTTP/1.1 408 ", client.ReadToEnd(), StringComparison.Ordinal);
    }
}
