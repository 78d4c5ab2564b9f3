using System.Net;
using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Config.Keepalived.Drafts;
using Evenkeel.Model.Vrrp;
using static Evenkeel.Config.Keepalived.Blocks.Keyword;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>`vrrp_instance`: addresses, routes, unicast, announcements, virtual interfaces.</summary>
internal static partial class InstanceKeywords
{
    private static IEnumerable<Keyword> Addresses() =>
    [
        Works("virtual_ipaddress", line => line.ReadEntries(VirtualAddress)),
        Works("virtual_ipaddress_excluded", line => line.ReadEntries(ExcludedAddress)),
        Works("no_virtual_ipaddress", line => Now(line).NoVirtualAddresses = true),
        Works("virtual_routes", line => line.ReadEntries(entry =>
        {
            if (RouteLines.Read(entry, isStatic: false) is { } route) Now(entry).Routes.Add(route);
        })),
        Works("virtual_rules", line => line.ReadEntries(entry =>
        {
            if (RuleLines.Read(entry, isStatic: false) is { } rule) Now(entry).Rules.Add(rule);
        })),
        Works("promote_secondaries", line => Now(line).PromoteSecondaries = true),
    ];

    private static void VirtualAddress(KeywordLine line)
    {
        if (AddressLines.Read(line, isStatic: false) is not { } address) return;
        var instance = Now(line);
        if (!instance.TakeFamily(address.Address))
        {
            line.Error($"{In(line)}: address family must match VRRP instance [{line.Words[0]}] - ignoring");
            return;
        }
        if (instance.Addresses.Exists(a => IsSame(a, address)))
        {
            line.Error($"{In(line)}: VIP duplicates a VIP {line.Words[0]} - ignoring");
            return;
        }
        if (instance.Excluded.Exists(a => IsSame(a, address)))
        {
            line.Error($"{In(line)}: VIP duplicates an excluded VIP {line.Words[0]} - ignoring");
            return;
        }
        instance.Addresses.Add(address);
    }

    private static void ExcludedAddress(KeywordLine line)
    {
        if (AddressLines.Read(line, isStatic: false) is not { } address) return;
        var instance = Now(line);
        if (instance.Excluded.Exists(a => IsSame(a, address)))
        {
            line.Error($"{In(line)}: eVIP duplicates an eVIP {line.Words[0]} - ignoring");
            return;
        }
        if (instance.Addresses.Exists(a => IsSame(a, address)))
        {
            line.Error($"{In(line)}: eVIP duplicates a VIP {line.Words[0]} - ignoring");
            return;
        }
        instance.Excluded.Add(address);
    }

    private static bool IsSame(VirtualAddressModel a, VirtualAddressModel b) =>
        a.Address.Equals(b.Address) && a.PrefixLength == b.PrefixLength && a.Interface == b.Interface;

    private static IEnumerable<Keyword> Unicast() =>
    [
        Works("unicast_src_ip", line => Source(line, unicast: true)),
        Works("mcast_src_ip", line => Source(line, unicast: false)),
        Works("mcast_dst_ip", MulticastDestination),
        Works("unicast_peer", line =>
        {
            Now(line).UnicastMeant = true;
            line.ReadEntries(Peer);
        }),
        Works("check_unicast_src", line =>
        {
            Now(line).UnicastMeant = true;
            Now(line).CheckUnicastSource = true;
        }),
        Works("unicast_fault_no_peer", line => Now(line).UnicastFaultNoPeer = true),
        Works("unicast_ttl", line =>
        {
            string text = line.Word(1);
            if (Values.Unsigned(line, text, 0, 255, $"{In(line)}: TTL '{text}' not valid - must be between 0 & 255") is not { } ttl) return;
            Now(line).UnicastTtl = (int)ttl;
        }),
        Works("old_unicast_checksum", line =>
        {
            Now(line).UnicastMeant = true;
            string? mode = line.WordOrNull(1);
            if (mode is null or "never") Now(line).OldChecksum = mode is null ? OldChecksumUse.Always : OldChecksumUse.Never;
            else line.Error($"{In(line)} Unknown old_unicast_chksum mode {mode} - ignoring");
        }),
    ];

