using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Linux.RawPackets;

/// <summary>Where a received packet came from and went to: 4 or 16 bytes in network order, and the time to live it arrived with.</summary>
public ref struct PacketOrigin
{
    public ReadOnlySpan<byte> Source;
    public ReadOnlySpan<byte> Destination;
    public byte TimeToLive;
}

/// <summary>
/// One raw socket for an IP protocol without ports on one interface (or on all): receives and sends, joined to one multicast group.
/// Owner: one thread. Needs CAP_NET_RAW.
/// </summary>
/// <remarks>
/// IPv4: the caller reads and writes the IP header itself (IP_HDRINCL), so identification, type of service and source are its own. IPv6: the kernel
/// writes the header;
/// traffic class 0xc0, the given hop limit, source by packet information. Own multicast does not come back.
/// </remarks>
public sealed unsafe partial class RawIpSocket : IDisposable
{
    private const int AF_INET = 2;
    private const int AF_INET6 = 10;
    private const int SOCK_RAW = 3;
    private const int SOCK_CLOEXEC = 0x80000;
    private const int SOCK_NONBLOCK = 0x800;
    private const int SOL_SOCKET = 1;
    private const int SO_BINDTODEVICE = 25;
    private const int SO_RCVBUF = 8;
    private const int SO_PRIORITY = 12;
    private const int IPPROTO_IP = 0;
    private const int IPPROTO_IPV6 = 41;
    private const int IP_HDRINCL = 3;
    private const int IP_MULTICAST_IF = 32;
    private const int IP_MULTICAST_LOOP = 34;
    private const int IP_ADD_MEMBERSHIP = 35;
    private const int IP_MULTICAST_ALL = 49;
    private const int IPV6_CHECKSUM = 7;
    private const int IPV6_UNICAST_HOPS = 16;
    private const int IPV6_MULTICAST_IF = 17;
    private const int IPV6_MULTICAST_HOPS = 18;
    private const int IPV6_MULTICAST_LOOP = 19;
    private const int IPV6_JOIN_GROUP = 20;
    private const int IPV6_MULTICAST_ALL = 29;
    private const int IPV6_RECVPKTINFO = 49;
    private const int IPV6_PKTINFO = 50;
    private const int IPV6_RECVHOPLIMIT = 51;
    private const int IPV6_HOPLIMIT = 52;
    private const int IPV6_TCLASS = 67;
    private const int InternetworkControl = 0xc0;
    private const int TC_PRIO_CONTROL = 7;

    /// <summary>Room for a burst of 1,000 routers' packets: 1,000 x (packet + the kernel's ~800 bytes a packet).</summary>
    private const int ReceiveBufferLength = 1024 * 1024;

    private readonly int _descriptor;
    private readonly byte[] _control = new byte[128];
    private readonly byte[] _peer = new byte[28];
    private bool _closed;

    private RawIpSocket(int descriptor, bool isIPv6, int interfaceIndex)
    {
        _descriptor = descriptor;
        IsIPv6 = isIPv6;
        InterfaceIndex = interfaceIndex;
    }

    public int Descriptor => _descriptor;
    public bool IsIPv6 { get; }
    public int InterfaceIndex { get; }

