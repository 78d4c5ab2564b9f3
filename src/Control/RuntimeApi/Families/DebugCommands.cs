using System.Globalization;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>What the original's developers look into their engine with, as far as there is something of the kind here.</summary>
public static class DebugCommands
{
    /// <summary>Most that `debug dev write` answers with, bytes: a buffer of the original.</summary>
    private const int MostWritten = 16_384;

    /// <summary>They break the original on purpose, or reach into structures that only it has.</summary>
    private static readonly string[] NotHere =
    [
        "abort", "bug", "check", "close", "deadlock", "delay", "exit", "fd", "hex", "loop", "panic", "sched", "stream", "sym", "task", "tkill", "warn",
    ];

    public static IEnumerable<RuntimeCommand> All =>
    [
        RuntimeCommand.ForAll("show tasks", "", "show running tasks", ShowTasks) with
        {
            Note = "each thread runs an event when it has come; no tasks wait to be run", IsWithoutEffect = true,
        },
        RuntimeCommand.ForOperators("debug counters", "[?|all|bug|cnt|chk|glt]*", "show counters of rare events", static _ => CommandAnswer.Dump("")) with
        {
            Note = "the counters are marks in the original's source code; there are none", IsWithoutEffect = true,
        },
        RuntimeCommand.ForAdmins("debug dev write", "[size]", "answer with so many bytes", Write) with { Mode = CommandMode.Expert },
        .. NotHere.Select(static name => RuntimeCommand.ForAdmins("debug dev " + name, "", "",
            _ => CommandAnswer.Error($"'debug dev {name}' is made for the inside of another engine and does nothing here.")) with
        {
            Mode = CommandMode.Expert,
            IsRefused = true,
            Note = "made to break the original's engine or to reach into it",
        }),
    ];

    private static CommandAnswer ShowTasks(CommandContext context) => CommandAnswer.Dump(string.Create(CultureInfo.InvariantCulture,
        $"Running tasks: 0 ({context.Plane.Process.Facts.Threads} threads)\n"));

    private static CommandAnswer Write(CommandContext context)
    {
        _ = int.TryParse(context.Word(3), NumberStyles.None, CultureInfo.InvariantCulture, out var size);
        return CommandAnswer.Dump(new string('.', Math.Min(size, MostWritten)) + "\n");
    }
}
