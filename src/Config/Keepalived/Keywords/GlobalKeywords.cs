using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Config.Keepalived.Drafts;
using Evenkeel.Config.Keepalived.Language;
using Evenkeel.Model.Vrrp;
using static Evenkeel.Config.Keepalived.Blocks.Keyword;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>`global_defs`: identity, scripts, notification and files. VRRP's own settings and process tuning stand in the other two parts.</summary>
internal static partial class GlobalKeywords
{
    private const string NoMail = "mail is not sent yet";
    private const string NoSnmp = "there is no SNMP agent yet";
    private const string NoDbus = "there is no D-Bus interface yet";
    private const string NoLvs = "layer-4 kernel balancing is not there yet";

    public static Block Build() => new("global_defs", ParsePass.Parent,
        [.. Identity(), .. Mail(), .. ScriptSettings(), .. Fifos(), .. Files(), .. Vrrp(), .. Garp(),
        .. Firewall(), .. Lvs(), .. Processes(), .. Buffers()]);

    private static void Set(KeywordLine line, Func<GlobalDefinitionsModel, GlobalDefinitionsModel> change) =>
        line.Draft.Global.Model = change(line.Draft.Global.Model);

    private static void Ignore(KeywordLine line) { }

    private static void Required(KeywordLine line) => line.Word(1);

    private static string Specified(KeywordLine line) => $"Invalid value for {line.Keyword} specified";

    private static string ForGlobal(string keyword, string value) => $"Invalid value '{value}' for global {keyword} specified";

    private static IEnumerable<Keyword> Identity() =>
    [
        Works("router_id", line =>
        {
            if (line.WordOrNull(1) is { } name) Set(line, g => g with { RouterId = name });
            else line.Error("routerid name missing - ignoring");
        }),
        Works("default_interface", line =>
        {
            if (line.WordOrNull(1) is { } name) Set(line, g => g with { DefaultInterface = name });
            else line.Error("default_interface requires interface name");
        }),
        Works("dynamic_interfaces", line =>
        {
            Set(line, g => g with { DynamicInterfaces = true });
            if (line.WordOrNull(1) is { } option && option != "allow_if_changes") line.Error($"Unknown dynamic_interfaces option '{option}'");
        }),
        Works("random_seed", line =>
        {
            if (Values.Unsigned(line, line.Word(1), 0, uint.MaxValue, $"random_seed {line.WordOrNull(1)} invalid") is { } seed)
                line.Reader.Definitions.Reseed(unchecked((int)seed));
        }),
        Works("include_check", line => IncludeCheckWords.Apply(IncludeChecks.None, line.Words.Skip(1).ToArray(),
            name => line.Error($"Unknown include_check type '{name}' - ignoring"))),
        NoEffect("iproute_usr_dir", "tables and scopes are taken by number or by their standard names", Required),
        NoEffect("iproute_etc_dir", "tables and scopes are taken by number or by their standard names", Required),
    ];

    private static IEnumerable<Keyword> Mail() =>
    [
        NotYet("notification_email", NoMail, line =>
        {
            if (line.Count > 1) line.Error($"Block notification_email has extra parameters {line.Words[1]} ...");
            int entries = 0;
            line.ReadEntries(_ => entries++);
            if (entries == 0) line.Error("Warning - empty notification_email block");
        }),
        NotYet("notification_email_from", NoMail, line =>
        {
            if (line.Count < 2) line.Error("emailfrom missing - ignoring");
        }),
        NotYet("smtp_server", NoMail, SmtpServer),
        NotYet("smtp_helo_name", NoMail, Ignore),
        NotYet("smtp_connect_timeout", NoMail, line =>
        {
            string text = line.Word(1);
            if (Values.Unsigned(line, text, 0, 4_294, $"smtp_connect_timeout '{text}' must be in [0, 4294] - ignoring") == 0)
                line.Error("smtp_conect_timeout must be greater than 0, setting to 1");
        }),
        NotYet("smtp_alert", NoMail, line => Values.OptionalBool(line, value => ForGlobal("smtp_alert", value))),
        NotYet("smtp_alert_vrrp", NoMail, line => Values.OptionalBool(line, value => ForGlobal("smtp_alert_vrrp", value))),
        NotYet("smtp_alert_checker", NoMail, line => Values.OptionalBool(line, value => ForGlobal("smtp_alert_checker", value))),
        NoEffect("no_email_faults", NoMail, Ignore),
        NoEffect("no_checker_emails", NoMail, Ignore),
    ];

