using System.Globalization;
using System.Text.Json;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Addresses;

/// <summary>Somebody on the link forges advertisements by the thousand: counted, said a few times, and obeyed only where a master would send them.</summary>
[Collection("lab")]
public sealed class HostileLinkTests
{
    private const string Address = "10.88.9.71";
    private const int Forged = 5_000;

    /// <summary>One line a second for each reason, and a forger of five thousand is done in about a second.</summary>
    private const int MostLines = 12;

    /// <summary>A goodbye is answered, and the addresses are announced again, about thirty times a second; the detailed log names each announcement.</summary>
    private const int MostLinesOfRepair = 300;

    private const string Configuration = $$"""
        global_defs {
          log_unknown_vrids
        }
        vrrp_instance VI {
          interface eth0
          virtual_router_id 71
          version 3
          advert_int 0.1
          priority 150
          virtual_ipaddress {
            {{Address}}/16
          }
        }

        """;

    [Fact]
    public void Forged_advertisements_are_counted_and_logged_at_a_bounded_rate()
    {
        using var pair = new NodePair("ekh");
        pair.Start('a', Published.Keepalived, Configuration);
        pair.WaitFor("a master", () => pair.Holders(Address) == "a");
        (string, string)[] kinds = [("ttl", "WrongTimeToLive"), ("checksum", "BadChecksum"), ("version", "WrongVersion"), ("router", ""), ("zero", "")];
        foreach (var (kind, reason) in kinds)
        {
            var lines = Lines(pair);
            Forge(pair, kind);
            // One more look at the log, when the last line is written.
            Thread.Sleep(200);
            Assert.True(Lines(pair) - lines <= (kind == "zero" ? MostLinesOfRepair : MostLines), $"{kind}: {Lines(pair) - lines} lines\n{pair.Log('a')}");
            Assert.Equal("a", pair.Holders(Address));
            Assert.DoesNotContain("Entering BACKUP STATE", pair.Log('a')[pair.Log('a').IndexOf("Entering MASTER", StringComparison.Ordinal)..]);
            if (reason.Length > 0) Assert.InRange(Dropped(pair, reason), Forged * 9 / 10, Forged);
        }
        Assert.Matches(@"\d{4} packets named no router that is configured here", pair.Ask('a', "status"));
        // Priority 255 is what an owner would say: it is believed, and no longer than an owner that fell silent would be.
        var said = pair.Log('a').Length;
        Forge(pair, "highest");
        pair.WaitFor("a yielded", () => pair.Log('a')[said..].Contains("Entering BACKUP STATE", StringComparison.Ordinal), 5_000);
        pair.WaitFor("a takes it back", () => pair.Holders(Address) == "a", 5_000);
    }

    [Fact]
    public void Timers_stand_on_a_clock_that_nobody_can_set()
    {
        using var pair = new NodePair("ekh");
        pair.Start('a', Published.Keepalived, Configuration);
        pair.WaitFor("a master", () => pair.Holders(Address) == "a");
        var timers = Directory.GetFiles($"{pair.WorkerFolder('a')}/fdinfo").Select(File.ReadAllText)
            .Where(text => text.Contains("clockid:", StringComparison.Ordinal)).ToList();
        // proc_pid_fdinfo(5): 1 is CLOCK_MONOTONIC, which clock_settime(2) and NTP steps leave alone.
        Assert.NotEmpty(timers);
        Assert.All(timers, timer => Assert.Contains("clockid: 1\n", timer));
    }

    private static void Forge(NodePair pair, string kind) =>
        Assert.Equal("", pair.Inside('b', Published.Probe, "forge", kind, "10.88.0.2", "71", Address, Forged.ToString(CultureInfo.InvariantCulture)));

    private static int Lines(NodePair pair) => pair.Log('a').Split('\n').Length;

    private static long Dropped(NodePair pair, string reason)
    {
        using var status = JsonDocument.Parse(pair.Ask('a', "status", "--json"));
        var routers = status.RootElement.GetProperty("vrrp").GetProperty("state").GetProperty("routers");
        return routers[0].GetProperty("dropped").TryGetProperty(reason, out var count) ? count.GetInt64() : 0;
    }
}
