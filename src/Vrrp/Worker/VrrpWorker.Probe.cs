using Evenkeel.Linux.RawPackets;
using Evenkeel.Vrrp.Addresses;
using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Worker;

/// <summary>
/// `address_probe`: a while after a take-over the network is asked who has the address. An answer from somebody else means that two hold it, whatever
/// advertisements say: it is logged, and the address is announced once more.
/// </summary>
/// <remarks>IPv4 only: IPv6 neighbours that hold one address twice find out by themselves. Listens for half a second, and then only.</remarks>
public sealed partial class VrrpWorker
{
    /// <summary>The old master has heard the new one by then, and its addresses are gone.</summary>
    private const long ProbeAfterUs = 1_000_000;
    private const long ListenUs = 500_000;

    /// <summary>The first addresses of a router stand for all of them.</summary>
    private const int MostProbed = 8;

    private readonly Dictionary<NetworkInterface, ArpListener> _listeners = [];
    private readonly byte[] _arpFrame = new byte[128];

    private void PlanProbe(RouterHost host)
    {
        if (!host.Model.AddressProbe || host.Router.Settings.IsIPv6)
            return;
        var since = host.Router.StateSinceUs;
        _loop.StartTimer(ProbeAfterUs, () =>
        {
            // Only the mastership it was planned for.
            if (host.Router.State == VrrpState.Master && host.Router.StateSinceUs == since)
                Probe(host);
        });
    }

    private void Probe(RouterHost host)
    {
        Span<byte> mac = stackalloc byte[6];
        foreach (var address in host.Addresses.Where(a => !a.Address.IsIPv6 && a.Interface is { IsUsable: true, HasHardwareAddress: true }).Take(MostProbed))
        {
            if (!Listen(address.Interface, ListenUs))
                continue;
            address.Interface.Link.WriteHardwareAddress(mac);
            ArpMessage.WriteProbe(_arpFrame, mac, address.Address);
            _ = _linkLayer.Send(address.Interface.Index, _arpFrame.AsSpan(0, ArpMessage.Length));
        }
    }

    /// <summary>Hears ARP on an interface for a while; asked again, for longer.</summary>
    private bool Listen(NetworkInterface target, long durationUs)
    {
        var until = _loop.NowUs + durationUs;
        if (_listeners.TryGetValue(target, out var known))
        {
            known.UntilUs = Math.Max(known.UntilUs, until);
            return true;
        }
        if (ArpSocket.Open(target.Index, out _) is not { } socket)
            return false;
        _listeners[target] = new ArpListener(socket) { UntilUs = until };
        _loop.Watch(socket.Descriptor, () => ReadAnswers(target, socket));
        _loop.StartTimer(durationUs, () => StopListening(target));
        return true;
    }

    private void StopListening(NetworkInterface target)
    {
        if (!_listeners.TryGetValue(target, out var listener))
            return;
        if (listener.UntilUs > _loop.NowUs)
        {
            _loop.StartTimer(listener.UntilUs - _loop.NowUs, () => StopListening(target));
            return;
        }
        _listeners.Remove(target);
        _loop.Unwatch(listener.Socket.Descriptor);
        listener.Socket.Dispose();
    }

    private sealed class ArpListener(ArpSocket socket)
    {
        public ArpSocket Socket { get; } = socket;
        public long UntilUs { get; set; }
    }

    private void ReadAnswers(NetworkInterface target, ArpSocket socket)
    {
        for (var i = 0; i < PacketsPerTurn; i++)
        {
            var read = socket.Receive(_arpFrame);
            if (read.IsError)
                return;
            if (ArpMessage.TryParse(_arpFrame.AsSpan(0, Math.Min(read.Value, _arpFrame.Length)), out var message) && !message.Sender.IsNone)
                HearClaim(target, message);
        }
    }

    private void HearClaim(NetworkInterface target, in ArpMessage message)
    {
        Span<byte> mac = stackalloc byte[6];
        target.Link.WriteHardwareAddress(mac);
        if (message.SenderMac == ArpMessage.Mac(mac))
            return;
        HearSuccessor(target, message);
        foreach (var host in _hosts)
        {
            if (host.Router.State != VrrpState.Master || !host.Model.AddressProbe)
                continue;
            foreach (var address in host.Addresses)
            {
                if (address.Address != message.Sender || address.Interface != target)
                    continue;
                if (!host.MayLogRejection(AdvertisementStatus.UnknownRouter, _loop.NowUs))
                    return;
                _log.Error($"({host.Name}) {ArpMessage.TextOf(message.SenderMac)} answers for {message.Sender} on {target.Name} too: "
                    + "somebody else holds the address; announcing it again");
                Announce(host, 1);
                return;
            }
        }
    }
}
