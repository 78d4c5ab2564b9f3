using System.Globalization;
using System.Text;
using System.Text.Json;
using Evenkeel.Control.Web;
using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;
using Evenkeel.Vrrp.Status;

namespace Evenkeel.Control.Status;

/// <summary>What `evenkeel status` says of the addresses: who holds them, since when, and why.</summary>
public static class AddressStatusText
{
    private const long MicrosecondsPerSecond = 1_000_000;

    public static string Text(StatusSnapshot snapshot)
    {
        var text = new StringBuilder();
        foreach (var router in snapshot.Routers) AppendRouter(text, router, snapshot.NowUs);
        foreach (var group in snapshot.Groups)
            text.Append("group ").Append(group.Name).Append(": ").Append(Word(group.State)).Append(" (").AppendJoin(", ", group.Members).Append(")\n");
        if (snapshot.ForeignPackets > 0)
            text.Append(CultureInfo.InvariantCulture, $"{snapshot.ForeignPackets} packets named no router that is configured here\n");
        return text.Length > 0 ? text.ToString() : "no virtual router is configured\n";
    }

    public static string Json(StatusSnapshot snapshot)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteStartArray("routers");
            foreach (var router in snapshot.Routers) WriteRouter(json, router, snapshot.NowUs);
            json.WriteEndArray();
            json.WriteStartArray("groups");
            foreach (var group in snapshot.Groups)
            {
                json.WriteStartObject();
                json.WriteString("name", group.Name);
                json.WriteString("state", Word(group.State));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("foreign_packets", snapshot.ForeignPackets);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>The reason of a change of state in words that follow "because".</summary>
    public static string Because(TransitionReason reason) => reason switch
    {
        TransitionReason.Started => "it has just started",
        TransitionReason.AdvertisementTimeout => "no other node was heard",
        TransitionReason.MasterResigned => "the master resigned",
        TransitionReason.AddressOwner => "it owns the address",
        TransitionReason.HigherPriorityHeard => "a node with a higher priority was heard",
        TransitionReason.InterfaceDown => "the interface is down",
        TransitionReason.NoSourceAddress => "the interface has no address to send from",
        TransitionReason.TrackerDown => "something it tracks is down",
        TransitionReason.FaultCleared => "a fault is over",
        TransitionReason.GroupFault => "another member of its group has a fault",
        TransitionReason.GroupMaster => "its group became master",
        TransitionReason.GroupBackup => "its group became backup",
        TransitionReason.ProxyUnready => "the proxy is not ready",
        TransitionReason.AddressRemoved => "somebody removed the address",
        TransitionReason.Stopping => "it is stopping",
        TransitionReason.Reloaded => "its configuration was reloaded",
        TransitionReason.MasterUnreachable => "the BFD session to the master fell",
        TransitionReason.NoSocket => "its socket cannot be opened",
        _ => "this machine stood still too long",
    };

    private static void AppendRouter(StringBuilder text, RouterStatus router, long nowUs)
    {
        text.Append(router.Name).Append(" on ").Append(router.Interface)
            .Append(CultureInfo.InvariantCulture, $" (VRRPv{router.Version}, router id {router.VirtualRouterId}): ").Append(Word(router.State))
            .Append(" for ").Append(StatsPageRow.Span(Math.Max(0, nowUs - router.SinceUs) / MicrosecondsPerSecond))
            .Append(", because ").Append(Because(router.Reason)).Append('\n');
        foreach (var address in router.Addresses)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {address.Address}/{address.PrefixLength} ")
                .Append(address.IsHere ? "is here" : "is not here").Append('\n');
        }

        if (router.State == VrrpState.Backup && router.MasterAddress is { } master)
            text.Append(CultureInfo.InvariantCulture, $"  the master is {master} with priority {router.MasterPriority}\n");
        text.Append(CultureInfo.InvariantCulture, $"  priority {router.EffectivePriority}");
        if (router.EffectivePriority != router.ConfiguredPriority)
            text.Append(CultureInfo.InvariantCulture, $" (configured {router.ConfiguredPriority})");
        text.Append(router.Readiness switch
        {
            ProxyReadiness.Starting => "; the proxy is not ready yet",
            ProxyReadiness.Unready => "; the proxy does not answer",
            ProxyReadiness.Ready => "; the proxy is ready",
            _ => "",
        }).Append('\n');
        foreach (var tracker in router.Trackers) AppendTracker(text, tracker);
        foreach (var fault in Faults(router.Faults)) text.Append("  fault: ").Append(fault).Append('\n');
        foreach (var (reason, count) in Dropped(router)) text.Append(CultureInfo.InvariantCulture, $"  {count} advertisements dropped: {reason}\n");
    }

