using System.Diagnostics;
using System.Globalization;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Addresses;

/// <summary>BFD against the original's, and what `down_timer_bfd` makes of it.</summary>
[Collection("lab")]
public sealed class BfdTests
{
    private const string Address = "10.88.9.100";

    [Theory]
    [InlineData("ours", "original", "")]
    [InlineData("original", "ours", "")]
    [InlineData("ours", "ours", "")]
    [InlineData("ours", "ours", "multihop")]
    public void Sessions_come_up_and_their_fall_moves_the_priority(string a, string b, string more)
    {
        using var pair = new NodePair("ekb");
        pair.Start('a', Program(a), Configuration('a', 50, more, "track_bfd {\n peer weight -10\n }"));
        pair.Start('b', Program(b), Configuration('b', 50, more, "track_bfd {\n peer weight -10\n }"));
        foreach (var node in "ab")
            pair.WaitFor($"session of {node}", () => pair.Log(node).Contains("Tracked BFD instance peer is UP", StringComparison.Ordinal));
        pair.WaitFor("a master", () => pair.Holders(Address) == "a");
        pair.Cut();
        foreach (var node in "ab")
        {
            pair.WaitFor($"fall at {node}", () => pair.Log(node).Contains("Tracked BFD instance peer is DOWN", StringComparison.Ordinal), 1_000);
            Assert.Contains("Local diagnostic - Control Detection Time Expired", pair.Log(node));
        }
        Assert.Contains("Changing effective priority from 150 to 140", pair.Log('a'));
        pair.Mend();
        foreach (var node in "ab")
            pair.WaitFor($"{node} up again", () => Count(pair.Log(node), "Tracked BFD instance peer is UP") == 2);
    }

    [Fact]
    public void A_backup_does_not_wait_for_the_silence_of_a_master_whose_session_fell()
    {
        using var pair = new NodePair("ekb");
        pair.Start('a', NodePair.Original, Configuration('a', 10, "", ""));
        pair.Start('b', Published.Keepalived, Configuration('b', 10, "", "down_timer_bfd peer"));
        pair.WaitFor("session", () => pair.Log('b').Contains("(peer) Entering Up state", StringComparison.Ordinal));
        pair.WaitFor("a master", () => pair.Holders(Address) == "a");
        Thread.Sleep(2_000);
        var clock = Stopwatch.StartNew();
        pair.Cut();
        pair.WaitFor("b master", () => pair.Holders(Address) == "ab", 3_000);
        // 5 x 10 ms of detection, 30 ms of skew, and what looking costs; without the session it would be 3.6 s.
        Assert.True(clock.ElapsedMilliseconds < 500, $"{clock.ElapsedMilliseconds} ms\n{pair.Logs}");
        Assert.Contains("BFD to the master 10.88.0.1 is down", pair.Log('b'));
    }

    private static string Program(string kind) => kind == "ours" ? Published.Keepalived : NodePair.Original;

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static string Configuration(char node, int milliseconds, string bfd, string instance) => string.Create(CultureInfo.InvariantCulture, $$"""
        bfd_instance peer {
          neighbor_ip 10.88.0.{{(node == 'a' ? 2 : 1)}}
          source_ip 10.88.0.{{(node == 'a' ? 1 : 2)}}
          min_rx {{milliseconds}}
          min_tx {{milliseconds}}
          {{bfd}}
        }
        vrrp_instance VI {
          interface eth0
          virtual_router_id 51
          priority {{(node == 'a' ? 150 : 100)}}
          virtual_ipaddress {
            {{Address}}/16
          }
          {{instance}}
        }

        """);
}
