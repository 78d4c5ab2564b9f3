using Evenkeel.Vrrp.Addresses;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Worker;

/// <summary>
/// `steady_announcement`: with its advertisements a master announces its addresses too. A split that heals shows to nobody when the loser leaves without
/// a word, as Keepalived does; its neighbours would go on sending to it until their entries run out.
/// </summary>
public sealed partial class VrrpWorker
{
    private const long CountAgainUs = 1_000_000;

    private readonly Dictionary<NetworkInterface, int> _steadyAddresses = [];
    private long _steadyCountedUs = long.MinValue;

    private void AnnounceSteadily(RouterHost host)
    {
        var nowUs = _loop.NowUs;
        if (!SpeaksSteadily(host))
            return;
        if (nowUs - CountAgainUs >= _steadyCountedUs)
            CountSteadyAddresses(nowUs);
        _steadyAddresses.TryGetValue(host.Interface, out var all);
        var addresses = host.Addresses;
        for (var due = host.SteadyPace.Due(nowUs, addresses.Length, all, host.Router.Settings.IntervalUs); due > 0; due--)
        {
            var address = addresses[host.SteadyTurn++ % addresses.Length];
            var queue = AnnouncementsOn(address.Interface);
            queue.Add(host, address.Address, intervalUs: 0, isSteady: true);
            queue.Send(nowUs);
        }
    }

    /// <summary>`garp_master_refresh` sets another pace.</summary>
    private static bool SpeaksSteadily(RouterHost host) =>
        host.Model is { SteadyAnnouncement: true, GratuitousArp.MasterRefreshMs: 0 } && host.Router.State == VrrpState.Master;

    private void CountSteadyAddresses(long nowUs)
    {
        _steadyCountedUs = nowUs;
        _steadyAddresses.Clear();
        foreach (var host in _hosts)
        {
            if (SpeaksSteadily(host))
                _steadyAddresses[host.Interface] = _steadyAddresses.GetValueOrDefault(host.Interface) + host.Addresses.Length;
        }
    }
}
