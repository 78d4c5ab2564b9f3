using System.Globalization;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Addresses;
using Evenkeel.Vrrp.Router;
using Evenkeel.Vrrp.Routes;
using Evenkeel.Vrrp.Worker;

namespace Evenkeel.Vrrp.Dumps;

/// <summary>One `VRRP Instance` of a `.data` file.</summary>
internal static class InstanceDump
{
    public static void Write(DumpText text, RouterHost host, DumpSource source)
    {
        var (model, router) = (host.Model, host.Router);
        text.Say(1, "VRRP Instance", host.Name);
        text.Say(3, "VRRP Version", router.Settings.Version);
        if (model.IsIPv6)
            text.Line(3, "Using Native IPv6");
        if (router.Group is { } group)
            text.Say(3, "Sync group", group.Name);
        WriteState(text, host, source);
        WriteIdentity(text, host);
        WriteAnnouncements(text, model);
        WriteElection(text, host, source);
        WriteEntries(text, host);
        WriteTrackers(text, router);
        StateDump.WriteScript(text, "Backup state transition script", model.Notify.Backup);
        StateDump.WriteScript(text, "Master state transition script", model.Notify.Master);
        StateDump.WriteScript(text, "Fault state transition script", model.Notify.Fault);
        StateDump.WriteScript(text, "Stop state transition script", model.Notify.Stop);
        text.Say(3, "Using smtp notification", "no");
        text.Say(3, "Notify deleted", model.Notify.SaysDeleted ? "Deleted" : "Fault");
        StateDump.WriteScript(text, "Generic state transition script", model.Notify.Any);
        text.Say(3, "Notify priority changes", model.NotifyPriorityChanges);
    }

    /// <summary>Files that others may come to read hold no secrets.</summary>
    public const string Hidden = "********";

    /// <summary>An address as the dump files say it: `10.77.0.100/24 dev eth0 scope global label eth0:1 set`.</summary>
    public static string TextOf(VirtualAddress address)
    {
        var model = address.Model;
        var whole = address.Address.IsIPv6 ? 128 : 32;
        var prefix = model.PrefixLength == whole ? "" : string.Create(CultureInfo.InvariantCulture, $"/{model.PrefixLength}");
        var scope = model.Scope switch { 0 => "global", 200 => "site", 253 => "link", 254 => "host", _ => model.Scope.ToString(CultureInfo.InvariantCulture) };
        var label = model.Label is null ? "" : $" label {model.Label}";
        var lifetime = !address.Address.IsIPv6 ? ""
            : model.PreferredLifetimeSeconds == 0 ? " deprecated"
            : $" preferred_lft {model.PreferredLifetimeSeconds?.ToString(CultureInfo.InvariantCulture) ?? "forever"}";
        var flags = (model.NoTrack ? " no_track" : "") + (address.IsSet ? " set" : "");
        return $"{model.Address}{prefix} dev {address.Interface.Name} scope {scope}{label}{lifetime}{flags}";
    }

    private static void WriteState(DumpText text, RouterHost host, DumpSource source)
    {
        var router = host.Router;
        text.Say(3, "State", StateDump.Word(router.State));
        if (router is { State: VrrpState.Backup, MasterAddress.IsNone: false })
        {
            text.Say(3, "Master router", router.MasterAddress.ToString());
            text.Say(3, "Master priority", router.MasterPriority);
            if (router.Settings.Version == 3)
                text.Say(3, "Master advert int", string.Create(CultureInfo.InvariantCulture, $"{router.MasterIntervalUs / 1e6:F2} sec"));
        }
        text.Line(3, router.Settings.IsUnicast ? "Flags:" : "Flags: none");
        if (router.Settings.IsUnicast)
            text.Line(5, "Using unicast");
        text.Say(3, "Wantstate", StateDump.Word(router.WantsMaster ? VrrpState.Master : router.State));
        text.Say(3, "Number of config faults", 0);
        text.Say(3, "Number of tracker faults", CountOf(router, t => t.IsFault) + (router.Faults == FaultCauses.None ? 0 : 1));
        text.Line(3, $"Flags of interface faults - {(router.Faults == FaultCauses.None ? "(none)" : router.Faults.ToString())}");
        text.Say(3, "Number of track scripts init", CountOf(router, t => t.IsPending));
        text.Say(3, "Last transition", source.Moment(router.StateSinceUs));
        var waits = router.State != VrrpState.Fault && router.NextDeadlineUs != long.MaxValue;
        text.Say(3, "Read timeout", waits ? source.Moment(router.NextDeadlineUs) : "DISABLED");
        text.Say(3, "Master down timer", string.Create(CultureInfo.InvariantCulture, $"{router.MasterDownUs} usecs"));
    }

    private static int CountOf(VirtualRouter router, Func<TrackerSlot, bool> condition) => router.Trackers.ToArray().Count(condition);

    private static void WriteIdentity(DumpText text, RouterHost host)
    {
        text.Say(3, "Interface", host.Interface.Name);
        var source = host.Router.Source;
        if (!source.IsNone)
            text.Say(3, "Using src_ip", $"{source}{(host.ConfiguredSource.IsNone ? "" : " (from configuration)")}");
        if (!host.Router.Settings.IsUnicast)
            text.Line(3, $"Multicast address {host.Group}");
    }