    private static void Source(KeywordLine line, bool unicast)
    {
        string text = line.Word(1);
        if (line.Complaints.Fatal) return;
        var instance = Now(line);
        if (unicast) instance.UnicastMeant = true;
        if (Values.Address(text) is not { } address)
        {
            line.Error($"Configuration error: VRRP instance[{instance.Name}] malformed src address[{text}]. Skipping...");
            return;
        }
        if (!instance.TakeFamily(address))
        {
            line.Error($"Configuration error: VRRP instance[{instance.Name}] and src address[{text}] MUST be of the same family !!! Skipping...");
            return;
        }
        instance.Source = address;
    }

    private static void MulticastDestination(KeywordLine line)
    {
        string text = line.Word(1);
        if (line.Complaints.Fatal) return;
        if (Values.Address(text) is not { } address)
        {
            line.Error($"Configuration error: VRRP instance[{Now(line).Name}] malformed mcast_dst_ip address[{text}]. Skipping...");
            return;
        }
        if (!Values.IsMulticast(address))
        {
            line.Error($"{In(line)} mcast_dst_ip {text} not multicast. Skipping...");
            return;
        }
        bool sameFamily = Now(line).TakeFamily(address);
        // ffX2:: is link-local (RFC 4291 2.7).
        if (Values.IsIPv6(address) && (address.GetAddressBytes()[1] & 0x0f) != 2)
            line.Error($"{In(line)} mcast_dst_ip {text} not link-local multicast. Skipping...");
        else if (sameFamily) Now(line).MulticastDestination = address;
    }

    private static void Peer(KeywordLine line)
    {
        string text = line.Words[0];
        var instance = Now(line);
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (Values.Address(slash < 0 ? text : text[..slash]) is not { } address)
        {
            line.Error($"Configuration error: VRRP instance[{instance.Name}] malformed unicast peer address[{text}]. Skipping...");
            return;
        }
        if (!instance.TakeFamily(address))
        {
            line.Error($"Configuration error: VRRP instance[{instance.Name}] and unicast peer address[{text}] MUST be of the same family !!! Skipping...");
            return;
        }
        if (instance.Peers.Exists(p => p.Address.Equals(address)))
        {
            line.Error($"{In(line)} {text} - duplicate unicast_peer");
            return;
        }
        int? lowest = null, highest = null;
        for (int i = 1; i < line.Count; i++)
        {
            string option = line.Words[i];
            if (line.WordOrNull(++i) is not { } value)
            {
                line.Error($"{In(line)} {text} - {option} is missing a value");
                break;
            }
            if (option is not ("min_ttl" or "max_ttl")) line.Error($"{In(line)} {text} - unknown option {option}");
            else if (!Numbers.TryUnsigned(line.Complaints, value, 0, 255, out long ttl)) continue;
            else if (option == "min_ttl") lowest = (int)ttl;
            else highest = (int)ttl;
        }
        if (lowest > highest) line.Error($"{In(line)} {text} - min_ttl {lowest} > max_ttl {highest} - all packets will be discarded");
        if (lowest != null || highest != null) instance.CheckUnicastSource = true;
        instance.Peers.Add(new UnicastPeerModel(address, lowest, highest));
    }

    private static IEnumerable<Keyword> Announcements() =>
    [
        Works("garp_master_delay", line => GarpDelay(line, us => Now(line).GarpMasterDelayUs = us)),
        Works("garp_lower_prio_delay", line => GarpDelay(line, us => Now(line).GarpLowerDelayUs = us)),
        Works("garp_master_repeat", line => GarpRepeat(line, count => Now(line).GarpMasterRepeat = count)),
        Works("garp_master_refresh_repeat", line => GarpRepeat(line, count => Now(line).GarpMasterRefreshRepeat = count)),
        Works("garp_master_refresh", line =>
        {
            string text = line.Word(1);
            if (Values.Unsigned(line, text, 0, int.MaxValue / 1_000, $"{In(line)}: Invalid garp_master_refresh '{text}' - ignoring") is { } seconds)
                Now(line).GarpMasterRefreshUs = seconds * 1_000_000;
        }),
        Works("garp_lower_prio_repeat", line =>
        {
            string text = line.Word(1);
            if (Values.Unsigned(line, text, 0, int.MaxValue, $"{In(line)}: Invalid garp_lower_prio_repeat '{text}'") is { } count)
                Now(line).GarpLowerRepeat = (int)count;
        }),
        Works("garp_extra_if", line =>
            Now(line).GarpExtraSeconds = GlobalKeywords.GarpExtra(line, 0, $"{In(line)}: ") ?? Now(line).GarpExtraSeconds),
    ];

