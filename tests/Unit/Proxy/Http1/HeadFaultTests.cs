using System.Text;
using Evenkeel.Proxy.Http1;

namespace Evenkeel.Tests.Unit.Proxy.Http1;

public sealed class HeadFaultTests
{
    /// <summary>Positions as HAProxy 3.5 reports them.</summary>
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n", HeadError.BadHeaderName, 28)]
    [InlineData("GET / HTTP/1.1\r\n: x\r\n\r\n", HeadError.BadHeaderName, 16)]
    [InlineData("GET / HTTP/1.1\r\nnocolon\r\n\r\n", HeadError.BadHeaderName, 23)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\nX : b\r\n\r\n", HeadError.BadHeaderName, 25)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: ab\0 y\r\n\r\n", HeadError.BadHeaderValue, 30)]
    [InlineData("GE\u0001T / HTTP/1.1\r\n\r\n", HeadError.BadStartLine, 2)]
    [InlineData("GET /\u0080 HTTP/1.1\r\nHost: a\r\n\r\n", HeadError.BadStartLine, 5)]
    [InlineData("hello\r\n\r\n", HeadError.BadStartLine, 5)]
    [InlineData("\u0016\u0003\u0001", HeadError.BadStartLine, 0)]
    public void The_first_byte_that_may_not_be_there_is_found(string head, HeadError error, int position) =>
        Assert.Equal(position, HeadFault.Position(Encoding.Latin1.GetBytes(head), error));

    [Fact]
    public void Any_bytes_have_a_fault_within_them_or_at_their_end()
    {
        var random = new Random(11);
        var bytes = new byte[64];
        for (var round = 0; round < 10_000; round++)
        {
            random.NextBytes(bytes);
            if (round % 2 == 0) bytes[random.Next(bytes.Length)] = (byte)'\n';
            var length = random.Next(bytes.Length + 1);
            Assert.InRange(HeadFault.Position(bytes.AsSpan(0, length), (HeadError)(round % 7)), 0, length);
        }
    }
}
