using System.Globalization;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Router;
using Evenkeel.Vrrp.Worker;

namespace Evenkeel.Vrrp.Dumps;

/// <summary>`keepalived.data`, written at SIGUSR1: what exporters and people read of routers, groups and trackers, in the original's layout.</summary>
internal static class StateDump
{
    public static string Of(DumpSource source)
    {
        var text = new DumpText();
        GlobalDump.Write(text, source.Model);
        if (source.Hosts.Count > 0)
            text.Title("VRRP Topology");
        foreach (var host in source.Hosts)
            InstanceDump.Write(text, host, source);
        WriteSockets(text, source);
        WriteGroups(text, source);
        TrackerDump.Write(text, source);
        WriteInterfaces(text, source);
        return text.ToString();
    }

    public static string Word(VrrpState state) => state switch
    {
        VrrpState.Master => "MASTER",
        VrrpState.Backup => "BACKUP",
        VrrpState.Fault => "FAULT",
        _ => "INIT",
    };

    private static void WriteSockets(DumpText text, DumpSource source)
    {
        var sockets = source.Hosts.Where(h => h.Socket is not null).GroupBy(h => h.Socket!).ToList();
        if (sockets.Count > 0)
            text.Title("VRRP Sockpool");
        foreach (var socket in sockets)
        {
            var first = socket.First();
            text.Line(1, string.Create(CultureInfo.InvariantCulture, $"fd_in {socket.Key.Descriptor} fd_out = {socket.Key.Descriptor}"));
            text.Say(3, "Interface", first.Interface.Name);
            text.Say(3, "Family", socket.Key.IsIPv6 ? "IPv6" : "IPv4");
            text.Say(3, "Protocol", "VRRP");
            text.Say(3, "Type", first.Router.Settings.IsUnicast ? "Unicast" : "Multicast");
            text.Line(3, "VRRP instances");
            foreach (var host in socket)
                text.Line(5, string.Create(CultureInfo.InvariantCulture, $"{host.Name} vrid {host.Model.VirtualRouterId}"));
        }
    }

    private static void WriteGroups(DumpText text, DumpSource source)
    {
        if (source.Groups.Count > 0)
            text.Title("VRRP Sync groups");
        foreach (var (group, model) in source.Groups)
        {
            text.Line(1, $"VRRP Sync Group = {group.Name}, {Word(group.State)}");
            var faults = group.Members.Count(m => m.State == VrrpState.Fault);
            var waiting = group.Members.Count(m => m.State == VrrpState.Init);
            text.Line(3, string.Create(CultureInfo.InvariantCulture, $"Num member fault {faults}, num member init {waiting}"));
            text.Line(3, "VRRP member instances :");
            foreach (var member in group.Members)
                text.Line(5, member.Settings.Name);
            WriteScript(text, "Master state transition script", model.Notify.Master);
            WriteScript(text, "Backup state transition script", model.Notify.Backup);
            WriteScript(text, "Fault state transition script", model.Notify.Fault);
            WriteScript(text, "Generic state transition script", model.Notify.Any);
            text.Say(3, "Using smtp notification", "no");
        }
    }

    public static void WriteScript(DumpText text, string name, CommandModel? command)
    {
        if (command is null)
            return;
        var user = command.User is { } rights ? string.Create(CultureInfo.InvariantCulture, $", uid:gid {rights.UserId}:{rights.GroupId}") : "";
        text.Say(3, name, $"{Quoted(command)}{user}");
    }

    public static string Quoted(CommandModel command) => string.Join(' ', command.Words.Select(w => $"'{w}'"));

    private static void WriteInterfaces(DumpText text, DumpSource source)
    {
        text.Title("Interfaces");
        Span<byte> mac = stackalloc byte[6];
        foreach (var known in source.Interfaces.All.OrderBy(i => i.Index))
        {
            text.Say(1, "Name", known.Name);
            text.Say(3, "index", known.Index);
            text.Say(3, "IPv4 address", AddressOf(known, isIPv6: false));
            text.Say(3, "IPv6 address", AddressOf(known, isIPv6: true));
            if (known.HasHardwareAddress)
            {
                known.Link.WriteHardwareAddress(mac);
                text.Say(3, "MAC", string.Join(':', mac.ToArray().Select(b => b.ToString("x2", CultureInfo.InvariantCulture))));
            }
            text.Say(3, "State", $"{(known.IsAdministrativelyUp ? "UP" : "DOWN")}, {(known.IsUsable ? "RUNNING" : "no carrier")}");
            text.Say(3, "MTU", known.Mtu);
            text.Say(3, "HW Type", known.HasHardwareAddress ? "ETHERNET" : "LOOPBACK");
            var followers = source.Hosts.Where(h => h.Interface == known).ToList();
            if (followers.Count > 0)
                text.Line(3, "Tracking VRRP instances :");
            foreach (var host in followers)
                text.Line(5, $"{host.Name}, weight 0");
        }
    }

    private static string AddressOf(Addresses.NetworkInterface known, bool isIPv6)
    {
        var primary = known.PrimaryAddress(isIPv6, []);
        return primary.IsNone ? "(none)" : primary.ToString();
    }
}
