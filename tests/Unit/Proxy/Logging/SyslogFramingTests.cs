using System.Text;
using Evenkeel.Proxy.Logging.Forwarding;

namespace Evenkeel.Tests.Unit.Proxy.Logging;

public sealed class SyslogFramingTests
{
    private const int Room = 64;

    /// <summary>The messages of a stream, "!" where it stops being one, "?" for what is left.</summary>
    private static string Read(string stream, bool assumesLineFeeds = false)
    {
        var rest = Encoding.Latin1.GetBytes(stream).AsSpan();
        var all = new StringBuilder();
        while (true)
        {
            var status = SyslogFraming.Next(rest, Room, assumesLineFeeds, out var message, out var consumed);
            if (status == FrameStatus.Invalid) return all.Append('!').ToString();
            if (status == FrameStatus.NeedMore) return rest[consumed..].IsEmpty ? all.ToString() : all.Append('?').ToString();
            all.Append(Encoding.Latin1.GetString(message)).Append(';');
            rest = rest[consumed..];
        }
    }

    [Theory]
    [InlineData("9 <34>hello9 <34>world", "<34>hello;<34>world;")]
    [InlineData("10 <34>hello\n", "<34>hello;")]
    [InlineData("<34>hello\n<34>world\r\n", "<34>hello;<34>world;")]
    [InlineData("9 <34>hello<34>line\n9 <34>again", "<34>hello;<34>line;<34>again;")]
    [InlineData("9 <34>hel", "?")]
    [InlineData("9", "?")]
    [InlineData("<34>hello", "?")]
    [InlineData("", "")]
    [InlineData("0 <34>hello", "!")]
    [InlineData("09 <34>hello", "!")]
    [InlineData("9<34>hello", "!")]
    [InlineData("99999999999999999999 <34>hello", "!")]
    [InlineData("\n<34>hello\n", "!")]
    [InlineData("plain\n", "!")]
    [InlineData(" <34>hello\n", "!")]
    public void Messages_are_counted_or_end_with_a_line_feed(string stream, string expected) => Assert.Equal(expected, Read(stream));

    [Theory]
    [InlineData("plain\n\n\n1 two\n", "plain;1 two;")]
    [InlineData("9 <34>hello<34>line\n", "9 <34>hello<34>line;")]
    [InlineData("\r\n", "")]
    public void Every_line_is_a_message_where_line_feeds_are_assumed(string stream, string expected) =>
        Assert.Equal(expected, Read(stream, assumesLineFeeds: true));

    [Fact]
    public void A_message_may_fill_the_room_and_not_be_longer()
    {
        var text = new string('a', Room - 3);
        Assert.Equal(text + ";", Read($"{Room - 3} {text}"));
        Assert.Equal("!", Read($"{Room - 2} {text}a"));
        Assert.Equal($"<{text};", Read($"<{text}\n"));
        Assert.Equal("!", Read($"<{text}aaaa"));
    }

    [Fact]
    public void Where_the_bytes_are_cut_makes_no_difference()
    {
        const string Stream = "9 <34>hello<34>line\r\n10 <34>again\n<34>last\n";
        for (var cut = 0; cut < Stream.Length; cut++)
        {
            var whole = Read(Stream);
            var first = Encoding.Latin1.GetBytes(Stream[..cut]).AsSpan();
            var messages = "";
            while (SyslogFraming.Next(first, Room, false, out var message, out var consumed) == FrameStatus.Message)
            {
                messages += Encoding.Latin1.GetString(message) + ";";
                first = first[consumed..];
            }
            Assert.Equal(whole, messages + Read(Encoding.Latin1.GetString(first) + Stream[cut..]));
        }
    }
}
