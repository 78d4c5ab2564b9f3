using Evenkeel.Vrrp.Addresses;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Worker;

/// <summary>What is said to neighbours: bursts that routers ask for, and the steady word on interfaces that carry no advertisement.</summary>
public sealed partial class VrrpWorker
{
    /// <summary>Every address once, then every address again: with many addresses each neighbour has heard the first word as early as it can.</summary>
    private void Announce(RouterHost host, int count)
    {
        for (var pass = 0; pass < count; pass++)
        {
            foreach (var address in host.Addresses)
                Announce(host, address, isFirst: pass == 0);
        }
        foreach (var address in host.Addresses)
            AnnouncementsOn(address.Interface).Send(_loop.NowUs);
    }

    private void Announce(RouterHost host, VirtualAddress address, bool isFirst)
    {
        var announcements = host.Model.GratuitousArp;
        var isIPv6 = address.Address.IsIPv6;
        if (isFirst && _log.IsDetailed)
            _log.Detail($"({host.Name}) Sending/queueing {AnnouncementWord(isIPv6)}s on {address.Interface.Name} for {address.Address}");
        AnnouncementsOn(address.Interface).Add(host, address.Address, isIPv6 ? announcements.NeighbourIntervalUs : announcements.IntervalUs);
    }

    /// <summary>`garp_extra_if all`: switches forget a sender that is silent, and on interfaces other than the instance's own no advertisement speaks for
    /// the address. Ends by itself when the router is master no longer.</summary>
    private void BeginExtraAnnouncements(RouterHost host)
    {
        var seconds = host.Model.GarpExtraInterfaceSeconds;
        if (seconds == 0 || host.ExtraAnnouncements is { IsDone: false } || !host.Addresses.Any(a => a.Interface != host.Interface))
            return;
        host.ExtraAnnouncements = _loop.StartTimer(seconds * 1_000_000L, () =>
        {
            if (host.Router.State != VrrpState.Master)
                return;
            foreach (var address in host.Addresses)
            {
                if (address.Interface == host.Interface)
                    continue;
                Announce(host, address, isFirst: true);
                AnnouncementsOn(address.Interface).Send(_loop.NowUs);
            }
            BeginExtraAnnouncements(host);
        });
    }

    private AnnouncementQueue AnnouncementsOn(NetworkInterface target)
    {
        if (_announcements.TryGetValue(target, out var queue))
            return queue;
        queue = new AnnouncementQueue(target, _linkLayer);
        if (_log.IsDetailed)
            queue.Sending = (on, address) => _log.Detail($"Sending {AnnouncementWord(address.IsIPv6)} on {on.Name} for {address}");
        return _announcements[target] = queue;
    }

    private static string AnnouncementWord(bool isIPv6) => isIPv6 ? "unsolicited Neighbour Advert" : "gratuitous ARP";
}
