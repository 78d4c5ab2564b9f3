using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>What requests and responses count for in logs and statistics; the figures are HAProxy 3.5's for the same messages.</summary>
public sealed class ByteCountTests : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\n";
    private readonly SyslogSink _log = new();
    private readonly ScriptedServer _server;
    private readonly Balancer _balancer;

    public ByteCountTests()
    {
        _server = new ScriptedServer(side =>
        {
            while (side.ReadHead() is { } head)
                side.Send(head.Split(' ')[1] switch
                {
                    "/chunks" => Ok + "Transfer-Encoding: chunked\r\n\r\n3;ext\r\nabc\r\n04\r\ndefg\r\n0\r\n\r\n",
                    "/trailer" => Ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-T: v\r\n\r\n",
                    "/interim" => "HTTP/1.1 100 Continue\r\n\r\n" + Ok + "Content-Length: 2\r\n\r\nok",
                    "/connection" => Ok + "Connection: keep-alive, foo\r\nContent-Length: 2\r\n\r\nok",
                    "/head" => Ok + "Content-Length: 200\r\n\r\n",
                    "/half" => Ok + "Content-Length: 10\r\n\r\nhello",
                    _ => Ok + "Content-Length: 2\r\n\r\nok",
                });
        });
        _balancer = new Balancer($$"""
            global
                stats socket {dir}/stats.sock level admin
            defaults
                mode http
                timeout connect 5s
                timeout client 60s
                timeout server 60s
            frontend f
                bind 127.0.0.1:{port}
                option dontlognull
                log 127.0.0.1:{{_log.Port}} format raw local0
                log-format "counted %U %[req.bytes_out] %B %[res.bytes_out] %ts %ST"
                http-request set-header x-long 123456789 if { path /longer }
                http-response set-header x-long 1234567890 if { status 200 } { var(txn.longer) -m found }
                http-request set-var(txn.longer) int(1) if { path /longer }
                http-request return status 200 content-type a/b string abcdef if { path /own }
                http-request early-hint link x if { path /hint }
                default_backend b
            backend b
                http-request deny if { path /denied }
                http-response deny if { var(txn.denied) -m found }
                http-request set-var(txn.denied) int(1) if { path /late }
                server s 127.0.0.1:{{_server.Port}}
            """);
    }

    public void Dispose()
    {
        _balancer.Dispose();
        _server.Dispose();
        _log.Dispose();
    }

    [Theory]
    [InlineData("GET /", "38 38 51 51 -- 200")]
    [InlineData("GET /chunks", "44 44 66 66 -- 200")]
    [InlineData("GET /trailer", "45 45 66 66 -- 200")]
    [InlineData("GET /interim", "45 45 91 91 -- 200")]
    [InlineData("GET /connection", "48 48 64 64 -- 200")]
    [InlineData("HEAD /head", "43 43 51 51 -- 200")]
    [InlineData("GET /longer", "44 59 51 67 -- 200")]
    [InlineData("GET /own", "41 0 0 70 LR 200")]
    [InlineData("GET /hint", "42 42 51 99 -- 200")]
    [InlineData("GET /denied", "44 0 0 192 PR 403")]
    [InlineData("GET /late", "42 42 51 209 PH 502")]
    public void Messages_count_their_words_whatever_stands_between_them(string request, string expected)
    {
        _balancer.Ask(request + " HTTP/1.1\r\nHost:  a\r\nConnection: close\r\n\r\n");
        Assert.Equal("counted " + expected, _log.ReadLineWith("counted").Trim());
    }

    [Fact]
    public void Statistics_count_the_same()
    {
        _balancer.Ask("POST /longer HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
        _log.ReadLineWith("counted");
        var lines = _balancer.Command("show stat").Split('\n');
        var columns = lines[0].Split(',');
        foreach (var line in lines.Where(line => line.StartsWith("f,", StringComparison.Ordinal) || line.StartsWith("b,", StringComparison.Ordinal)))
        {
            var values = line.Split(',');
            Assert.Equal("65 51 65 80 51 67", string.Join(' ', new[] { "bin", "bout", "reqbin", "reqbout", "resbin", "resbout" }
                .Select(name => values[Array.IndexOf(columns, name)])));
        }
    }

    [Fact]
    public void A_client_that_is_gone_while_the_server_pauses_ends_the_transfer()
    {
        using (var client = _balancer.Connect())
        {
            client.Send("GET /half HTTP/1.1\r\nHost: a\r\n\r\n");
            client.ReadUntil("hello");
            client.Reset();
        }
        Assert.Equal("counted 42 42 55 55 CD 200", _log.ReadLineWith("counted").Trim());
    }
}
