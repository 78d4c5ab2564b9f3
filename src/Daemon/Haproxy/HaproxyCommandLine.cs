using System.Collections.Immutable;
using System.Globalization;
using Evenkeel.Model.Process;

namespace Evenkeel.Daemon.Haproxy;

/// <summary>What a call of `haproxy` asks for.</summary>
public enum HaproxyRequest { Run, Usage, Version, VersionDetails, VersionWord, BranchWord, MemoryDebugHelp, Check, EvaluateCondition }

/// <summary>haproxy's command line (management.txt 3) as 3.5 reads it: options are told by their first letters, what follows those is ignored.</summary>
public sealed record HaproxyCommandLine
{
    /// <summary>What `-dM` may switch (each also as `no-...`): accepted since scripts carry them along; our pools have no such switches.</summary>
    private static readonly ImmutableArray<string> MemoryFeatures =
        ["fail", "merge", "cold-first", "hot-first", "integrity", "global", "cache", "caller", "tag", "poison", "uaf", "backup"];

    public HaproxyRequest Request { get; init; } = HaproxyRequest.Run;

    /// <summary>What is wrong with the line, in the original's words; null when nothing is.</summary>
    public string? Error { get; init; }
    public ImmutableArray<string> Files { get; init; } = [];
    public string? Condition { get; init; }
    public string? Directory { get; init; }
    public string? PidFile { get; init; }
    public string? LocalPeer { get; init; }
    public int? MaxConnections { get; init; }
    public int? ProxyMaxConnections { get; init; }
    public int? MemoryLimitMegabytes { get; init; }
    public bool Debug { get; init; }
    public bool Foreground { get; init; }
    public bool Daemon { get; init; }
    public bool Quiet { get; init; }
    public bool Verbose { get; init; }
    public bool ZeroWarning { get; init; }
    public bool Diagnostics { get; init; }
    public bool MasterWorker { get; init; }
    public bool SystemdNotify { get; init; }
    public string? MasterSocket { get; init; }
    public bool IPv4Only { get; init; }
    public bool IgnoreUnresolvedNames { get; init; }
    public bool NoServerVerify { get; init; }
    public bool InsecureFork { get; init; }
    public bool NoSplice { get; init; }
    public bool NoReusePort { get; init; }

    /// <summary>`-dC`: print the configuration; the anonymizing key, 0 for none.</summary>
    public uint? DumpConfiguration { get; init; }

    /// <summary>`-dK`: classes of keywords to list.</summary>
    public string? DumpKeywords { get; init; }

    /// <summary>`-sf` (finish) or `-st` (terminate): processes to be replaced.</summary>
    public ImmutableArray<int> OldProcesses { get; init; } = [];
    public bool TerminateOldProcesses { get; init; }
    public string? HandOverSocket { get; init; }

    /// <summary>Whether the program leaves its terminal: asked for here or in the file, and not forbidden by a debugging option or by systemd mode.</summary>
    public bool RunsInBackground(GlobalModel? global) => !Debug && !Foreground && (Daemon || (global is { Daemon: true } && !SystemdNotify));

    public static HaproxyCommandLine Parse(IReadOnlyList<string> arguments)
    {
        var line = new HaproxyCommandLine();
        for (var next = 0; next < arguments.Count;)
        {
            var word = arguments[next++];
            if (word == "--") return line with { Files = [.. line.Files, .. arguments.Skip(next)] };
            if (word.Length < 2 || word[0] != '-') return line with { Request = HaproxyRequest.Usage };

            line = word[1] == 'd' ? line.WithDebugSwitch(word[2..])
                : Opens(word, "-sf") || Opens(word, "-st") ? line.WithOldProcesses(word, arguments, ref next)
                : line.WithSwitch(word) ?? line.WithValue(word, arguments, ref next);
            if (line.Error is not null || IsAnswer(line.Request)) return line;
        }
        return line.Files.IsEmpty && line.Request != HaproxyRequest.EvaluateCondition ? line with { Request = HaproxyRequest.Usage } : line;
    }

    private static bool Opens(string word, string option) => word.StartsWith(option, StringComparison.Ordinal);

    private static bool IsAnswer(HaproxyRequest request) =>
        request is not (HaproxyRequest.Run or HaproxyRequest.Check or HaproxyRequest.EvaluateCondition);

