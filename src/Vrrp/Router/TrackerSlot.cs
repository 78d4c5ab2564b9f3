namespace Evenkeel.Vrrp.Router;

/// <summary>One tracked thing as one virtual router weighs it (keepalived.conf(5), track_script and friends).</summary>
/// <remarks>
/// Weight 0: down is a fault (with reverse: up is), and nothing is claimed before the first result. Positive weight: added while up. Negative weight:
/// subtracted while
/// down, so a script that has not answered yet counts as good. Reverse turns the sign. A file's number is multiplied by the weight; below -253 it is a fault.
/// </remarks>
public struct TrackerSlot(TrackerKind kind, string name, int weight, bool reverse)
{
    private const int LowestFileValue = -253;

    public TrackerKind Kind { get; } = kind;
    public string Name { get; } = name;
    public int Weight { get; } = weight;
    public bool Reverse { get; } = reverse;
    public TrackerStatus Status { get; internal set; }
    public int Value { get; internal set; }

    private readonly long FileValue => (long)Value * Weight * (Reverse ? -1 : 1);

    /// <summary>True while a result that decides between fault and health is still missing.</summary>
    public readonly bool IsPending => Weight == 0 && Status == TrackerStatus.Unknown;

    public readonly bool IsFault => Kind == TrackerKind.File
        ? Status == TrackerStatus.Down || (Weight == 0 ? Value != 0 != Reverse && Status == TrackerStatus.Up : FileValue < LowestFileValue)
        : Weight == 0 && Status == (Reverse ? TrackerStatus.Up : TrackerStatus.Down);

    /// <summary>What it adds to the configured priority; the sum is clamped by the router.</summary>
    public readonly int Adjustment
    {
        get
        {
            if (Kind == TrackerKind.File)
                return (int)Math.Clamp(FileValue, -254, 254);
            var counts = Weight > 0 ? Status == TrackerStatus.Up : Status == TrackerStatus.Down;
            return counts ? (Reverse ? -Weight : Weight) : 0;
        }
    }
}
