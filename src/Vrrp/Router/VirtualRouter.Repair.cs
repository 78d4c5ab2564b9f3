namespace Evenkeel.Vrrp.Router;

/// <summary>The winner of a conflict of two masters tells the network again where the addresses are.</summary>
/// <remarks>
/// Once at once, and once more when the loser's own announcements, which may still be under way, have passed: the last word on the wire must
/// be the winner's. However often a conflict is heard, there is at most one burst in <see cref="RepairSpacingUs"/>.
/// </remarks>
public sealed partial class VirtualRouter
{
    /// <summary>A loser announces within a few milliseconds of its advertisement; more time for more addresses.</summary>
    private const long SettleUs = 30_000;
    private const long SettlePerAddressUs = 1_000;

    private long _repairUs = Never;
    private long _conflictHeardUs;

    private long RepairSpacingUs => SettleUs + (Settings.Addresses.Length * SettlePerAddressUs);

    private int RepairCount => Math.Max(Settings.Announcements.LowerPriorityRepeat, Settings.ConflictRepair ? 1 : 0);

    private void Repair(long nowUs, EffectList effects)
    {
        _conflictHeardUs = nowUs;
        if (_repairUs != Never || RepairCount == 0)
            return;
        Counters.Repairs++;
        AnnounceTwice(RepairCount, Settings.Announcements.LowerPriorityDelayMs, nowUs, effects);
        if (Settings.ConflictRepair)
            _repairUs = nowUs + RepairSpacingUs;
    }

    private void RepairOnceMore(long nowUs, EffectList effects)
    {
        effects.Add(new Effect(EffectKind.Announce, this) { Count = RepairCount });
        // Heard again meanwhile: what that sender announced may come after this burst.
        _repairUs = nowUs - _conflictHeardUs < RepairSpacingUs ? nowUs + RepairSpacingUs : Never;
    }
}
