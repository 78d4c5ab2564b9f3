using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>Whose a server connection is: everybody's, or one client's alone. The answers say over which of its connections the server gave them.</summary>
public sealed class PrivateConnectionTests
{
    [Theory]
    [InlineData("401 Unauthorized", "WWW-Authenticate: NTLM")]
    [InlineData("401 Unauthorized", "www-authenticate: Basic realm=\"x\", negotiate TlRM")]
    [InlineData("407 Proxy Authentication Required", "Proxy-Authenticate: Negotiate")]
    public void A_connection_that_was_authenticated_is_never_given_to_another_client(string status, string challenge)
    {
        using var server = Challenging(status, challenge);
        using var balancer = new Balancer(Farm("http-reuse always", server));
        using var alice = balancer.Connect();
        Assert.Equal("1", Ask(alice, "/secret"));
        Assert.Equal("1", Ask(alice, "/"));
        using var bob = balancer.Connect();
        Assert.Equal("2", Ask(bob, "/"));
        Assert.Equal("2", Ask(bob, "/"));
        Assert.Equal("1", Ask(alice, "/"));
        alice.Dispose();
        using var carol = balancer.Connect();
        Assert.Equal("2", Ask(carol, "/"));
    }

    [Theory]
    [InlineData("401 Unauthorized", "WWW-Authenticate: Basic realm=\"NTLM\"")]
    [InlineData("200 OK", "WWW-Authenticate: NTLM")]
    [InlineData("407 Proxy Authentication Required", "WWW-Authenticate: NTLM")]
    public void Other_challenges_make_no_connection_private(string status, string challenge)
    {
        using var server = Challenging(status, challenge);
        using var balancer = new Balancer(Farm("http-reuse always", server));
        using var alice = balancer.Connect();
        Assert.Equal("1", Ask(alice, "/secret"));
        using var bob = balancer.Connect();
        Assert.Equal("1", Ask(bob, "/"));
    }

    [Fact]
    public void A_client_stays_with_the_server_that_its_connection_was_authenticated_at()
    {
        using var a = Challenging("401 Unauthorized", "WWW-Authenticate: NTLM", "a");
        using var b = Challenging("401 Unauthorized", "WWW-Authenticate: NTLM", "b");
        using var balancer = new Balancer(Farm("balance roundrobin", a, b));
        using var alice = balancer.Connect();
        Assert.Equal("a1", Ask(alice, "/"));
        Assert.Equal("b1", Ask(alice, "/secret"));
        for (var i = 0; i < 3; i++) Assert.Equal("b1", Ask(alice, "/"));
    }

    [Theory]
    [InlineData("", "a1 b1 a1 b1")]
    [InlineData("max-session-srv-conns 1", "a1 b1 a1 b2")]
    [InlineData("max-session-srv-conns 0", "a1 b1 a2 b2")]
    [InlineData("option prefer-last-server", "a1 a1 a1 a1")]
    public void With_http_reuse_never_a_client_keeps_its_own_connections(string line, string expected)
    {
        using var a = Challenging("401 Unauthorized", "x: y", "a");
        using var b = Challenging("401 Unauthorized", "x: y", "b");
        using var balancer = new Balancer(Farm($"http-reuse never\n    balance roundrobin\n    {line}", a, b));
        using var alice = balancer.Connect();
        Assert.Equal(expected, string.Join(' ', Enumerable.Range(0, 4).Select(_ => Ask(alice, "/"))));
        alice.Dispose();
        using var bob = balancer.Connect();
        var answer = Ask(bob, "/");
        Assert.DoesNotContain(answer, expected.Split(' '));
    }

    /// <summary>Each answer is the server's name and the number of its connection; `/secret` is challenged.</summary>
    private static ScriptedServer Challenging(string status, string challenge, string name = "")
    {
        var connections = 0;
        return new ScriptedServer(side =>
        {
            string? id = null;
            while (side.ReadHead() is { } head)
            {
                // Probes connect too, without a request.
                id ??= $"{name}{Interlocked.Increment(ref connections)}";
                var isSecret = head.StartsWith("GET /secret", StringComparison.Ordinal);
                side.Send($"HTTP/1.1 {(isSecret ? status : "200 OK")}\r\ncontent-length: {id.Length}\r\n{(isSecret ? challenge + "\r\n" : "")}\r\n{id}");
            }
        });
    }

    private static string Farm(string lines, params ScriptedServer[] servers) => $$"""
        global
            nbthread 1
        defaults
            mode http
            timeout connect 2s
            timeout client 5s
            timeout server 5s
        listen web
            bind 127.0.0.1:{port}
            {{lines}}
            {{string.Join("\n    ", servers.Select((server, index) => $"server s{index} 127.0.0.1:{server.Port}"))}}
        """;

    private static string Ask(RawClient client, string path)
    {
        client.Send($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
        return client.ReadResponse().Split("\r\n\r\n")[1];
    }
}
