using Evenkeel.Proxy.Http1;

namespace Evenkeel.Tests.Unit.Proxy.Http1;

public sealed class RequestChecksTests
{
    private static int Check(string text, out MessageFraming framing, out string sent)
    {
        var message = Received.Request(text);
        var status = RequestChecks.Check(message, out framing);
        sent = Received.Text(message);
        return status;
    }

    private static int Check(string headers, string startLine = "POST / HTTP/1.1") => Check($"{startLine}\r\n{headers}\r\n", out _, out _);

    [Theory]
    [InlineData("Content-Length: 5\r\nContent-Length: 6\r\n", 400)]
    [InlineData("Content-Length: 5, 6\r\n", 400)]
    [InlineData("Content-Length: +5\r\n", 400)]
    [InlineData("Content-Length:\r\n", 400)]
    [InlineData("Content-Length: 99999999999999999999\r\n", 400)]
    [InlineData("Transfer-Encoding: chunked, gzip\r\n", 400)]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400)]
    [InlineData("Transfer-Encoding: gzip\r\n", 400)]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n", 422)]
    [InlineData("Transfer-Encoding: chunked,\r\n", 400)]
    [InlineData("Transfer-Encoding: ,chunked\r\n", 400)]
    [InlineData("Transfer-Encoding:\r\n", 400)]
    [InlineData("Host: a,b\r\n", 400)]
    [InlineData("Host: [::1\r\n", 400)]
    [InlineData("Connection: upgrade\r\nUpgrade: websocket\r\n", 400)]
    [InlineData("Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", 0)]
    [InlineData("Host: a\r\nHost: b\r\n", 400)]
    [InlineData("Host: a b\r\n", 400)]
    public void Ambiguous_framing_and_hosts_are_refused(string headers, int status) => Assert.Equal(status, Check(headers));

    [Theory]
    [InlineData("GET / HTTP/1.0", "Content-Length: 5\r\n", 413)]
    [InlineData("GET / HTTP/1.1", "Content-Length: 5\r\n", 0)]
    [InlineData("GET * HTTP/1.1", "", 400)]
    [InlineData("PRI / HTTP/1.1", "", 400)]
    [InlineData("OPTIONS * HTTP/1.1", "", 0)]
    [InlineData("GET abc HTTP/1.1", "", 400)]
    [InlineData("CONNECT a HTTP/1.1", "Host: a\r\n", 400)]
    [InlineData("CONNECT a:443 HTTP/1.1", "Host: a:443\r\n", 0)]
    [InlineData("GET http://b/ HTTP/1.1", "Host: a\r\n", 400)]
    [InlineData("GET http://a:80/ HTTP/1.1", "Host: a\r\n", 0)]
    public void Start_lines_and_hosts_must_agree(string startLine, string headers, int status) => Assert.Equal(status, Check(headers, startLine));

    [Theory]
    [InlineData("GET http://u:p@a:80/x HTTP/1.1", "a:80", "GET http://u:p@a/x HTTP/1.1", "a")]
    [InlineData("GET http://a:/x HTTP/1.1", "A", "GET http://a/x HTTP/1.1", "a")]
    [InlineData("GET http://a/x HTTP/1.1", "a:", "GET http://a/x HTTP/1.1", "a:")]
    [InlineData("GET https://a:443?q HTTP/1.1", "a", "GET https://a?q HTTP/1.1", "a")]
    [InlineData("GET http://a HTTP/1.1", "a:80", "GET http://a/ HTTP/1.1", "a")]
    [InlineData("GET http://: HTTP/1.1", ":80", "GET http:/// HTTP/1.1", "")]
    [InlineData("GET ftp://a:80/ HTTP/1.1", "a:80", "GET ftp://a:80/ HTTP/1.1", "a:80")]
    [InlineData("CONNECT a:80 HTTP/1.1", "A:80", "CONNECT a:80 HTTP/1.1", "A")]
    [InlineData("CONNECT u@a:443 HTTP/1.1", "a:", "CONNECT u@a:443 HTTP/1.1", "a:")]
    public void A_port_that_goes_without_saying_is_left_out(string line, string host, string sentLine, string sentHost)
    {
        Assert.Equal(0, Check($"{line}\r\nhost: {host}\r\n\r\n", out _, out var sent));
        Assert.Equal($"{sentLine}\r\nhost: {sentHost}\r\n\r\n", sent);
    }

    [Theory]
    [InlineData("GET http://a:8080/ HTTP/1.1", "a")]
    [InlineData("GET http://a/ HTTP/1.1", "a:81")]
    [InlineData("GET ftp://a:80/ HTTP/1.1", "a")]
    [InlineData("GET http://u@a/ HTTP/1.1", "u@a")]
    [InlineData("GET 1http://a/ HTTP/1.1", "a")]
    [InlineData("CONNECT a:8080 HTTP/1.1", "a")]
    [InlineData("CONNECT a: HTTP/1.1", "a")]
    public void A_host_that_names_another_place_is_refused(string line, string host) => Assert.Equal(400, Check($"host: {host}\r\n", line));

    [Fact]
    public void Transfer_encoding_wins_over_length_and_the_connection_is_not_trusted_further()
    {
        Assert.Equal(0, Check("POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", out var framing, out var sent));
        Assert.Equal(BodyKind.Chunked, framing.Body);
        Assert.True(framing.CloseAfter);
        Assert.Equal("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n", sent);
    }

    [Theory]
    [InlineData("05")]
    [InlineData("  5 ")]
    [InlineData("5 , 5")]
    public void A_length_is_passed_on_in_its_one_plain_form(string value)
    {
        Assert.Equal(0, Check($"POST / HTTP/1.1\r\nContent-Length: {value}\r\n\r\n", out var framing, out var sent));
        Assert.Equal(5, framing.Length);
        Assert.Equal("POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\n", sent);
    }

    [Fact]
    public void An_absolute_target_without_a_path_asks_for_the_root()
    {
        Assert.Equal(0, Check("GET http://a:80 HTTP/1.1\r\nHost: a\r\n\r\n", out _, out var sent));
        Assert.StartsWith("GET http://a/ HTTP/1.1\r\n", sent, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_lengths_are_merged()
    {
        Assert.Equal(0, Check("POST / HTTP/1.1\r\nContent-Length: 5, 5\r\nContent-Length: 5\r\n\r\n", out var framing, out var sent));
        Assert.Equal(5, framing.Length);
        Assert.Equal("POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\n", sent);
    }

    [Theory]
    [InlineData("Connection: close\r\n", "", true)]
    [InlineData("Connection: keep-alive, foo\r\nKeep-Alive: 5\r\n", "connection: foo\r\nkeep-alive: 5\r\n", false)]
    [InlineData("TE: gzip, trailers\r\nConnection: TE\r\n", "te: trailers\r\nconnection: TE\r\n", false)]
    [InlineData("Upgrade: foo\r\n", "", false)]
    [InlineData("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n", "connection: HTTP2-Settings\r\n", false)]
    [InlineData("Connection: Upgrade\r\nUpgrade: foo\r\n", "connection: Upgrade\r\nupgrade: foo\r\n", false)]
    public void Words_about_this_connection_do_not_go_on(string headers, string sent, bool closes)
    {
        Assert.Equal(0, Check($"GET / HTTP/1.1\r\n{headers}\r\n", out var framing, out var text));
        Assert.Equal($"GET / HTTP/1.1\r\n{sent}\r\n", text);
        Assert.Equal(closes, framing.CloseAfter);
    }

    [Fact]
    public void HTTP_1_0_closes_unless_it_asks_to_be_kept()
    {
        Check("GET / HTTP/1.0\r\n\r\n", out var closed, out _);
        Check("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", out var kept, out _);
        Assert.True(closed.CloseAfter);
        Assert.False(kept.CloseAfter);
    }
}
