using System.Text;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Addresses;

/// <summary>
/// Who is master when two nodes are not configured alike: ours beside Debian's 2.2.7, in both roles. All cases run at once, one virtual router each, and are
/// looked at when every master-down timer has long run out.
/// </summary>
[Collection("lab")]
public sealed class DisagreementTests
{
    /// <summary>One case: what is written on our side, what on the original's, and who holds the address.</summary>
    /// <param name="OursHigher">Holders when ours has the higher priority: o(urs), t(heirs) or both.</param>
    /// <param name="TheirsHigher">Holders when the original has the higher priority.</param>
    private sealed record Case(string Name, string Ours, string Theirs, string OursHigher = "o", string TheirsHigher = "t", string MoreAddresses = "");

    private static readonly Case[] Cases =
    [
        new("equal", "", ""),
        new("version 3", "version 3", "version 3"),
        new("v3, the shorter interval here", "version 3\n advert_int 0.5", "version 3\n advert_int 1"),
        new("v3, the shorter interval there", "version 3\n advert_int 1", "version 3\n advert_int 0.5"),
        new("PASS", "authentication {\n auth_type PASS\n auth_pass secret12\n }", "authentication {\n auth_type PASS\n auth_pass secret12\n }"),
        new("unicast v3", "version 3\n UNICAST", "version 3\n UNICAST"),
        new("unicast v2", "UNICAST", "UNICAST"),
        new("more addresses here: 2.2.7 drops what differs, we accept it and say so", "", "", "ot", "t", "o"),
        new("more addresses there", "", "", "ot", "t", "t"),
        new("as many, but another address", "", "", "ot", "t", "ot"),
        new("version 2 here, 3 there", "version 2", "version 3", "ot", "ot"),
        new("version 3 here, 2 there", "version 3", "version 2", "ot", "ot"),
        new("v2 interval 1 here, 2 there", "advert_int 1", "advert_int 2", "ot", "ot"),
        new("v2 interval 2 here, 1 there", "advert_int 2", "advert_int 1", "ot", "ot"),
        new("PASS here, none there", "authentication {\n auth_type PASS\n auth_pass secret12\n }", "", "ot", "ot"),
        new("none here, PASS there", "", "authentication {\n auth_type PASS\n auth_pass secret12\n }", "ot", "ot"),
        new("PASS differs", "authentication {\n auth_type PASS\n auth_pass secret12\n }", "authentication {\n auth_type PASS\n auth_pass secret13\n }",
            "ot", "ot"),
        new("unicast here, multicast there", "UNICAST", "", "ot", "ot"),
        new("multicast here, unicast there", "", "UNICAST", "ot", "ot"),
        new("the checksum of RFC 9568 here: 2.2.7 drops it, we accept both forms", "version 3\n v3_checksum_as_v2", "version 3", "ot", "t"),
        new("skip_check_adv_addr", "skip_check_adv_addr", "skip_check_adv_addr"),
        new("nopreempt on both", "nopreempt", "nopreempt", "t", "t"),
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whoever_is_master_beside_the_original_is_known(bool oursHigher)
    {
        using var pair = new NodePair("ekd");
        // The original first, so that nopreempt has somebody to respect.
        pair.Start('b', NodePair.Original, Configuration('b', ours: false, !oursHigher));
        pair.WaitFor("the original is master", () => pair.Holders(AddressOf(0)) == "b", 15_000);
        pair.Start('a', Published.Keepalived, Configuration('a', ours: true, oursHigher));
        Thread.Sleep(12_000);
        var wrong = new StringBuilder();
        for (var i = 0; i < Cases.Length; i++)
        {
            var holders = pair.Holders(AddressOf(i)).Replace('a', 'o').Replace('b', 't');
            var expected = oursHigher ? Cases[i].OursHigher : Cases[i].TheirsHigher;
            if (holders != expected) wrong.AppendLine($"{Cases[i].Name}: '{holders}' holds it, expected '{expected}'");
        }
        Assert.True(wrong.Length == 0, $"{wrong}\n{pair.Logs}");
    }

    [Fact]
    public void With_equal_priorities_the_higher_address_is_master_after_a_split()
    {
        using var pair = new NodePair("ekd");
        foreach (var higher in "ab")
        {
            // Node b has the higher address: it stays master, whoever of the two is ours.
            pair.Start('a', higher == 'a' ? Published.Keepalived : NodePair.Original, Plain(100));
            pair.Start('b', higher == 'b' ? Published.Keepalived : NodePair.Original, Plain(100));
            pair.Cut();
            pair.WaitFor("two masters", () => pair.Holders(AddressOf(0)) == "ab", 10_000);
            pair.Mend();
            pair.WaitFor("the higher address", () => pair.Holders(AddressOf(0)) == "b", 5_000);
            pair.Stop('a');
            pair.Stop('b');
        }
    }

    private static string AddressOf(int number) => $"10.88.{number + 1}.100";

    private static string Plain(int priority) =>
        $"vrrp_instance VI {{\n interface eth0\n virtual_router_id 1\n priority {priority}\n virtual_ipaddress {{\n {AddressOf(0)}/16\n }}\n}}\n";

    private static string Configuration(char node, bool ours, bool higher)
    {
        var text = new StringBuilder();
        for (var i = 0; i < Cases.Length; i++)
        {
            var unicast = $"unicast_src_ip 10.88.0.{(node == 'a' ? 1 : 2)}\n unicast_peer {{\n 10.88.0.{(node == 'a' ? 2 : 1)}\n }}";
            var lines = (ours ? Cases[i].Ours : Cases[i].Theirs).Replace("UNICAST", unicast, StringComparison.Ordinal);
            // Two addresses that differ where both have more than the one that is looked at.
            var more = Cases[i].MoreAddresses.Contains(ours ? 'o' : 't', StringComparison.Ordinal) ? $" 10.88.{i + 1}.10{(ours ? 1 : 2)}/16\n" : "";
            text.Append($"vrrp_instance VI_{i} {{\n interface eth0\n virtual_router_id {i + 1}\n priority {(higher ? 150 : 100)}\n {lines}\n "
                + $"virtual_ipaddress {{\n {AddressOf(i)}/16\n{more} }}\n}}\n");
        }
        return text.ToString();
    }
}
