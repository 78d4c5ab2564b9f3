using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Addresses;

/// <summary>Routes and rules as the kernel has them beside those that the original sets from the same file.</summary>
[Collection("lab")]
public sealed class RouteTests
{
    private const string Statics =
        """
        static_routes {
          10.50.0.0/16 via 10.88.0.2 dev eth0 track_group tg
          10.51.0.0/16 dev eth0 scope link
        }
        static_rules {
          from 10.50.0.0/16 table 100 preference 500
        }
        static_ipaddress {
          10.88.0.77/16 dev eth0
        }

        """;

    private const string Routes =
        """
          virtual_routes {
            10.60.0.0/16 via 10.88.0.2
            10.61.0.0/16 dev eth0
            src 10.88.9.100 to 10.62.0.0/16 via 10.88.0.2 dev eth0 metric 50 mtu 1400 advmss lock 1300 tos 0x10
            blackhole 10.63.0.0/16
            default via 10.88.0.2 table 100
            10.64.0.0/16 nexthop via 10.88.0.2 dev eth0 weight 2 nexthop via 10.88.0.3 dev eth0
            2001:db8:1::/48 via fe80::1 dev eth0
            unreachable 10.66.0.0/16 table 300
          }
          virtual_rules {
            from 10.60.0.0/16 table 100 preference 1000
            from 10.62.0.0/16 fwmark 0x10/0xff iif eth0 table 300 preference 1002
            not from 10.65.0.0/16 ipproto tcp dport 80-90 table 100 preference 1003
            from 10.67.0.0/16 blackhole preference 1004
            from 10.68.0.0/16 goto 2000 preference 1006
            from all table main suppress_prefixlength 0 preference 1007
          }

        """;

    [Fact]
    public void The_kernel_has_the_same_routes_and_rules_as_with_the_original()
    {
        var configuration = "track_group tg {\n group {\n VI\n }\n}\n" + Statics + Instance(Routes);
        Assert.Equal(KernelWith(NodePair.Original, configuration), KernelWith(Published.Keepalived, configuration));
    }

    [Fact]
    public void What_is_removed_is_put_back_and_a_reload_changes_only_what_differs()
    {
        using var pair = new NodePair("ekr");
        var configuration = "track_group tg {\n group {\n VI\n }\n}\n" + Statics;
        pair.Start('a', Published.Keepalived, configuration + Instance(Routes));
        pair.WaitFor("rules", () => Rules(pair).Contains("1007:", StringComparison.Ordinal));
        pair.Inside('a', "ip", "route", "del", "10.60.0.0/16");
        pair.Inside('a', "ip", "route", "del", "10.50.0.0/16");
        pair.Inside('a', "ip", "rule", "del", "preference", "1000");
        pair.Inside('a', "ip", "addr", "del", "10.88.0.77/16", "dev", "eth0");
        pair.WaitFor("all back", () => Table(pair).Contains("10.60.0.0/16", StringComparison.Ordinal)
            && Table(pair).Contains("10.50.0.0/16", StringComparison.Ordinal) && Rules(pair).Contains("1000:", StringComparison.Ordinal)
            && pair.Holders("10.88.0.77") == "a");
        Assert.Equal("a", pair.Holders("10.88.9.100"));

        pair.Reconfigure('a', configuration + Instance(Routes.Replace("10.61.0.0/16 dev eth0", "10.71.0.0/16 dev eth0", StringComparison.Ordinal)));
        pair.WaitFor("the new route", () => Table(pair).Contains("10.71.0.0/16", StringComparison.Ordinal));
        Assert.DoesNotContain("10.61.0.0/16", Table(pair), StringComparison.Ordinal);
        Assert.Equal("a", pair.Holders("10.88.9.100"));
        pair.Stop('a');
        Assert.DoesNotContain("keepalived", Table(pair) + Rules(pair), StringComparison.Ordinal);
        Assert.Equal("", pair.Holders("10.88.0.77"));
    }

    private static string KernelWith(string program, string configuration)
    {
        using var pair = new NodePair("ekr");
        pair.Start('a', program, configuration);
        pair.WaitFor("rules", () => Rules(pair).Contains("1007:", StringComparison.Ordinal));
        return Table(pair) + Rules(pair) + pair.Inside('a', "ip", "-6", "route", "show", "2001:db8:1::/48");
    }

    private static string Table(NodePair pair) => string.Join('\n', pair.Inside('a', "ip", "route", "show", "table", "all").Split('\n')
        .Where(line => line.Contains("keepalived", StringComparison.Ordinal) || line.Contains("nexthop", StringComparison.Ordinal)));

    private static string Rules(NodePair pair) => pair.Inside('a', "ip", "rule");

    private static string Instance(string more) =>
        $"vrrp_instance VI {{\n interface eth0\n virtual_router_id 51\n priority 250\n virtual_ipaddress {{\n 10.88.9.100/16\n }}\n{more}}}\n";
}
