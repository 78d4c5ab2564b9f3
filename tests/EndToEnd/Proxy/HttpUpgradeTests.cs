using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>HTTP that comes to a frontend of TCP: looked into, made HTTP by a rule or a backend, or relayed byte for byte.</summary>
public sealed class HttpUpgradeTests
{
    [Fact]
    public void A_relay_chooses_by_what_looks_like_a_request_and_changes_none_of_its_bytes()
    {
        using var server = new ScriptedServer(side =>
        {
            // Who only looks whether the frontend is there is relayed too, and says nothing.
            if (side.ReadHead() is { } head) side.Send($"HTTP/1.1 200 OK\r\nContent-Length: {head.Length}\r\nConnection: close\r\n\r\n{head}");
        });
        using var balancer = Balancing(server, """
                tcp-request inspect-delay 5s
                tcp-request content reject if HTTP { path /rejected }
                use_backend pages if { path_beg /pages }
                default_backend raw
            """);
        Assert.EndsWith("GET /raw HTTP/1.1\r\nHOST: a\r\nX-Mixed: Case\r\n\r\n", balancer.Ask("GET /raw HTTP/1.1\r\nHOST: a\r\nX-Mixed: Case\r\n\r\n"));
        Assert.Equal("", balancer.Get("/rejected"));
        using var client = balancer.Connect();
        // The head comes in two pieces: the rules wait for the second.
        client.Send("GET /pages/1 HTTP/1.1\r\nHo");
        client.Send("st: a\r\n\r\nGET /pages/2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        var answers = client.ReadToEnd();
        Assert.Contains("\r\n\r\npage /pages/1 ", answers);
        Assert.EndsWith("\r\n\r\npage /pages/2 ", answers);
    }

    [Fact]
    public void Switch_mode_gives_the_frontend_its_rules_of_http()
    {
        using var server = new ScriptedServer(side =>
        {
            if (side.ReadUntil("\n") is { } line) side.Send("echo " + line);
        });
        using var balancer = Balancing(server, """
                tcp-request inspect-delay 5s
                tcp-request content set-var(txn.stage) str(content)
                tcp-request content switch-mode http if HTTP
                tcp-request content set-var(txn.stage) str(behind)
                http-request set-header x-front %[var(txn.stage)]
                http-request deny deny_status 429 if { path /denied }
                http-after-response set-header x-after yes
                http-error status 429 content-type text/plain lf-string "not %[path]"
                use_backend pages if { path_beg /pages }
                default_backend raw
            """);
        var page = balancer.Get("/pages/1");
        Assert.EndsWith("\r\n\r\npage /pages/1 content", page);
        Assert.Contains("\r\nx-after: yes\r\n", page);
        Assert.EndsWith("\r\n\r\nnot /denied", balancer.Get("/denied"));
        Assert.Equal("echo hello\r\n", balancer.Ask("hello\r\n"));
        // What has become HTTP cannot go to a server of TCP.
        Assert.Equal("", balancer.Get("/elsewhere"));
    }

    private static Balancer Balancing(ScriptedServer server, string frontend) => new($$"""
        frontend front
            mode tcp
            bind 127.0.0.1:{port}
        {{frontend}}
        backend pages
            mode http
            http-request return status 200 content-type text/plain lf-string "page %[path] %[req.hdr(x-front)]"
        backend raw
            mode tcp
            server s 127.0.0.1:{{server.Port}}
        """);
}
