using System.Net;
using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Config.Keepalived.Drafts;
using Evenkeel.Model.Vrrp;
using static Evenkeel.Config.Keepalived.Blocks.Keyword;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>`global_defs`: defaults of the virtual routers, announcements, the firewall.</summary>
internal static partial class GlobalKeywords
{
    private static IEnumerable<Keyword> Vrrp() =>
    [
        Works("vrrp_version", line =>
        {
            if (Values.Unsigned(line, line.Word(1), 2, 3, "VRRP Error: Version must be either 2 or 3") is { } version)
                Set(line, g => g with { Version = (int)version });
        }),
        Works("vrrp_mcast_group4", line => MulticastGroup(line, wantIPv6: false)),
        Works("vrrp_mcast_group6", line => MulticastGroup(line, wantIPv6: true)),
        Works("vrrp_strict", line =>
        {
            if (Values.OptionalBool(line, value => ForGlobal("vrrp_strict", value)) is { } on) Set(line, g => g with { Strict = on });
        }),
        Works("vrrp_check_unicast_src", line => Set(line, g => g with { CheckUnicastSource = true })),
        Works("vrrp_skip_check_adv_addr", line =>
        {
            if (Values.OptionalBool(line, value => ForGlobal("vrrp_check_adv_addr", value)) is { } on)
                Set(line, g => g with { SkipCheckAdvertisementAddress = on });
        }),
        Works("vrrp_lower_prio_no_advert", line => line.Draft.Global.LowerPriorityNoAdvert =
            Values.OptionalBool(line, _ => Specified(line)) ?? line.Draft.Global.LowerPriorityNoAdvert),
        Works("vrrp_higher_prio_send_advert", line =>
        {
            if (Values.OptionalBool(line, _ => Specified(line)) is { } on) Set(line, g => g with { HigherPrioritySendAdvertisement = on });
        }),
        Works("v3_checksum_as_v2", line => Set(line, g => g with { V3ChecksumAsV2 = line.Count < 2 || Numbers.Bool(line.Words[1]) == true })),
        Works("vrrp_owner_ignore_adverts", line => Set(line, g => g with { OwnerIgnoresAdvertisements = true })),
        Works("vrrp_down_timer_adverts", line =>
        {
            string text = line.Word(1);
            if (Values.Unsigned(line, text, 1, 100, $"Invalid vrrp_down_timer_adverts [1:100] '{text}'") is { } count)
                line.Draft.Global.DownTimerAdverts = (int)count;
        }),
        Works("vrrp_startup_delay", line => Delay(line, us => Set(line, g => g with { StartupDelayMs = Values.ToMs(us) }))),
        Works("vrrp_delay_after_boot", line =>
            Delay(line, us => Set(line, g => g with { DelayAfterBootMs = Values.ToMs(us) }))),
        Works("log_unknown_vrids", line => Set(line, g => g with { LogUnknownVirtualRouterIds = true })),
        .. OwnKeywords.For(line => (line.Draft.Global.Own, "global")),
        NoEffect("vmac_prefix", "virtual MAC addresses are not there yet", Required),
        NoEffect("vmac_addr_prefix", "virtual MAC addresses are not there yet", Required),
        NoEffect("disable_local_igmp", "virtual MAC addresses are not there yet", Ignore),
    ];

    private static void Delay(KeywordLine line, Action<long> set)
    {
        string text = line.Word(1);
        if (Values.Timer(line, text, 1_000, 4_294_967_295, $"{line.Keyword} '{text}' is invalid") is { } us) set(us);
    }

    private static void MulticastGroup(KeywordLine line, bool wantIPv6)
    {
        string text = line.Word(1);
        if (line.Complaints.Fatal) return;
        if (Values.Address(text) is not { } address)
        {
            line.Error($"Can't parse {line.Keyword} [{text}]. Skipping");
            return;
        }
        if (Values.IsIPv6(address) != wantIPv6)
        {
            line.Error($"{line.Keyword} [{text}] is not {(wantIPv6 ? "IPv6" : "IPv4")}. Skipping");
            return;
        }
        if (!Values.IsMulticast(address))
        {
            line.Error($"{line.Keyword} [{text}] is not multicast. Skipping");
            return;
        }
        Set(line, g => wantIPv6 ? g with { MulticastGroup6 = address } : g with { MulticastGroup4 = address });
    }

