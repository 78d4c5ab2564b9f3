using Evenkeel.Linux;
using Evenkeel.Linux.RawPackets;
using Evenkeel.Vrrp.Packets;
using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp.Worker;

/// <summary>The raw socket that all routers of one family on one interface share, and which of them a number means. Owner: the worker's thread.</summary>
internal sealed class AdvertisementSocket : IDisposable
{
    /// <summary>IP header and the largest advertisement, 255 IPv6 addresses: 20 + 8 + 255 x 16 + 8 = 4,116 bytes; what is longer is no
    /// advertisement.</summary>
    private const int LargestPacket = 4_352;

    private readonly RawIpSocket _socket;
    private readonly List<RouterHost>?[] _byVirtualRouterId = new List<RouterHost>?[256];
    private readonly HashSet<NodeAddress> _joined = [];
    private readonly byte[] _packet = new byte[LargestPacket];

    private AdvertisementSocket(RawIpSocket socket) => _socket = socket;

    public int Descriptor => _socket.Descriptor;
    public bool IsIPv6 => _socket.IsIPv6;
    public int InterfaceIndex => _socket.InterfaceIndex;
    public int Users { get; private set; }

    public static AdvertisementSocket? Open(bool isIPv6, string? interfaceName, int interfaceIndex, int timeToLive, out SysResult result)
    {
        const int ChecksumOffset = 6;
        var socket = RawIpSocket.Open(isIPv6, Advertisement.IpProtocol, interfaceName, interfaceIndex, timeToLive, ChecksumOffset, out result);
        return socket is null ? null : new AdvertisementSocket(socket);
    }

    public void Add(RouterHost host)
    {
        (_byVirtualRouterId[host.Model.VirtualRouterId] ??= []).Add(host);
        Users++;
        if (host.Router.Settings.IsUnicast || !_joined.Add(host.Group))
            return;
        Span<byte> group = stackalloc byte[16];
        host.Group.Write(group);
        _ = _socket.Join(group[..host.Group.Length]);
    }

    public void Remove(RouterHost host)
    {
        if (_byVirtualRouterId[host.Model.VirtualRouterId]?.Remove(host) == true)
            Users--;
    }

    /// <summary>Routers of this number; several only when their unicast peers or groups differ.</summary>
    public IReadOnlyList<RouterHost> Find(byte virtualRouterId) => (IReadOnlyList<RouterHost>?)_byVirtualRouterId[virtualRouterId] ?? [];

    /// <summary>Takes one packet apart from its IP header.</summary>
    /// <returns>The length of what was read, EAGAIN when nothing is left. <paramref name="payload"/> is empty when the IP header is not one.</returns>
    public SysResult Receive(out ReadOnlySpan<byte> payload, out Arrival arrival, out NodeAddress destination)
    {
        payload = default;
        arrival = default;
        destination = default;
        var read = _socket.Receive(_packet, out var origin);
        if (read.IsError)
            return read;
        var packet = _packet.AsSpan(0, Math.Min(read.Value, _packet.Length));
        if (!IsIPv6)
        {
            if (!IPv4Header.TryParse(packet, out var header))
                return read;
            destination = header.Destination;
            arrival = new Arrival(header.Source, header.TimeToLive, destination.IsMulticast);
            payload = packet[header.HeaderLength..header.TotalLength];
            return read;
        }
        if (origin.Source.Length != 16 || origin.Destination.Length != 16)
            return read;
        destination = NodeAddress.Read(origin.Destination);
        arrival = new Arrival(NodeAddress.Read(origin.Source), origin.TimeToLive, destination.IsMulticast);
        payload = packet;
        return read;
    }

    /// <summary>Sends one advertisement to one destination.</summary>
    public SysResult Send(RouterHost host, AdvertisementWriter writer, byte priority, in NodeAddress destination, byte timeToLive)
    {
        var source = host.Router.Source;
        var advertisement = writer.Build(priority, source, destination);
        Span<byte> addresses = stackalloc byte[32];
        source.Write(addresses);
        destination.Write(addresses[16..]);
        var length = destination.Length;
        if (IsIPv6)
            return _socket.Send(advertisement, addresses[..length], addresses.Slice(16, length));
        IPv4Header.Write(_packet, source, destination, advertisement.Length, host.NextIdentification(), timeToLive);
        advertisement.CopyTo(_packet.AsSpan(IPv4Header.Length));
        return _socket.Send(_packet.AsSpan(0, IPv4Header.Length + advertisement.Length), addresses[..length], addresses.Slice(16, length));
    }

    public void Dispose() => _socket.Dispose();
}
