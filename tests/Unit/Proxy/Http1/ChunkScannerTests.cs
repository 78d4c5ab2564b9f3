using System.Text;
using CsCheck;
using Evenkeel.Proxy.Http1;

namespace Evenkeel.Tests.Unit.Proxy.Http1;

public sealed class ChunkScannerTests
{
    /// <summary>Scans text fed in pieces; answers the outcome, what may be sent on, and what is behind the body.</summary>
    private static string Scan(string text, params int[] cuts)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        var buffer = Received.Memory().Regular.Take();
        var scanner = new ChunkScanner();
        var status = ParseStatus.NeedMore;
        var (fed, scanned) = (0, 0);
        foreach (var end in cuts.Where(cut => cut > 0 && cut < bytes.Length).Append(bytes.Length).Order())
        {
            buffer.Append(bytes.AsSpan(fed, end - fed));
            fed = end;
            if (status == ParseStatus.NeedMore) status = scanner.Scan(buffer, scanned, out scanned);
        }

        if (status == ParseStatus.Invalid) return "Invalid";
        return $"{status} {Encoding.Latin1.GetString(buffer.Filled[..scanned])}|{Encoding.Latin1.GetString(buffer.Filled[scanned..])}";
    }

    [Theory]
    [InlineData("5\r\nhello\r\n0\r\n\r\nGET", "Done 5\r\nhello\r\n0\r\n\r\n|GET")]
    [InlineData("005;ext=1\r\nhello\r\n0\t;x\r\nX-T: y\r\n\r\n", "Done 5\r\nhello\r\n0\r\nx-t: y\r\n\r\n|")]
    [InlineData("A\r\n0123456789\r\n", "NeedMore A\r\n0123456789\r\n|")]
    [InlineData("5\r\nhel", "NeedMore 5\r\nhel|")]
    [InlineData("5;half", "NeedMore |5;half")]
    public void Bodies_are_left_in_canonical_form(string received, string expected) => Assert.Equal(expected, Scan(received));

    [Theory]
    [InlineData("5\r\nhel", 3)]
    [InlineData("005;ext=1\r\nhello\r\n3\r\nabc\r\n", 8)]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", 6)]
    [InlineData("5\r\nhello\r\n0\r\nX-T:  yes \r\n\r\n", 12)]
    public void A_body_counts_what_is_in_it_and_not_its_form(string received, long expected)
    {
        var buffer = Received.Memory().Regular.Take();
        buffer.Append(Encoding.Latin1.GetBytes(received));
        var scanner = new ChunkScanner();
        scanner.Scan(buffer, 0, out _);
        Assert.Equal(expected, scanner.Content);
    }

    [Theory]
    [InlineData("zz\r\nhello\r\n")]
    [InlineData("\r\n")]
    [InlineData("5\nhello\n0\n\n")]
    [InlineData("5\r\nhelloXX")]
    [InlineData("5 x\r\nhello\r\n")]
    [InlineData("-5\r\nhello\r\n")]
    [InlineData("0x5\r\nhello\r\n")]
    [InlineData("ffffffffffffffff\r\n")]
    [InlineData("5;a\0b\r\nhello\r\n")]
    [InlineData("0\r\nbad trailer\r\n\r\n")]
    public void What_could_be_read_in_two_ways_is_refused(string received) => Assert.Equal("Invalid", Scan(received));

    private static readonly Gen<string> Piece = Gen.OneOf(
        Gen.Const("5\r\nhello\r\n"), Gen.Const("03;a=b\r\nabc\r\n"), Gen.Const("0\r\n\r\n"), Gen.Const("0\r\nT: x\r\n\r\n"), Gen.Const("\r\n"), Gen.Const("\n"),
        Gen.Const("1"), Gen.Const("\r"), Gen.Const("g"), Gen.Const(";"));

    [Fact]
    public void Any_cut_of_the_input_gives_the_same_result() =>
        Gen.Select(Piece.Array[1, 10], Gen.Int[0, 90].Array[0, 8]).Sample((pieces, cuts) =>
        {
            var text = string.Concat(pieces);
            Assert.Equal(Scan(text), Scan(text, cuts));
        });
}
