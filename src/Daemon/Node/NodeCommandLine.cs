using System.Collections.Immutable;
using System.Globalization;

namespace Evenkeel.Daemon.Node;

public enum NodeRequest { Help, Version, Run, Check, Status, Events, Plan, Simulate, Reload, Drain, Resume }

/// <summary>Evenkeel's own command line: one verb, then options that may stand in any order.</summary>
public sealed record NodeCommandLine
{
    public NodeRequest Request { get; init; }

    /// <summary>What is wrong with the line; null when nothing is.</summary>
    public string? Error { get; init; }

    /// <summary>`-f`: haproxy.cfg files and directories, in order.</summary>
    public ImmutableArray<string> ProxyFiles { get; init; } = [];

    /// <summary>`-k`: the keepalived.conf; null when this node holds no address.</summary>
    public string? AddressFile { get; init; }

    /// <summary>Every `-k`, in order: the nodes of a simulation.</summary>
    public ImmutableArray<string> AddressFiles { get; init; } = [];

    /// <summary>`--years` and `--seed` of a simulation: how much virtual time, and which of the worlds.</summary>
    public double Years { get; init; } = 0.1;
    public int Seed { get; init; } = 1;

    /// <summary>`-s`: where `evenkeel status` finds the node; null for the usual place.</summary>
    public string? StatusSocket { get; init; }
    public string? PidFile { get; init; }
    public bool Json { get; init; }

    /// <summary>`run` without any file: the built-in demonstration.</summary>
    public bool IsDemo => Request == NodeRequest.Run && ProxyFiles.IsEmpty && AddressFile is null;

    public static NodeCommandLine Parse(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0) return new NodeCommandLine { Request = NodeRequest.Help };
        NodeRequest? request = arguments[0] switch
        {
            "run" => NodeRequest.Run,
            "check" => NodeRequest.Check,
            "status" => NodeRequest.Status,
            "events" => NodeRequest.Events,
            "plan" => NodeRequest.Plan,
            "simulate" => NodeRequest.Simulate,
            "reload" => NodeRequest.Reload,
            "drain" => NodeRequest.Drain,
            "resume" => NodeRequest.Resume,
            "help" or "--help" or "-h" => NodeRequest.Help,
            "version" or "--version" or "-v" => NodeRequest.Version,
            _ => null,
        };
        if (request is null) return new NodeCommandLine { Error = $"'{arguments[0]}' is no command; there are {Commands} (see evenkeel --help)" };

        var line = new NodeCommandLine { Request = request.Value };
        for (var next = 1; next < arguments.Count && line.Error is null; next++)
        {
            var word = arguments[next];
            if (word is "-h" or "--help") return line with { Request = NodeRequest.Help };
            if (word == "--json") line = line with { Json = true };
            else if (next + 1 >= arguments.Count) line = line with { Error = Unusable(word) };
            else line = line.With(word, arguments[++next]);
        }
        return line.Error is null && Missing(line) is { } missing ? line with { Error = missing } : line;
    }

    private const string Commands = "run, check, status, events, plan, simulate, reload, drain and resume";

    private static string? Missing(NodeCommandLine line) => line switch
    {
        { Request: NodeRequest.Check, AddressFile: null, ProxyFiles.IsEmpty: true } =>
            "nothing to check: name files with -f haproxy.cfg and -k keepalived.conf",
        { Request: NodeRequest.Plan, AddressFile: null } => "nothing to plan: name the new file with -k keepalived.conf",
        { Request: NodeRequest.Simulate, AddressFiles.Length: < 2 } => "a simulation needs two nodes at least: -k a.conf -k b.conf",
        _ => null,
    };

    private NodeCommandLine With(string option, string value) => option switch
    {
        "-f" => this with { ProxyFiles = ProxyFiles.Add(value) },
        "-k" => this with { AddressFile = value, AddressFiles = AddressFiles.Add(value) },
        "--years" => double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var years) && years is > 0 and <= 10_000
            ? this with { Years = years } : this with { Error = $"--years wants a number above 0, not '{value}'" },
        "--seed" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? this with { Seed = seed } : this with { Error = $"--seed wants a whole number, not '{value}'" },
        "-s" or "--socket" => this with { StatusSocket = value },
        "-p" or "--pid" => this with { PidFile = value },
        _ => this with { Error = Unusable(option) },
    };

    private static string Unusable(string word) => word is "-f" or "-k" or "--years" or "--seed" or "-s" or "--socket" or "-p" or "--pid"
        ? $"option '{word}' needs {(word is "--years" or "--seed" ? "a number" : "a file")} behind it"
        : $"'{word}' is no option here (see evenkeel --help)";
}
