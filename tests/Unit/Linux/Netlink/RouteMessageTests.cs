using System.Net;
using Evenkeel.Linux.Netlink;

namespace Evenkeel.Tests.Unit.Linux.Netlink;

public sealed class RouteMessageTests
{
    private const ushort NewRoute = 24;

    private static RouteRequest Route(string destination, int length) => new()
    {
        Destination = IPAddress.Parse(destination), PrefixLength = length, Table = 254, Type = 1, Protocol = 18,
        IsIPv6 = destination.Contains(':', StringComparison.Ordinal),
    };

    private static byte[] Build(RouteRequest route) => RouteMessages.Build(new byte[4_096], NewRoute, 5, 7, route).ToArray();

    [Fact]
    public void A_route_has_the_kernel_s_layout()
    {
        var message = Build(Route("10.60.0.0", 16) with { Gateway = IPAddress.Parse("10.77.0.2"), InterfaceIndex = 3, Metric = 50 });
        Assert.Equal(
            "440000001800050007000000000000000210" + "0000fe12000100000000" + "08000f00fe000000" + "080001000a3c0000" + "080005000a4d0002"
            + "0800040003000000" + "0800060032000000", Convert.ToHexString(message), ignoreCase: true);
    }

    [Fact]
    public void What_is_written_is_recognised_when_the_kernel_says_it_is_gone()
    {
        foreach (var route in new[]
                 {
                     Route("10.60.0.0", 16), Route("10.60.0.0", 16) with { Table = 3_000, Metric = 9 }, Route("0.0.0.0", 0) with { Destination = null },
                     Route("2001:db8::", 32) with { Metric = 1024 }, Route("10.1.0.0", 24) with { TypeOfService = 16 },
                 })
        {
            Assert.True(RouteRecord.TryParse(Build(route).AsSpan(16), out var record));
            Assert.True(record.Is(route), route.ToString());
            Assert.False(record.Is(route with { Table = 77 }));
            Assert.False(record.Is(route with { PrefixLength = 9 }));
        }
    }

    [Fact]
    public void Next_hops_and_locked_metrics_are_nested()
    {
        var route = Route("10.64.0.0", 16) with
        {
            NextHops = [new NextHopRequest(IPAddress.Parse("10.77.0.2"), 3, 2, false), new NextHopRequest(null, 4, 1, true)],
            Metrics = [(2, 1400, false), (8, 1300, true)],
        };
        var text = Convert.ToHexString(Build(route));
        Assert.Contains("1C000800" + "0800020078050000" + "0800080014050000" + "0800010000010000", text, StringComparison.Ordinal);
        Assert.Contains("1C000900" + "1000000103000000" + "080005000A4D0002" + "0800040004000000", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_is_recognised_by_its_preference()
    {
        var rule = new RuleRequest { From = IPAddress.Parse("10.60.0.0"), FromPrefixLength = 16, Table = 3_000, Preference = 1_000, FirewallMark = 16 };
        var message = RouteMessages.Build(new byte[512], 32, 5, 7, rule);
        Assert.True(RuleRecord.TryParse(message[16..], out var record));
        Assert.True(record.Is(rule));
        Assert.False(record.Is(rule with { Preference = 1_001 }));
    }

    [Fact]
    public void Any_bytes_are_read_without_a_fault()
    {
        var random = new Random(7);
        var good = Build(Route("10.64.0.0", 16) with { Gateway = IPAddress.Parse("10.77.0.2") });
        var read = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var bytes = good.ToArray();
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            bytes[random.Next(16, bytes.Length)] = (byte)random.Next(256);
            var reader = new NetlinkReader(bytes.AsSpan(0, random.Next(bytes.Length + 1)));
            while (reader.Next())
            {
                read += RouteRecord.TryParse(reader.Payload, out _) ? 1 : 0;
                read += RuleRecord.TryParse(reader.Payload, out _) ? 1 : 0;
                read += LinkRecord.TryParse(reader.Payload, out _) ? 1 : 0;
                read += AddressRecord.TryParse(reader.Payload, out _) ? 1 : 0;
            }
        }
        Assert.InRange(read, 1, 200_000);
    }
}
