using System.Collections.Immutable;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Control.RuntimeApi;

/// <summary>What else than a level a session must have switched on before a command runs.</summary>
public enum CommandMode { Normal, Experimental, Expert }

/// <summary>Carries out one command; runs on the loop that owns the session, so it must not block.</summary>
public delegate CommandAnswer CommandFunction(CommandContext context);

/// <summary>
/// One row of the command table: what is typed, what `help` says, who may use it, and the function that answers.
/// Source: management.txt 9.3.
/// </summary>
/// <param name="Words">The fixed words it begins with, for example "set", "server".</param>
/// <param name="Usage">As `help` shows it, fixed words included.</param>
/// <param name="Description">One short line for `help`; empty for commands that `help` does not list.</param>
public sealed record RuntimeCommand(ImmutableArray<string> Words, string Usage, string Description, CommandLevel Level, CommandFunction Run)
{
    public CommandMode Mode { get; init; }

    /// <summary>What the report on compatibility has to say of it besides; empty for a command that does what the original's does.</summary>
    public string Note { get; init; } = "";

    /// <summary>It is answered as in the original and changes nothing, for the reason in <see cref="Note"/>.</summary>
    public bool IsWithoutEffect { get; init; }

    /// <summary>It says that this version does not have it.</summary>
    public bool IsRefused { get; init; }

    /// <summary>The row of a command everyone may use.</summary>
    public static RuntimeCommand ForAll(string words, string arguments, string description, CommandFunction run) =>
        Of(words, arguments, description, CommandLevel.User, run);

    public static RuntimeCommand ForOperators(string words, string arguments, string description, CommandFunction run) =>
        Of(words, arguments, description, CommandLevel.Operator, run);

    public static RuntimeCommand ForAdmins(string words, string arguments, string description, CommandFunction run) =>
        Of(words, arguments, description, CommandLevel.Admin, run);

    /// <summary>How many words of <paramref name="typed"/> are this command's own when it is meant, else 0.</summary>
    public int MatchLength(IReadOnlyList<string> typed)
    {
        if (typed.Count < Words.Length) return 0;
        for (var i = 0; i < Words.Length; i++)
            if (typed[i] != Words[i]) return 0;
        return Words.Length;
    }

    private static RuntimeCommand Of(string words, string arguments, string description, CommandLevel level, CommandFunction run)
    {
        var usage = arguments.Length > 0 ? words + " " + arguments : words;
        return new RuntimeCommand([.. words.Split(' ')], usage, description, level, run);
    }
}
