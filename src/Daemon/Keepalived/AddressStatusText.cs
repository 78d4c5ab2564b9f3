using System.Globalization;
using System.Text;
using System.Text.Json;
using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;
using Evenkeel.Vrrp.Status;

namespace Evenkeel.Daemon.Keepalived;

/// <summary>Who holds which address and why, for `evenkeel status`.</summary>
public static class AddressStatusText
{
    private const int MicrosecondsPerSecond = 1_000_000;

    public static string Of(StatusSnapshot snapshot, bool json) => json ? Json(snapshot) : Text(snapshot);

    private static string Text(StatusSnapshot snapshot)
    {
        var text = new StringBuilder();
        foreach (var router in snapshot.Routers)
        {
            text.Append(CultureInfo.InvariantCulture, $"{router.Name}: {Word(router.State)} for {Age(snapshot, router)} s, {WhyOf(router)}\n");
            text.Append(CultureInfo.InvariantCulture, $"  vrid {router.VirtualRouterId} on {router.Interface}, VRRPv{router.Version}, ");
            text.Append(CultureInfo.InvariantCulture, $"priority {router.EffectivePriority} (configured {router.ConfiguredPriority})\n");
            if (router.MasterAddress is { } master && router.State != VrrpState.Master)
                text.Append(CultureInfo.InvariantCulture, $"  master is {master} with priority {router.MasterPriority}\n");
            foreach (var address in router.Addresses)
                text.Append(CultureInfo.InvariantCulture, $"  {address.Address}/{address.PrefixLength} {(address.IsHere ? "is here" : "is not here")}\n");
            foreach (var (reason, count) in Rejected(router))
                text.Append(CultureInfo.InvariantCulture, $"  {count} advertisements dropped: {reason}\n");
        }
        if (snapshot.ForeignPackets > 0)
            text.Append(CultureInfo.InvariantCulture, $"{snapshot.ForeignPackets} packets named no router that is configured here\n");
        return text.Length > 0 ? text.ToString() : "no virtual router is configured\n";
    }

    private static IEnumerable<(AdvertisementStatus Reason, long Count)> Rejected(RouterStatus router) =>
        Enum.GetValues<AdvertisementStatus>().Select(reason => (reason, router.Counters.Rejected(reason))).Where(static counted => counted.Item2 > 0);

    private static string WhyOf(RouterStatus router) =>
        router.Faults != default ? $"fault: {router.Faults}"
        : router.Readiness is ProxyReadiness.Starting or ProxyReadiness.Unready ? $"proxy {router.Readiness.ToString().ToLowerInvariant()}; {router.Reason}"
        : router.Reason.ToString();

    private static long Age(StatusSnapshot snapshot, RouterStatus router) => (snapshot.NowUs - router.SinceUs) / MicrosecondsPerSecond;

    private static string Word(VrrpState state) => state.ToString().ToUpperInvariant();

    private static string Json(StatusSnapshot snapshot)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartArray();
            foreach (var router in snapshot.Routers) Write(writer, snapshot, router);
            writer.WriteEndArray();
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, StatusSnapshot snapshot, RouterStatus router)
    {
        writer.WriteStartObject();
        writer.WriteString("name", router.Name);
        writer.WriteString("interface", router.Interface);
        writer.WriteNumber("virtual_router_id", router.VirtualRouterId);
        writer.WriteString("state", Word(router.State));
        writer.WriteString("reason", router.Reason.ToString());
        writer.WriteNumber("since_s", Age(snapshot, router));
        writer.WriteNumber("priority", router.ConfiguredPriority);
        writer.WriteNumber("effective_priority", router.EffectivePriority);
        writer.WriteString("proxy", router.Readiness.ToString());
        writer.WriteString("faults", router.Faults.ToString());
        writer.WriteString("master", router.State == VrrpState.Master ? router.SourceAddress : router.MasterAddress);
        writer.WriteNumber("sent", router.Counters.AdvertisementsSent);
        writer.WriteNumber("received", router.Counters.AdvertisementsReceived);
        writer.WriteStartObject("dropped");
        foreach (var (reason, count) in Rejected(router)) writer.WriteNumber(reason.ToString(), count);
        writer.WriteEndObject();
        writer.WriteStartArray("addresses");
        foreach (var address in router.Addresses)
        {
            writer.WriteStartObject();
            writer.WriteString("address", $"{address.Address}/{address.PrefixLength}");
            writer.WriteString("interface", address.Interface);
            writer.WriteBoolean("here", address.IsHere);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
