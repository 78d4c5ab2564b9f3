using Evenkeel.Control;
using Evenkeel.Control.Web;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Tests.Unit.Control.Web;

public sealed class AdminFormTests
{
    private readonly ControlPlane _plane = AProcess.Plane();

    [Theory]
    [InlineData("s=s1&action=drain&b=be1", "DONE")]
    [InlineData("s=s1&s=s2&action=maint&b=%233", "DONE")]
    [InlineData("s=s1&s=zz&action=ready&b=be1", "PART")]
    [InlineData("s=s9&action=drain&b=be1", "ERRP")]
    [InlineData("s=s1&action=drain&b=zz", "ERRP")]
    [InlineData("s=s1&action=zork&b=be1", "ERRP")]
    [InlineData("", "NONE")]
    [InlineData("action=ready&b=be1", "NONE")]
    [InlineData("s=s2&action=ehlth&b=be1", "NONE")]
    public void Outcomes_are_the_originals(string body, string outcome) => Assert.Equal(outcome, AdminForm.Apply(_plane, body, 1_000).ToString());

    [Fact]
    public void Actions_change_the_ticked_servers_only()
    {
        var servers = _plane.Proxies.FindBackend("be1")!.Servers;
        AdminForm.Apply(_plane, "s=s1&action=maint&b=be1", 1_000);
        Assert.True(servers[0].InMaintenance);
        Assert.False(servers[1].InMaintenance);
        AdminForm.Apply(_plane, "s=s1&action=ready&b=be1", 1_000);
        AdminForm.Apply(_plane, "s=s2&action=hdown&b=be1", 1_000);
        Assert.Equal((OperatingState.Running, OperatingState.Stopped), (servers[0].Operating, servers[1].Operating));
        AdminForm.Apply(_plane, "s=s1&action=dhlth&b=be1", 1_000);
        Assert.False(servers[0].Health.IsEnabled);
    }

    [Fact]
    public void Every_offered_action_is_known() => Assert.All(AdminForm.Actions, action =>
        Assert.NotEqual(AdminOutcome.ERRP, AdminForm.Apply(_plane, $"s=s1&action={action.Name}&b=be1", 1_000)));
}
