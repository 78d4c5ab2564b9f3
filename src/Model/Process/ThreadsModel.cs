using System.Collections.Immutable;

namespace Evenkeel.Model.Process;

/// <summary>Whose idle server connections a thread may take where it has none of its own (configuration.txt "tune.idle-pool.shared").</summary>
public enum IdleSharing : byte
{
    /// <summary>`off`: nobody's.</summary>
    None,

    /// <summary>`on`: those of its thread group.</summary>
    Group,

    /// <summary>`full`: everybody's.</summary>
    Process,
}

/// <summary>Where one `bind` line's sockets come from (configuration.txt "shards").</summary>
public enum Sharding : byte { Fixed, ByGroup, ByThread }

/// <summary>How many sockets a `bind` line opens.</summary>
/// <param name="Count">For <see cref="Sharding.Fixed"/>; as many as there are threads at most.</param>
public readonly record struct ShardsModel(Sharding Kind, int Count);

/// <summary>Threads of the process and the processors they run on (configuration.txt 3.1, "nbthread", "thread-group", "cpu-map", "cpu-set").</summary>
public sealed record ThreadsModel
{
    /// <summary>The largest number of a thread, a group and a thread in its group.</summary>
    public const int MaxThreads = 1_024;
    public const int MaxGroups = 32;
    public const int MaxPerGroup = 64;

    /// <summary>`nbthread`; null is one for each processor.</summary>
    public int? Count { get; init; }

    /// <summary>`thread-hard-limit`.</summary>
    public int? HardLimit { get; init; }

    /// <summary>`thread-groups`; null is as many as `max-threads-per-group` needs.</summary>
    public int? Groups { get; init; }

    /// <summary>`max-threads-per-group`.</summary>
    public int MostPerGroup { get; init; } = 16;

    /// <summary>`thread-group`, in the order of the file: a later one overrides.</summary>
    public ImmutableArray<ThreadGroupModel> GroupRanges { get; init; } = [];

    /// <summary>`cpu-map`, in the order of the file: a later one overrides.</summary>
    public ImmutableArray<CpuMapModel> CpuMaps { get; init; } = [];

    /// <summary>`cpu-set`, in the order of the file.</summary>
    public ImmutableArray<CpuSetModel> CpuSets { get; init; } = [];

    /// <summary>`tune.idle-pool.shared`.</summary>
    public IdleSharing IdleSharing { get; init; } = IdleSharing.Group;

    /// <summary>`tune.listener.default-shards`.</summary>
    public Sharding DefaultSharding { get; init; } = Sharding.ByGroup;

    /// <summary>`cpu-set reset`: what the process was bound to before does not count.</summary>
    public bool IgnoresInheritedProcessors => CpuSets.Any(static set => set.Kind == CpuSetKind.Reset);

    /// <summary>Those of the processors that `cpu-set` leaves.</summary>
    public IEnumerable<int> Select(IEnumerable<ProcessorPlace> processors) =>
        processors.Where(place => CpuSets.All(set => set.Allows(place))).Select(static place => place.Processor);
}

/// <summary>`thread-group GROUP FIRST-LAST`; numbers start at 1. Last below first: none.</summary>
public readonly record struct ThreadGroupModel(int Group, int First, int Last);

/// <summary>`cpu-map`: threads of groups, each a bit set in which bit 0 is number 1, and the processors they may run on.</summary>
/// <param name="IsOneEach">`auto:`: the first thread gets the first processor, and so on.</param>
public sealed record CpuMapModel(ulong Groups, ulong Threads, ImmutableArray<int> Processors, bool IsOneEach);

/// <summary>A processor and where it sits in the machine; numbers from 0.</summary>
/// <param name="Node">Of memory.</param>
/// <param name="Cluster">Those that share a last cache.</param>
/// <param name="Core">Of the whole machine.</param>
/// <param name="Thread">Of its core.</param>
public readonly record struct ProcessorPlace(int Processor, int Node, int Cluster, int Core, int Thread);

public enum CpuSetKind : byte { Reset, Only, Drop }

/// <summary>What the numbers of a `cpu-set` count.</summary>
public enum CpuSetUnit : byte { Processor, Node, Cluster, Core, Thread }

/// <summary>`cpu-set reset`, `only-cpu`, `drop-node` and their like.</summary>
public sealed record CpuSetModel(CpuSetKind Kind, CpuSetUnit Unit, ImmutableArray<int> Numbers)
{
    public bool Allows(ProcessorPlace place) => Kind == CpuSetKind.Reset || Numbers.Contains(Unit switch
    {
        CpuSetUnit.Node => place.Node,
        CpuSetUnit.Cluster => place.Cluster,
        CpuSetUnit.Core => place.Core,
        CpuSetUnit.Thread => place.Thread,
        _ => place.Processor,
    }) == (Kind == CpuSetKind.Only);
}

/// <summary>A part of the `thread` option of a `bind` line.</summary>
/// <param name="Group">From 1; 0 for numbers that count through the whole process.</param>
/// <param name="Step">2 for `odd` and `even`, which begin at <paramref name="First"/>.</param>
public readonly record struct ThreadRange(int Group, int First, int Last, int Step = 1);