    /// <summary>Options that stand alone; null when the letter is none of them.</summary>
    private HaproxyCommandLine? WithSwitch(string word) => word[1] switch
    {
        'v' => this with { Request = VersionRequest(word) },
        'c' when Opens(word, "-cc") => null,
        'c' => this with { Request = HaproxyRequest.Check },
        'D' => this with { Daemon = true },
        'V' => this with { Verbose = true },
        'q' => this with { Quiet = true },
        'W' => this with { MasterWorker = true, SystemdNotify = SystemdNotify || Opens(word, "-Ws") },
        '4' => this with { IPv4Only = true },
        'x' or 'S' or 'f' or 'C' or 'p' or 'L' or 'n' or 'N' or 'm' => null,
        _ => this with { Request = HaproxyRequest.Usage },
    };

    private static HaproxyRequest VersionRequest(string word) => word switch
    {
        _ when Opens(word, "-vqb") || Opens(word, "-vqs") => HaproxyRequest.BranchWord,
        _ when Opens(word, "-vq") => HaproxyRequest.VersionWord,
        _ when Opens(word, "-vv") => HaproxyRequest.VersionDetails,
        _ => HaproxyRequest.Version,
    };

    /// <summary>The `-d` family: one letter says which, some carry a value in the same word.</summary>
    private HaproxyCommandLine WithDebugSwitch(string switches) => (switches.Length == 0 ? '\0' : switches[0]) switch
    {
        '\0' => this with { Debug = true },
        'b' => this with { Foreground = true },
        'W' => this with { ZeroWarning = true },
        'D' => this with { Diagnostics = true },
        'r' => this with { IgnoreUnresolvedNames = true },
        'V' => this with { NoServerVerify = true },
        'I' => this with { InsecureFork = true },
        'S' => this with { NoSplice = true },
        'R' => this with { NoReusePort = true },
        'C' => this with { DumpConfiguration = LeadingNumber(switches[1..]) },
        'K' => this with { DumpKeywords = switches[1..] },
        'M' => WithMemoryDebugging(switches[1..]),
        // Pollers, threads, traces, libraries: nothing of ours to switch, and scripts carry them along.
        _ => this,
    };

    private HaproxyCommandLine WithMemoryDebugging(string features)
    {
        var words = features.Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (words.Contains("help")) return this with { Request = HaproxyRequest.MemoryDebugHelp };
        var unknown = words.FirstOrDefault(word => !MemoryFeatures.Contains(Opens(word, "no-") ? word[3..] : word) && !IsNumber(word));
        return unknown is null ? this : this with { Error = $"-dM: unknown pool debugging feature <{unknown}>" };
    }

    /// <summary>The digits in front; 0 without any.</summary>
    private static uint LeadingNumber(string text) =>
        ulong.TryParse(string.Concat(text.TakeWhile(char.IsAsciiDigit)), CultureInfo.InvariantCulture, out var number)
            ? (uint)Math.Min(number, uint.MaxValue) : 0;

    private static bool IsNumber(string word) =>
        word.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? word.Length > 2 && word.Skip(2).All(char.IsAsciiHexDigit)
            : word.All(char.IsAsciiDigit);

    private HaproxyCommandLine WithOldProcesses(string word, IReadOnlyList<string> arguments, ref int next)
    {
        var processes = OldProcesses.ToBuilder();
        while (next < arguments.Count && !arguments[next].StartsWith('-'))
        {
            var text = arguments[next++];
            foreach (var part in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) || pid <= 0)
                    return this with { Error = $"{word[..3]} option: some bytes unconsumed in PID list {{{text}}}" };
                processes.Add(pid);
            }
        }
        return this with { OldProcesses = processes.ToImmutable(), TerminateOldProcesses = word[2] == 't' };
    }

    /// <summary>Options whose value is the next word.</summary>
    private HaproxyCommandLine WithValue(string word, IReadOnlyList<string> arguments, ref int next)
    {
        if (next >= arguments.Count)
            return word[1] switch
            {
                'c' => this with { Request = HaproxyRequest.Usage },
                'x' => this with { Error = "Unix socket path expected with the -x flag" },
                _ => this with { Error = $"option '{word}' expects a value behind it." },
            };
        var value = arguments[next++];
        return word[1] switch
        {
            'c' => this with { Request = HaproxyRequest.EvaluateCondition, Condition = value },
            'C' => this with { Directory = value },
            'p' => this with { PidFile = value },
            'L' => this with { LocalPeer = value },
            'n' => this with { MaxConnections = Number(value) },
            'N' => this with { ProxyMaxConnections = Number(value) },
            'm' => this with { MemoryLimitMegabytes = Number(value) },
            'x' => this with { HandOverSocket = value },
            'S' => this with { MasterSocket = value },
            _ => this with { Files = Files.Add(value) },
        };
    }

    /// <summary>A number as the original reads it: leading digits count, 0 or nonsense means "not given".</summary>
    private static int? Number(string text)
    {
        var digits = new string(text.TakeWhile(char.IsAsciiDigit).ToArray());
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
    }
}
