using System.Text;
using System.Text.Json;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Router;
using Evenkeel.Vrrp.Routes;
using Evenkeel.Vrrp.Worker;

namespace Evenkeel.Vrrp.Dumps;

/// <summary>`keepalived.json`, written at the signal that `--signum=JSON` names: an array of {data, stats}, with `json_version 2` inside an object.</summary>
internal static class JsonDump
{
    public static string Of(DumpSource source)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            var named = source.Model.Global.JsonVersion == 2;
            if (named)
            {
                json.WriteStartObject();
                json.WriteStartArray("vrrp");
            }
            else
            {
                json.WriteStartArray();
            }
            foreach (var host in source.Hosts)
            {
                json.WriteStartObject();
                WriteData(json, host, source);
                WriteStatistics(json, host.Router.Counters);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            if (named)
                WriteProcesses(json, source);
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>The numbers that exporters know: 0 init, 1 backup, 2 master, 3 fault.</summary>
    private static int NumberOf(VrrpState state) => (int)state;

    private static void WriteData(Utf8JsonWriter json, RouterHost host, DumpSource source)
    {
        var (model, router) = (host.Model, host.Router);
        var garp = model.GratuitousArp;
        json.WriteStartObject("data");
        json.WriteString("iname", host.Name);
        json.WriteNumber("dont_track_primary", model.DontTrackPrimary ? 1 : 0);
        json.WriteNumber("skip_check_adv_addr", model.SkipCheckAdvertisementAddress ? 1 : 0);
        json.WriteNumber("strict_mode", model.Strict ? 1 : 0);
        json.WriteString("vmac_ifname", "");
        json.WriteString("ifp_ifname", host.Interface.Name);
        json.WriteNumber("master_priority", router.MasterPriority);
        json.WritePropertyName("last_transition");
        json.WriteRawValue(source.Epoch(router.StateSinceUs));
        json.WriteNumber("garp_delay", garp.MasterDelayMs / 1_000);
        json.WriteNumber("garp_refresh", garp.MasterRefreshMs / 1_000);
        json.WriteNumber("garp_rep", garp.MasterRepeat);
        json.WriteNumber("garp_refresh_rep", garp.MasterRefreshRepeat);
        json.WriteNumber("garp_lower_prio_delay", garp.LowerPriorityDelayMs / 1_000);
        json.WriteNumber("garp_lower_prio_rep", garp.LowerPriorityRepeat);
        json.WriteNumber("lower_prio_no_advert", model.LowerPriorityNoAdvertisement ? 1 : 0);
        json.WriteNumber("higher_prio_send_advert", model.HigherPrioritySendAdvertisement ? 1 : 0);
        json.WriteNumber("vrid", model.VirtualRouterId);
        json.WriteNumber("base_priority", model.Priority);
        json.WriteNumber("effective_priority", router.EffectivePriority);
        json.WriteBoolean("vipset", router.HoldsAddresses);
        json.WriteBoolean("promote_secondaries", model.PromoteSecondaries);
        WriteSeconds(json, "adver_int", model.AdvertisementIntervalCs);
        WriteSeconds(json, "master_adver_int", (int)(router.MasterIntervalUs / 10_000));
        json.WriteNumber("accept", model.Accept ? 1 : 0);
        json.WriteBoolean("nopreempt", model.NoPreempt);
        json.WriteNumber("preempt_delay", model.PreemptDelayMs / 1_000);
        json.WriteNumber("state", NumberOf(router.State));
        json.WriteNumber("wantstate", NumberOf(router.WantsMaster ? VrrpState.Master : router.State));
        json.WriteNumber("version", router.Settings.Version);
        json.WriteBoolean("smtp_alert", false);
        json.WriteBoolean("notify_deleted", model.Notify.SaysDeleted);
        WriteScript(json, "script_backup", model.Notify.Backup);
        WriteScript(json, "script_master", model.Notify.Master);
        WriteScript(json, "script_fault", model.Notify.Fault);
        WriteScript(json, "script_stop", model.Notify.Stop);
        WriteScript(json, "script", model.Notify.Any);
        WriteLists(json, host, source);
        json.WriteNumber("auth_type", router.Settings.Password is null ? 0 : 1);
        if (router.Settings.Password is not null)
            json.WriteString("auth_data", InstanceDump.Hidden);
        json.WriteEndObject();
    }

    private static void WriteScript(Utf8JsonWriter json, string name, CommandModel? command)
    {
        if (command is not null)
            json.WriteString(name, StateDump.Quoted(command));
    }

    private static void WriteLists(Utf8JsonWriter json, RouterHost host, DumpSource source)
    {
        var announced = host.Model.Addresses.Length;
        WriteArray(json, "vips", host.Addresses.Take(announced).Select(InstanceDump.TextOf));
        WriteArray(json, "evips", host.Addresses.Skip(announced).Select(InstanceDump.TextOf));
        WriteArray(json, "vroutes", host.Entries.OfType<RouteEntry>().Select(e => e.Description));
        WriteArray(json, "vrules", host.Entries.OfType<RuleEntry>().Select(e => e.Description));
        var tracked = host.Router.Trackers.ToArray();
        WriteArray(json, "track_ifp", tracked.Where(t => t.Kind == TrackerKind.Interface).Select(t => t.Name));
        // The original says a script's command here, not its name.
        var scripts = tracked.Where(t => t.Kind == TrackerKind.Script).Select(t => source.Model.Scripts.FirstOrDefault(s => s.Name == t.Name));
        WriteArray(json, "track_script", scripts.OfType<VrrpScriptModel>().Select(s => StateDump.Quoted(s.Command)));
    }

    /// <summary>Whole seconds as a whole number, as the original writes them.</summary>
    private static void WriteSeconds(Utf8JsonWriter json, string name, int centiseconds)
    {
        if (centiseconds % 100 == 0)
            json.WriteNumber(name, centiseconds / 100);
        else
            json.WriteNumber(name, centiseconds / 100m);
    }

    private static void WriteArray(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        var list = values.ToList();
        if (list.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (var value in list)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void WriteStatistics(Utf8JsonWriter json, RouterCounters counters)
    {
        var statistics = new RouterStatistics(counters);
        json.WriteStartObject("stats");
        json.WriteNumber("advert_rcvd", counters.AdvertisementsReceived);
        json.WriteNumber("advert_sent", counters.AdvertisementsSent);
        json.WriteNumber("become_master", counters.BecameMaster);
        json.WriteNumber("release_master", counters.ReleasedMaster);
        json.WriteNumber("packet_len_err", statistics.WrongLength);
        json.WriteNumber("advert_interval_err", statistics.WrongInterval);
        json.WriteNumber("ip_ttl_err", statistics.WrongTimeToLive);
        json.WriteNumber("invalid_type_rcvd", statistics.WrongType);
        json.WriteNumber("addr_list_err", statistics.OtherAddresses);
        json.WriteNumber("invalid_authtype", 0);
        json.WriteNumber("authtype_mismatch", statistics.WrongAuthenticationType);
        json.WriteNumber("auth_failure", statistics.WrongPassword);
        json.WriteNumber("pri_zero_rcvd", counters.PriorityZeroReceived);
        json.WriteNumber("pri_zero_sent", counters.PriorityZeroSent);
        json.WriteEndObject();
    }

    private static void WriteProcesses(Utf8JsonWriter json, DumpSource source)
    {
        json.WriteStartArray("track_process");
        foreach (var process in source.Model.TrackProcesses)
        {
            json.WriteStartObject();
            json.WriteString("name", process.Name);
            json.WriteString("process", process.Process);
            json.WriteNumber("weight", process.Weight);
            json.WriteNumber("quorum", process.Quorum);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