    private static void SmtpServer(KeywordLine line)
    {
        string host = line.Word(1);
        string port = line.WordOrNull(2) ?? "25";
        if (line.Complaints.Fatal) return;
        bool valid = Numbers.TryUnsigned(line.Complaints, port, 1, 65_535, out _);
        if (!valid || (Values.Address(host) == null && line.World.Resolve(host).Count == 0)) line.Error($"Invalid smtp server {host} {port}");
    }

    private static IEnumerable<Keyword> ScriptSettings() =>
    [
        Works("script_user", line =>
        {
            if (line.Count < 2) line.Error("No script username specified");
            else if (Scripts.User(line.World, line.Words[1], line.WordOrNull(2)) is { } user) Set(line, g => g with { ScriptUser = user });
            else
            {
                // Nobody takes its place, and nothing more is said of it.
                line.Draft.DefaultScriptUserKnown = true;
                line.Error("Error setting global script uid/gid");
            }
        }),
        Works("enable_script_security", line => Set(line, g => g with { ScriptSecurity = true })),
        NoEffect("use_symlink_paths", "paths of scripts are used as written",
            line => Values.OptionalBool(line, value => ForGlobal("use_symlink_path", value))),
        Works("set_supplementary_groups", line => Set(line, g => g with { SetSupplementaryGroups = true })),
        Works("startup_script", line => StartOrStop(line, "startup", command => Set(line, g => g with { StartupScript = command }))),
        Works("shutdown_script", line => StartOrStop(line, "shutdown", command => Set(line, g => g with { ShutdownScript = command }))),
        Works("startup_script_timeout", line =>
            ScriptTimeout(line, ms => Set(line, g => g with { StartupScriptTimeoutMs = ms }))),
        Works("shutdown_script_timeout", line =>
            ScriptTimeout(line, ms => Set(line, g => g with { ShutdownScriptTimeoutMs = ms }))),
        NoEffect("rs_init_notifies", NoLvs, Ignore),
        NoEffect("checker_log_all_failures", NoLvs, line => Values.OptionalBool(line, _ => Specified(line))),
    ];

    private static void StartOrStop(KeywordLine line, string kind, Action<CommandModel?> set)
    {
        if (line.Count < 2) line.Error($"{kind} script missing");
        else set(Scripts.Command(line));
    }

    private static void ScriptTimeout(KeywordLine line, Action<int> set)
    {
        string text = line.Word(1);
        if (Values.Unsigned(line, text, 1, 1_000, $"{line.Keyword} '{text}' must be in [1, 1000] - ignoring") is { } seconds) set((int)seconds * 1_000);
    }

    private static IEnumerable<Keyword> Fifos() =>
    [
        Works("notify_fifo", line => Fifo(line, line.Draft.Global.Model.NotifyFifo,
            (name, owner) => Set(line, g => g with { NotifyFifo = name, NotifyFifoOwner = owner }))),
        Works("vrrp_notify_fifo", line => Fifo(line, line.Draft.Global.Model.VrrpNotifyFifo,
            (name, owner) => Set(line, g => g with { VrrpNotifyFifo = name, VrrpNotifyFifoOwner = owner }))),
        NoEffect("lvs_notify_fifo", NoLvs, line => Fifo(line, null, (_, _) => { })),
        Works("notify_fifo_script", line => Set(line, g => g with { NotifyFifoScript = Scripts.Command(line) })),
        Works("vrrp_notify_fifo_script", line => Set(line, g => g with { VrrpNotifyFifoScript = Scripts.Command(line) })),
        NoEffect("lvs_notify_fifo_script", NoLvs, line => Scripts.Command(line)),
        Works("vrrp_notify_priority_changes", line =>
        {
            if (Values.OptionalBool(line, value => ForGlobal(line.Keyword, value)) is { } on) Set(line, g => g with { NotifyPriorityChanges = on });
        }),
        Works("fifo_write_vrrp_states_on_reload", line => Set(line, g => g with { FifoWriteStatesOnReload = true })),
    ];

