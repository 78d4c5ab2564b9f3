using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Evenkeel.Proxy.Loop;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>
/// Commands about what works inside: the original's forms and words, with those of their figures that this engine has too. What describes parts of the
/// original's own engine (its tasks, its traces) says that there is none.
/// </summary>
public static class EngineCommands
{
    public static IEnumerable<RuntimeCommand> All =>
    [
        RuntimeCommand.ForOperators("show activity", "[-1|0|thread_num]", "show what each thread did", ShowActivity) with { Note = OwnFigures },
        RuntimeCommand.ForAll("show threads", "", "show what each thread does", ShowThreads) with { Note = OwnFigures },
        RuntimeCommand.ForAll("show pools", "[by*] [match <pfx>] [nb]", "show what memory is kept for reuse", ShowPools) with { Note = OwnFigures },
        RuntimeCommand.ForAll("show dev", "", "show facts about machine and process", ShowDevelopers) with { Note = OwnFigures },
        RuntimeCommand.ForOperators("trace", "[<module>|0] [cmd [args...]]", "list the trace sources", Trace) with { Note = NoTraces, IsWithoutEffect = true },
        RuntimeCommand.ForAll("show trace", "[<module>]", "show the state of the trace sources", static context => context.Word(2).Length > 0
            ? CommandAnswer.Error($"No such trace source '{context.Word(2)}'")
            : CommandAnswer.Dump(NoSources)) with { Note = NoTraces, IsWithoutEffect = true },
    ];

    private const string OwnFigures = "with the figures that this engine has";
    private const string NoTraces = "the trace sources are modules of the original's source code; there are none";

    private const string NoSources = "Supported trace sources and states (.=stopped, w=waiting, R=running) :\n";

    private static CommandAnswer Trace(CommandContext context) => context.Word(1) switch
    {
        "" => CommandAnswer.Info(NoSources + " [.] 0          : not a source, will immediately stop all traces"),
        "0" => CommandAnswer.Notice("All traces now stopped"),
        var source => CommandAnswer.Error($"No such trace source '{source}'"),
    };

