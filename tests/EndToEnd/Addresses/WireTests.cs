using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Addresses;

/// <summary>
/// Every byte on the wire, from the Ethernet header on, beside Debian's keepalived: the same file on the same interfaces, one after the other. The
/// advertisements are those captured of 2.2.7 and 2.4.3, too: router 51, priority 150, address 10.99.0.100, sent by 10.99.0.1.
/// </summary>
[Collection("lab")]
public sealed partial class WireTests : IDisposable
{
    private const string Space = "ekw";

    /// <summary>What is written, and the captured bytes behind the IP header.</summary>
    private static readonly (string Name, string Lines, string Captured)[] Modes =
    [
        ("unicast v3", "version 3\n unicast_src_ip 10.99.0.1\n unicast_peer {\n 10.99.0.2\n }", "313396010064185b0a630064"),
        ("v2", "version 2", "2133960100013e030a6300640000000000000000"),
        ("v2 PASS", "version 2\n authentication {\n auth_type PASS\n auth_pass secret12\n }", "213396010101cf840a6300647365637265743132"),
        ("v3 1 s", "version 3", "31339601006442ad0a630064"),
        ("v3 0.1 s", "version 3\n advert_int 0.1", "31339601000a43070a630064"),
        ("v3 IPv6", "version 3", "313396020064"),
    ];

    private static readonly string[] Filter =
        ["ip proto 112 or (arp and arp[6:2] > 0) or (ip6 and (ip6[6] == 112 or (ip6[6] == 58 and ip6[40] == 136)))"];

    private readonly string _work = Directory.CreateTempSubdirectory("evenkeel-wire.").FullName;

    public WireTests()
    {
        Ip("netns", "del", Space);
        Ip("netns", "add", Space);
        Inside("ip", "link", "set", "lo", "up");
        for (var i = 0; i < Modes.Length; i++)
        {
            Inside("ip", "link", "add", $"eth{i}", "address", $"02:00:00:00:00:0{i + 1}", "type", "veth", "peer", "name", $"far{i}");
            foreach (var link in new[] { $"eth{i}", $"far{i}" })
            {
                Inside("ip", "link", "set", link, "addrgenmode", "none");
                Inside("ip", "link", "set", link, "up");
            }
            Inside("ip", "addr", "add", "10.99.0.1/24", "dev", $"eth{i}");
        }
        Inside("ip", "neigh", "add", "10.99.0.2", "lladdr", "02:00:00:00:00:99", "dev", "eth0");
        Inside("ip", "addr", "add", "fe80::1/64", "dev", "eth5", "nodad");
    }

    [Fact]
    public void What_is_sent_from_the_first_advertisement_to_the_goodbye_is_the_original_s_byte_for_byte()
    {
        var theirs = Capture(NodePair.Original);
        var ours = Capture(Published.Keepalived);
        var wrong = new StringBuilder();
        for (var i = 0; i < Modes.Length; i++)
        {
            Compare($"{Modes[i].Name}, first advertisements", Advertisements(theirs[i]).Take(2), Advertisements(ours[i]).Take(2), wrong);
            Compare($"{Modes[i].Name}, announcements", Announcements(theirs[i]).Take(5), Announcements(ours[i]).Take(5), wrong);
            Compare($"{Modes[i].Name}, goodbye", Goodbyes(theirs[i]).Take(1), Goodbyes(ours[i]).Take(1), wrong);
            var first = Payload(Advertisements(ours[i]).FirstOrDefault(""));
            if (!first.StartsWith(Modes[i].Captured, StringComparison.Ordinal))
                wrong.AppendLine($"{Modes[i].Name}: sent {first}, captured {Modes[i].Captured}");
        }
        Assert.True(wrong.Length == 0, wrong.ToString());
    }

    private static void Compare(string what, IEnumerable<string> theirs, IEnumerable<string> ours, StringBuilder wrong)
    {
        string their = string.Join('\n', theirs), our = string.Join('\n', ours);
        if (their.Length == 0 || their != our) wrong.AppendLine($"{what}\ntheirs:\n{their}\nours:\n{our}");
    }

