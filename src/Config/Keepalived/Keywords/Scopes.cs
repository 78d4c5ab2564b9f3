using System.Globalization;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>Names that iproute2 gives to scopes, tables and protocols (its rt_* files as distributions ship them).</summary>
internal static class Scopes
{
    /// <summary>RT_SCOPE_* by name or number.</summary>
    public static byte? Parse(string text) => text switch
    {
        "global" => 0,
        "site" => 200,
        "link" => 253,
        "host" => 254,
        "nowhere" => 255,
        _ => byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out byte number) ? number : null,
    };

    public static uint? Table(string text) => text switch
    {
        "default" => 253,
        "main" => 254,
        "local" => 255,
        _ => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : null,
    };

    public static byte? Protocol(string text) => text switch
    {
        "redirect" => 1,
        "kernel" => 2,
        "boot" => 3,
        "static" => 4,
        "gated" => 8,
        "ra" => 9,
        "mrt" => 10,
        "zebra" => 11,
        "bird" => 12,
        "dnrouted" => 13,
        "xorp" => 14,
        "ntk" => 15,
        "dhcp" => 16,
        "keepalived" => 18,
        "babel" => 42,
        "bgp" => 186,
        "isis" => 187,
        "ospf" => 188,
        "rip" => 189,
        "eigrp" => 192,
        _ => byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out byte number) ? number : null,
    };
}
