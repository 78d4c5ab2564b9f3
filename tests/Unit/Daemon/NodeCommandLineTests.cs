using Evenkeel.Daemon.Node;

namespace Evenkeel.Tests.Unit.Daemon;

public sealed class NodeCommandLineTests
{
    [Fact]
    public void A_node_is_named_by_its_two_kinds_of_files()
    {
        var line = NodeCommandLine.Parse(["run", "-k", "k.conf", "-f", "a.cfg", "-f", "b.cfg"]);
        Assert.Equal(NodeRequest.Run, line.Request);
        Assert.Equal("k.conf", line.AddressFile);
        Assert.Equal(["a.cfg", "b.cfg"], line.ProxyFiles);
        Assert.False(line.IsDemo);
    }

    [Fact]
    public void Run_without_files_is_the_demonstration() => Assert.True(NodeCommandLine.Parse(["run", "-s", "sock"]).IsDemo);

    [Fact]
    public void Check_wants_something_to_check() => Assert.NotNull(NodeCommandLine.Parse(["check"]).Error);

    [Fact]
    public void A_simulation_takes_several_files_a_time_and_a_seed()
    {
        var line = NodeCommandLine.Parse(["simulate", "-k", "a.conf", "-k", "b.conf", "--years", "2.5", "--seed", "9"]);
        Assert.Null(line.Error);
        Assert.Equal(["a.conf", "b.conf"], line.AddressFiles);
        Assert.Equal((2.5, 9), (line.Years, line.Seed));
    }

    [Theory]
    [InlineData("start")]
    [InlineData("run -f")]
    [InlineData("run --fast x")]
    [InlineData("status x y")]
    [InlineData("simulate -k a.conf")]
    [InlineData("simulate -k a.conf -k b.conf --years many")]
    [InlineData("simulate -k a.conf -k b.conf --seed")]
    [InlineData("plan")]
    public void What_is_not_understood_is_an_error(string words) => Assert.NotNull(NodeCommandLine.Parse(words.Split(' ')).Error);

    [Theory]
    [InlineData("", NodeRequest.Help)]
    [InlineData("--help", NodeRequest.Help)]
    [InlineData("run --help", NodeRequest.Help)]
    [InlineData("-v", NodeRequest.Version)]
    public void Help_and_version_are_found(string words, NodeRequest expected) =>
        Assert.Equal(expected, NodeCommandLine.Parse(words.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Request);
}
