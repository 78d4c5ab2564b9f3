using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Addresses;

/// <summary>`no_accept` as a neighbour sees it: the address is found, and does not talk.</summary>
[Collection("lab")]
public sealed class AcceptModeTests
{
    private const string Address = "10.88.9.110";

    [Theory]
    [InlineData("no_accept", false)]
    [InlineData("accept", true)]
    public void An_address_that_is_not_accepted_is_resolved_but_drops_what_comes(string mode, bool answers)
    {
        using var pair = new NodePair("eka");
        pair.Start('a', Published.Keepalived, $$"""
            global_defs {
              nftables ek_test
              nftables_counters
            }
            vrrp_instance VI {
              interface eth0
              virtual_router_id 60
              version 3
              advert_int 0.1
              {{mode}}
              virtual_ipaddress {
                {{Address}}/16
              }
            }

            """);
        pair.WaitFor("a master", () => pair.Holders(Address) == "a");
        // Nobody listens there: an address that talks says so, one that does not leaves the caller waiting.
        var call = pair.Inside('b', "timeout", "1", "bash", "-c", $"exec 3<>/dev/tcp/{Address}/9");
        Assert.Equal(answers, call.Contains("refused", StringComparison.Ordinal));
        Assert.Matches($"{Address} .*lladdr", pair.Inside('b', "ip", "neigh", "show", "dev", "eth0"));
        pair.Stop('a');
        Assert.Equal("", pair.Holders(Address));
        // Nothing of the firewall is left behind.
        Assert.DoesNotContain("ek_test", pair.Inside('a', "sh", "-c", "nft list tables 2>&1"));
    }
}
