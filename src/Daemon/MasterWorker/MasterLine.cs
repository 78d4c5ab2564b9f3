using System.Globalization;
using System.Text;

namespace Evenkeel.Daemon.MasterWorker;

/// <summary>Who a command on the master's socket is for.</summary>
internal enum CommandTarget { Unnamed, Master, Worker, Pid, Unknown }

/// <summary>One command of a line: its `@` prefix taken off (management.txt 9.4.1).</summary>
/// <param name="Number">The worker's relative number or the pid.</param>
/// <param name="Prefix">The prefix as typed, which errors repeat.</param>
/// <param name="Text">The command; empty when only the prefix was typed.</param>
/// <param name="IsConversation">`@@`: what follows goes to the worker as it is, in one conversation.</param>
internal readonly record struct MasterCommand(CommandTarget Target, int Number, string Prefix, string Text, bool IsConversation)
{
    public static MasterCommand Parse(string command)
    {
        var text = command.TrimStart(' ', '\t');
        if (!text.StartsWith('@')) return new MasterCommand(CommandTarget.Unnamed, 0, "", text, false);
        var end = text.IndexOfAny([' ', '\t']);
        var prefix = end < 0 ? text : text[..end];
        var rest = end < 0 ? "" : text[end..].TrimStart(' ', '\t');
        var isConversation = prefix.StartsWith("@@", StringComparison.Ordinal);
        var name = prefix[(isConversation ? 2 : 1)..];
        if (name.Length == 0 || name == "master") return new MasterCommand(CommandTarget.Master, 0, prefix, rest, isConversation);
        var isPid = name[0] == '!';
        return int.TryParse(name.AsSpan(isPid ? 1 : 0), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new MasterCommand(number == 0 ? CommandTarget.Master : isPid ? CommandTarget.Pid : CommandTarget.Worker, number, prefix, rest, isConversation)
            : new MasterCommand(CommandTarget.Unknown, 0, prefix, rest, isConversation);
    }
}

/// <summary>Takes a line on the master's socket apart: `;` parts commands, a backslash takes the meaning off what follows. Commands stay text, since workers
/// read their words themselves.</summary>
internal static class MasterLine
{
    public static List<string> Split(string line)
    {
        var commands = new List<string>();
        var command = new StringBuilder();
        for (var i = 0; i < line.Length; i++)
        {
            // From `@@` on everything is one conversation with a worker, semicolons included.
            if (line[i] == ';' && !command.ToString().TrimStart().StartsWith("@@", StringComparison.Ordinal))
            {
                commands.Add(command.ToString());
                command.Clear();
                continue;
            }
            command.Append(line[i]);
            if (line[i] == '\\' && i + 1 < line.Length) command.Append(line[++i]);
        }
        if (command.ToString().Trim().Length > 0 || commands.Count == 0) commands.Add(command.ToString());
        return commands;
    }
}
