using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy;
using Evenkeel.Daemon.Serving;
using Evenkeel.Proxy.Rules;
using Evenkeel.Tests.Unit.Config;

namespace Evenkeel.Tests.Unit.Daemon;

/// <summary>What takes root or a capability while the proxy runs; 3.5 refuses to change its user then.</summary>
public sealed class NeededRightsTests
{
    [Theory]
    [InlineData("", "", null)]
    [InlineData("", "source 127.0.0.1", null)]
    [InlineData("", "namespace blue", "cap_sys_admin")]
    [InlineData("", "namespace * disabled", "cap_sys_admin")]
    [InlineData("cap_net_admin", "namespace blue", "cap_sys_admin")]
    [InlineData("cap_sys_admin", "namespace blue", null)]
    [InlineData("", "source 0.0.0.0 usesrc clientip", "cap_net_raw")]
    [InlineData("", "source 0.0.0.0 interface lo", "cap_net_raw")]
    [InlineData("cap_sys_admin", "source 0.0.0.0 usesrc clientip", "cap_net_raw")]
    [InlineData("cap_net_admin", "source 0.0.0.0 usesrc clientip", null)]
    [InlineData("cap_net_raw", "source 0.0.0.0 usesrc clientip", null)]
    public void A_server_that_is_reached_in_a_way_only_root_has_takes_a_capability(string kept, string option, string? missing)
    {
        Assert.Equal(missing, MissingIn(kept, $"server s 127.0.0.1:80 {option}"));
    }

    [Theory]
    [InlineData("http-request set-fc-mark 1", "cap_net_admin")]
    [InlineData("http-request set-bc-mark 1", "cap_net_admin")]
    [InlineData("tcp-request connection set-mark 1", "cap_net_admin")]
    [InlineData("http-request set-fc-tos 1", null)]
    public void Packets_are_marked_by_root(string rule, string? missing) => Assert.Equal(missing, MissingIn("", rule));

    private static string? MissingIn(string kept, string line)
    {
        var said = new DiagnosticList();
        var text = $"global\n {(kept.Length > 0 ? "setcap " + kept : "")}\ndefaults\n mode http\n timeout client 1s\n timeout server 1s\n timeout connect 1s\n"
            + $"listen l\n bind :80\n {line}\n";
        var model = HaproxyParser.Parse(["a.cfg"], new HaproxyOptions(), new FakeWorld().With("a.cfg", text), RuleBinder.CreateRegistry(), said);
        Assert.Equal([], said.Items.Where(item => item.Severity == Severity.Alert).Select(item => item.Text));
        return NeededRights.Missing(model!)?.Capability;
    }
}
