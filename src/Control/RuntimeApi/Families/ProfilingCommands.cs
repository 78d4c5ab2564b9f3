using System.Globalization;
using System.Text;
using Evenkeel.Linux;
using Evenkeel.Model.Process;
using Evenkeel.Proxy.Loop;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>What running the streams costs: `set profiling`, `show profiling`, in the original's form. There is one kind of task, the stream.</summary>
public static class ProfilingCommands
{
    private const string TaskWords = "Expects a combination of either 'on', 'auto', 'off', 'lock', 'no-lock', 'memory' or 'no-memory'.";
    private const string ShowWords =
        "Expects either 'all', 'status', 'tasks', 'memory', 'byaddr', 'bytime', 'byctx', 'aggr' or a max number of output lines.";

    public static IEnumerable<RuntimeCommand> All =>
    [
        RuntimeCommand.ForAdmins("show profiling", "[<what>|<#lines>|<opts>]*", "show whether tasks are profiled, and what streams cost", Show) with
        {
            Note = "streams only: the original's other tasks are its own",
        },
        RuntimeCommand.ForAdmins("set profiling", "<what> {auto|on|off}", "switch profiling", Set) with
        {
            Note = "of tasks; memory is refused with the words of a build without it",
        },
    ];

    private static CommandAnswer Set(CommandContext context)
    {
        if (context.Word(2) == "memory")
            return CommandAnswer.Error(context.Word(3) is "on" or "off" ? "Memory profiling not compiled in." : "Expects either 'on' or 'off'.");
        if (context.Word(2) != "tasks") return CommandAnswer.Error("Expects either 'tasks' or 'memory'.");
        TaskProfiling? mode = null;
        for (var at = 3; at == 3 || context.Word(at).Length > 0; at++)
        {
            switch (context.Word(at))
            {
                case "on": mode = TaskProfiling.On; break;
                case "off": mode = TaskProfiling.Off; break;
                case "auto": mode = TaskProfiling.Auto; break;
                case "lock" or "no-lock" or "memory" or "no-memory": break;
                default: return CommandAnswer.Error(TaskWords);
            }
        }
        if (mode is { } wanted) context.Plane.Engine?.Profile(wanted);
        return CommandAnswer.Done;
    }

    private static CommandAnswer Show(CommandContext context)
    {
        var (status, tasks, most) = (true, true, int.MaxValue);
        for (var at = 2; context.Word(at) is { Length: > 0 } word; at++)
        {
            switch (word)
            {
                case "all": (status, tasks) = (true, true); break;
                case "status": (status, tasks) = (true, false); break;
                case "tasks": (status, tasks) = (false, true); break;
                case "memory": (status, tasks) = (false, false); break;
                case "byaddr" or "bytime" or "byctx" or "aggr": break;
                default:
                    if (!char.IsAsciiDigit(word[0])) return CommandAnswer.Error(ShowWords);
                    most = (int)CommandNumbers.Leading(word);
                    break;
            }
        }
        var profiles = (context.Plane.Engine?.Workers ?? []).Select(static worker => worker.Loop.Profile).ToArray();
        return CommandAnswer.Dump((status ? StatusOf(profiles) : "") + (tasks ? ActivityOf(profiles, most) : ""));
    }

    private static string StatusOf(TaskProfile[] profiles)
    {
        var mode = profiles.Length == 0 ? TaskProfiling.Off : profiles[0].Mode;
        var word = mode switch
        {
            TaskProfiling.On => "on",
            TaskProfiling.Off => "off",
            _ => profiles.Any(static profile => profile.IsOn) ? "auto-on" : "auto-off",
        };
        return $"Per-task CPU profiling              : {word,-13} # set profiling tasks {{on|auto|off}}\n"
            + "Memory usage profiling              : off           # set profiling memory {on|off}\n";
    }

    private static string ActivityOf(TaskProfile[] profiles, int most)
    {
        var now = Clocks.MonotonicNs();
        var since = profiles.Select(static profile => profile.Span.SinceNs).Where(static ns => ns > 0).DefaultIfEmpty(now).Min();
        var until = profiles.Any(static profile => profile.IsOn) ? now : profiles.Select(static profile => profile.Span.UntilNs).DefaultIfEmpty(0).Max();
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture,
            $"Tasks activity over {(now - since) / 1e9:f3} sec till {(until == 0 ? 0 : now - until) / 1e9:f3} sec ago:\n")
            .Append("  function                      calls   cpu_tot   cpu_avg   lkw_avg   lkd_avg   mem_avg   lat_avg\n");
        var totals = profiles.Select(static profile => profile.Totals).ToArray();
        var runs = totals.Sum(static each => each.Runs);
        if (runs == 0 || most < 1) return text.ToString();
        var (busy, waited) = (totals.Sum(static each => each.BusyNs), totals.Sum(static each => each.WaitedNs));
        text.Append(CultureInfo.InvariantCulture, $"  {"stream",-27}{runs,8}{Duration(busy),10}{Duration(busy / runs),10}")
            .Append(CultureInfo.InvariantCulture, $"      -         -         -   {Duration(waited / runs),10}\n");
        return text.ToString();
    }

    /// <summary>Four digits and a unit, as the original writes them: 258.2us.</summary>
    internal static string Duration(long ns)
    {
        if (ns == 0) return "-   ";
        var (value, unit) = ns switch
        {
            < 1_000 => ((double)ns, "ns"),
            < 1_000_000 => (ns / 1e3, "us"),
            < 1_000_000_000 => (ns / 1e6, "ms"),
            < 60_000_000_000 => (ns / 1e9, "s"),
            < 3_600_000_000_000 => (ns / 60e9, "m"),
            _ => (ns / 3_600e9, "h"),
        };
        var digits = value < 10 ? "f3" : value < 100 ? "f2" : "f1";
        return value.ToString(digits, CultureInfo.InvariantCulture) + unit;
    }
}
