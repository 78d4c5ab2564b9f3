using Evenkeel.Linux;
using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;
using Evenkeel.Vrrp.Status;

namespace Evenkeel.Vrrp.Worker;

/// <summary>Advertisements in and out.</summary>
public sealed partial class VrrpWorker
{
    /// <summary>Packets taken from one socket before the others get their turn.</summary>
    private const int PacketsPerTurn = 256;

    private readonly Dictionary<(int Index, bool IsIPv6), AdvertisementSocket> _sockets = [];

    /// <summary>Packets that no router here is meant by, or that cannot be read at all.</summary>
    public long ForeignPackets { get; private set; }

    private SysResult OpenSocket(RouterHost host)
    {
        if (host.Socket is not null || !host.Interface.Exists)
            return SysResult.Ok();
        var key = (host.Interface.Index, host.Router.Settings.IsIPv6);
        if (!_sockets.TryGetValue(key, out var socket))
        {
            socket = AdvertisementSocket.Open(key.IsIPv6, host.Interface.Name, key.Index, host.Model.UnicastTtl ?? Advertisement.TimeToLive, out var result);
            if (socket is null)
            {
                MissSocket(host, result);
                return result;
            }
            _sockets[key] = socket;
            _loop.Watch(socket.Descriptor, () => ReadPackets(socket));
            _log.Detail(
                $"VRRP sockpool: [ifindex({key.Index,3}), family(IPv{(key.IsIPv6 ? 6 : 4)}), proto({Advertisement.IpProtocol}), fd({socket.Descriptor}), "
                + $"{(host.Router.Settings.IsUnicast ? "unicast" : $"multicast, address({host.Group})")}]");
        }
        socket.Add(host);
        host.Socket = socket;
        host.Router.SetFault(FaultCauses.NoSocket, false, _loop.NowUs, _effects);
        return SysResult.Ok();
    }

    /// <summary>How often a socket that could not be opened is tried again.</summary>
    private const long SocketRetryUs = 1_000_000;

    /// <summary>A router that neither hears nor speaks takes no part: it would become master beside another one.</summary>
    private void MissSocket(RouterHost host, SysResult failure)
    {
        if (!host.Router.Faults.HasFlag(FaultCauses.NoSocket))
        {
            var remedy = failure.Errno is Errno.EMFILE or Errno.ENFILE ? "; raise the limit on descriptors (ulimit -n, LimitNOFILE= of the unit)" : "";
            _log.Error($"cant open raw socket on {host.Interface.Name}: {ErrnoText.Of(failure.Errno)}{remedy}");
        }
        host.Router.SetFault(FaultCauses.NoSocket, true, _loop.NowUs, _effects);
        _loop.StartTimer(SocketRetryUs, () =>
        {
            if (_stopping || host.IsLeaving || host.Socket is not null || !_hosts.Contains(host))
                return;
            _effects.Clear();
            _ = OpenSocket(host);
            RunEffects();
            RescheduleAll();
        });
    }

    private void CloseSocket(RouterHost host)
    {
        if (host.Socket is not { } socket)
            return;
        host.Socket = null;
        socket.Remove(host);
        if (socket.Users > 0)
            return;
        _loop.Unwatch(socket.Descriptor);
        _sockets.Remove((socket.InterfaceIndex, socket.IsIPv6));
        socket.Dispose();
    }

    private void ReadPackets(AdvertisementSocket socket)
    {
        for (var i = 0; i < PacketsPerTurn; i++)
        {
            var read = socket.Receive(out var payload, out var arrival, out var destination);
            if (read.Is(Errno.EINTR))
                continue;
            if (read.IsError)
                return;
            if (payload.Length < 2)
            {
                ForeignPackets++;
                continue;
            }
            var hosts = socket.Find(payload[1]);
            if (hosts.Count == 0)
                CountForeign(payload[1], socket);
            for (var h = 0; h < hosts.Count; h++)
                HandlePacket(hosts[h], payload, arrival, destination);
        }
    }

    /// <summary>Logged (`log_unknown_vrids`) at most once a second for all numbers together: a forger must not fill the log.</summary>
    private void CountForeign(byte virtualRouterId, AdvertisementSocket socket)
    {
        ForeignPackets++;
        if (!_model.Global.LogUnknownVirtualRouterIds || _loop.NowUs - _foreignSaidUs < 1_000_000)
            return;
        _foreignSaidUs = _loop.NowUs;
        _log.Notice($"Unknown VRID({virtualRouterId}) received on interface({_interfaces.Find(socket.InterfaceIndex)?.Name}). ignoring...");
    }

