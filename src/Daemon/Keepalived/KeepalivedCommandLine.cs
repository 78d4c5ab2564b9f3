using System.Collections.Immutable;
using System.Globalization;

namespace Evenkeel.Daemon.Keepalived;

/// <summary>keepalived's command line (keepalived(8)) in the manner of getopt_long: letters may be joined, long names shortened.</summary>
public sealed record KeepalivedCommandLine
{
    /// <summary>LOG_DAEMON (syslog.h), the facility when none is asked for.</summary>
    private const int DaemonFacility = 3;
    private const int Local0Facility = 16;

    /// <summary>Why the program ends before it began, and with which status; null when it may go on.</summary>
    public string? Error { get; init; }

    /// <summary>Words that are no options: the original names them and goes on.</summary>
    public ImmutableArray<string> Unexpected { get; init; } = [];

    /// <summary>Values that mean nothing: the original names them and goes on without.</summary>
    public ImmutableArray<string> Mistakes { get; init; } = [];
    public bool ShowHelp { get; init; }
    public bool ShowVersion { get; init; }

    /// <summary>`--signum`: the function whose signal number is asked for.</summary>
    public string? SignalFunction { get; init; }
    public bool TestConfiguration { get; init; }

    /// <summary>Where `-t` writes what it finds; null is standard error.</summary>
    public string? TestLog { get; init; }
    public string? File { get; init; }
    public string? PidFile { get; init; }
    public string? VrrpPidFile { get; init; }
    public string? CheckersPidFile { get; init; }
    public bool Foreground { get; init; }
    public bool LogConsole { get; init; }
    public bool LogDetail { get; init; }
    public bool NoSyslog { get; init; }
    public int LogFacility { get; init; } = DaemonFacility;
    public string? LogFile { get; init; }
    public string? ConfigurationId { get; init; }
    public string? NetworkNamespace { get; init; }
    public bool EveryFileRequired { get; init; }
    public bool KeepAddressesOnStop { get; init; }
    public bool DropAddressesOnSignal { get; init; }
    public bool NoRespawn { get; init; }
    public bool DumpConfiguration { get; init; }
    public bool IgnoreInterrupt { get; init; }
    public bool OnlyVrrp { get; init; }
    public bool OnlyCheckers { get; init; }
    public int? FileModeMask { get; init; }

    public static KeepalivedCommandLine Parse(IReadOnlyList<string> arguments)
    {
        var line = new KeepalivedCommandLine();
        for (var next = 0; next < arguments.Count && line.Error is null;)
        {
            var word = arguments[next++];
            if (word == "--") return line with { Unexpected = [.. line.Unexpected, .. arguments.Skip(next)] };
            if (word.StartsWith("--", StringComparison.Ordinal)) line = line.WithLongOption(word, arguments, ref next);
            else if (word.Length > 1 && word[0] == '-') line = line.WithLetters(word, arguments, ref next);
            else line = line with { Unexpected = line.Unexpected.Add(word) };
        }
        return line;
    }

    private KeepalivedCommandLine WithLongOption(string word, IReadOnlyList<string> arguments, ref int next)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var option = KeepalivedOption.FindName(equals < 0 ? word[2..] : word[2..equals]);
        if (option is null) return this with { Error = $"Unknown option {word}" };
        var value = equals < 0 ? null : word[(equals + 1)..];
        if (option.Value == OptionValue.Required && value is null)
        {
            if (next >= arguments.Count) return this with { Error = $"Missing parameter for option --{option.Name}" };
            value = arguments[next++];
        }
        return With(option, value);
    }

    private KeepalivedCommandLine WithLetters(string word, IReadOnlyList<string> arguments, ref int next)
    {
        var line = this;
        for (var at = 1; at < word.Length && line.Error is null; at++)
        {
            var option = KeepalivedOption.FindLetter(word[at]);
            if (option is null) return line with { Error = $"Unknown option -{word[at]}" };
            if (option.Value == OptionValue.None)
            {
                line = line.With(option, null);
                continue;
            }
            var attached = at + 1 < word.Length ? word[(at + 1)..] : null;
            if (attached is null && option.Value == OptionValue.Required)
            {
                if (next >= arguments.Count) return line with { Error = $"Missing parameter for option -{word[at]}" };
                attached = arguments[next++];
            }
            return line.With(option, attached);
        }
        return line;
    }

    private KeepalivedCommandLine With(KeepalivedOption option, string? value) => option.Name switch
    {
        "help" => this with { ShowHelp = true },
        "version" => this with { ShowVersion = true },
        "signum" => this with { SignalFunction = value },
        "config-test" => this with { TestConfiguration = true, TestLog = value },
        "use-file" => this with { File = value },
        "pid" => this with { PidFile = value },
        "vrrp_pid" => this with { VrrpPidFile = value },
        "checkers_pid" => this with { CheckersPidFile = value },
        "dont-fork" => this with { Foreground = true },
        "log-console" => this with { LogConsole = true },
        "log-detail" => this with { LogDetail = true },
        "no-syslog" => this with { NoSyslog = true },
        "log-facility" => WithFacility(value!),
        "log-file" => this with { LogFile = value },
        "config-id" => this with { ConfigurationId = value },
        "namespace" => this with { NetworkNamespace = value },
        "all-config" => this with { EveryFileRequired = true },
        "dont-release-vrrp" => this with { KeepAddressesOnStop = true },
        "release-vips" => this with { DropAddressesOnSignal = true },
        "dont-respawn" => this with { NoRespawn = true },
        "dump-conf" => this with { DumpConfiguration = true },
        "ignore-sigint" => this with { IgnoreInterrupt = true },
        "vrrp" => this with { OnlyVrrp = true },
        "check" => this with { OnlyCheckers = true },
        "umask" => WithMask(value!),
        // BFD, IPVS, core dumps, address monitoring, process forcing: nothing of ours to switch, and unit files carry them along.
        _ => this,
    };

    private KeepalivedCommandLine WithFacility(string text)
    {
        int? facility = text switch
        {
            "user" => 1,
            "daemon" => DaemonFacility,
            _ when text.Length == 1 && text[0] is >= '0' and <= '7' => Local0Facility + text[0] - '0',
            _ when text.Length == 6 && text.StartsWith("local", StringComparison.Ordinal) && text[5] is >= '0' and <= '7' => Local0Facility + text[5] - '0',
            _ => null,
        };
        return facility is { } known ? this with { LogFacility = known } : WithMistake($"Invalid log facility '{text}'");
    }

    private KeepalivedCommandLine WithMask(string text)
    {
        const int MostMask = 0x1FF;
        try
        {
            var mask = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? Convert.ToInt32(text, 16)
                : text.StartsWith('0') ? Convert.ToInt32(text, 8)
                : int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
            if (mask is >= 0 and <= MostMask) return this with { FileModeMask = mask };
        }
        catch (Exception failure) when (failure is FormatException or OverflowException or ArgumentException)
        {
        }
        return WithMistake($"Invalid --umask option {text}");
    }

    private KeepalivedCommandLine WithMistake(string text) => this with { Mistakes = Mistakes.Add(text) };
}