    private static IEnumerable<Keyword> Garp() =>
    [
        Works("vrrp_garp_master_delay", line => GarpDelay(line, us => line.Draft.Global.GarpMasterDelayUs = us)),
        Works("vrrp_garp_lower_prio_delay", line => GarpDelay(line, us => line.Draft.Global.GarpLowerDelayUs = us)),
        Works("vrrp_garp_master_repeat", line => GarpRepeat(line, count => line.Draft.Global.GarpMasterRepeat = count)),
        Works("vrrp_garp_master_refresh_repeat", line => GarpRepeat(line, count => line.Draft.Global.GarpMasterRefreshRepeat = count)),
        Works("vrrp_garp_lower_prio_repeat", line =>
        {
            string text = line.Word(1);
            if (Values.Unsigned(line, text, 0, int.MaxValue, $"Invalid vrrp_garp_lower_prio_repeat '{text}'") is { } count)
                line.Draft.Global.GarpLowerRepeat = (int)count;
        }),
        Works("vrrp_garp_master_refresh", line =>
        {
            string text = line.Word(1);
            if (Values.Unsigned(line, text, 0, int.MaxValue / 1_000, $"Invalid vrrp_garp_master_refresh '{text}' - ignoring") is { } seconds)
                line.Draft.Global.GarpMasterRefreshUs = seconds * 1_000_000;
        }),
        Works("vrrp_garp_interval", line => GarpInterval(line, us => line.Draft.Global.GarpIntervalUs = us)),
        Works("vrrp_gna_interval", line => GarpInterval(line, us => line.Draft.Global.NeighbourIntervalUs = us)),
        Works("vrrp_min_garp", line => line.Draft.Global.MinimalGarp = Values.OptionalBool(line, _ => Specified(line)) ?? line.Draft.Global.MinimalGarp),
        Works("vrrp_garp_extra_if", line =>
        {
            if (GarpExtra(line, 1, "") is { } seconds) line.Draft.Global.GarpExtraSeconds = seconds;
        }),
    ];

    private static void GarpDelay(KeywordLine line, Action<long> set)
    {
        string text = line.Word(1);
        if (Values.Unsigned(line, text, 0, int.MaxValue / 1_000, $"{line.Keyword} '{text}' invalid - ignoring") is { } seconds) set(seconds * 1_000_000);
    }

    private static void GarpRepeat(KeywordLine line, Action<int> set)
    {
        string text = line.Word(1);
        if (Values.Unsigned(line, text, 0, int.MaxValue, $"{line.Keyword} '{text}' invalid - ignoring") is not { } count) return;
        if (count == 0) line.Error($"{line.Keyword} must be greater than 0, setting to 1");
        set(Math.Max(1, (int)count));
    }

    private static void GarpInterval(KeywordLine line, Action<long> set)
    {
        string text = line.Word(1);
        if (Values.Timer(line, text, 1, 4_294_967_295, $"{line.Keyword} '{text}' is invalid") is { } us) set(us);
    }

    /// <summary>`[all] SECONDS`; the instance keyword has the same form, with its name in front of the complaints. Without `all` only virtual MAC
    /// interfaces are meant, and there are none.</summary>
    public static int? GarpExtra(KeywordLine line, int minimum, string prefix)
    {
        bool all = line.Word(1) == "all";
        if (line.Complaints.Fatal) return null;
        if (all && line.Count < 3)
        {
            line.Error($"{prefix}{line.Keyword} specified without time - ignoring");
            return null;
        }
        string text = line.Words[all ? 2 : 1];
        var seconds = (int?)Values.Unsigned(line, text, minimum, 86_400, $"{prefix}{line.Keyword} '{text}' invalid - ignoring");
        return all || seconds is null ? seconds : 0;
    }

    private static IEnumerable<Keyword> Firewall() =>
    [
        Works("nftables", line => Set(line, g => g with { FilterTable = line.WordOrNull(1) ?? g.FilterTable })),
        Works("nftables_priority", line =>
        {
            if (Priority(line, "invalid nftables chain priority") is { } priority) Set(line, g => g with { FilterPriority = priority });
        }),
        Works("nftables_counters", line => Set(line, g => g with { FilterCounters = true })),
        NoEffect("nftables_ifindex", "interfaces are named by index always", Ignore),
        NoEffect("nftables_ipvs", NoLvs, Ignore),
        NoEffect("nftables_ipvs_priority", NoLvs, line => Priority(line, "invalid ipvs nftables chain priority")),
        NoEffect("nftables_ipvs_start_fwmark", NoLvs, line =>
        {
            string text = line.Word(1);
            Values.Unsigned(line, text, 1, uint.MaxValue, $"invalid ipvs nftables start_fwmark priority '{text}'");
        }),
        NoEffect("vrrp_iptables", "nftables is used instead", line => line.Error(
            "iptables not supported, using nftables instead. Please replace 'vrrp_iptables and 'vrrp_ipsets' with 'nftables' config option")),
    ];

    private static int? Priority(KeywordLine line, string complaint)
    {
        string text = line.Word(1);
        return (int?)Values.Signed(line, text, int.MinValue, int.MaxValue, $"{complaint} '{text}'");
    }
}
