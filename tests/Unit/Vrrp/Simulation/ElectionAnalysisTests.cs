using Evenkeel.Model;
using Evenkeel.Model.Vrrp;
using Evenkeel.Tests.Unit.Config;
using Evenkeel.Tests.Unit.Config.Keepalived;
using Evenkeel.Vrrp.Simulation;

namespace Evenkeel.Tests.Unit.Vrrp.Simulation;

/// <summary>What two files say about each other, in plain words.</summary>
public sealed class ElectionAnalysisTests
{
    private static string File(int priority, string script = "", string more = "", int router = 51) =>
        (script.Length > 0 ? $"vrrp_script chk {{\nscript /usr/bin/true\n{script}\n}}\n" : "")
        + $"vrrp_instance VI {{\ninterface eth0\nvirtual_router_id {router}\npriority {priority}\n{more}\n"
        + (script.Length > 0 ? "track_script {\nchk\n}\n" : "") + "virtual_ipaddress {\n10.0.0.9/24\n}\n}\n";

    private static IReadOnlyList<ElectionFinding> Judge(string a, string b) =>
        ElectionAnalysis.Of([new WorldNode("a", Read(a)), new WorldNode("b", Read(b))]);

    private static KeepalivedModel Read(string text) => Reading.Model(text, new FakeWorld { Scripts = ScriptPathVerdict.Secure });

    [Fact]
    public void Files_that_fit_together_are_not_complained_of() => Assert.Empty(Judge(File(150, "weight -60"), File(100, "weight -60")));

    [Theory]
    [InlineData("weight -20", "priority falls from 150 to 130, and b has 100: the address never moves; a weight of -51 or less would do")]
    [InlineData("weight 10", "priority falls from 160 to 150, and b has 110: the address never moves")]
    public void A_weight_that_can_never_move_the_address_is_named(string weight, string expected)
    {
        var finding = Assert.Single(Judge(File(150, weight), File(100, weight)));
        Assert.Contains(expected, finding.Text);
        Assert.True(finding.BreaksFailover);
    }

    [Fact]
    public void A_heir_that_never_preempts_is_named()
    {
        var finding = Assert.Single(Judge(File(150, "weight -60"), File(100, "weight -60", "nopreempt")));
        Assert.Contains("b has nopreempt and never takes an address from a master that still speaks", finding.Text);
    }

    [Fact]
    public void A_router_of_one_file_alone_is_named() =>
        Assert.All(Judge(File(150, router: 1), File(100, router: 2)), f => Assert.Contains("nobody takes", f.Text));

    [Theory]
    [InlineData("version 3", "", "3 is spoken there, 2 here")]
    [InlineData("advert_int 2", "", "advert_int must be the same")]
    [InlineData("authentication {\nauth_type PASS\nauth_pass one\n}", "authentication {\nauth_type PASS\nauth_pass two\n}", "authentication differs")]
    [InlineData("unicast_peer {\n10.0.0.2\n}", "", "one speaks unicast, the other multicast")]
    [InlineData("unicast_src_ip 10.0.0.1\nunicast_peer {\n10.0.0.7\n}", "unicast_src_ip 10.0.0.2\nunicast_peer {\n10.0.0.1\n}", "unicast_peer lacks it")]
    public void Nodes_that_do_not_hear_each_other_are_told_why(string a, string b, string expected)
    {
        var findings = Judge(File(150, more: a), File(100, more: b));
        Assert.Contains(findings, f => f.Text.Contains(expected, StringComparison.Ordinal) && f.Splits);
    }

    [Fact]
    public void Speaking_both_versions_is_heard_by_both() =>
        Assert.DoesNotContain(Judge(File(150, more: "version 3\ndual_version"), File(100)), f => f.Text.StartsWith("a drops", StringComparison.Ordinal));
}
