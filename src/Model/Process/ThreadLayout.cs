using System.Collections.Immutable;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Model.Process;

/// <summary>The threads a configuration makes on a machine: how many, in which groups, on which processors. Threads and groups count from 0 here.</summary>
public sealed class ThreadLayout
{
    private readonly ThreadsModel _model;

    private ThreadLayout(ThreadsModel model, ImmutableArray<int> groupOf, string problem)
    {
        _model = model;
        GroupOf = groupOf;
        Problem = problem;
        Groups = groupOf.IsEmpty ? 1 : groupOf.Max() + 1;
    }

    /// <summary>Each thread's group.</summary>
    public ImmutableArray<int> GroupOf { get; }

    public int Count => GroupOf.Length;

    public int Groups { get; }

    /// <summary>Why this cannot be had, in the original's words; empty when it can.</summary>
    public string Problem { get; }

    /// <param name="processors">How many processors there are to run on, `cpu-set` applied.</param>
    public static ThreadLayout Of(ThreadsModel model, int processors)
    {
        var count = Math.Min(model.Count ?? Math.Max(1, processors), model.HardLimit ?? int.MaxValue);
        var groups = model.Groups ?? (count + model.MostPerGroup - 1) / model.MostPerGroup;
        var groupOf = new int[count];
        Array.Fill(groupOf, -1);
        foreach (var (group, first, last) in model.GroupRanges)
        {
            for (var thread = 0; thread < count; thread++)
                if (groupOf[thread] == group - 1) groupOf[thread] = -1;
            for (var thread = first; thread <= Math.Min(last, count); thread++) groupOf[thread - 1] = group - 1;
        }

        var free = Enumerable.Range(0, groups).Where(group => !groupOf.Contains(group) && model.GroupRanges.All(range => range.Group != group + 1)).ToList();
        var left = groupOf.Count(static group => group < 0);
        var problem = "";
        if (free.Count > left) problem = $"More unassigned thread-groups ({free.Count}) than threads ({left}). Please reduce thread-groups";
        else if (left > 0 && free.Count == 0)
            problem = $"Remaining unassigned threads found ({left}) because all groups are in use. Please increase 'thread-groups', reduce 'nbthreads' or "
                + "remove or extend 'thread-group' enumerations.";
        else Deal(groupOf, free, left);
        return new ThreadLayout(model, problem.Length > 0 ? [.. new int[count]] : [.. groupOf], problem);
    }

    /// <summary>The threads that `bind ... thread` names.</summary>
    /// <param name="problem">In the original's words, to stand before "in 'bind ...'"; empty when there are any.</param>
    public ImmutableArray<int> Resolve(ImmutableArray<ThreadRange> ranges, out string problem)
    {
        problem = "";
        if (ranges.IsDefaultOrEmpty) return [.. Enumerable.Range(0, Count)];
        var named = new SortedSet<int>();
        foreach (var range in ranges)
        {
            if (range.Group > Groups)
            {
                problem = $"'thread' directive references non-existing thread group {range.Group}";
                return [];
            }

            var among = ThreadsOf(range.Group - 1);
            for (var number = range.First; number <= Math.Min(range.Last, among.Count); number += range.Step) named.Add(among[number - 1]);
            if (named.Count == 0 && range.Group > 0) problem = $"'thread' directive only references threads not belonging to group {range.Group}";
        }

        if (named.Count > 0) problem = "";
        else if (problem.Length == 0) problem = "'thread' directive only references non-existing threads";
        return [.. named];
    }

    /// <summary>The sockets of a `bind` line: the threads that share each. Only addresses of networks can be bound more than once.</summary>
    public ImmutableArray<ImmutableArray<int>> ShardsOf(BindModel bind)
    {
        var threads = Resolve(bind.Threads, out _);
        if (threads.IsEmpty) threads = Resolve([], out _);
        if (bind.Address.Family is not (SocketFamily.IPv4 or SocketFamily.IPv6)) return [threads];
        var shards = bind.Shards ?? new ShardsModel(_model.DefaultSharding, 1);
        if (shards.Kind == Sharding.ByGroup) return [.. threads.GroupBy(thread => GroupOf[thread]).Select(static group => group.ToImmutableArray())];
        var count = shards.Kind == Sharding.ByThread ? threads.Length : Math.Clamp(shards.Count, 1, threads.Length);
        return [.. Enumerable.Range(0, count).Select(shard => threads[(shard * threads.Length / count)..((shard + 1) * threads.Length / count)])];
    }

    /// <summary>The processors a thread may run on; empty when the kernel chooses.</summary>
    /// <param name="processors">Those there are, `cpu-set` applied.</param>
    public ImmutableArray<int> ProcessorsOf(int thread, IReadOnlyList<int> processors)
    {
        var mapped = MappedProcessorsOf(thread);
        if (!mapped.IsEmpty) return mapped;
        // One thread a processor: each has its own. Where the two differ the kernel knows better.
        if (_model.CpuMaps.IsEmpty && Count == processors.Count) return [processors[thread]];
        return _model.CpuSets.IsEmpty ? [] : [.. processors];
    }

    /// <summary>The processors that `cpu-map` gives a thread; empty when no line names it.</summary>
    public ImmutableArray<int> MappedProcessorsOf(int thread)
    {
        var mapped = ImmutableArray<int>.Empty;
        foreach (var map in _model.CpuMaps)
            if (TryMap(map, thread, out var found)) mapped = found;
        return mapped;
    }

    /// <summary>Both make the same threads in the same places.</summary>
    public bool IsLike(ThreadLayout other) => GroupOf.SequenceEqual(other.GroupOf) && _model.IdleSharing == other._model.IdleSharing
        && _model.CpuSets.Select(Text).SequenceEqual(other._model.CpuSets.Select(Text))
        && _model.CpuMaps.Select(Text).SequenceEqual(other._model.CpuMaps.Select(Text));

    private static string Text(CpuSetModel set) => $"{set.Kind} {set.Unit} {string.Join(',', set.Numbers)}";

    private static string Text(CpuMapModel map) => $"{map.Groups} {map.Threads} {map.IsOneEach} {string.Join(',', map.Processors)}";

    private static void Deal(int[] groupOf, List<int> free, int left)
    {
        var next = 0;
        for (var i = 0; i < free.Count; i++)
        {
            var share = (left + free.Count - i - 1) / (free.Count - i);
            left -= share;
            for (; share > 0; next++)
            {
                if (groupOf[next] >= 0) continue;
                groupOf[next] = free[i];
                share--;
            }
        }
    }

    /// <param name="group">-1 for the whole process.</param>
    private List<int> ThreadsOf(int group) => [.. Enumerable.Range(0, Count).Where(thread => group < 0 || GroupOf[thread] == group)];

    private bool TryMap(CpuMapModel map, int thread, out ImmutableArray<int> processors)
    {
        processors = [];
        var (group, place) = (GroupOf[thread], ThreadsOf(GroupOf[thread]).IndexOf(thread));
        if ((map.Groups >> group & 1) == 0 || (map.Threads >> place & 1) == 0) return false;
        if (!map.IsOneEach)
        {
            processors = map.Processors;
            return true;
        }

        var index = System.Numerics.BitOperations.PopCount(map.Threads & ((1ul << place) - 1));
        if (index >= map.Processors.Length) return false;
        processors = [map.Processors[index]];
        return true;
    }
}