    /// <param name="isIPv6">The family.</param>
    /// <param name="protocol">The IP protocol number.</param>
    /// <param name="interfaceName">Null: any interface (unicast only).</param>
    /// <param name="interfaceIndex">The kernel's number of that interface, 0 for any.</param>
    /// <param name="timeToLive">IPv6: hop limit of what is sent; IPv4 callers write it into their header.</param>
    /// <param name="checksumOffset">IPv6: where in the payload the kernel puts and checks the sum.</param>
    /// <param name="result">The first call that failed.</param>
    public static RawIpSocket? Open(
        bool isIPv6, int protocol, string? interfaceName, int interfaceIndex, int timeToLive, int checksumOffset, out SysResult result)
    {
        result = SysResult.From(SocketCalls.Open(isIPv6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
        if (result.IsError)
            return null;
        var socket = new RawIpSocket(result.Value, isIPv6, interfaceIndex);
        result = socket.Configure(interfaceName, timeToLive, checksumOffset);
        if (result.IsOk)
            return socket;
        socket.Dispose();
        return null;
    }

    private SysResult Configure(string? interfaceName, int timeToLive, int checksumOffset)
    {
        _ = Set(SOL_SOCKET, SO_RCVBUF, ReceiveBufferLength);
        _ = Set(SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL);
        if (interfaceName is not null)
        {
            var bound = BindToDevice(interfaceName);
            if (bound.IsError)
                return bound;
        }
        if (!IsIPv6)
        {
            // Without IP_MULTICAST_ALL off, packets of every group any socket of this machine has joined would arrive here.
            _ = Set(IPPROTO_IP, IP_MULTICAST_ALL, 0);
            _ = Set(IPPROTO_IP, IP_MULTICAST_LOOP, 0);
            return Set(IPPROTO_IP, IP_HDRINCL, 1);
        }
        _ = Set(IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
        _ = Set(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0);
        _ = Set(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, timeToLive);
        _ = Set(IPPROTO_IPV6, IPV6_UNICAST_HOPS, timeToLive);
        _ = Set(IPPROTO_IPV6, IPV6_TCLASS, InternetworkControl);
        _ = Set(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
        _ = Set(IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
        return Set(IPPROTO_IPV6, IPV6_CHECKSUM, checksumOffset);
    }

    /// <summary>Hears a group on this socket's interface and sends to groups through it.</summary>
    public SysResult Join(ReadOnlySpan<byte> group)
    {
        if (IsIPv6)
        {
            var via = Set(IPPROTO_IPV6, IPV6_MULTICAST_IF, InterfaceIndex);
            if (via.IsError)
                return via;
            // struct ipv6_mreq: group 16, interface index 4.
            Span<byte> join = stackalloc byte[20];
            group.CopyTo(join);
            BinaryPrimitives.WriteInt32LittleEndian(join[16..], InterfaceIndex);
            return SetBytes(IPPROTO_IPV6, IPV6_JOIN_GROUP, join);
        }
        // struct ip_mreqn: group 4, address 4, interface index 4.
        Span<byte> request = stackalloc byte[12];
        request.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(request[8..], InterfaceIndex);
        var through = SetBytes(IPPROTO_IP, IP_MULTICAST_IF, request);
        if (through.IsError)
            return through;
        group.CopyTo(request);
        return SetBytes(IPPROTO_IP, IP_ADD_MEMBERSHIP, request);
    }

    /// <summary>Sends one packet: over IPv4 with its IP header, over IPv6 without and from <paramref name="source"/>.</summary>
    public SysResult Send(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination)
    {
        var length = WriteAddress(destination);
        fixed (byte* bytes = packet)
        fixed (byte* to = _peer)
        {
            if (!IsIPv6)
                return SysResult.From(SocketCalls.SendTo(_descriptor, bytes, (nuint)packet.Length, 0, to, (uint)length));
            var vector = new SocketCalls.iovec { Base = bytes, Length = (nuint)packet.Length };
            // One control message: cmsghdr (length 8, level 4, type 4), in6_pktinfo (address 16, index 4), padded to 40.
            var control = stackalloc byte[40];
            new Span<byte>(control, 40).Clear();
            BinaryPrimitives.WriteInt64LittleEndian(new Span<byte>(control, 8), 36);
            BinaryPrimitives.WriteInt32LittleEndian(new Span<byte>(control + 8, 4), IPPROTO_IPV6);
            BinaryPrimitives.WriteInt32LittleEndian(new Span<byte>(control + 12, 4), IPV6_PKTINFO);
            source.CopyTo(new Span<byte>(control + 16, 16));
            BinaryPrimitives.WriteInt32LittleEndian(new Span<byte>(control + 32, 4), InterfaceIndex);
            var message = new SocketCalls.msghdr
            {
                Name = to, NameLength = (uint)length, Vectors = &vector, VectorCount = 1, Control = control, ControlLength = 40,
            };
            return SysResult.From(SocketCalls.SendMessage(_descriptor, &message, 0));
        }
    }

    /// <summary>Takes one packet. IPv4: with its IP header, and <paramref name="origin"/> is left to the caller to read from it.</summary>
    /// <returns>Its length; EAGAIN when there is none.</returns>
    public SysResult Receive(Span<byte> buffer, out PacketOrigin origin)
    {
        origin = default;
        fixed (byte* bytes = buffer)
        fixed (byte* from = _peer)
        fixed (byte* control = _control)
        {
            if (!IsIPv6)
                return SysResult.From(SocketCalls.Receive(_descriptor, bytes, (nuint)buffer.Length, 0));
            var vector = new SocketCalls.iovec { Base = bytes, Length = (nuint)buffer.Length };
            var message = new SocketCalls.msghdr
            {
                Name = from, NameLength = (uint)_peer.Length, Vectors = &vector, VectorCount = 1, Control = control, ControlLength = (nuint)_control.Length,
            };
            var received = SysResult.From(ReceiveMessage(_descriptor, &message, 0));
            if (received.IsOk)
                ReadOrigin((int)message.ControlLength, ref origin);
            return received;
        }
    }

    private void ReadOrigin(int controlLength, ref PacketOrigin origin)
    {
        origin.Source = _peer.AsSpan(8, 16);
        var rest = _control.AsSpan(0, Math.Clamp(controlLength, 0, _control.Length));
        while (rest.Length >= 16)
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(rest);
            if (length < 16 || length > rest.Length)
                return;
            var type = BinaryPrimitives.ReadInt32LittleEndian(rest[12..]);
            if (type == IPV6_PKTINFO && length >= 32)
                origin.Destination = rest.Slice(16, 16);
            else if (type == IPV6_HOPLIMIT && length >= 20)
                origin.TimeToLive = (byte)Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(rest[16..]), 0, 255);
            rest = rest[Math.Min(rest.Length, (length + 7) & ~7)..];
        }
    }

    private int WriteAddress(ReadOnlySpan<byte> address)
    {
        var target = _peer.AsSpan();
        target.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)(IsIPv6 ? AF_INET6 : AF_INET));
        address.CopyTo(target[(IsIPv6 ? 8 : 4)..]);
        if (IsIPv6)
            BinaryPrimitives.WriteInt32LittleEndian(target[24..], InterfaceIndex);
        return IsIPv6 ? 28 : 16;
    }

    private SysResult BindToDevice(string name)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        System.Text.Encoding.ASCII.GetBytes(name.AsSpan(0, Math.Min(name.Length, 15)), bytes);
        return SetBytes(SOL_SOCKET, SO_BINDTODEVICE, bytes);
    }

    private SysResult Set(int level, int option, int value) => SysResult.From(SocketCalls.SetOption(_descriptor, level, option, &value, sizeof(int)));

    private SysResult SetBytes(int level, int option, ReadOnlySpan<byte> value)
    {
        fixed (byte* bytes = value)
            return SysResult.From(SocketCalls.SetOption(_descriptor, level, option, bytes, (uint)value.Length));
    }

    public void Dispose()
    {
        if (_closed)
            return;
        _closed = true;
        _ = SocketCalls.Close(_descriptor);
    }

    [LibraryImport("libc", EntryPoint = "recvmsg")]
    private static partial nint ReceiveMessage(int descriptor, SocketCalls.msghdr* message, int flags);
}
