using System.Collections.Immutable;
using System.Text;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Control.RuntimeApi;

/// <summary>All commands there are, by their words; finds the one that is meant and writes `help`.</summary>
public sealed class CommandTable
{
    /// <summary>Column at which descriptions begin.</summary>
    private const int UsageWidth = 40;

    /// <summary>Commands offered when none begins like what was typed.</summary>
    private const int MaxSuggestions = 5;

    /// <summary>Shown at the end of every list, whatever was typed.</summary>
    private static readonly ImmutableArray<string> AlwaysListed = ["help", "prompt", "quit"];

    private readonly ImmutableArray<RuntimeCommand> _commands;
    private readonly Dictionary<string, List<RuntimeCommand>> _byFirstWord = new(StringComparer.Ordinal);

    public CommandTable(IEnumerable<RuntimeCommand> commands)
    {
        _commands = [.. commands.OrderBy(command => command.Usage, StringComparer.Ordinal)];
        foreach (var command in _commands)
        {
            if (!_byFirstWord.TryGetValue(command.Words[0], out var list)) _byFirstWord[command.Words[0]] = list = [];
            list.Add(command);
        }
    }

    public ImmutableArray<RuntimeCommand> Commands => _commands;

    /// <summary>The command with the most fixed words that the typed ones begin with, or null.</summary>
    public RuntimeCommand? Find(IReadOnlyList<string> typed)
    {
        if (typed.Count == 0 || !_byFirstWord.TryGetValue(typed[0], out var candidates)) return null;
        RuntimeCommand? best = null;
        foreach (var candidate in candidates)
            if (candidate.MatchLength(typed) > (best?.Words.Length ?? 0)) best = candidate;
        return best;
    }

    /// <summary>The list `help` answers with; with words only those commands that resemble them.</summary>
    public string Help(IReadOnlyList<string> words, CommandLevel level, CommandMode mode) =>
        "The following commands are valid at this level:\n" + List(words, level, mode);

    /// <summary>What an unknown command is answered with.</summary>
    public string Unknown(IReadOnlyList<string> typed, CommandLevel level, CommandMode mode) =>
        $"Unknown command: '{typed[0]}', but maybe one of the following ones is a better match:\n" + List(typed, level, mode);

    private string List(IReadOnlyList<string> words, CommandLevel level, CommandMode mode)
    {
        var listed = _commands.Where(command => command.Description.Length > 0 && command.Level <= level && command.Mode <= mode
            && !AlwaysListed.Contains(command.Words[0])).ToList();
        if (words.Count > 0) listed = Resembling(listed, words);
        var text = new StringBuilder();
        foreach (var command in listed) Append(text, command);
        foreach (var name in AlwaysListed)
            if (_byFirstWord.TryGetValue(name, out var commands)) Append(text, commands[0]);
        return text.ToString();
    }

    private static void Append(StringBuilder text, RuntimeCommand command) =>
        text.Append("  ").Append(command.Usage.PadRight(UsageWidth)).Append(": ").Append(command.Description).Append('\n');

    private static List<RuntimeCommand> Resembling(List<RuntimeCommand> commands, IReadOnlyList<string> words)
    {
        var typed = string.Join(' ', words);
        var begun = commands.Where(command => string.Join(' ', command.Words).StartsWith(typed, StringComparison.Ordinal)).ToList();
        if (begun.Count > 0) return begun;
        var nearest = commands.OrderBy(command => Distance(typed, string.Join(' ', command.Words))).Take(MaxSuggestions).ToHashSet();
        return commands.Where(nearest.Contains).ToList();
    }

    /// <summary>Edits between two short texts (Levenshtein); what is typed is cut so that the cost stays bounded.</summary>
    private static int Distance(string typed, string words)
    {
        if (typed.Length > UsageWidth) typed = typed[..UsageWidth];
        Span<int> row = stackalloc int[words.Length + 1];
        for (var i = 0; i < row.Length; i++) row[i] = i;
        foreach (var c in typed)
        {
            var diagonal = row[0]++;
            for (var i = 1; i < row.Length; i++)
            {
                var cost = Math.Min(diagonal + (words[i - 1] == c ? 0 : 1), Math.Min(row[i], row[i - 1]) + 1);
                diagonal = row[i];
                row[i] = cost;
            }
        }

        return row[^1];
    }
}