    private static IEnumerable<(AdvertisementStatus Reason, long Count)> Dropped(RouterStatus router) =>
        Enum.GetValues<AdvertisementStatus>().Select(reason => (reason, router.Counters.Rejected(reason))).Where(static counted => counted.Item2 > 0);

    private static void AppendTracker(StringBuilder text, TrackerSlot tracker)
    {
        text.Append("  ").Append(tracker.Kind.ToString().ToLowerInvariant()).Append(' ').Append(tracker.Name).Append(": ")
            .Append(tracker.Status switch { TrackerStatus.Up => "up", TrackerStatus.Down => "down", _ => "no result yet" });
        if (tracker.IsFault) text.Append(", which is a fault");
        else if (tracker.Adjustment != 0) text.Append(CultureInfo.InvariantCulture, $", priority {tracker.Adjustment:+0;-0}");
        text.Append('\n');
    }

    private static IEnumerable<string> Faults(FaultCauses causes)
    {
        if (causes.HasFlag(FaultCauses.InterfaceDown)) yield return "the interface is down";
        if (causes.HasFlag(FaultCauses.InterfaceMissing)) yield return "there is no such interface";
        if (causes.HasFlag(FaultCauses.NoSourceAddress)) yield return "the interface has no address to send from";
        if (causes.HasFlag(FaultCauses.NoPeers)) yield return "no unicast peer is configured";
        if (causes.HasFlag(FaultCauses.NoSocket)) yield return "its socket cannot be opened (see the log)";
        if (causes.HasFlag(FaultCauses.StaticEntryLost)) yield return "a static address, route or rule it tracks is gone";
    }

    private static void WriteRouter(Utf8JsonWriter json, RouterStatus router, long nowUs)
    {
        json.WriteStartObject();
        json.WriteString("name", router.Name);
        json.WriteString("interface", router.Interface);
        json.WriteNumber("virtual_router_id", router.VirtualRouterId);
        json.WriteNumber("version", router.Version);
        json.WriteString("state", Word(router.State));
        json.WriteString("reason", router.Reason.ToString());
        json.WriteNumber("since_s", Math.Max(0, nowUs - router.SinceUs) / MicrosecondsPerSecond);
        json.WriteNumber("priority", router.ConfiguredPriority);
        json.WriteNumber("effective_priority", router.EffectivePriority);
        json.WriteString("proxy", router.Readiness.ToString());
        json.WriteString("master", router.State == VrrpState.Master ? router.SourceAddress : router.MasterAddress);
        json.WriteNumber("sent", router.Counters.AdvertisementsSent);
        json.WriteNumber("received", router.Counters.AdvertisementsReceived);
        json.WriteStartObject("dropped");
        foreach (var (reason, count) in Dropped(router)) json.WriteNumber(reason.ToString(), count);
        json.WriteEndObject();
        json.WriteStartArray("faults");
        foreach (var fault in Faults(router.Faults)) json.WriteStringValue(fault);
        json.WriteEndArray();
        json.WriteStartArray("addresses");
        foreach (var address in router.Addresses)
        {
            json.WriteStartObject();
            json.WriteString("address", string.Create(CultureInfo.InvariantCulture, $"{address.Address}/{address.PrefixLength}"));
            json.WriteString("interface", address.Interface);
            json.WriteBoolean("here", address.IsHere);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("trackers");
        foreach (var tracker in router.Trackers)
        {
            json.WriteStartObject();
            json.WriteString("kind", tracker.Kind.ToString().ToLowerInvariant());
            json.WriteString("name", tracker.Name);
            json.WriteString("status", tracker.Status.ToString().ToLowerInvariant());
            json.WriteNumber("adjustment", tracker.Adjustment);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>`BACKUP`, `MASTER` as in logs and notify scripts.</summary>
    private static string Word(VrrpState state) => state.ToString().ToUpperInvariant();
}
