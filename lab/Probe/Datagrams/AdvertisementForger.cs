using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Evenkeel.Lab.Probe.Datagrams;

/// <summary>Somebody on the link who sends advertisements as fast as a raw socket takes them.</summary>
/// <remarks>Kinds: `ttl` (254), `checksum` (wrong), `version` (2 to a router of version 3), `router` (the number after), `zero` and `highest`
/// (priority 0 and 255, well made). Version 3, one second, summed without a pseudo-header (RFC 9568 5.2.8).</remarks>
internal static class AdvertisementForger
{
    private const int Protocol = 112, IpHeader = 20, PacketsPerPause = 50;
    private const int IpProtocol = 0, MulticastInterface = 32;      // IPPROTO_IP, IP_MULTICAST_IF (linux/in.h)
    private static readonly IPAddress Group = IPAddress.Parse("224.0.0.18");

    public static int Run(string kind, string source, byte router, string address, int count)
    {
        var packet = Packet(kind, IPAddress.Parse(source), router, IPAddress.Parse(address));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Raw);
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.HeaderIncluded, true);
        socket.SetRawSocketOption(IpProtocol, MulticastInterface, IPAddress.Parse(source).GetAddressBytes());
        var group = new IPEndPoint(Group, 0);
        for (int sent = 0; sent < count; sent++)
        {
            socket.SendTo(packet, group);
            // Faster than anybody reads would only fill the receiver's buffer.
            if (sent % PacketsPerPause == 0) Thread.Sleep(1);
        }
        return 0;
    }

    private static byte[] Packet(string kind, IPAddress source, byte router, IPAddress address)
    {
        bool isOld = kind == "version";
        var packet = new byte[IpHeader + 12 + (isOld ? 8 : 0)];
        byte[] header = [0x45, 0xc0, 0, 0, 0, 0, 0, 0, (byte)(kind == "ttl" ? 254 : 255), Protocol];
        header.CopyTo(packet, 0);
        source.TryWriteBytes(packet.AsSpan(12), out _);
        Group.TryWriteBytes(packet.AsSpan(16), out _);
        var vrrp = packet.AsSpan(IpHeader);
        vrrp[0] = (byte)(isOld ? 0x21 : 0x31);
        vrrp[1] = (byte)(kind == "router" ? router + 1 : router);
        vrrp[2] = (byte)(kind == "zero" ? 0 : 255);
        vrrp[3] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(vrrp[4..], (ushort)(isOld ? 1 : 100));
        address.TryWriteBytes(vrrp[8..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(vrrp[6..], (ushort)(Sum(vrrp) + (kind == "checksum" ? 1 : 0)));
        return packet;
    }

    private static ushort Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~((sum & 0xffff) + (sum >> 16));
    }
}
