using System.Text;
using Evenkeel.Control.RuntimeApi;
using Evenkeel.Daemon.MasterWorker;

namespace Evenkeel.Daemon.Haproxy;

/// <summary>
/// Which commands of the original's sockets there are, written from the tables that sessions look commands up in: the text of docs/compat/runtime-api.md.
/// </summary>
public static class CommandReport
{
    private const string WorkerMark = " [WORKER]", MasterMark = " [MASTER]";

    /// <summary>Commands of this program that the original's list does not have.</summary>
    public static IEnumerable<string> Own(IEnumerable<string> original)
    {
        var known = original.Select(static line => Name(line)).ToHashSet(StringComparer.Ordinal);
        return RuntimeCommands.Table.Commands.Where(static command => !command.IsRefused).Select(static command => string.Join(' ', command.Words))
            .Concat(MasterHelp.Names).Where(name => !known.Contains(name)).Distinct().Order(StringComparer.Ordinal);
    }

    /// <summary>Commands of the original that are neither answered nor refused by name: none, if the tables are complete.</summary>
    public static IEnumerable<string> Missing(IEnumerable<string> original) => original.Where(static line =>
        (line.Contains(WorkerMark, StringComparison.Ordinal) && Find(Name(line)) is null)
        || (line.Contains(MasterMark, StringComparison.Ordinal) && !IsOfMaster(Name(line)) && !InternalToMaster.Contains(Name(line)))).Select(Name);

    /// <param name="original">A command a line, behind it the sockets that have it.</param>
    public static string Markdown(IReadOnlyCollection<string> original)
    {
        var workers = original.Where(static line => line.Contains(WorkerMark, StringComparison.Ordinal)).Select(Name).ToList();
        var masters = original.Where(static line => line.Contains(MasterMark, StringComparison.Ordinal)).Select(Name).ToList();
        var found = workers.Select(static name => (Name: name, Row: Find(name))).ToList();
        var text = new StringBuilder("# Runtime API: what is understood\n\n");
        text.Append("Written from the tables of commands; do not edit. Compared with HAProxy 3.5. A command is *implemented*; or *without effect*: "
            + "answered as in the\noriginal, with nothing to change for the reason given; or *not there* for good, for the reason given; or *not yet*: refused "
            + "with \"not\nsupported yet\".\n");
        text.Append($"\n## Sockets of workers\n\n{found.Count(static each => IsDone(each.Row))} of {workers.Count} implemented.\n");
        Append(text, "Implemented", found.Where(static each => IsDone(each.Row) && each.Row!.Note.Length == 0).Select(static each => each.Name), "");
        foreach (var group in found.Where(static each => IsDone(each.Row) && each.Row!.Note.Length > 0).GroupBy(static each => each.Row!.Note))
            Append(text, "Implemented", group.Select(static each => each.Name), group.Key);
        foreach (var group in found.Where(static each => each.Row is { IsWithoutEffect: true }).GroupBy(static each => each.Row!.Note))
            Append(text, "Without effect", group.Select(static each => each.Name), group.Key);
        foreach (var group in found.Where(static each => each.Row is { IsRefused: true, Note.Length: > 0 }).GroupBy(static each => each.Row!.Note))
            Append(text, "Not there", group.Select(static each => each.Name), group.Key);
        Append(text, "Not yet", found.Where(static each => each.Row is null or { IsRefused: true, Note: "" }).Select(static each => each.Name), "");
        text.Append($"\n## Socket of the master\n\n{masters.Count(IsOfMaster)} of {masters.Count} implemented.\n");
        Append(text, "Implemented", masters.Where(IsOfMaster), "");
        Append(text, "Not there", masters.Where(static name => !IsOfMaster(name)), "what the original's own processes say to each other, and its debugging");
        text.Append("\n## Of this program only\n");
        Append(text, "Implemented", Own(original), "");
        return text.ToString();
    }

    /// <summary>Not for people: between the original's own processes, or for its developers.</summary>
    private static readonly string[] InternalToMaster = ["_loadstatus", "_send_status", "mcli-debug-mode", "experimental-mode", "expert-mode"];

    private static bool IsDone(RuntimeCommand? row) => row is { IsRefused: false, IsWithoutEffect: false };

    private static RuntimeCommand? Find(string name) => RuntimeCommands.Table.Find(name.Split(' '));

    private static bool IsOfMaster(string name) => MasterHelp.Names.Contains(name);

    private static string Name(string line) => line.Split(" [")[0];

    private static void Append(StringBuilder text, string label, IEnumerable<string> names, string note)
    {
        var list = names.Select(static name => $"`{name}`").Order(StringComparer.Ordinal).ToList();
        if (list.Count > 0) text.Append($"\n* {label}{(note.Length > 0 ? $" ({note})" : "")}: {string.Join(", ", list)}\n");
    }
}
