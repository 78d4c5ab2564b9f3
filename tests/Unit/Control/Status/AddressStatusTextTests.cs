using System.Text.Json;
using Evenkeel.Control.Status;
using Evenkeel.Vrrp;
using Evenkeel.Vrrp.Router;
using Evenkeel.Vrrp.Status;

namespace Evenkeel.Tests.Unit.Control.Status;

public sealed class AddressStatusTextTests
{
    private static readonly StatusSnapshot Snapshot = new(
        NowUs: 200_000_000,
        Routers:
        [
            new RouterStatus("VI_1", "eth0", 51, 2, VrrpState.Backup, TransitionReason.HigherPriorityHeard, 15_000_000, 100, 90, ProxyReadiness.Unready,
                "192.168.1.2", 95, "192.168.1.1", FaultCauses.None, [new AddressStatus("192.168.1.100", 24, "eth0", false)],
                [new TrackerSlot(TrackerKind.Script, "check_http", -10, false)], new RouterCounters()),
            new RouterStatus("VI_2", "eth1", 52, 3, VrrpState.Fault, TransitionReason.InterfaceDown, 199_000_000, 100, 100, ProxyReadiness.NotUsed,
                null, 0, null, FaultCauses.InterfaceDown | FaultCauses.NoSourceAddress, [], [], new RouterCounters()),
        ],
        Groups: [new GroupStatus("G", VrrpState.Backup, ["VI_1", "VI_2"])],
        Recent: [], Advertisements: []);

    [Fact]
    public void It_is_said_who_holds_which_address_and_why() => Assert.Equal(
        """
        VI_1 on eth0 (VRRPv2, router id 51): BACKUP for 3m5s, because a node with a higher priority was heard
          192.168.1.100/24 is not here
          the master is 192.168.1.2 with priority 95
          priority 90 (configured 100); the proxy does not answer
          script check_http: no result yet
        VI_2 on eth1 (VRRPv3, router id 52): FAULT for 1s, because the interface is down
          priority 100
          fault: the interface is down
          fault: the interface has no address to send from
        group G: BACKUP (VI_1, VI_2)

        """, AddressStatusText.Text(Snapshot));

    [Fact]
    public void Every_reason_has_words_of_its_own()
    {
        var words = Enum.GetValues<TransitionReason>().Select(AddressStatusText.Because).ToList();
        Assert.Equal(words.Count, words.Distinct().Count());
    }

    [Fact]
    public void The_json_says_the_same()
    {
        using var json = JsonDocument.Parse(AddressStatusText.Json(Snapshot));
        var router = json.RootElement.GetProperty("routers")[0];
        Assert.Equal("BACKUP", router.GetProperty("state").GetString());
        Assert.Equal("192.168.1.2", router.GetProperty("master").GetString());
        Assert.False(router.GetProperty("addresses")[0].GetProperty("here").GetBoolean());
    }
}