    private long _foreignSaidUs = -1_000_000;

    private void HandlePacket(RouterHost host, ReadOnlySpan<byte> payload, in Arrival arrival, in NodeAddress destination)
    {
        var status = Advertisement.Parse(payload, arrival.Source, destination, host.Group, out var advertisement);
        if (status != AdvertisementStatus.Valid)
        {
            host.Router.CountRejected(status);
            if (arrival.Source != host.Router.Source && host.MayLogRejection(status, _loop.NowUs))
                SayUnreadable(host, status, payload, arrival.Source);
            return;
        }
        _effects.Clear();
        var verdict = host.Router.Receive(advertisement, arrival, _loop.NowUs, _effects);
        if (verdict != AdvertisementStatus.Own)
        {
            _recorder.Record(new RecordedAdvertisement(
                _loop.NowUs, host.Router, arrival.Source, advertisement.Priority, advertisement.Version, verdict));
        }
        if (verdict == AdvertisementStatus.Valid)
            host.Heard.Note(arrival.Source, advertisement.Priority, _loop.NowUs);
        if (verdict == AdvertisementStatus.Valid && advertisement.Checksum == ChecksumForm.OldUnicast && host.Router.Settings.IsUnicast
            && host.Model.OldUnicastChecksum == Model.Vrrp.OldChecksumUse.Detected)
        {
            _log.Notice($"({host.Name}) Setting unicast VRRPv3 checksum to old version");
            host.AdoptOldChecksum();
        }
        if (_effects.Count > 0)
        {
            RunEffects();
            if (host.Router.Group is not null)
                RescheduleAll();
        }
        Reschedule(host);
    }

    /// <summary>Lengths are said with the IP header, as the original does.</summary>
    private void SayUnreadable(RouterHost host, AdvertisementStatus status, ReadOnlySpan<byte> payload, in NodeAddress source)
    {
        var header = source.IsIPv6 ? 0 : IPv4Header.Length;
        var version = payload[0] >> 4;
        var count = payload.Length > 3 ? payload[3] : 0;
        var expected = header + Advertisement.HeaderLength + (count * source.Length) + (version == 2 ? Advertisement.AuthenticationLength : 0);
        var detail = status switch
        {
            AdvertisementStatus.UnknownType => payload[0] & 0xf,
            AdvertisementStatus.BadChecksum => version,
            _ => header + payload.Length,
        };
        _log.SayRejected(host, status is AdvertisementStatus.TooShort ? AdvertisementStatus.BadLength : status, source, detail, expected);
    }

    private void SendAdvertisement(RouterHost host, byte priority)
    {
        if (host.Socket is not { } socket || host.Router.Source.IsNone)
            return;
        var settings = host.Router.Settings;
        var timeToLive = (byte)(settings.IsUnicast ? host.Model.UnicastTtl ?? Advertisement.TimeToLive : Advertisement.TimeToLive);
        Send(host, host.Writer, socket, priority, timeToLive);
        if (host.OldWriter is { } old)
            Send(host, old, socket, priority, timeToLive);
        _recorder.Record(new RecordedAdvertisement(
            _loop.NowUs, host.Router, NodeAddress.None, priority, (byte)settings.Version, AdvertisementStatus.Valid));
    }

    private void Send(RouterHost host, AdvertisementWriter writer, AdvertisementSocket socket, byte priority, byte timeToLive)
    {
        if (!host.Router.Settings.IsUnicast)
        {
            SayUnsent(host, socket.Send(host, writer, priority, host.Group, timeToLive));
            return;
        }
        foreach (ref readonly var peer in host.Router.Settings.Peers.AsSpan())
            SayUnsent(host, socket.Send(host, writer, priority, peer.Address, timeToLive));
    }

    /// <summary>A down interface is told by its own event; anything else is said, at most once a second.</summary>
    private void SayUnsent(RouterHost host, SysResult result)
    {
        if (result.IsOk || result.Is(Errno.ENETDOWN) || result.Is(Errno.ENETUNREACH) || result.Is(Errno.ENODEV) || result.Is(Errno.ENXIO))
            return;
        if (host.MayLogRejection(AdvertisementStatus.Valid, _loop.NowUs))
            _log.Error($"({host.Name}) send advert error {(int)result.Errno} ({ErrnoText.Of(result.Errno)})");
    }
}
