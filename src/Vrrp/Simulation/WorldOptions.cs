using Evenkeel.Model.Vrrp;

namespace Evenkeel.Vrrp.Simulation;

/// <summary>A bug put in on purpose, to prove that the rules would find it.</summary>
public enum PlantedBug : byte
{
    None,
    /// <summary>The winner of a conflict does not announce the address again.</summary>
    NoRepairAnnouncement,
    /// <summary>Addresses are not taken away when mastership is lost.</summary>
    KeepsAddresses,
    /// <summary>Advertisements of priority above the own are not heard while master.</summary>
    DeafMaster,
    /// <summary>A backup follows a lower master although it should preempt it.</summary>
    IgnoresPreemption,
    /// <summary>The skew grows with the priority instead of shrinking.</summary>
    WrongSkew,
}

/// <summary>One machine of a simulated world: its name for the report, and its keepalived.conf.</summary>
public sealed record WorldNode(string Name, KeepalivedModel Model);

/// <summary>What one seeded world is made of: everything that happens in it follows from these.</summary>
public sealed record WorldOptions(IReadOnlyList<WorldNode> Nodes, int Seed)
{
    /// <summary>Rounds of trouble and quiet; the world ends after them or after <see cref="DurationUs"/>, whichever comes first.</summary>
    public long Rounds { get; init; } = long.MaxValue;

    /// <summary>Virtual microseconds.</summary>
    public long DurationUs { get; init; } = long.MaxValue;

    /// <summary>A proxy stands beside each address plane and may become unready (`evenkeel run`).</summary>
    public bool WithProxy { get; init; }
    public PlantedBug Bug { get; init; }

    /// <summary>Asked after each round: true ends the world early (somebody pressed Ctrl-C, or a wall clock ran out).</summary>
    public Func<bool>? Stop { get; init; }
}
