using System.Collections.Immutable;

namespace Evenkeel.Daemon.Node;

public enum NodeRequest { Help, Version, Run, Check, Status }

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
            "help" or "--help" or "-h" => NodeRequest.Help,
            "version" or "--version" or "-v" => NodeRequest.Version,
            _ => null,
        };
        if (request is null) return new NodeCommandLine { Error = $"'{arguments[0]}' is no command; there are run, check and status (see evenkeel --help)" };

        var line = new NodeCommandLine { Request = request.Value };
        for (var next = 1; next < arguments.Count && line.Error is null; next++)
        {
            var word = arguments[next];
            if (word is "-h" or "--help") return line with { Request = NodeRequest.Help };
            if (word == "--json") line = line with { Json = true };
            else if (next + 1 >= arguments.Count) line = line with { Error = Unusable(word) };
            else line = line.With(word, arguments[++next]);
        }
        return line.Error is null && line is { Request: NodeRequest.Check, AddressFile: null } && line.ProxyFiles.IsEmpty
            ? line with { Error = "nothing to check: name files with -f haproxy.cfg and -k keepalived.conf" }
            : line;
    }

    private NodeCommandLine With(string option, string value) => option switch
    {
        "-f" => this with { ProxyFiles = ProxyFiles.Add(value) },
        "-k" => this with { AddressFile = value },
        "-s" or "--socket" => this with { StatusSocket = value },
        "-p" or "--pid" => this with { PidFile = value },
        _ => this with { Error = Unusable(option) },
    };

    private static string Unusable(string word) => word is "-f" or "-k" or "-s" or "--socket" or "-p" or "--pid"
        ? $"option '{word}' needs a file behind it"
        : $"'{word}' is no option here (see evenkeel --help)";
}
