namespace Evenkeel.Daemon.Keepalived;

/// <summary>Whether an option of keepalived takes a value: never, always, or only when it is attached (`-t/file`, `--config-test=file`).</summary>
public enum OptionValue { None, Required, Attached }

/// <summary>One row of keepalived's option table (keepalived(8)).</summary>
/// <param name="Letter">The short form, '\0' when there is none.</param>
public sealed record KeepalivedOption(char Letter, string Name, OptionValue Value = OptionValue.None)
{
    /// <summary>Every option of keepalived 2.4; the completeness test compares it with the usage text.</summary>
    public static readonly IReadOnlyList<KeepalivedOption> All =
    [
        new('f', "use-file", OptionValue.Required),
        new('P', "vrrp"),
        new('C', "check"),
        new('B', "no_bfd"),
        new('\0', "all"),
        new('l', "log-console"),
        new('D', "log-detail"),
        new('S', "log-facility", OptionValue.Required),
        new('g', "log-file", OptionValue.Required),
        new('\0', "flush-log-file"),
        new('G', "no-syslog"),
        new('u', "umask", OptionValue.Required),
        new('X', "release-vips"),
        new('V', "dont-release-vrrp"),
        new('I', "dont-release-ipvs"),
        new('R', "dont-respawn"),
        new('n', "dont-fork"),
        new('d', "dump-conf"),
        new('p', "pid", OptionValue.Required),
        new('r', "vrrp_pid", OptionValue.Required),
        new('c', "checkers_pid", OptionValue.Required),
        new('a', "address-monitoring"),
        new('b', "bfd_pid", OptionValue.Required),
        new('s', "namespace", OptionValue.Required),
        new('m', "core-dump"),
        new('M', "core-dump-pattern", OptionValue.Attached),
        new('e', "all-config"),
        new('i', "config-id", OptionValue.Required),
        new('\0', "ignore-sigint"),
        new('\0', "signum", OptionValue.Required),
        new('t', "config-test", OptionValue.Attached),
        new('v', "version"),
        new('h', "help"),
    ];

    /// <summary>The option a long name stands for: the whole name, or a beginning that fits only one.</summary>
    public static KeepalivedOption? FindName(string name)
    {
        var exact = All.FirstOrDefault(option => option.Name == name);
        if (exact is not null) return exact;
        var beginnings = All.Where(option => option.Name.StartsWith(name, StringComparison.Ordinal)).ToArray();
        return beginnings.Length == 1 ? beginnings[0] : null;
    }

    public static KeepalivedOption? FindLetter(char letter) => All.FirstOrDefault(option => option.Letter == letter && letter != '\0');
}