    private static void Fifo(KeywordLine line, string? present, Action<string, ScriptUser?> set)
    {
        if (line.WordOrNull(1) is not { } name)
        {
            line.Error($"No {line.Keyword} name specified");
            return;
        }
        if (present != null)
        {
            line.Error($"{line.Keyword} already specified - ignoring {name}");
            return;
        }
        ScriptUser? owner = null;
        if (line.WordOrNull(2) is { } user && (owner = Scripts.User(line.World, user, line.WordOrNull(3))) == null)
            line.Complaints.Log($"Failed to set uid/gid for {line.Keyword} {name} - ignoring user");
        set(name, owner);
    }

    private static IEnumerable<Keyword> Files() =>
    [
        NoEffect("tmp_config_directory", "the configuration is read once, by one process", line =>
        {
            if (line.Count < 2) line.Error("tmp_config_directory missing directory name");
        }),
        Works("config_save_dir", line => Set(line, g => g with { ConfigurationSaveDirectory = line.Word(1) })),
        Works("reload_check_config", line => Set(line, g => g with { ReloadCheckConfiguration = true, ReloadCheckLog = line.WordOrNull(1) })),
        Works("reload_time_file", line =>
        {
            if (line.Count < 2) line.Error("reload_time_file invalid");
            else Set(line, g => g with { ReloadTimeFile = line.Words[1] });
        }),
        Works("reload_repeat", line => Set(line, g => g with { ReloadRepeats = true })),
        Works("reload_file", line => Set(line, g => g with { ReloadFile = line.WordOrNull(1) ?? "" })),
        Works("data_use_instance", line =>
        {
            if (Values.OptionalBool(line, value => ForGlobal("date_use_instance", value)) is { } on) Set(line, g => g with { DataUseInstance = on });
        }),
        Works("state_file_location", line => Set(line, g => g with { StateFileLocation = line.Word(1) })),
        Works("stats_file_location", line => Set(line, g => g with { StatsFileLocation = line.Word(1) })),
        Works("json_file_location", line => Set(line, g => g with { JsonFileLocation = line.Word(1) })),
        Works("json_version", line =>
        {
            string text = line.Word(1);
            if (Values.Unsigned(line, text, 1, 2, $"Invalid json_version '{text}'") is { } version) Set(line, g => g with { JsonVersion = (int)version });
        }),
        Works("umask", Umask),
    ];

    private static void Umask(KeywordLine line)
    {
        string text = line.Word(1);
        if (line.Complaints.Fatal) return;
        int mask = 0;
        if (char.IsAsciiDigit(text[0]))
        {
            bool hexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
            if (!TryRadix(hexadecimal ? text[2..] : text, hexadecimal ? 16 : text[0] == '0' ? 8 : 10, out mask) || mask > 0x1ff)
            {
                line.Error($"invalid umask value {text}");
                return;
            }
        }
        else
        {
            foreach (string bit in text.Split('|', StringSplitOptions.TrimEntries))
            {
                if (UmaskBit(bit) is not { } value)
                {
                    line.Error($"Unknown umask bit {bit}");
                    return;
                }
                mask |= value;
            }
        }
        Set(line, g => g with { Umask = mask });
    }

    private static bool TryRadix(string digits, int radix, out int value)
    {
        value = 0;
        foreach (char c in digits)
        {
            int digit = Uri.IsHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;
            if (digit >= radix || value > 0xffff) return false;
            value = value * radix + digit;
        }
        return true;
    }

    /// <summary>I{R|W|X}{USR|GRP|OTH} and IRWX{U|G|O}: the names of stat(2) without their S_.</summary>
    private static int? UmaskBit(string name)
    {
        int shift = name switch
        {
            _ when name.EndsWith("USR", StringComparison.Ordinal) || name == "IRWXU" => 6,
            _ when name.EndsWith("GRP", StringComparison.Ordinal) || name == "IRWXG" => 3,
            _ when name.EndsWith("OTH", StringComparison.Ordinal) || name == "IRWXO" => 0,
            _ => -1,
        };
        if (shift < 0) return null;
        if (name.StartsWith("IRWX", StringComparison.Ordinal)) return 7 << shift;
        return name.Length == 5 && name[0] == 'I' ? name[1] switch { 'R' => 4 << shift, 'W' => 2 << shift, 'X' => 1 << shift, _ => null } : null;
    }
}
