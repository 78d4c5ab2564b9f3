namespace Evenkeel.Vrrp.Simulation;

/// <summary>What is done to a simulated world.</summary>
public enum FaultKind : byte
{
    PowerOff,
    ProcessDies,
    CleanStop,
    Reload,
    Freeze,
    /// <summary>The machine is suspended: nothing runs, and its clock stands still.</summary>
    Suspend,
    InterfaceDown,
    TrackerFails,
    ProxyUnready,
    Partition,
    OneWayLink,
    LossyNetwork,
    SlowNetwork,
    /// <summary>One packet that did not arrive.</summary>
    PacketLost,
    PacketDoubled,
    /// <summary>One packet that came later than others sent after it could.</summary>
    PacketLate,
}

/// <summary>How long an address was without anybody who serves it, after one kind of fault. Milliseconds.</summary>
public sealed class OutageTally
{
    private const int MostSamples = 10_000;
    private readonly List<double> _samples = [];

    public long Count { get; private set; }
    public double MaximumMs { get; private set; }

    public double MedianMs => _samples.Count == 0 ? 0 : _samples.Order().ElementAt(_samples.Count / 2);

    internal void Add(long us)
    {
        Count++;
        MaximumMs = Math.Max(MaximumMs, us / 1_000.0);
        // The first ten thousand say enough of the middle; the maximum is of all.
        if (_samples.Count < MostSamples) _samples.Add(us / 1_000.0);
    }
}

/// <summary>What happened in a world.</summary>
public sealed class WorldReport
{
    private readonly long[] _faults = new long[Enum.GetValues<FaultKind>().Length];
    private readonly OutageTally[] _outages = [.. Enum.GetValues<FaultKind>().Select(_ => new OutageTally())];

    /// <summary>Rules that were broken, with what led there. A world ends with the first.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>The last few hundred things that happened.</summary>
    public List<string> History { get; } = [];
    public long Rounds { get; internal set; }
    public long AdvertisementsSent { get; internal set; }
    public long AdvertisementsDelivered { get; internal set; }
    public long Transitions { get; internal set; }
    public double VirtualSeconds { get; internal set; }

    /// <summary>What was done to nodes and links.</summary>
    public long Faults => _faults.AsSpan(0, (int)FaultKind.PacketLost).ToArray().Sum();

    /// <summary>Single packets that were lost, doubled or late.</summary>
    public long PacketFaults => _faults.Sum() - Faults;

    public long FaultsOf(FaultKind kind) => _faults[(int)kind];

    public OutageTally OutagesAfter(FaultKind kind) => _outages[(int)kind];

    internal void Count(FaultKind kind) => _faults[(int)kind]++;
}
