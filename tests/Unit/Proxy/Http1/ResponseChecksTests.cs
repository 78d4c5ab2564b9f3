using Evenkeel.Proxy.Http1;
using HttpMethod = Evenkeel.Proxy.Message.HttpMethod;

namespace Evenkeel.Tests.Unit.Proxy.Http1;

public sealed class ResponseChecksTests
{
    private static bool Check(string text, out MessageFraming framing, out string sent, HttpMethod method = HttpMethod.Get, bool upgradeAsked = false)
    {
        var message = Received.Response(text);
        var good = ResponseChecks.Check(message, method, upgradeAsked, out framing);
        sent = Received.Text(message);
        return good;
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Length: 8\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n\r\n")]
    public void Ambiguous_responses_are_refused(string text) => Assert.False(Check(text, out _, out _));

    [Theory]
    [InlineData("200 OK\r\nContent-Length: 2\r\n", BodyKind.Length, false)]
    [InlineData("200 OK\r\nContent-Length: 0\r\n", BodyKind.None, false)]
    [InlineData("200 OK\r\nTransfer-Encoding: chunked\r\n", BodyKind.Chunked, false)]
    [InlineData("200 OK\r\n", BodyKind.UntilClose, true)]
    [InlineData("304 Not Modified\r\nContent-Length: 2\r\n", BodyKind.None, false)]
    [InlineData("204 No Content\r\nContent-Length: 2\r\n", BodyKind.None, false)]
    public void Framing_follows_status_and_headers(string head, BodyKind body, bool closes)
    {
        Assert.True(Check($"HTTP/1.1 {head}\r\n", out var framing, out _));
        Assert.Equal(body, framing.Body);
        Assert.Equal(closes, framing.CloseAfter);
    }

    [Fact]
    public void An_answer_to_HEAD_has_no_body_but_keeps_its_headers()
    {
        Assert.True(Check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", out var framing, out var sent, HttpMethod.Head));
        Assert.Equal(BodyKind.None, framing.Body);
        Assert.Equal("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n", sent);
    }

    [Fact]
    public void No_content_loses_its_framing_headers()
    {
        Check("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", out _, out var sent);
        Assert.Equal("HTTP/1.1 204 No Content\r\n\r\n", sent);
    }

    [Fact]
    public void A_connection_that_became_a_tunnel_serves_no_request_again()
    {
        Assert.True(Check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", out var framing, out var sent, HttpMethod.Connect));
        Assert.True(framing is { CloseAfter: true, Body: BodyKind.None });
        Assert.Equal("HTTP/1.1 200 OK\r\n\r\n", sent);
    }

    [Fact]
    public void A_missing_reason_is_supplied()
    {
        Check("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", out _, out var sent);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", sent, StringComparison.Ordinal);
    }

    [Fact]
    public void Switching_protocols_is_good_only_when_asked_for() =>
        Assert.True(Check("HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n", out _, out _, upgradeAsked: true));
}
