using Evenkeel.Vrrp.Router;

namespace Evenkeel.Tests.Simulation.Vrrp;

/// <summary>A bug put in on purpose, to prove that the invariants would find it.</summary>
public enum PlantedBug
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
}

/// <summary>What one seeded world is made of.</summary>
public sealed record WorldOptions(int Seed)
{
    public int Rounds { get; init; } = 12;
    public PlantedBug Bug { get; init; }
}

/// <summary>What happened in a world: printed with a failure, counted for the speed claim.</summary>
public sealed class WorldReport
{
    public List<string> Violations { get; } = [];
    public List<string> History { get; } = [];
    public int Faults { get; set; }
    public long Advertisements { get; set; }
    public int Transitions { get; set; }
    public double VirtualSeconds { get; set; }
}
