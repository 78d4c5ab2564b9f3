using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Model.Vrrp;
using static Evenkeel.Config.Keepalived.Blocks.Keyword;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>`global_defs`: the processes' tuning, socket buffers, LVS, SNMP and D-Bus.</summary>
internal static partial class GlobalKeywords
{
    private const string NoChecker = "there is no checker process";
    private const string NoBfdProcess = "BFD has no process of its own";

    private static IEnumerable<Keyword> Lvs() =>
    [
        NotYet("lvs_sync_daemon", NoLvs, LvsSyncDaemon),
        NotYet("lvs_timeouts", NoLvs, LvsTimeouts),
        NotYet("lvs_flush", NoLvs, Ignore),
        NotYet("lvs_flush_on_stop", NoLvs, line =>
        {
            if (line.WordOrNull(1) is { } kind && kind != "VS") line.Error($"Unknown lvs_flush_on_stop type {kind}");
        }),
    ];

    private static void LvsSyncDaemon(KeywordLine line)
    {
        if (line.Count < 2)
        {
            line.Error("lvs_sync_daemon requires interface");
            return;
        }
        // Words come as `name value`; a first word that is none of the names is the instance.
        string[] names = ["inst", "id", "maxlen", "port", "ttl", "group"];
        int i = 2;
        if (i < line.Count && !names.Contains(line.Words[i])) i++;
        for (; i < line.Count; i += 2)
        {
            string name = line.Words[i];
            string? value = line.WordOrNull(i + 1);
            if (!names.Contains(name))
            {
                value = name;
                name = "id";
                i--;
            }
            if (value == null)
            {
                line.Error($"No value specified for lvs_sync_daemon option {name} - ignoring");
                return;
            }
            if (name == "id") Values.Unsigned(line, value, 0, 255, $"Invalid syncid ({value}) - defaulting to vrid");
            if (name == "maxlen") Values.Unsigned(line, value, 1, 65_507, $"Invalid lvs_sync_daemon maxlen ({value}) - ignoring");
            if (name == "port") Values.Unsigned(line, value, 1, 65_535, $"Invalid lvs_sync_daemon port ({value}) - ignoring");
            if (name == "ttl") Values.Unsigned(line, value, 1, 255, $"Invalid lvs_sync_daemon ttl ({value}) - ignoring");
            if (name == "group" && (Values.Address(value) is not { } group || !Values.IsMulticast(group)))
                line.Error($"Invalid lvs_sync_daemon group ({value}) - ignoring");
        }
    }

    private static void LvsTimeouts(KeywordLine line)
    {
        if (line.Count < 3)
        {
            line.Error("lvs_timeouts requires at least one option");
            return;
        }
        for (int i = 1; i < line.Count; i++)
        {
            string name = line.Words[i];
            if (name is not ("tcp" or "tcpfin" or "udp"))
            {
                line.Error($"Unknown option {name} specified for lvs_timeouts");
                continue;
            }
            if (line.WordOrNull(++i) is not { } value)
            {
                line.Error($"No value specified for lvs_timeouts option {name}");
                return;
            }
            Values.Unsigned(line, value, 0, int.MaxValue / 1_000, $"Invalid lvs_timeout {name} ({value}) - ignoring");
        }
    }

    private static IEnumerable<Keyword> Processes() =>
    [
        Works("process_names", line => Set(line, g => g with
        {
            ProcessName = g.ProcessName ?? "keepalived", VrrpProcessName = g.VrrpProcessName ?? "keepalived_vrrp",
        })),
        Works("process_name", line => Set(line, g => g with { ProcessName = line.Word(1) })),
        Works("vrrp_process_name", line => Set(line, g => g with { VrrpProcessName = line.Word(1) })),
        NoEffect("checker_process_name", NoChecker, Required),
        NoEffect("bfd_process_name", NoBfdProcess, Required),
        Works("max_auto_priority", line =>
        {
            if (line.WordOrNull(1) is not { } text) Set(line, g => g with { MaxAutomaticPriority = 99 });
            else if (Values.Signed(line, text, -1, 99, $"max_auto_priority '{text}' must be in [0, 99] (or -1 to disable) - ignoring") is { } most)
                Set(line, g => g with { MaxAutomaticPriority = (int)most });
        }),
        Works("min_auto_priority_delay", line =>
        {
            string text = line.Word(1);
            if (Values.Unsigned(line, text, 1, 10_000_000, $"min_auto_priority_delay '{text}' must be in [1, 10000000] - ignoring") is { } us)
                Set(line, g => g with { MinAutomaticPriorityDelayUs = (int)us });
        }),
        Works("vrrp_priority", line => Nice(line, "vrrp", nice => Set(line, g => g with { VrrpNice = nice }))),
        NoEffect("checker_priority", NoChecker, line => Nice(line, "checker", _ => { })),
        NoEffect("bfd_priority", NoBfdProcess, line => Nice(line, "bfd", _ => { })),
        Works("vrrp_no_swap", line => Set(line, g => g with { VrrpNoSwap = true })),
        NoEffect("checker_no_swap", NoChecker, Ignore),
        NoEffect("bfd_no_swap", NoBfdProcess, Ignore),
        Works("vrrp_cpu_affinity", line =>
            Cpus(line, "vrrp", cpus => Set(line, g => g with { VrrpCpuAffinity = [.. cpus] }))),
        NoEffect("checker_cpu_affinity", NoChecker, line => Cpus(line, "checker", _ => { })),
        NoEffect("bfd_cpu_affinity", NoBfdProcess, line => Cpus(line, "bfd", _ => { })),
        Works("vrrp_rt_priority", line =>
            RealTime(line, "vrrp", value => Set(line, g => g with { VrrpRealTimePriority = value }))),
        NoEffect("checker_rt_priority", NoChecker, line => RealTime(line, "checker", _ => { })),
        NoEffect("bfd_rt_priority", NoBfdProcess, line => RealTime(line, "bfd", _ => { })),
        Works("vrrp_rlimit_rttime", line =>
            RealTimeLimit(line, "vrrp", us => Set(line, g => g with { VrrpRealTimeLimitUs = us }))),
        Works("vrrp_rlimit_rtime", line =>
            RealTimeLimit(line, "vrrp", us => Set(line, g => g with { VrrpRealTimeLimitUs = us }))),
        NoEffect("checker_rlimit_rttime", NoChecker, line => RealTimeLimit(line, "checker", _ => { })),
        NoEffect("checker_rlimit_rtime", NoChecker, line => RealTimeLimit(line, "checker", _ => { })),
        NoEffect("bfd_rlimit_rttime", NoBfdProcess, line => RealTimeLimit(line, "bfd", _ => { })),
        NoEffect("bfd_rlimit_rtime", NoBfdProcess, line => RealTimeLimit(line, "bfd", _ => { })),
    ];

