using System.Globalization;
using System.Text.RegularExpressions;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Addresses;

/// <summary>What happens in which order, seen on the wire and by the kernel: the end of a node, and a reload that changes one router of two.</summary>
[Collection("lab")]
public sealed partial class OrderTests(ITestOutputHelper output) : IDisposable
{
    private readonly NodePair _pair = new("ekord");

    private static string Router(string name, int id, int priority, string address) => $$"""
        vrrp_instance {{name}} {
            interface eth0
            version 3
            virtual_router_id {{id}}
            priority {{priority}}
            advert_int 0.1
            virtual_ipaddress {
                {{address}}/16
            }
        }

        """;

    [Fact]
    public void A_node_that_stops_says_goodbye_hears_its_successor_gives_the_address_up_and_then_drains_the_proxy()
    {
        const string Address = "10.88.9.100";
        const string Proxy = """
            defaults
                mode http
                timeout client 5s
                timeout tarpit 2s
            frontend f
                bind 127.0.0.1:8000
                http-request tarpit if { path /slow }
                http-request return status 200

            """;
        _pair.StartNode('a', Proxy, Router("A", 51, 200, Address));
        _pair.StartNode('b', Proxy, Router("A", 51, 100, Address));
        _pair.WaitFor("a is master", () => _pair.Holders(Address) == "a");
        using var wire = _pair.Watch('b', "tcpdump", "-l", "-tt", "-n", "-i", "eth0", "proto 112 or arp");
        using var kernel = _pair.Watch('a', "ip", "-ts", "monitor", "address");
        using var client = _pair.Watch('a', "sh", "-c", "curl -s -o /dev/null -w 'status=%{http_code}' http://127.0.0.1:8000/slow; date +' end=%s.%N'");
        wire.WaitUntil(() => wire.Output.Contains("prio 200", StringComparison.Ordinal), "the wire is heard");
        Thread.Sleep(300);
        _pair.Stop('a');
        Assert.Equal("b", _pair.Holders(Address));
        client.WaitForExit(TimeSpan.FromSeconds(10));
        wire.WaitUntil(() => Announced(wire.Output) > 0, "the successor announces");

        var goodbye = Seconds(Goodbye().Match(wire.Output));
        var announced = Announced(wire.Output);
        var released = DateTime.Parse(Released().Match(kernel.Output).Groups[1].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal);
        var releasedAt = (released.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
        var drained = Seconds(Regex.Match(client.Output, "end=([0-9.]+)"));
        output.WriteLine($"after the goodbye: announced {(announced - goodbye) * 1000:0.0} ms, released {(releasedAt - goodbye) * 1000:0.0} ms, "
            + $"last answer {(drained - goodbye) * 1000:0.0} ms");
        Assert.True(goodbye < announced && announced <= releasedAt && releasedAt < drained,
            $"goodbye {goodbye:0.000}, successor {announced:0.000}, released {releasedAt:0.000}, drained {drained:0.000}\n{wire.Output}\n{kernel.Output}");
        // The request that was in flight has had its answer.
        Assert.Contains("status=500", client.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reload_leaves_alone_what_it_does_not_change()
    {
        _pair.Start('a', Published.Keepalived, Router("A", 51, 200, "10.88.9.100") + Router("B", 52, 200, "10.88.9.101"));
        _pair.WaitFor("masters", () => _pair.Holders("10.88.9.100") == "a" && _pair.Holders("10.88.9.101") == "a");
        using var wire = _pair.Watch('b', "tcpdump", "-l", "-tt", "-n", "-i", "eth0", "proto 112 or arp");
        using var kernel = _pair.Watch('a', "ip", "monitor", "address");
        wire.WaitUntil(() => wire.Output.Contains("vrid 51", StringComparison.Ordinal), "the wire is heard");
        _pair.Reconfigure('a', Router("A", 51, 200, "10.88.9.100") + Router("B", 52, 150, "10.88.9.102"));
        _pair.WaitFor("the change", () => _pair.Holders("10.88.9.102") == "a" && _pair.Holders("10.88.9.101") == "");
        var count = Advertisements().Count(wire.Output);
        wire.WaitUntil(() => Advertisements().Count(wire.Output) > count + 3, "it goes on");

        var text = wire.Output;
        Assert.DoesNotMatch("vrid 51, prio 0", text);
        Assert.DoesNotMatch("10.88.9.100 ", kernel.Output);
        Assert.Equal(1, Regex.Count(_pair.Log('a'), @"\(A\) Entering MASTER STATE"));
        Assert.DoesNotMatch(@"\(A\) (Entering BACKUP STATE\r?$|Entering FAULT)", _pair.Log('a'));
        var times = Advertisements().Matches(text).Select(Seconds).ToArray();
        output.WriteLine($"longest gap between advertisements {times.Zip(times.Skip(1), static (one, next) => next - one).Max() * 1000:0.0} ms");
        // A peer would take over after three intervals and its skew.
        Assert.InRange(times.Zip(times.Skip(1), static (one, next) => next - one).Max(), 0, 0.3);
    }

    /// <summary>When the address was first announced after the goodbye: by the successor.</summary>
    private static double Announced(string wire) => Goodbye().Match(wire) is { Success: true } goodbye
        ? Announcement().Matches(wire).Select(Seconds).FirstOrDefault(at => at > Seconds(goodbye)) : 0;

    private static double Seconds(Match match) => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^([0-9.]+) IP 10\.88\.0\.1 .*vrid 51, prio 0", RegexOptions.Multiline)]
    private static partial Regex Goodbye();

    [GeneratedRegex(@"^([0-9.]+) IP 10\.88\.0\.1 .*vrid 51, prio 200", RegexOptions.Multiline)]
    private static partial Regex Advertisements();

    [GeneratedRegex(@"^([0-9.]+) ARP, (?:Reply|Announcement|Request).*10\.88\.9\.100", RegexOptions.Multiline)]
    private static partial Regex Announcement();

    [GeneratedRegex(@"^\[([^\]]+)\] Deleted .*10\.88\.9\.100", RegexOptions.Multiline)]
    private static partial Regex Released();

    public void Dispose() => _pair.Dispose();
}
