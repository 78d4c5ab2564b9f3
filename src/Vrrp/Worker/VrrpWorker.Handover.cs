using Evenkeel.Vrrp.Addresses;
using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Worker;

/// <summary>
/// Make-before-break to the end: addresses that wait for a successor stay until it has told the network about itself. Its advertisement comes first, its
/// addresses and gratuitous ARP a moment later, or much later on a machine that is overloaded.
/// </summary>
/// <remarks>IPv4 only; for IPv6 a fixed moment after the advertisement must do.</remarks>
public sealed partial class VrrpWorker
{
    /// <summary>Longer than any hand-over whose skew is that of version 2.</summary>
    private const long HandoverListenUs = 2_000_000;

    /// <summary>A master has become something else: listens while its addresses wait for a successor.</summary>
    private void ListenForSuccessor(RouterHost host)
    {
        if (host.Router is { HearsAnnouncements: true, HoldsAddresses: true })
            _ = Listen(host.Interface, HandoverListenUs);
    }

    private void HearSuccessor(NetworkInterface target, in ArpMessage message)
    {
        foreach (var host in _hosts)
            HearSuccessor(host, target, message);
        foreach (var host in _leaving)
            HearSuccessor(host, target, message);
    }

    private void HearSuccessor(RouterHost host, NetworkInterface target, in ArpMessage message)
    {
        if (!host.Router.HoldsAddresses || host.Router.State == VrrpState.Master)
            return;
        foreach (var address in host.Addresses)
        {
            if (address.Address != message.Sender || address.Interface != target)
                continue;
            host.Router.SuccessorAnnounced(_loop.NowUs);
            Reschedule(host);
            return;
        }
    }
}
