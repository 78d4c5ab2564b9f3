using CsCheck;

namespace Evenkeel.Tests.Unit.Proxy.Http1;

public sealed class Http1HeadParserTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nhost: a\r\n\r\n")]
    [InlineData("\r\n\r\nGET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n\r\n")]
    [InlineData("GET  /  HTTP/1.0\nA:b \t\n\n", "GET / HTTP/1.0\r\na: b\r\n\r\n")]
    [InlineData("GET / HTTP/2.0\r\nA:\r\n\r\n", "GET / HTTP/1.1\r\na: \r\n\r\n")]
    [InlineData("FOO-BAR /x?y HTTP/1.1\r\nA: b\r\n  c\r\n\t d \r\n\r\n", "FOO-BAR /x?y HTTP/1.1\r\na: b    c  \t d\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nA: b\u0001\u00E9c\r\n\r\n", "GET / HTTP/1.1\r\na: b\u0001\u00E9c\r\n\r\n")]
    public void Good_requests_come_out_in_canonical_form(string received, string sent) =>
        Assert.Equal($"Done {sent}|", Received.Parse(received, isRequest: true, []));

    [Theory]
    [InlineData(" GET / HTTP/1.1\r\n\r\n")]
    [InlineData("GET /\r\n\r\n")]
    [InlineData("GET / http/1.1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1 x\r\n\r\n")]
    [InlineData("G@T / HTTP/1.1\r\n\r\n")]
    [InlineData("GET /a#b HTTP/1.1\r\n\r\n")]
    [InlineData("GET /\u00E9 HTTP/1.1\r\n\r\n")]
    [InlineData("GET /\u0001 HTTP/1.1\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002")]
    public void A_start_line_that_is_none_is_refused(string received) => Assert.Equal("Invalid BadStartLine", Received.Parse(received, isRequest: true, []));

    [Theory]
    [InlineData("A : b")]
    [InlineData(": b")]
    [InlineData("A(b: c")]
    [InlineData("no colon")]
    [InlineData("A\u00E9: c")]
    public void A_header_name_that_is_none_is_refused(string line) =>
        Assert.Equal("Invalid BadHeaderName", Received.Parse($"GET / HTTP/1.1\r\n{line}\r\n\r\n", isRequest: true, []));

    [Theory]
    [InlineData("A: b\0c")]
    [InlineData("A: b\rc")]
    public void NUL_and_a_lone_CR_are_refused_in_values(string line) =>
        Assert.Equal("Invalid BadHeaderValue", Received.Parse($"GET / HTTP/1.1\r\n{line}\r\n\r\n", isRequest: true, []));

    [Fact]
    public void A_fold_before_any_header_is_refused() =>
        Assert.Equal("Invalid BadHeaderName", Received.Parse("GET / HTTP/1.1\r\n x: y\r\n\r\n", isRequest: true, []));

    [Fact]
    public void The_hundredth_header_is_taken_and_the_next_refused()
    {
        var hundred = string.Concat(Enumerable.Range(0, 100).Select(i => $"a{i}: 1\r\n"));
        Assert.StartsWith("Done", Received.Parse($"GET / HTTP/1.1\r\n{hundred}\r\n", isRequest: true, []), StringComparison.Ordinal);
        Assert.Equal("Invalid TooManyHeaders", Received.Parse($"GET / HTTP/1.1\r\n{hundred}b: 1\r\n\r\n", isRequest: true, []));
    }

    [Fact]
    public void A_head_longer_than_bufsize_less_maxrewrite_is_refused()
    {
        var rest = 16_384 - 1_024 - "GET / HTTP/1.1\r\na: \r\n\r\n".Length;
        Assert.StartsWith("Done", Received.Parse($"GET / HTTP/1.1\r\na: {new string('x', rest)}\r\n\r\n", isRequest: true, []), StringComparison.Ordinal);
        Assert.Equal("Invalid TooLarge", Received.Parse($"GET / HTTP/1.1\r\na: {new string('x', rest + 1)}\r\n\r\n", isRequest: true, []));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nbody", "Done HTTP/1.1 200 OK\r\n\r\n|body")]
    [InlineData("HTTP/1.0 404 Not Here\r\nA: b\r\n\r\n", "Done HTTP/1.0 404 Not Here\r\na: b\r\n\r\n|")]
    [InlineData("HTTP/1.1 1000 X\r\n\r\n", "Invalid BadStartLine")]
    [InlineData("garbage", "Invalid BadStartLine")]
    public void Responses_are_read_the_same_way(string received, string expected) => Assert.Equal(expected, Received.Parse(received, isRequest: false, []));

    private static readonly Gen<string> Noise = Gen.OneOf(
        Gen.Const("GET / HTTP/1.1\r\n"), Gen.Const("HTTP/1.1 200 OK\r\n"), Gen.Const("Host: a\r\n"), Gen.Const("\r\n"), Gen.Const("\n"), Gen.Const("\r"),
        Gen.Const(" folded\r\n"), Gen.Const("A:b\r\n"), Gen.Const("A : b\r\n"), Gen.Const("\0"), Gen.Const("POST /x"), Gen.Const(" HTTP/1.0"),
        Gen.String[Gen.Char[' ', 'z'], 0, 5]);

    /// <summary>Whatever the bytes and wherever they are cut, the outcome is that of the whole.</summary>
    [Fact]
    public void Any_cut_of_the_input_gives_the_same_result() =>
        Gen.Select(Noise.Array[0, 12], Gen.Bool, Gen.Int[0, 120].Array[0, 8]).Sample((pieces, isRequest, cuts) =>
        {
            var text = string.Concat(pieces);
            Assert.Equal(Received.Parse(text, isRequest, []), Received.Parse(text, isRequest, cuts));
        });
}
