using Evenkeel.Linux.Processes;
using Evenkeel.Model.Process;

namespace Evenkeel.Daemon.Keepalived;

/// <summary>Version, usage and signal numbers of the `keepalived` command line; the version line's shape is read by scripts.</summary>
public static class KeepalivedBanner
{
    /// <summary>`Keepalived v2.4.0 (11/22,2026)`: scripts cut the version out between `v` and the blank.</summary>
    public static string VersionLine { get; } = $"Keepalived v{ProductVersion.Keepalived} ({ReleaseDate})";

    public static string Version => $"""
        {VersionLine}

        {ProductVersion.ProductName} {ProductVersion.Own}, compatible with Keepalived {ProductVersion.KeepalivedBranch}

        Running on {Kernel}

        Config options:  VRRP VRRP_AUTH

        """;

    public static string Usage(string program) => $"""
        Usage: {program} [OPTION...]

        Configuration
          -f, --use-file=FILE          Read this configuration (default '/etc/keepalived/keepalived.conf')
          -t, --config-test[=LOG_FILE] Check the configuration and exit; what is found goes to standard error or the file
          -i, --config-id=ID           Take lines that begin with '@ID', leave other '@' lines out (default: the node's name)
          -e, --all-config             A configuration file that is missing is an error

        What runs
          -P, --vrrp                   Only the VRRP part
          -C, --check                  Only the health checkers
          -B, --no_bfd                 Without BFD
              --all                    All parts, even those without configuration
          -s, --namespace=NAME         In this network namespace
          -n, --dont-fork              Stay in the foreground
          -R, --dont-respawn           Do not restart a part that ended
          -V, --dont-release-vrrp      Leave addresses and routes in place at the end
          -I, --dont-release-ipvs      Leave virtual servers in place at the end
          -X, --release-vips           Drop addresses when a signal asks for a transition
              --ignore-sigint          Do not stop on SIGINT

        Logging
          -l, --log-console            Log to the terminal
          -D, --log-detail             Say more
          -S, --log-facility=FACILITY  Syslog facility: 0-7, local0-local7, user or daemon (default)
          -g, --log-file=FILE          Log to a file
              --flush-log-file         Write each line through at once
          -G, --no-syslog              Do not log to syslog
          -a, --address-monitoring     Report addresses that come and go
          -d, --dump-conf              Log the configuration as it was understood

        Files
          -p, --pid=FILE               Pid file of the main process
          -r, --vrrp_pid=FILE          Pid file of the VRRP process
          -c, --checkers_pid=FILE      Pid file of the checkers
          -b, --bfd_pid=FILE           Pid file of BFD
          -u, --umask=MASK             Mode mask for files
          -m, --core-dump              Dump core after a crash
          -M, --core-dump-pattern[=PATTERN]
                                       The same, and set the kernel's pattern

        Answers
              --signum=FUNCTION        The signal that asks for STOP, RELOAD, DATA or STATS
          -v, --version                Version
          -h, --help                   This text

        """;

    /// <summary>As in Debian's build: the third real-time signal that programs may use, and the last but one.</summary>
    public const int JsonSignal = 36;
    public const int ClearSignal = 63;

    /// <summary>What would end other programs does nothing here, as in the original: an address is not given up for a slip of the hand. 34 is the runtime's
    /// own.</summary>
    public static readonly int[] IgnoredSignals =
    [
        Signal.SIGQUIT, Signal.SIGALRM, .. Enumerable.Range(35, 30).Where(static signal => signal is not (JsonSignal or ClearSignal)),
    ];

    /// <summary>The signal a function of keepalived is asked for with; null when there is no such function.</summary>
    public static int? SignalOf(string function) => function switch
    {
        "STOP" => Signal.SIGTERM,
        "RELOAD" => Signal.SIGHUP,
        "DATA" => Signal.SIGUSR1,
        "STATS" => Signal.SIGUSR2,
        "JSON" => JsonSignal,
        "STATS_CLEAR" => ClearSignal,
        _ => null,
    };

    public static string Kernel => string.Join(' ', new[] { "ostype", "osrelease", "version" }.Select(Read));

    /// <summary>The original's form: month/day,year.</summary>
    private static string ReleaseDate => $"{ProductVersion.ReleaseDate[5..]},{ProductVersion.ReleaseDate[..4]}";

    private static string Read(string name)
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/" + name).Trim();
        }
        catch (IOException)
        {
            return "?";
        }
    }
}
