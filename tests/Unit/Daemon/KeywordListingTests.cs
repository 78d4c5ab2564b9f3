using Evenkeel.Daemon.Haproxy;

namespace Evenkeel.Tests.Unit.Daemon;

/// <summary>`-dK`: what scripts read to learn what a build can do. The expected lines are the original's.</summary>
public sealed class KeywordListingTests
{
    [Theory]
    [InlineData("acl", "hdr_beg = req.hdr -m beg")]
    [InlineData("acl", "method = method -m str")]
    [InlineData("cfg", "\tbind <addr> ssl")]
    [InlineData("cfg", "\thttp-request set-header")]
    [InlineData("cli", "show stat [WORKER] ")]
    [InlineData("cnv", "add(string): sint => sint")]
    [InlineData("cnv", "hex: str => bin")]
    [InlineData("smp", "[ . . Y Y Y Y Y Y Y Y Y . . . . . . . . . . . ] base: str")]
    [InlineData("svc", "prometheus-exporter")]
    public void Each_class_lists_what_exists(string kind, string line) => Assert.Contains(line, KeywordListing.Of(kind).Split('\n'));

    [Theory]
    [InlineData("cli", "show table [WORKER] ")]
    [InlineData("cfg", "\tstick-table")]
    public void What_is_refused_is_not_listed(string kind, string line) => Assert.DoesNotContain(line, KeywordListing.Of(kind).Split('\n'));

    [Fact]
    public void Classes_are_joined_by_commas_and_unknown_ones_say_nothing()
    {
        Assert.Equal(KeywordListing.Of("svc"), KeywordListing.Of("xyz,svc"));
        Assert.Equal(7, KeywordListing.Of("all").Split('\n').Count(line => line.StartsWith("# List", StringComparison.Ordinal)));
    }
}
