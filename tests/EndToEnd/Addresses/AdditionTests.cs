using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Addresses;

/// <summary>What Keepalived does not do, on the wire: both versions spoken at once, and the question whether somebody else answers for the address.</summary>
[Collection("lab")]
public sealed class AdditionTests
{
    private const string Address = "10.88.9.120";

    [Theory]
    [InlineData(150, "a")]
    [InlineData(90, "b")]
    public void A_node_that_speaks_both_versions_and_the_original_in_version_2_have_one_holder(int priority, string holder)
    {
        using var pair = new NodePair("ekd");
        pair.Start('b', NodePair.Original, Configuration("version 2", 100));
        pair.Start('a', Published.Keepalived, Configuration("version 3\n dual_version on", priority));
        pair.WaitFor("one master", () => pair.Holders(Address) == holder);
        Thread.Sleep(2_500);
        Assert.Equal(holder, pair.Holders(Address));
        pair.Stop(holder[0]);
        pair.WaitFor("the other takes over", () => pair.Holders(Address) == (holder == "a" ? "b" : "a"), 3_000);
    }

    [Fact]
    public void An_address_that_somebody_else_answers_for_is_reported_after_the_take_over()
    {
        using var pair = new NodePair("ekd");
        pair.Inside('b', "ip", "addr", "add", $"{Address}/16", "dev", "eth0");
        pair.Start('a', Published.Keepalived, Configuration("version 3\n advert_int 0.1", 150));
        pair.WaitFor("a report", () => pair.Log('a').Contains($"answers for {Address} on eth0 too", StringComparison.Ordinal));
        Assert.Equal("ab", pair.Holders(Address));
    }

    private static string Configuration(string more, int priority) => $$"""
        vrrp_instance VI {
          interface eth0
          virtual_router_id 61
          priority {{priority}}
          {{more}}
          virtual_ipaddress {
            {{Address}}/16
          }
        }

        """;
}