    private static CommandAnswer ShowActivity(CommandContext context)
    {
        var workers = context.Plane.Engine?.Workers ?? [];
        var choice = CommandNumbers.Leading(context.Word(2));
        if (choice < -1 || choice > workers.Length) return CommandAnswer.Error("Thread ID number must be between -1 and nbthread");
        var process = context.Plane.Proxies.Process;
        var now = context.Plane.Process.Now;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"thread_id: {Math.Max(1, choice)} (1..{Math.Max(1, workers.Length)})\n")
            .Append(CultureInfo.InvariantCulture, $"date_now: {now.ToUnixTimeMilliseconds() / 1000}.{now.Ticks / 10 % 1_000_000:d6}\n")
            .Append(CultureInfo.InvariantCulture, $"uptime_now: {context.Plane.Process.Uptime.TotalSeconds:f6}\n");
        void Line(string name, Func<Worker, long> of, bool isAverage = false)
        {
            var values = workers.Select(of).ToArray();
            text.Append(name).Append(": ");
            if (choice > 0) text.Append(values[choice - 1]);
            else if (choice == -1) text.Append(Total(values, isAverage));
            else text.Append(Total(values, isAverage)).Append(" [ ").AppendJoin(' ', values).Append(" ]");
            text.Append('\n');
        }
        Line("accepted", worker => Volatile.Read(ref process[worker.Index].Connections));
        Line("stream_calls", worker => Volatile.Read(ref process[worker.Index].Streams));
        Line("cur_streams", worker => Volatile.Read(ref process[worker.Index].CurrentStreams));
        Line("avg_cpu_pct", BusyPercent, isAverage: true);
        Line("loop_faults", static worker => worker.Loop.Faults);
        return CommandAnswer.Dump(text.ToString());
    }

    private static long Total(long[] values, bool isAverage) => values.Length == 0 ? 0 : isAverage ? values.Sum() / values.Length : values.Sum();

    private static long BusyPercent(Worker worker)
    {
        var (idle, busy) = worker.Loop.LastPeriod;
        return idle + busy == 0 ? 0 : busy * 100 / (idle + busy);
    }

    private static CommandAnswer ShowThreads(CommandContext context)
    {
        var process = context.Plane.Proxies.Process;
        // Commands run on the first worker's thread.
        return CommandAnswer.Dump((context.Plane.Engine?.Workers ?? []).Select(worker => string.Create(CultureInfo.InvariantCulture,
            $"{(worker.Index == 0 ? '*' : ' ')} Thread {worker.Index + 1} : act={(worker.Index == 0 ? 1 : 0)} "
            + $"streams={Volatile.Read(ref process[worker.Index].CurrentStreams)} busy={BusyPercent(worker)}% faults={worker.Loop.Faults} "
            + $"managed_bytes_allocated={worker.ManagedBytesAllocated}\n")));
    }

    /// <summary>The pools of buffers of all workers together: their figures are read while the workers run, each is right by itself.</summary>
    private static CommandAnswer ShowPools(CommandContext context)
    {
        var workers = context.Plane.Engine?.Workers ?? [];
        var (match, order, most) = ("", "", int.MaxValue);
        for (var i = 2; context.Word(i) is { Length: > 0 } word; i++)
        {
            if (word is "byname" or "bysize" or "byusage") order = word;
            else if (word == "match" && context.Word(i + 1).Length > 0) match = context.Word(++i);
            else if (CommandNumbers.Leading(word) is var number and > 0) most = number;
            else if (word != "detailed")
                return CommandAnswer.Error("Expects either 'byname', 'bysize', 'byusage', 'match <pfx>', 'detailed', or a max number of output lines.");
        }
        var pools = new[]
        {
            Pool("buffer", workers.Select(static worker => worker.Memory.Regular)),
            Pool("bulk_buffer", workers.Select(static worker => worker.Memory.Bulk)),
            Pool("small_buffer", workers.Select(static worker => worker.Memory.Small)),
        }.Where(pool => pool.Name.StartsWith(match, StringComparison.Ordinal)).ToArray();
        var shown = order switch
        {
            "byname" => pools.OrderBy(static pool => pool.Name, StringComparer.Ordinal),
            "bysize" => pools.OrderByDescending(static pool => pool.Size),
            "byusage" => pools.OrderByDescending(static pool => pool.Used * pool.Size),
            _ => pools.AsEnumerable(),
        };
        var text = new StringBuilder(most == int.MaxValue ? "Dumping pools usage.\n" : $"Dumping pools usage (limited to the first {most} entries).\n");
        foreach (var pool in shown.Take(most))
        {
            text.Append(CultureInfo.InvariantCulture, $"  - Pool {pool.Name} ({pool.Size} bytes) : {pool.Used + pool.Free} allocated ")
                .Append(CultureInfo.InvariantCulture, $"({(pool.Used + pool.Free) * pool.Size} bytes), {pool.Used} used\n");
        }
        var (made, used) = (pools.Sum(static pool => (pool.Used + pool.Free) * pool.Size), pools.Sum(static pool => pool.Used * pool.Size));
        text.Append(CultureInfo.InvariantCulture, $"Total: {pools.Length} pools, {made} bytes allocated, {used} used; ")
            .Append(CultureInfo.InvariantCulture, $"managed heap {GC.GetTotalMemory(false)} bytes.\n");
        return CommandAnswer.Dump(text.ToString());
    }

    private static (string Name, long Size, long Used, long Free) Pool(string name, IEnumerable<Evenkeel.Proxy.Memory.BufferPool> pools)
    {
        var all = pools.ToList();
        return (name, all.Count == 0 ? 0 : all[0].BufferSize, all.Sum(static pool => pool.InUse), all.Sum(static pool => pool.FreeCount));
    }

    private static CommandAnswer ShowDevelopers(CommandContext context)
    {
        var facts = context.Plane.Process.Facts;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"HAProxy version {facts.Version}\nPlatform info:\n")
            .Append(CultureInfo.InvariantCulture, $"  OS name: Linux\n  OS version: {Environment.OSVersion.Version}\n")
            .Append(CultureInfo.InvariantCulture, $"  OS architecture: {Architecture}\n")
            .Append(CultureInfo.InvariantCulture, $"  node name: {context.Session.Anonymizer.Name(facts.HostName)}\nProcess info:\n  pid: {facts.ProcessId}\n")
            .Append(CultureInfo.InvariantCulture, $"  cmdline: {string.Join(' ', Environment.GetCommandLineArgs())}\n")
            .Append(CultureInfo.InvariantCulture, $"  fd limit: {facts.DescriptorLimit}\n  threads: {facts.Threads}\n")
            .Append(CultureInfo.InvariantCulture, $"  processors: {Environment.ProcessorCount}\n  runtime: {RuntimeInformation.FrameworkDescription}\n")
            .Append(CultureInfo.InvariantCulture, $"  collections: {GC.CollectionCount(0)} {GC.CollectionCount(1)} {GC.CollectionCount(2)}\n")
            .Append(CultureInfo.InvariantCulture, $"  total pause: {GC.GetTotalPauseDuration().TotalMilliseconds:f3} ms\n")
            .Append(CultureInfo.InvariantCulture, $"  last pauses: {Pauses(GCKind.Ephemeral)} young, {Pauses(GCKind.Background)} beside, ")
            .Append(CultureInfo.InvariantCulture, $"{Pauses(GCKind.FullBlocking)} whole, ms\n");
        return CommandAnswer.Dump(text.ToString());
    }

    /// <summary>How long the last collection of a kind stopped everybody, each time; `-` when there was none.</summary>
    private static string Pauses(GCKind kind)
    {
        var last = GC.GetGCMemoryInfo(kind);
        if (last.Index == 0) return "-";
        var pauses = new StringBuilder();
        foreach (var pause in last.PauseDurations)
            if (pause > TimeSpan.Zero) pauses.Append(pauses.Length > 0 ? "+" : "").Append(CultureInfo.InvariantCulture, $"{pause.TotalMilliseconds:f2}");
        return pauses.Length > 0 ? pauses.ToString() : "0.00";
    }

    private static string Architecture => RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64
        ? "x86_64" : RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
}
