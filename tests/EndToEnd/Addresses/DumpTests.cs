using System.Text.Json;
using System.Text.RegularExpressions;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Addresses;

/// <summary>The dump files beside those that the original writes for the same configuration: exporters read them.</summary>
[Collection("lab")]
public sealed partial class DumpTests
{
    private const string Configuration =
        """
        global_defs {
          router_id node
          script_user root
          enable_script_security
          LOCATIONS
        }
        vrrp_script chk {
          script "/usr/bin/test -e /tmp"
          interval 1
          weight 5
        }
        vrrp_sync_group G1 {
          group {
            VI
            VJ
          }
        }
        vrrp_instance VI {
          interface eth0
          virtual_router_id 51
          priority 250
          authentication {
            auth_type PASS
            auth_pass secret12
          }
          virtual_ipaddress {
            10.88.9.100/16
          }
          virtual_ipaddress_excluded {
            10.88.9.101/16
          }
        }
        vrrp_instance VJ {
          interface eth0
          virtual_router_id 52
          priority 250
          version 3
          virtual_ipaddress {
            10.88.9.102
          }
        }
        vrrp_instance VK {
          interface eth0
          virtual_router_id 53
          priority 250
          version 3
          virtual_ipaddress {
            10.88.9.103
          }
          track_script {
            chk
          }
        }

        """;

    [Fact]
    public void Exporters_find_what_the_original_writes()
    {
        var theirs = Dumps(NodePair.Original);
        var ours = Dumps(Published.Keepalived);
        Assert.Equal(CountersWithoutNumbers(theirs.Statistics), CountersWithoutNumbers(ours.Statistics));
        Assert.Equal(Shape(theirs.Json), Shape(ours.Json));
        foreach (var line in Topology(theirs.State))
            Assert.Contains(line, Topology(ours.State));
        Assert.Equal("600", ours.Mode);
        Assert.DoesNotContain("secret12", ours.State + ours.Json, StringComparison.Ordinal);
    }

    private static (string State, string Statistics, string Json, string Mode) Dumps(string program)
    {
        // 2.2.7 has one place for them; with ours the keywords of later versions are tried, too.
        var own = Directory.CreateTempSubdirectory("evenkeel-dump.").FullName;
        var folder = program == NodePair.Original ? "/tmp" : own;
        var locations = program == NodePair.Original ? "" : $"state_file_location {own}/\n stats_file_location {own}/\n json_file_location {own}/";
        using var pair = new NodePair("eku");
        pair.Start('a', program, Configuration.Replace("LOCATIONS", locations, StringComparison.Ordinal));
        pair.WaitFor("masters", () => pair.Holders("10.88.9.100") == "a" && pair.Holders("10.88.9.103") == "a");
        var names = new[] { "keepalived.data", "keepalived.stats", "keepalived.json" }.Select(name => Path.Combine(folder, name)).ToArray();
        foreach (var name in names) File.Delete(name);
        pair.Signal('a', "USR1");
        pair.Signal('a', "USR2");
        pair.Signal('a', RunningProgram.Run(program, "--signum=JSON").Output.Trim());
        pair.WaitFor("dumps", () => Array.TrueForAll(names, name => File.Exists(name) && new FileInfo(name).Length > 500));
        Thread.Sleep(200);
        var texts = names.Select(File.ReadAllText).ToArray();
        var mode = RunningProgram.Run("stat", "-c", "%a", names[0]).Output.Trim();
        Directory.Delete(own, recursive: true);
        return (texts[0], texts[1], texts[2], mode);
    }

    private static string CountersWithoutNumbers(string text) => Numbers().Replace(text, "N");

    /// <summary>Names and kinds of values, in order.</summary>
    private static string Shape(string json) => string.Join('\n', JsonDocument.Parse(json).RootElement.EnumerateArray().Select(entry =>
        string.Join(',', entry.EnumerateObject().SelectMany(part => part.Value.EnumerateObject().Select(p => $"{part.Name}.{p.Name}:{p.Value.ValueKind}")))));

    /// <summary>Lines of the routers' section without what differs from run to run, and without what 2.4 says in other words than 2.2.</summary>
    private static HashSet<string> Topology(string text)
    {
        var begin = text.IndexOf("VRRP Topology", StringComparison.Ordinal);
        var end = text.IndexOf("VRRP Sockpool", StringComparison.Ordinal);
        return [.. text[begin..end].Split('\n').Where(line => !Varying().IsMatch(line))];
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Numbers();

    [GeneratedRegex("fd_in|Last transition|Read timeout|Password|tracker faults|track script faults|Number of interface|Total priority|Sockpool")]
    private static partial Regex Varying();
}
