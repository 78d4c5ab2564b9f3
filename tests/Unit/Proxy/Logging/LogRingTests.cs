using System.Text;
using CsCheck;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Logging;

namespace Evenkeel.Tests.Unit.Proxy.Logging;

public sealed class LogRingTests
{
    private static LogRing Ring(int size) => new(new RingModel("r", "r", size, 1_024, LogLineFormat.Raw, [], new TimeoutsModel(), SourcePosition.None));

    private static List<string> ReadAll(LogRing ring, ref long cursor)
    {
        var lines = new List<string>();
        var line = new byte[1_024];
        int length;
        while ((length = ring.Read(ref cursor, line)) >= 0) lines.Add(Encoding.ASCII.GetString(line, 0, length));
        return lines;
    }

    [Fact]
    public void A_reader_gets_every_line_once_and_without_its_line_feed()
    {
        var ring = Ring(100);
        long cursor = 0;
        Assert.Empty(ReadAll(ring, ref cursor));
        Assert.True(ring.TryWrite("one\n"u8));
        Assert.True(ring.TryWrite("two\n"u8));
        Assert.Equal(["one", "two"], ReadAll(ring, ref cursor));
        Assert.True(ring.TryWrite("three"u8));
        Assert.Equal(["three"], ReadAll(ring, ref cursor));
    }

    [Fact]
    public void A_line_longer_than_the_buffer_is_lost_and_counted()
    {
        var ring = Ring(10);
        Assert.False(ring.TryWrite("1234567"u8));
        Assert.True(ring.TryWrite("123456"u8));
        Assert.Equal(1, ring.Dropped);
    }

    [Fact]
    public void A_listener_hears_of_each_line()
    {
        var ring = Ring(100);
        var heard = 0;
        ring.Subscribe(() => heard++);
        ring.TryWrite("a\n"u8);
        ring.TryWrite("b\n"u8);
        Assert.Equal(2, heard);
    }

    /// <summary>Whatever is written and whenever it is read, a reader sees a run of the latest lines, whole and in order.</summary>
    [Fact]
    public void What_is_left_is_always_the_latest_lines_in_order() =>
        Gen.Select(Gen.Int[40, 200], Gen.Select(Gen.String[Gen.Char['a', 'z'], 0, 30], Gen.Bool).Array[1, 60]).Sample((size, steps) =>
        {
            var ring = Ring(size);
            var written = new List<string>();
            var seen = 0;
            long cursor = 0;
            foreach (var (text, reads) in steps)
            {
                Assert.True(ring.TryWrite(Encoding.ASCII.GetBytes(text + "\n")));
                written.Add(text);
                if (!reads) continue;
                var got = ReadAll(ring, ref cursor);
                Assert.True(got.Count <= written.Count - seen);
                Assert.Equal(written.Skip(written.Count - got.Count), got);
                seen = written.Count;
            }
        });
}
