using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>
/// Forms that a server behind could read in another way than we do never reach it (request smuggling), and nothing a peer sends ends a worker.
/// </summary>
public sealed class StrictParsingTests : IDisposable
{
    private readonly ScriptedServer _server = ScriptedServer.Answering("ok");
    private readonly Balancer _balancer;

    public StrictParsingTests() => _balancer = new Balancer($$"""
        listen web
            bind 127.0.0.1:{port}
            timeout http-request 2s
            server s1 127.0.0.1:{{_server.Port}}
        """);

    public void Dispose()
    {
        _balancer.Dispose();
        _server.Dispose();
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", "400")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello", "400")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 6\r\n\r\nhello!", "400")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nhello", "400")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", "400")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "400")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n", "400")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n", "400")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", "400")]
    [InlineData("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", "400")]
    [InlineData("GET / HTTP/1.1 x\r\nHost: a\r\n\r\n", "400")]
    [InlineData("GET http://other/ HTTP/1.1\r\nHost: a\r\n\r\n", "400")]
    [InlineData("G\x01T / HTTP/1.1\r\nHost: a\r\n\r\n", "400")]
    [InlineData("nonsense\r\n\r\n", "400")]
    public void A_form_that_could_be_read_in_two_ways_is_refused(string request, string status)
    {
        var answer = _balancer.Ask(request);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.True(answer.IndexOf("HTTP/1.1 ", 5, StringComparison.Ordinal) < 0, "one answer and no more: " + answer);
    }

    [Fact]
    public void Of_transfer_encoding_and_content_length_only_the_first_reaches_the_server()
    {
        const string Smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
        _balancer.Ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Smuggled);
        Assert.DoesNotContain(_server.Heads, head => head.Contains("content-length") && head.Contains("transfer-encoding"));
        Assert.DoesNotContain(_server.Heads, head => head.Contains("/smuggled"));
    }

    [Fact]
    public void A_head_that_never_ends_is_refused_when_the_buffer_is_full()
    {
        var answer = _balancer.Ask("GET / HTTP/1.1\r\nHost: a\r\n" + string.Concat(Enumerable.Range(0, 3000).Select(i => $"x-{i}: aaaaaaaaaa\r\n")));
        Assert.StartsWith("HTTP/1.1 400 ", answer);
    }

    [Fact]
    public void Random_bytes_end_no_worker()
    {
        var random = new Random(20261122);
        for (int i = 0; i < 200; i++)
        {
            var bytes = new byte[random.Next(1, 3000)];
            random.NextBytes(bytes);
            using var client = _balancer.Connect();
            client.Send(string.Concat(bytes.Select(b => (char)b)));
            if (i % 2 == 0) client.Reset();
        }
        Assert.False(_balancer.Program.HasExited);
        Assert.StartsWith("HTTP/1.1 200 ", _balancer.Get("/still-here"));
    }

    [Fact]
    public void A_head_that_comes_byte_by_byte_too_slowly_is_timed_out()
    {
        using var client = _balancer.Connect();
        client.Send("GET / HTTP/1.1\r\nHost:");
        Assert.StartsWith("HTTP/1.1 408 ", client.ReadToEnd());
    }

    [Fact]
    public void A_split_anywhere_gives_the_same_answer()
    {
        const string Request = "POST /split HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody";
        for (int cut = 1; cut < Request.Length; cut += 7)
        {
            using var client = _balancer.Connect();
            client.Send(Request[..cut]);
            Thread.Sleep(5);
            client.Send(Request[cut..]);
            Assert.StartsWith("HTTP/1.1 200 ", client.ReadToEnd());
        }
    }
}
