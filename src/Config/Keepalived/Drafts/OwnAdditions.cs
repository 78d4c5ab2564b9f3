namespace Evenkeel.Config.Keepalived.Drafts;

/// <summary>What Keepalived does not do, all on unless somebody says off; null where nothing was said.</summary>
internal sealed class OwnAdditions
{
    public bool? ConflictRepair { get; set; }

    public bool? MakeBeforeBreak { get; set; }

    public bool? AdoptAddresses { get; set; }

    public bool? StallDetection { get; set; }

    public bool? RestoreAddresses { get; set; }

    public bool? AddressProbe { get; set; }

    public bool? SteadyAnnouncement { get; set; }

    /// <summary>The one that is off unless somebody says on: it sends twice.</summary>
    public bool? DualVersion { get; set; }
}