    private static void Nice(KeywordLine line, string process, Action<int> set)
    {
        if (Values.Signed(line, line.Word(1), -20, 19, $"Invalid {process} process priority specified") is { } nice) set((int)nice);
    }

    private static void Cpus(KeywordLine line, string process, Action<List<int>> set)
    {
        if (line.Count < 2)
        {
            line.Error($"No {process} cpu_id set specified");
            return;
        }
        var cpus = new List<int>();
        foreach (string word in line.Words.Skip(1).Take(1_024))
        {
            if (Numbers.TryUnsigned(line.Complaints, word, 0, line.World.ProcessorCount - 1, out long cpu))
            {
                cpus.Add((int)cpu);
                continue;
            }
            line.Error($"Invalid cpu_id:{LeadingNumber(word)} specified for {process} process");
            return;
        }
        set(cpus);
    }

    /// <summary>The digits a word starts with, as atoi(3) takes them.</summary>
    private static long LeadingNumber(string word)
    {
        long value = 0;
        foreach (char c in word)
        {
            if (!char.IsAsciiDigit(c) || value > int.MaxValue) break;
            value = value * 10 + (c - '0');
        }
        return value;
    }

    private static void RealTime(KeywordLine line, string process, Action<int> set)
    {
        string text = line.Word(1);
        if (Values.Signed(line, text, int.MinValue, int.MaxValue, $"{process} process real-time priority '{text}' invalid") is not { } value) return;
        if (value < 1) line.Error($"{process} process real-time priority {value} less than minimum 1 - setting to minimum");
        if (value > 99) line.Error($"{process} process real-time priority {value} greater than maximum 99 - setting to maximum");
        set((int)Math.Clamp(value, 1, 99));
    }

    private static void RealTimeLimit(KeywordLine line, string process, Action<int> set)
    {
        string text = line.Word(1);
        if (Values.Unsigned(line, text, 1, int.MaxValue, $"Invalid {process} real-time limit - {text}") is { } us) set((int)us);
    }

    private static IEnumerable<Keyword> Buffers()
    {
        const string why = "the daemon asks for few messages and sizes its buffers itself";
        string[] sockets = ["vrrp_netlink_cmd", "vrrp_netlink_monitor", "lvs_netlink_cmd", "lvs_netlink_monitor", "process_monitor"];
        foreach (string socket in sockets)
        {
            yield return NoEffect($"{socket}_rcv_bufs", why, line =>
            {
                string text = line.Word(1);
                Values.Unsigned(line, text, 0, int.MaxValue, $"{line.Keyword} size ({text}) invalid");
            });
            yield return NoEffect($"{socket}_rcv_bufs_force", why, line => Values.OptionalBool(line, value => ForGlobal(line.Keyword, value)));
        }
        yield return NoEffect("vrrp_rx_bufs_policy", why, line =>
        {
            if (line.WordOrNull(1) is not { } policy) line.Error("vrrp_rx_bufs_policy missing");
            else if (!policy.Equals("MTU", StringComparison.OrdinalIgnoreCase) && !policy.Equals("ADVERT", StringComparison.OrdinalIgnoreCase))
                Values.Unsigned(line, policy, 0, int.MaxValue, $"Invalid vrrp_rx_bufs_policy {policy}");
        });
        yield return NoEffect("vrrp_rx_bufs_multiplier", why, line =>
        {
            string text = line.Word(1);
            Values.Unsigned(line, text, 1, int.MaxValue, $"Invalid vrrp_rx_bufs_multiplier {text}");
        });
        foreach (string name in (string[])["snmp_socket", "enable_snmp_keepalived", "enable_snmp_vrrp", "enable_snmp_checker", "enable_snmp_rfc",
            "enable_snmp_rfcv2",
            "enable_snmp_rfcv3", "enable_traps", "snmp_vs_stats_update_interval", "snmp_rs_stats_update_interval"])
            yield return NotYet(name, NoSnmp, Ignore);
        foreach (string name in (string[])["enable_dbus", "dbus_service_name", "dbus_no_interface_name"]) yield return NotYet(name, NoDbus, Ignore);
    }
}
