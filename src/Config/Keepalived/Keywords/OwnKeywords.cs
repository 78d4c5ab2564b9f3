using Evenkeel.Config.Keepalived.Blocks;
using Evenkeel.Config.Keepalived.Drafts;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>The switches of what Keepalived does not do: in an instance for itself, in global_defs for all that say nothing.</summary>
internal static class OwnKeywords
{
    public const string Note = "ours";

    /// <param name="owner">Where the switch goes, and what complaints begin with.</param>
    public static IEnumerable<Keyword> For(Func<KeywordLine, (OwnAdditions Switches, string Name)> owner)
    {
        yield return Switch("conflict_repair", owner, (switches, on) => switches.ConflictRepair = on);
        yield return Switch("make_before_break", owner, (switches, on) => switches.MakeBeforeBreak = on);
        yield return Switch("adopt_addresses", owner, (switches, on) => switches.AdoptAddresses = on);
        yield return Switch("stall_detection", owner, (switches, on) => switches.StallDetection = on);
        yield return Switch("restore_addresses", owner, (switches, on) => switches.RestoreAddresses = on);
        yield return Switch("address_probe", owner, (switches, on) => switches.AddressProbe = on);
        yield return Switch("steady_announcement", owner, (switches, on) => switches.SteadyAnnouncement = on);
        yield return Switch("dual_version", owner, (switches, on) => switches.DualVersion = on);
    }

    private static Keyword Switch(string name, Func<KeywordLine, (OwnAdditions Switches, string Name)> owner, Action<OwnAdditions, bool> set) =>
        Keyword.Works(name, line =>
        {
            var (switches, where) = owner(line);
            if (Values.OptionalBool(line, value => $"({where}) invalid {name} {value} specified") is { } on) set(switches, on);
        }) with { Note = Note };
}
