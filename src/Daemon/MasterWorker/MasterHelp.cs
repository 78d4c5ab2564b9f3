using System.Collections.Immutable;
using System.Text;

namespace Evenkeel.Daemon.MasterWorker;

/// <summary>The commands of the master's socket as `help` and a typing mistake list them.</summary>
internal static class MasterHelp
{
    private const int UsageWidth = 40;

    private static readonly ImmutableArray<(string Usage, string Description)> Commands =
    [
        ("@!<pid>", "have the worker with this pid answer"),
        ("@<relative pid>", "have the worker with this number answer"),
        ("@master", "have the master answer"),
        ("echo <text>", "answer with the text"),
        ("hard-reload", "read the files again, end the old worker at once (-st)"),
        ("operator", "give up an admin's rights for this session"),
        ("reload", "read the files again, let the old worker finish (-sf)"),
        ("show cli level", "show the rights of this session"),
        ("show cli sockets", "list the sockets commands are taken on"),
        ("show env [var]", "show the environment the process has"),
        ("show proc", "list master and workers"),
        ("show startup-logs", "show what the last start or reload said"),
        ("show version", "show the version that runs"),
        ("user", "give up all rights but a user's for this session"),
        ("help [<command>]", "list the commands, or those that resemble one"),
        ("prompt [help | n | i | p | timed ]*", "switch the prompt, keep the session open"),
        ("quit", "end the session"),
    ];

    /// <summary>The fixed words of each.</summary>
    public static IEnumerable<string> Names => Commands.Select(static command =>
        command.Usage.StartsWith('@') ? command.Usage : string.Join(' ', command.Usage.Split(' ').TakeWhile(static word => word[0] is not ('[' or '<'))));

    /// <summary>Listed whatever was typed.</summary>
    private static readonly ImmutableArray<string> Always = ["help [<command>]", "prompt [help | n | i | p | timed ]*", "quit"];

    public const string Prompt =
        "Usage: prompt [help | n | i | p | timed]*\n  n answers one line, i goes on without a prompt, p with one, timed adds the uptime\n\n";

    public static string All(IReadOnlyList<string> words) => "The following commands are valid at this level:\n" + List(words);

    public static string Unknown(IReadOnlyList<string> words) =>
        $"Unknown command: '{words[0]}', but maybe one of the following ones is a better match:\n" + List(words);

    private static string List(IReadOnlyList<string> words)
    {
        var typed = string.Join(' ', words);
        var found = Commands.Where(command => typed.Length == 0 || Always.Contains(command.Usage) || Resembles(command.Usage, words)).ToList();
        var text = new StringBuilder();
        foreach (var (usage, description) in found) text.Append("  ").Append(usage.PadRight(UsageWidth)).Append(": ").Append(description).Append('\n');
        return text.ToString();
    }

    /// <summary>The same first word, or the same beginning of it.</summary>
    private static bool Resembles(string usage, IReadOnlyList<string> words) =>
        usage.Split(' ')[0] == words[0] || (words[0].Length > 0 && usage.StartsWith(words[0][..Math.Min(2, words[0].Length)],
            StringComparison.Ordinal));
}
