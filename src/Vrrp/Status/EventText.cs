using System.Globalization;
using System.Text;
using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Status;

/// <summary>The flight recorder as `evenkeel events` prints it: one line each, oldest first.</summary>
public static class EventText
{
    /// <param name="snapshot">What the worker remembers.</param>
    /// <param name="unixNowUs">The time of day at <see cref="StatusSnapshot.NowUs"/>: the worker itself only knows the monotonic clock.</param>
    public static string Of(StatusSnapshot snapshot, long unixNowUs)
    {
        var lines = new List<(long Us, string Text)>();
        foreach (var recorded in snapshot.Recent)
        {
            if (Say(recorded.Effect) is { } text) lines.Add((recorded.NowUs, text));
        }
        foreach (var advertisement in snapshot.Advertisements) lines.Add((advertisement.NowUs, Say(advertisement)));
        var all = new StringBuilder();
        foreach (var (us, text) in lines.OrderBy(l => l.Us))
        {
            var at = DateTimeOffset.FromUnixTimeMilliseconds(0).AddTicks((unixNowUs - snapshot.NowUs + us) * TimeSpan.TicksPerMicrosecond).ToLocalTime();
            all.Append(at.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)).Append(' ').Append(text).Append('\n');
        }
        return all.Length > 0 ? all.ToString() : "nothing has happened yet\n";
    }

    private static string Say(in RecordedAdvertisement advertisement)
    {
        var name = advertisement.Router.Settings.Name;
        var what = string.Create(CultureInfo.InvariantCulture, $"advertisement v{advertisement.Version} priority {advertisement.Priority}");
        if (advertisement.IsOwn) return $"{name}: sent {what}";
        var verdict = advertisement.Status == AdvertisementStatus.Valid ? "" : $", dropped: {advertisement.Status}";
        return $"{name}: heard {what} from {advertisement.Peer}{verdict}";
    }

    private static string? Say(in Effect effect)
    {
        var name = effect.Router?.Settings.Name ?? effect.Group?.Name;
        var text = effect.Kind switch
        {
            EffectKind.ClaimAddresses => "sets its addresses",
            EffectKind.ReleaseAddresses => "removes its addresses",
            EffectKind.Announce => $"announces its addresses, {effect.Count} times each",
            EffectKind.StateChanged or EffectKind.GroupChanged => $"{Word(effect.From)} -> {Word(effect.To)}: {ReasonText.Of(effect.Reason)}",
            EffectKind.AdvertisementTimeout => "the master-down timer ran out",
            EffectKind.MasterUnreachable => $"the BFD session to {effect.Peer} fell: its silence is not waited for",
            EffectKind.MasterIs => $"follows {effect.Peer}, priority {effect.Priority}",
            EffectKind.LowerPriorityDiscarded => $"ignores priority {effect.Priority} from {effect.Peer}: its own is higher",
            EffectKind.LowerPriorityWhileMaster => $"a second master, {effect.Peer} with priority {effect.Priority}: told to leave",
            EffectKind.HigherPriorityWhileMaster => $"a second master, {effect.Peer} with priority {effect.Priority}: yields to it",
            EffectKind.PriorityZeroReceived => $"{effect.Peer} says goodbye",
            EffectKind.PriorityChanged => $"priority {effect.Count} -> {effect.Priority}",
            EffectKind.PreemptDelayStarted => $"would preempt, waits {effect.Count} ms (preempt_delay)",
            EffectKind.IntervalLearned => $"follows the interval of {effect.Peer}, {effect.Count * 10} ms",
            EffectKind.AddressesDiffer => $"{effect.Peer} announces other addresses than ours",
            EffectKind.Stopped => "has stopped",
            _ => null,
        };
        return text is null ? null : $"{name}: {text}";
    }

    private static string Word(VrrpState state) => state.ToString().ToUpperInvariant();
}
