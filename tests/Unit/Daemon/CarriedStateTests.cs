using Evenkeel.Daemon.Processes;

namespace Evenkeel.Tests.Unit.Daemon;

public sealed class CarriedStateTests
{
    [Fact]
    public void What_was_written_is_read_whatever_the_words_are()
    {
        var state = new CarriedState();
        state.Add("worker").Set("pid", 17).Set("serves", true).Set("log", "[ALERT] a=b %\n second line\n").Set("empty", "");
        state.Add("worker").Set("pid", 18);
        var read = CarriedState.Parse(state.Text());
        Assert.Equal([17, 18], read.All("worker").Select(static line => line.Number("pid")));
        var first = read.The("worker");
        Assert.True(first.Flag("serves"));
        Assert.Equal("[ALERT] a=b %\n second line\n", first.Word("log"));
        Assert.Equal("", first.Word("empty"));
    }

    /// <summary>Of another release, older or newer.</summary>
    [Fact]
    public void What_one_side_does_not_know_is_passed_by()
    {
        var read = CarriedState.Parse("future x=1\nmaster reloads=3 colour=blue word\n\n");
        Assert.Equal(3, read.The("master").Number("reloads"));
        Assert.Equal(7, read.The("master").Number("none", 7));
        Assert.Equal("", read.The("worker").Word("log"));
        Assert.Equal(-1, read.The("master").Descriptor("fd"));
        Assert.Empty(read.Descriptors("socket"));
    }

    [Fact]
    public void A_descriptor_that_is_not_open_is_none()
    {
        var read = CarriedState.Parse("socket fd=1000000\nsocket fd=-1\nsocket fd=x\n");
        Assert.Empty(read.Descriptors("socket"));
    }
}
