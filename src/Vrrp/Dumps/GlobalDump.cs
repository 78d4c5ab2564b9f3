using System.Globalization;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Vrrp.Dumps;

/// <summary>The section of global definitions that every `.data` file begins with, in the original's words and order.</summary>
internal static class GlobalDump
{
    public static void Write(DumpText text, KeepalivedModel model)
    {
        var global = model.Global;
        var garp = model.Instances.Length > 0 ? model.Instances[0].GratuitousArp : new GratuitousArpModel();
        text.Title("Global definitions");
        text.Say(1, "Network namespace", global.NetworkNamespace ?? "(default)");
        text.Say(1, "Router ID", global.RouterId);
        text.Say(1, "Default smtp_alert", "unset");
        text.Say(1, "Default smtp_alert_vrrp", "unset");
        text.Say(1, "Default smtp_alert_checker", "unset");
        text.Line(1, global.ReloadCheckConfiguration ? "Test config before reload" : "No test config before reload");
        text.Say(1, "Dynamic interfaces", global.DynamicInterfaces);
        if (global.DefaultInterface is not null)
            text.Say(1, "Default interface", global.DefaultInterface);
        text.Say(1, "Use VRRPv2 checksum for VRRPv3 IPv4", global.V3ChecksumAsV2 ? "yes" : "no");
        text.Say(1, "FIFO write vrrp states on reload", global.FifoWriteStatesOnReload);
        text.Say(1, "VRRP notify priority changes", global.NotifyPriorityChanges);
        text.Say(1, "VRRP IPv4 mcast group", global.MulticastGroup4.ToString());
        text.Say(1, "VRRP IPv6 mcast group", global.MulticastGroup6.ToString());
        WriteAnnouncements(text, garp);
        text.Say(1, "Send advert after receive lower priority advert", !global.LowerPriorityNoAdvertisement);
        text.Say(1, "Send advert after receive higher priority advert", global.HigherPrioritySendAdvertisement);
        text.Say(1, "Gratuitous ARP interval", Seconds(garp.IntervalUs));
        text.Say(1, "Gratuitous NA interval", Seconds(garp.NeighbourIntervalUs));
        text.Say(1, "VRRP default protocol version", global.Version);
        if ((global.VrrpNotifyFifo ?? global.NotifyFifo) is { } fifo)
            text.Say(1, "VRRP notify fifo", fifo);
        text.Say(1, "VRRP check unicast_src", global.CheckUnicastSource);
        text.Say(1, "VRRP skip check advert addresses", global.SkipCheckAdvertisementAddress);
        text.Say(1, "VRRP strict mode", global.Strict);
        text.Say(1, "VRRP process priority", global.VrrpNice ?? 0);
        text.Say(1, "VRRP don't swap", global.VrrpNoSwap);
        text.Say(1, "VRRP realtime priority", global.VrrpRealTimePriority);
        text.Say(1, "VRRP realtime limit", global.VrrpRealTimeLimitUs);
        text.Line(1, $"Script security {(global.ScriptSecurity ? "enabled" : "disabled")}");
        if (global.ScriptUser is { } user)
            text.Line(1, string.Create(CultureInfo.InvariantCulture, $"Default script uid:gid {user.UserId}:{user.GroupId}"));
        if (global.StartupDelayMs > 0)
            text.Say(1, "vrrp_startup_delay", Seconds(global.StartupDelayMs * 1_000L));
    }

    private static void WriteAnnouncements(DumpText text, GratuitousArpModel garp)
    {
        text.Say(1, "Gratuitous ARP delay", garp.MasterDelayMs / 1_000);
        text.Say(1, "Gratuitous ARP repeat", garp.MasterRepeat);
        text.Say(1, "Gratuitous ARP refresh timer", garp.MasterRefreshMs / 1_000);
        text.Say(1, "Gratuitous ARP refresh repeat", garp.MasterRefreshRepeat);
        text.Say(1, "Gratuitous ARP lower priority delay", garp.LowerPriorityDelayMs / 1_000);
        text.Say(1, "Gratuitous ARP lower priority repeat", garp.LowerPriorityRepeat);
    }

    private static string Seconds(long us) => string.Create(CultureInfo.InvariantCulture, $"{us / 1_000_000}.{us % 1_000_000:D6}");
}
