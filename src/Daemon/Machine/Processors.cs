using Evenkeel.Linux.Processes;
using Evenkeel.Model.Process;

namespace Evenkeel.Daemon.Machine;

/// <summary>The processors a configuration has to run on: those of this process (taskset, cpuset), less what `cpu-set` takes away.</summary>
internal static class Processors
{
    /// <summary>Their numbers, in order; all of them when `cpu-set` leaves none.</summary>
    public static IReadOnlyList<int> For(ThreadsModel model)
    {
        var numbers = model.IgnoresInheritedProcessors ? ProcessorMap.Online() : Scheduling.ThreadProcessors();
        if (numbers.Count == 0) numbers = [.. Enumerable.Range(0, Environment.ProcessorCount)];
        if (model.CpuSets.IsEmpty) return numbers;
        var places = numbers.Select(static number => PlaceOf(number));
        return model.Select(places).ToList() is { Count: > 0 } left ? left : numbers;
    }

    private static ProcessorPlace PlaceOf(int number)
    {
        var siblings = ProcessorMap.Siblings(number);
        // A core, or a group that shares a cache, goes by its first processor's turn.
        return new ProcessorPlace(number, ProcessorMap.Node(number), ProcessorMap.Turn(number, ProcessorMap.SharersOfCache), ProcessorMap.Turn(number,
            ProcessorMap.Siblings), Math.Max(0, siblings.IndexOf(number)));
    }
}
