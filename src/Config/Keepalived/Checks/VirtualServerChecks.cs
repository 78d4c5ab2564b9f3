using Evenkeel.Config.Keepalived.Drafts;
using Evenkeel.Config.Keepalived.Language;

namespace Evenkeel.Config.Keepalived.Checks;

/// <summary>What the original's checker process says of its virtual servers once all is read.</summary>
internal static class VirtualServerChecks
{
    public static void Run(Draft draft, Complaints complaints)
    {
        foreach (var server in draft.VirtualServers) Check(server, complaints);
    }

    private static void Check(VirtualServerDraft server, Complaints complaints)
    {
        if (server.Protocol == null && !server.IsFirewallMark)
        {
            complaints.ErrorWithoutPosition($"Virtual server {server.Title}: no protocol set - defaulting to UDP");
            server.Protocol = "udp";
        }
        if (server is { IsFirewallMark: true, Protocol: not null })
            complaints.ErrorWithoutPosition($"Warning: Virtual server {server.Title}: protocol specified for fwmark - protocol will be ignored");
        if (server.Port == 0 && !server.IsPersistent && !server.IsFirewallMark && !server.IsGroup)
            complaints.ErrorWithoutPosition($"Virtual server {server.Title}: zero port only valid for persistent services - setting");
        if (server.OnePacketScheduling && server.Protocol != "udp")
            complaints.ErrorWithoutPosition($"Virtual server {server.Title}: one packet scheduling requires UDP - resetting");
        if (server.Scheduler == null) complaints.ErrorWithoutPosition($"Virtual server {server.Title}: no scheduler set, setting default 'wlc'");
        if (server.Method == null) complaints.ErrorWithoutPosition($"Virtual server {server.Title}: no forwarding method set, setting default NAT");
        CheckServers(server, complaints);
        long weight = server.Servers.Sum(s => s.Weight);
        if (server.Quorum > weight)
        {
            complaints.ErrorWithoutPosition($"Warning - quorum {server.Quorum} for {server.Title} exceeds total weight "
                + $"of real servers {weight}, reducing quorum to {weight}");
            server.Quorum = weight;
        }
        if (server.Hysteresis >= server.Quorum && server.Hysteresis > 0)
            complaints.ErrorWithoutPosition($"Virtual server {server.Title}: hysteresis {server.Hysteresis} >= quorum {server.Quorum}; "
                + $"setting hysteresis to {Math.Max(0, server.Quorum - 1)}");
    }

    private static void CheckServers(VirtualServerDraft server, Complaints complaints)
    {
        var seen = new HashSet<(string, long)>();
        foreach (var real in server.Servers)
        {
            string title = $"[{real.Address}]:{server.Protocol}:{real.Port}";
            if (server.Method is "DR" or "TUN" && !server.IsFirewallMark && !server.IsGroup && real.Port != server.Port && real.Port != 0)
                complaints.ErrorWithoutPosition($"WARNING - virtual server {server.Title} and real server {title} ports don't match - resetting");
            if (!seen.Add((real.Address, real.Port)))
                complaints.ErrorWithoutPosition($"VS {server.Title}: real server {title} is duplicated - removing second rs");
        }
    }
}
