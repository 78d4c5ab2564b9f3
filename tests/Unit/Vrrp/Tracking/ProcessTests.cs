using Evenkeel.Linux.Processes;
using Evenkeel.Model;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Router;
using Evenkeel.Vrrp.Tracking;

namespace Evenkeel.Tests.Unit.Vrrp.Tracking;

public sealed class ProcessTests
{
    private static TrackProcessModel Model(string process = "haproxy") => new("p", process, 0, SourcePosition.None);

    private static ProcessEntry Process(string name, params string[] arguments) => new(42, name, arguments);

    [Fact]
    public void A_name_matches_as_a_whole()
    {
        Assert.True(ProcessMatch.Is(Model(), Process("haproxy")));
        Assert.False(ProcessMatch.Is(Model("hap"), Process("haproxy")));
    }

    [Fact]
    public void A_long_name_is_compared_as_the_kernel_cuts_it() =>
        Assert.True(ProcessMatch.Is(Model("a-very-long-process-name"), Process("a-very-long-pro")));

    [Theory]
    [InlineData(ParameterMatch.Exact, "-f x", true)]
    [InlineData(ParameterMatch.Exact, "-f x -D", false)]
    [InlineData(ParameterMatch.Exact, "-f xy", false)]
    [InlineData(ParameterMatch.Partial, "-f x -D", true)]
    [InlineData(ParameterMatch.Partial, "-f", false)]
    [InlineData(ParameterMatch.Initial, "-f xyz", true)]
    [InlineData(ParameterMatch.Initial, "-f xyz -D", false)]
    public void Parameters_match_as_param_match_says(ParameterMatch match, string given, bool expected)
    {
        var model = Model() with { Parameters = ["-f", "x"], ParameterMatch = match };
        Assert.Equal(expected, ProcessMatch.Is(model, Process("haproxy", ["/usr/sbin/haproxy", .. given.Split(' ')])));
    }

    [Fact]
    public void No_parameters_wanted_means_none_may_be_there()
    {
        var model = Model() with { Parameters = [] };
        Assert.True(ProcessMatch.Is(model, Process("haproxy", "haproxy")));
        Assert.False(ProcessMatch.Is(model, Process("haproxy", "haproxy", "-D")));
    }

    [Fact]
    public void A_quorum_is_up_from_enough_to_at_most_enough()
    {
        var quorum = new ProcessQuorum(Model() with { Quorum = 1, QuorumMax = 2 });
        Assert.True(quorum.Counted(0));
        Assert.Equal(TrackerStatus.Down, quorum.Status);
        quorum.Members.UnionWith([1, 2]);
        Assert.True(quorum.Counted(1));
        Assert.Equal(TrackerStatus.Up, quorum.Status);
        quorum.Members.Add(3);
        Assert.True(quorum.Counted(2));
        Assert.Equal(TrackerStatus.Down, quorum.Status);
    }

    [Fact]
    public void A_restart_within_the_terminate_delay_is_not_noticed()
    {
        var quorum = new ProcessQuorum(Model() with { TerminateDelayMs = 500 });
        quorum.Members.Add(1);
        quorum.Counted(0);
        quorum.Members.Clear();
        Assert.False(quorum.Counted(1_000));
        Assert.Equal(501_000, quorum.DueUs);
        quorum.Members.Add(2);
        Assert.False(quorum.Counted(400_000));
        Assert.False(quorum.Elapsed(600_000));
        Assert.Equal(TrackerStatus.Up, quorum.Status);
    }

    [Fact]
    public void A_loss_that_lasts_is_noticed_when_the_delay_is_over()
    {
        var quorum = new ProcessQuorum(Model() with { TerminateDelayMs = 500 });
        quorum.Members.Add(1);
        quorum.Counted(0);
        quorum.Members.Clear();
        quorum.Counted(0);
        Assert.False(quorum.Elapsed(499_999));
        Assert.True(quorum.Elapsed(500_000));
        Assert.Equal(TrackerStatus.Down, quorum.Status);
    }

    [Fact]
    public void The_process_table_knows_this_process() =>
        Assert.Contains(ProcessTable.Read(withArguments: true), p => p.Pid == Environment.ProcessId && p.Arguments.Count > 0);
}
