namespace Evenkeel.Lab.Probe.Outage;

/// <summary>The keepalived.conf of one node for one row.</summary>
internal static class NodeConfiguration
{
    /// <param name="node">a, of priority 150, or b, of 100.</param>
    /// <param name="row">What the pair is for.</param>
    /// <param name="isOurs">What the original does not know is left out for it.</param>
    /// <param name="work">The folder in which the file `ok` is there as long as the script is to succeed.</param>
    /// <param name="second">False leaves out the second instance of a row that reloads.</param>
    public static string Of(char node, Row row, bool isOurs, string work, bool second = true)
    {
        bool isFirst = node == 'a';
        var trouble = row.Trouble;
        string text = $$"""
            global_defs {
              router_id node_{{node}}
              script_user root
              enable_script_security
            }

            """;
        if (row.WithBfd) text += Bfd(isFirst);
        string tracked = trouble == Trouble.ScriptFails && isFirst ? "  track_script {\n    chk\n  }\n"
            : trouble == Trouble.LinkFails && isFirst ? "  track_interface {\n    eth1\n  }\n"
            : row.WithBfd && isOurs && !isFirst ? "  down_timer_bfd peer\n" : "";
        if (trouble == Trouble.ScriptFails && isFirst)
            text += $"vrrp_script chk {{\n  script \"/usr/bin/test -e {work}/ok\"\n  interval 1\n  fall 1\n  rise 1\n}}\n";
        text += Instance("VI_1", 51, isFirst, row, tracked, TwoNodes.Address);
        if (trouble == Trouble.Reload && second) text += Instance("VI_2", 52, isFirst, row, "", TwoNodes.SecondAddress);
        return text;
    }

    private static string Bfd(bool isFirst) => $$"""
        bfd_instance peer {
          neighbor_ip 10.99.0.{{(isFirst ? 2 : 1)}}
          source_ip 10.99.0.{{(isFirst ? 1 : 2)}}
          min_rx 10
          min_tx 10
          multiplier 5
        }

        """;

    private static string Instance(string name, int router, bool isFirst, Row row, string tracked, string address) => $$"""
        vrrp_instance {{name}} {
          state {{(isFirst && !row.WithoutPreemption ? "MASTER" : "BACKUP")}}
          interface eth0
          virtual_router_id {{router}}
          priority {{(isFirst ? 150 : 100)}}
          advert_int {{row.Interval}}
          version {{row.Version}}
        {{(row.WithoutPreemption ? "  nopreempt\n" : "")}}{{tracked}}  virtual_ipaddress {
            {{address}}/24 dev eth0
          }
        }

        """;
}