    private static void GarpDelay(KeywordLine line, Action<long> set)
    {
        string text = line.Word(1);
        if (Values.Unsigned(line, text, 0, int.MaxValue / 1_000, $"{In(line)}: {line.Keyword} '{text}' invalid - ignoring") is { } seconds)
            set(seconds * 1_000_000);
    }

    private static void GarpRepeat(KeywordLine line, Action<int> set)
    {
        string text = line.Word(1);
        if (Values.Unsigned(line, text, 0, int.MaxValue, $"{In(line)}: {line.Keyword} '{text}' invalid - ignoring") is not { } count) return;
        if (count == 0) line.Error($"{In(line)}: {line.Keyword} must be greater than 0, setting to 1");
        set(Math.Max(1, (int)count));
    }

    private static IEnumerable<Keyword> Virtual() =>
    [
        NotYet("use_vmac", NoVmac, line =>
        {
            Now(line).UsesVmac = true;
            if (line.WordOrNull(1) is { Length: > Values.MaxInterfaceName } name && !name.Contains(':', StringComparison.Ordinal))
                line.Error($"VMAC interface name '{name}' too long or invalid characters - ignoring");
        }),
        NotYet("use_vmac_addr", NoVmac, _ => { }),
        NotYet("vmac_xmit_base", NoVmac, line => Now(line).VmacTransmitBase = true),
        NotYet("use_ipvlan", "ipvlan interfaces are not there yet", line =>
        {
            Now(line).UsesIpvlan = true;
            foreach (string word in line.Words.Skip(1))
            {
                int slash = word.IndexOf('/', StringComparison.Ordinal);
                if (Values.Address(slash < 0 ? word : word[..slash]) is { } address) Now(line).IpvlanAddress = address;
            }
        }),
    ];

    private static IEnumerable<Keyword> Rest() =>
    [
        NotYet("smtp_alert", "mail is not sent yet", line => Values.OptionalBool(line, value => $"Invalid vrrp_instance smtp_alert parameter {value}")),
        Works("notify_priority_changes", line =>
        {
            string complaint = $"{In(line)} Invalid value '{line.WordOrNull(1)}' for notify_priority_changes specified";
            if (Values.OptionalBool(line, _ => complaint) is { } on) Now(line).NotifyPriorityChanges = on;
        }),
        NoEffect("kernel_rx_buf_size", "the daemon sizes its buffers itself", line =>
        {
            if (line.WordOrNull(1) is not { } text) line.Error($"{In(line)} invalid kernel_rx_buf_size specified");
            else Values.Unsigned(line, text, 0, int.MaxValue, $"{In(line)} invalid kernel_rx_buf_size specified");
        }),
        NoEffect("linkbeat_use_polling", "interfaces are watched through netlink",
            line => line.Error($"{In(line)} 'linkbeat_use_polling' in vrrp instance deprecated - use linkbeat_interfaces block")),
        NotYet("lvs_sync_daemon_interface", "layer-4 kernel balancing is not there yet", line =>
        {
            line.Error($"{In(line)} Specifying lvs_sync_daemon_interface against a vrrp is deprecated.");
            // The original means to set it under the sentence above.
            line.Error($"{new string(' ', Now(line).Name.Length == 1 ? 7 : Now(line).Name.Length + 4)}Please use global lvs_sync_daemon");
        }),
    ];
}
