using System.Text;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Keepalived;

namespace Evenkeel.Tests.Unit.Config.Keepalived;

/// <summary>Whatever bytes stand in the file: no exception, an end, a bounded number of messages.</summary>
public sealed class HostileTextTests
{
    private static readonly string[] Fragments =
    [
        "vrrp_instance", "vrrp_script", "vrrp_sync_group", "global_defs", "virtual_server", "real_server", "bfd_instance", "track_file", "static_routes",
            "virtual_ipaddress",
        "virtual_routes", "virtual_rules", "track_script", "authentication", "auth_hmac", "url", "HTTP_GET", "interface", "priority", "advert_int", "script",
            "notify", "include",
        "{", "}", "{", "}", "\"", "'", "\\", "$A=", "$A", "${A}", "~SEQ(A,1,3)", "~LST(A,b,c)", "@x", "#", "!", "\n", "\n", "\n", "1", "-1", "255", "0.5",
            "10.0.0.1/24",
        "fe80::1", "dev", "lo", "weight", "x", "via", "table", "from", "key", "group", "9999999999999999999999", "\0", "\u00e9", "nexthop", "brd", "+",
            "peer", "label",
    ];

    private static KeepalivedResult Parse(byte[] bytes, out DiagnosticList diagnostics)
    {
        var world = new FakeWorld();
        world.Files[Reading.File] = bytes;
        diagnostics = new DiagnosticList();
        return KeepalivedParser.Parse(Reading.File, new KeepalivedOptions(), world, diagnostics);
    }

    [Fact]
    public void A_megabyte_of_random_bytes_is_read_to_its_end()
    {
        var bytes = new byte[1 << 20];
        new Random(20261122).NextBytes(bytes);
        Parse(bytes, out var diagnostics);
        Assert.InRange(diagnostics.Items.Count, 1, 10_001);
    }

    [Fact]
    public void Words_of_the_language_in_any_order_do_no_harm()
    {
        var random = new Random(20261122);
        for (int i = 0; i < 3_000; i++)
        {
            var text = new StringBuilder();
            for (int k = random.Next(60); k >= 0; k--) text.Append(Fragments[random.Next(Fragments.Length)]).Append(random.Next(8) == 0 ? "" : " ");
            var result = Parse(Encoding.UTF8.GetBytes(text.ToString()), out _);
            Assert.Contains(result.ExitCode, new[] { 0, 2, 5, 6 });
        }
    }

    [Fact]
    public void A_line_of_a_megabyte_and_a_million_braces_are_read()
    {
        Parse(Encoding.UTF8.GetBytes("router_id " + new string('x', 1 << 20) + "\n" + new string('{', 500_000) + new string('}', 500_000)),
            out var diagnostics);
        Assert.NotEmpty(diagnostics.Items);
    }
}
