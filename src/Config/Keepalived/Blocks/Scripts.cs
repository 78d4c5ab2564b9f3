using System.Collections.Immutable;
using Evenkeel.Config.Keepalived.Language;
using Evenkeel.Model;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Config.Keepalived.Blocks;

/// <summary>Reads the commands of scripts: `KEYWORD SCRIPT [USER [:][GROUP]]`, whose rights they get, and whether they may be run at all.</summary>
internal static class Scripts
{
    /// <summary>Where a name without a slash is looked for when PATH is unset (the C library's default).</summary>
    private const string DefaultPath = "/bin:/usr/bin";

    /// <summary>The words of the line's script, or null when there is none (a script of no words).</summary>
    public static ImmutableArray<string>? Words(KeywordLine line, out string? user, out string? group)
    {
        user = group = null;
        var words = ScriptWords.Split(line.Text, out string? problem);
        if (problem != null)
        {
            line.Error(problem);
            return null;
        }
        if (words.Count < 2)
        {
            // A script that may be left out is not read at all; one that is there has a value.
            if (line.Keyword != "script") line.Word(1);
            return null;
        }
        user = words.Count > 2 ? words[2].Text : null;
        group = words.Count > 3 ? words[3].Text : null;
        return words[1].Parameters.Count == 0 ? null : [.. words[1].Parameters];
    }

    /// <summary>Reads a notify-like script; null when there is none to run. What the original only logs is only logged.</summary>
    public static CommandModel? Command(KeywordLine line)
    {
        var words = Words(line, out string? user, out string? group);
        if (words is not { } found) return null;
        ScriptUser? runAs;
        if (user != null)
        {
            runAs = User(line.World, user, group);
            if (runAs == null)
            {
                line.Complaints.Log($"Invalid user/group for notify script {found[0]} - ignoring");
                return null;
            }
        }
        else
        {
            runAs = DefaultUser(line);
            if (runAs == null) return null;
        }
        return Resolved(line.World, new CommandModel(found, runAs, string.Join(' ', found)));
    }

    /// <summary>`USER [:][GROUP]`: the user's primary group when none is named; null when either does not exist.</summary>
    public static ScriptUser? User(IWorld world, string user, string? group)
    {
        if (world.UserId(user) is not { } userId || world.PrimaryGroupOf(user) is not { } primary) return null;
        bool supplementary = group?.StartsWith(':') == true;
        string name = supplementary ? group![1..] : group ?? "";
        if (name.Length == 0) return new ScriptUser(user, userId, primary) { WithSupplementaryGroups = supplementary };
        return world.GroupId(name) is { } groupId ? new ScriptUser(user, userId, groupId) { WithSupplementaryGroups = supplementary } : null;
    }

    /// <summary>`script_user`, else keepalived_script, else (without script security) root. Said once when there is nobody.</summary>
    public static ScriptUser? DefaultUser(KeywordLine line)
    {
        var draft = line.Draft;
        if (draft.Global.Model.ScriptUser is { } named) return named;
        if (draft.DefaultScriptUserKnown) return draft.DefaultScriptUser;
        draft.DefaultScriptUserKnown = true;
        draft.DefaultScriptUser = User(line.World, "keepalived_script", null);
        if (draft.DefaultScriptUser != null) return draft.DefaultScriptUser;
        if (draft.Global.Model.ScriptSecurity) line.Error("Unable to set default user keepalived_script for script");
        else draft.DefaultScriptUser = new ScriptUser("root", 0, 0);
        return draft.DefaultScriptUser;
    }

    /// <summary>A name without a slash becomes the path PATH leads to.</summary>
    public static CommandModel Resolved(IWorld world, CommandModel command)
    {
        string name = command.Words[0];
        if (name.Contains('/', StringComparison.Ordinal)) return command;
        foreach (string directory in (world.EnvironmentVariable("PATH") ?? DefaultPath).Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string path = $"{directory}/{name}";
            if (world.CheckScript(path) is ScriptPathVerdict.NotFound or ScriptPathVerdict.NotExecutable) continue;
            return command with { Words = command.Words.SetItem(0, path) };
        }
        return command;
    }

    /// <summary>What the checks found out about one script.</summary>
    internal enum Verdict { Runs, NotFound, Insecure }

    /// <summary>
    /// Whether a script may run. Without script security anything that exists does, but the configuration then gets exit code 6; a directory, or a path
    /// through a symbolic link, is refused to root in any case.
    /// </summary>
    public static Verdict Judge(KeywordLine line, CommandModel command, out bool writableByOthers)
    {
        writableByOthers = false;
        string path = command.Words[0];
        var verdict = path.Contains('/', StringComparison.Ordinal) ? line.World.CheckScript(path) : ScriptPathVerdict.NotFound;
        bool directory = line.World.DirectoryExists(path);
        if (verdict == ScriptPathVerdict.NotFound && !directory) return Verdict.NotFound;
        bool security = line.Draft.Global.Model.ScriptSecurity;
        if (!security) line.Draft.ScriptsWithoutSecurity = true;
        if (command.User is { UserId: not 0 }) return Verdict.Runs;
        if (directory || verdict == ScriptPathVerdict.SymlinkedDirectory) return Verdict.Insecure;
        if (verdict != ScriptPathVerdict.Insecure) return Verdict.Runs;
        writableByOthers = !security;
        return security ? Verdict.Insecure : Verdict.Runs;
    }
}