    /// <summary>Frames in hexadecimal by interface, from the start of a daemon to its end.</summary>
    private List<string>[] Capture(string program)
    {
        var file = Path.Combine(_work, "keepalived.conf");
        File.WriteAllText(file, Configuration());
        var dumps = Enumerable.Range(0, Modes.Length)
            .Select(i => new RunningProgram("ip", ["netns", "exec", Space, "tcpdump", "-i", $"far{i}", "-n", "-xx", "-l", "--immediate-mode", .. Filter]))
            .ToList();
        foreach (var dump in dumps) dump.WaitUntil(() => dump.Output.Contains("listening on", StringComparison.Ordinal), "tcpdump");
        using (var daemon = new RunningProgram("ip", "netns", "exec", Space, program, "-n", "-l", "-D", "-f", file, "-p", $"{_work}/m.pid",
            "-r", $"{_work}/v.pid", "-c", $"{_work}/c.pid"))
        {
            daemon.WaitUntil(() => dumps.TrueForAll(dump => Advertisements(Frames(dump.Output)).Count() >= 2), "advertisements on every interface");
            daemon.Signal("TERM");
            daemon.WaitForExit(TimeSpan.FromSeconds(10));
        }
        Thread.Sleep(200);
        var frames = dumps.Select(dump => Frames(dump.Output)).ToArray();
        foreach (var dump in dumps) dump.Dispose();
        return frames;
    }

    private static List<string> Frames(string text)
    {
        var frames = new List<StringBuilder>();
        foreach (Match match in HexLine().Matches(text))
        {
            if (match.Groups[1].Value == "0000") frames.Add(new StringBuilder());
            frames[^1].Append(match.Groups[2].Value.Replace(" ", "", StringComparison.Ordinal));
        }
        return frames.ConvertAll(frame => frame.ToString());
    }

    private static bool IsIPv6(string frame) => frame.AsSpan(24, 4).SequenceEqual("86dd");

    private static string Payload(string frame) => frame.Length == 0 ? "" : frame[(IsIPv6(frame) ? 2 * (14 + 40) : 2 * (14 + 20))..];

    private static bool IsAdvertisement(string frame) =>
        IsIPv6(frame) ? frame.AsSpan(40, 2).SequenceEqual("70") : frame.AsSpan(24, 4).SequenceEqual("0800");

    private static IEnumerable<string> Advertisements(List<string> frames) => frames.Where(IsAdvertisement);

    /// <summary>Gratuitous ARP names one address twice (the question of `address_probe` does not), and unsolicited neighbour advertisements.</summary>
    private static IEnumerable<string> Announcements(List<string> frames) => frames.Where(frame => !IsAdvertisement(frame)
        && (IsIPv6(frame) || frame.AsSpan(56, 8).SequenceEqual(frame.AsSpan(76, 8))));

    /// <summary>The IP header counts the packets before it, which are not as many each time.</summary>
    private static IEnumerable<string> Goodbyes(List<string> frames) =>
        Advertisements(frames).Select(Payload).Where(payload => payload.AsSpan(4, 2).SequenceEqual("00"));

    private static string Configuration()
    {
        var text = new StringBuilder();
        for (var i = 0; i < Modes.Length; i++)
        {
            var addresses = i == 5 ? "fe80::99:100/64\n fd99::100/64" : "10.99.0.100/24";
            text.Append($"vrrp_instance VI_{i} {{\n interface eth{i}\n virtual_router_id 51\n priority 150\n {Modes[i].Lines}\n "
                + $"virtual_ipaddress {{\n {addresses}\n }}\n}}\n");
        }
        return text.ToString();
    }

    private static void Inside(params string[] command) => Ip(["netns", "exec", Space, .. command]);

    private static void Ip(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
    }

    public void Dispose()
    {
        Ip("netns", "del", Space);
        Directory.Delete(_work, recursive: true);
    }

    [GeneratedRegex(@"^\s+0x([0-9a-f]{4}):  ([0-9a-f ]+)", RegexOptions.Multiline)]
    private static partial Regex HexLine();
}
