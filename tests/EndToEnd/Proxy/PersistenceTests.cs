using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>Clients come back to the server they were at.</summary>
public sealed class PersistenceTests : IDisposable
{
    private readonly ScriptedServer _one = ScriptedServer.Answering("1");
    private readonly ScriptedServer _two = ScriptedServer.Answering("2");
    private readonly SyslogSink _log = new();

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
        _log.Dispose();
    }

    private Balancer Start(string lines) => new($$"""
        listen web
            bind 127.0.0.1:{port}
            balance roundrobin
            log 127.0.0.1:{{_log.Port}} local0
            log-format "%s %tsc %CC %CS"
            option dontlognull
            retries 2
            {{lines.Replace("\n", "\n    ")}}
            server s1 127.0.0.1:{{_one.Port}} cookie one
            server s2 127.0.0.1:{{_two.Port}} cookie two
            server s3 127.0.0.1:{{Ports.Free()}} cookie three disabled
            server s4 127.0.0.1:{{Ports.Free()}} cookie four weight 0
        """);

    private string Logged() => _log.ReadLine().Split("]: ")[1].TrimEnd('\n', '\0');

    [Fact]
    public void A_client_without_a_cookie_gets_one_and_comes_back_with_it()
    {
        using var balancer = Start("cookie SRV insert indirect nocache\ncapture cookie SR len 8");
        var first = balancer.Get("/");
        Assert.Contains("set-cookie: SRV=one; path=/\r\n", first);
        Assert.Equal("s1 --NI - -", Logged());
        for (var i = 0; i < 3; i++)
        {
            var again = balancer.Get("/", "Cookie: SRV=two");
            Assert.EndsWith("2", again);
            Assert.DoesNotContain("set-cookie", again);
            Assert.Equal("s2 --VN SRV=two -", Logged());
        }
        Assert.DoesNotContain(_two.Heads, head => head.Contains("SRV=", StringComparison.Ordinal));
    }

    [Fact]
    public void A_server_that_is_down_or_dead_is_left_for_another_one_unless_persistence_is_forced()
    {
        using var balancer = Start("cookie SRV insert\noption redispatch\ntimeout connect 50ms\nforce-persist if { path /force }");
        Assert.Contains("set-cookie: SRV=", balancer.Get("/", "Cookie: SRV=three"));
        Assert.Contains("--DI", Logged());
        Assert.Contains("set-cookie: SRV=", balancer.Get("/", "Cookie: SRV=four"));
        Assert.Contains("--DI", Logged());
        Assert.StartsWith("HTTP/1.1 503 ", balancer.Get("/force", "Cookie: SRV=four"));
        Assert.Equal("s4 SCVN - -", Logged());
        Assert.StartsWith("HTTP/1.1 503 ", balancer.Get("/force", "Cookie: SRV=three"));
        Assert.Equal("s3 SCDN - -", Logged());
    }

    [Fact]
    public void Rules_go_before_cookies_and_give_none()
    {
        using var balancer = Start("""
            cookie SRV insert indirect
            use-server s3 if { path_beg /use }
            use-server s1 if { path /use1 }
            ignore-persist if { path /ignored }
            """);
        Assert.EndsWith("1", balancer.Get("/use1", "Cookie: SRV=two"));
        Assert.Equal("s1 --UN - -", Logged());
        var down = balancer.Get("/use3", "Cookie: SRV=two");
        Assert.EndsWith("2", down);
        Assert.Equal("s2 --VN - -", Logged());
        Assert.DoesNotContain("set-cookie", balancer.Get("/ignored", "Cookie: SRV=two"));
        Assert.EndsWith(" --UN - -", Logged());
    }

    [Fact]
    public void A_request_that_is_denied_is_logged_with_its_cookie()
    {
        using var balancer = Start("cookie SRV insert indirect\ncapture cookie SRV len 20\nhttp-request deny");
        Assert.StartsWith("HTTP/1.1 403 ", balancer.Get("/", "Cookie: SRV=two|x"));
        Assert.Equal("<NOSRV> PRVN SRV=two|x -", Logged());
    }

    [Fact]
    public void A_server_is_told_its_name()
    {
        using var balancer = Start("http-send-name-header X-Server");
        balancer.Get("/", "X-Server: forged");
        Assert.True(_one.Heads.TryDequeue(out var head));
        Assert.Contains("x-server: s1\r\n", head);
        Assert.DoesNotContain("forged", head);
    }

    [Fact]
    public void A_server_that_redirects_is_not_asked()
    {
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                server s1 127.0.0.1:{{_one.Port}} redir http://img.example
            """);
        Assert.Contains("location: http://img.example/a?b=1\r\n", balancer.Get("/a?b=1"));
        Assert.Empty(_one.Heads);
        Assert.EndsWith("1", balancer.Ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
    }

    [Fact]
    public void A_response_whose_cookie_a_cache_would_keep_is_held_back()
    {
        using var server = new ScriptedServer(side =>
        {
            var etag = side.ReadHead()!.StartsWith("GET /cached ", StringComparison.Ordinal) ? "ETag: \"x\"\r\n" : "";
            side.Send($"HTTP/1.1 200 OK\r\n{etag}Set-Cookie: session=1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        });
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                option checkcache
                server s1 127.0.0.1:{{server.Port}}
            """);
        Assert.StartsWith("HTTP/1.1 502 ", balancer.Get("/cached"));
        Assert.StartsWith("HTTP/1.1 200 ", balancer.Get("/fresh"));
    }

    [Fact]
    public void A_terminal_client_comes_back_by_the_address_in_its_cookie()
    {
        using var server = new ScriptedServer(side =>
        {
            side.ReadUntil("\r\n");
            side.Send("there");
        });
        using var balancer = new Balancer($$"""
            listen terminals
                mode tcp
                bind 127.0.0.1:{port}
                tcp-request inspect-delay 2s
                tcp-request content accept if { req.len ge 20 }
                persist rdp-cookie
                balance roundrobin
                server s1 127.0.0.1:{{Ports.Free()}}
                server s2 127.0.0.1:{{server.Port}}
            """);
        var port = (ushort)((server.Port >> 8) | (server.Port << 8));
        var cookie = $"Cookie: msts={0x0100007f}.{port}.0000\r\n";
        for (var i = 0; i < 2; i++)
        {
            using var client = balancer.Connect();
            client.Send($"\x03\0\0{(char)(11 + cookie.Length)}{(char)(6 + cookie.Length)}\xE0\0\0\0\0\0{cookie}");
            Assert.Equal("there", client.ReadUntil("there"));
        }
    }
}