    private static void WriteAnnouncements(DumpText text, VrrpInstanceModel model)
    {
        var garp = model.GratuitousArp;
        text.Say(3, "Gratuitous ARP delay", garp.MasterDelayMs / 1_000);
        text.Say(3, "Gratuitous ARP repeat", garp.MasterRepeat);
        text.Say(3, "Gratuitous ARP refresh", garp.MasterRefreshMs / 1_000);
        text.Say(3, "Gratuitous ARP refresh repeat", garp.MasterRefreshRepeat);
        text.Say(3, "Gratuitous ARP lower priority delay", garp.LowerPriorityDelayMs / 1_000);
        text.Say(3, "Gratuitous ARP lower priority repeat", garp.LowerPriorityRepeat);
        text.Say(3, "Down timer adverts", model.DownTimerAdverts);
        text.Say(3, "Send advert after receive lower priority advert", !model.LowerPriorityNoAdvertisement);
        text.Say(3, "Send advert after receive higher priority advert", model.HigherPrioritySendAdvertisement);
    }

    private static void WriteElection(DumpText text, RouterHost host, DumpSource source)
    {
        var (model, router) = (host.Model, host.Router);
        text.Say(3, "Virtual Router ID", model.VirtualRouterId);
        text.Say(3, "Priority", model.Priority);
        text.Say(3, "Effective priority", router.EffectivePriority);
        text.Say(3, "Total priority", router.TrackedPriority);
        text.Say(3, "Advert interval", Interval(router.Settings.Version, model.AdvertisementIntervalCs));
        if (router is { State: VrrpState.Backup, Settings.Version: 3 })
            text.Say(3, "Master advert interval", Interval(3, (int)(router.MasterIntervalUs / 10_000)));
        if (router.LastSentUs > 0)
            text.Say(3, "Last advert sent", source.Epoch(router.LastSentUs));
        text.Say(3, "Accept", model.Accept ? "enabled" : "disabled");
        text.Say(3, "Preempt", model.NoPreempt ? "disabled" : "enabled");
        if (model.PreemptDelayMs > 0)
            text.Say(3, "Preempt delay", string.Create(CultureInfo.InvariantCulture, $"{model.PreemptDelayMs / 1_000.0:0.######} secs"));
        text.Say(3, "Promote_secondaries", model.PromoteSecondaries ? "enabled" : "disabled");
        if (router.Settings.Version == 2)
            text.Say(3, "Authentication type", router.Settings.Password is null ? "none" : "SIMPLE_PASSWORD");
        else if (!model.IsIPv6)
            text.Say(3, "VRRPv3 uses VRRPv2 checksum", model.V3ChecksumAsV2 ? "enabled" : "disabled");
        if (router.Settings.Password is not null)
            text.Say(3, "Password", Hidden);
    }

    private static string Interval(int version, int centiseconds) =>
        version == 2 ? $"{centiseconds / 100} sec" : string.Create(CultureInfo.InvariantCulture, $"{centiseconds * 10} milli-sec");

    private static void WriteEntries(DumpText text, RouterHost host)
    {
        var model = host.Model;
        var announced = host.Addresses.Take(model.Addresses.Length).ToList();
        if (announced.Count > 0)
            text.Line(3, string.Create(CultureInfo.InvariantCulture, $"Virtual IP ({announced.Count}):"));
        foreach (var address in announced)
            text.Line(5, TextOf(address));
        if (!model.ExcludedAddresses.IsEmpty)
            text.Line(3, "Virtual IP Excluded :");
        foreach (var address in host.Addresses.Skip(model.Addresses.Length))
            text.Line(5, TextOf(address));
        if (host.Router.Settings.IsUnicast)
        {
            text.Say(3, "Unicast TTL", model.UnicastTtl ?? 255);
            text.Line(3, $"Check unicast src : {(host.Router.Settings.CheckUnicastSource ? "yes" : "no")}");
            text.Line(3, "Unicast Peer :");
            foreach (var peer in host.Router.Settings.Peers)
                text.Line(5, string.Create(CultureInfo.InvariantCulture, $"{peer.Address} min_ttl {peer.MinimumTtl} max_ttl {peer.MaximumTtl}"));
        }
        if (host.Socket is { } socket)
            text.Line(3, string.Create(CultureInfo.InvariantCulture, $"fd_in {socket.Descriptor}, fd_out {socket.Descriptor}"));
        Write("Virtual Routes :", host.Entries.OfType<RouteEntry>());
        Write("Virtual Rules :", host.Entries.OfType<RuleEntry>());

        void Write(string title, IEnumerable<KernelEntry> entries)
        {
            foreach (var (entry, index) in entries.Select((entry, index) => (entry, index)))
            {
                if (index == 0)
                    text.Line(3, title);
                text.Line(5, entry.Description);
            }
        }
    }

    private static void WriteTrackers(DumpText text, VirtualRouter router)
    {
        Write(TrackerKind.Interface, "Tracked interfaces :", t => $"{t.Name} weight {t.Weight}{Reverse(t)}");
        Write(TrackerKind.Script, "Tracked scripts :", t => $"{t.Name} weight {t.Weight}{Reverse(t)}");
        Write(TrackerKind.File, "Tracked files :", t => $"{t.Name}, weight {t.Weight}{Reverse(t)}");
        Write(TrackerKind.Process, "Tracked processes :", t => $"{t.Name}, weight {t.Weight}{Reverse(t)}");
        Write(TrackerKind.Bfd, "Tracked BFDs :", t => $"{t.Name}: weight {t.Weight}{Reverse(t)}");

        void Write(TrackerKind kind, string title, Func<TrackerSlot, string> say)
        {
            var tracked = router.Trackers.ToArray().Where(t => t.Kind == kind).ToList();
            if (tracked.Count > 0)
                text.Line(3, title);
            foreach (var slot in tracked)
                text.Line(5, say(slot));
        }

        static string Reverse(TrackerSlot slot) => slot.Reverse ? " reverse" : "";
    }
}
