using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Linux.RawPackets;

/// <summary>
/// A UDP socket of a control protocol: says with which time to live each datagram came (RFC 5881 5, generalised TTL security) and sends with a given one.
/// Owner: one thread. Needs no rights.
/// </summary>
public sealed unsafe partial class ControlDatagramSocket : IDisposable
{
    private const int AF_INET = 2;
    private const int AF_INET6 = 10;
    private const int SOCK_DGRAM = 2;
    private const int SOCK_CLOEXEC = 0x80000;
    private const int SOCK_NONBLOCK = 0x800;
    private const int IPPROTO_IP = 0;
    private const int IPPROTO_IPV6 = 41;
    private const int IP_TTL = 2;
    private const int IP_RECVTTL = 12;
    private const int IP_TOS = 1;
    private const int IPV6_UNICAST_HOPS = 16;
    private const int IPV6_V6ONLY = 26;
    private const int IPV6_RECVHOPLIMIT = 51;
    private const int IPV6_HOPLIMIT = 52;
    private const int IPV6_TCLASS = 67;
    private const int InternetworkControl = 0xc0;
    private const int AddressLength = 28;

    private readonly int _descriptor;
    private readonly byte[] _peer = new byte[AddressLength];
    private readonly byte[] _control = new byte[64];
    private bool _closed;

    private ControlDatagramSocket(int descriptor, bool isIPv6)
    {
        _descriptor = descriptor;
        IsIPv6 = isIPv6;
    }

    public int Descriptor => _descriptor;
    public bool IsIPv6 { get; }

    /// <param name="isIPv6">The family.</param>
    /// <param name="address">What to bind to, 4 or 16 bytes in network order; empty for any.</param>
    /// <param name="port">Host order.</param>
    /// <param name="timeToLive">Of what is sent.</param>
    /// <param name="result">The first call that failed: EADDRINUSE, EADDRNOTAVAIL.</param>
    public static ControlDatagramSocket? Open(bool isIPv6, ReadOnlySpan<byte> address, int port, int timeToLive, out SysResult result)
    {
        result = SysResult.From(SocketCalls.Open(isIPv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        if (result.IsError)
            return null;
        var socket = new ControlDatagramSocket(result.Value, isIPv6);
        result = socket.Configure(address, port, timeToLive);
        if (result.IsOk)
            return socket;
        socket.Dispose();
        return null;
    }

    private SysResult Configure(ReadOnlySpan<byte> address, int port, int timeToLive)
    {
        var limited = IsIPv6 ? Set(IPPROTO_IPV6, IPV6_UNICAST_HOPS, timeToLive) : Set(IPPROTO_IP, IP_TTL, timeToLive);
        if (limited.IsError)
            return limited;
        _ = IsIPv6 ? Set(IPPROTO_IPV6, IPV6_TCLASS, InternetworkControl) : Set(IPPROTO_IP, IP_TOS, InternetworkControl);
        if (IsIPv6)
            _ = Set(IPPROTO_IPV6, IPV6_V6ONLY, 1);
        var told = IsIPv6 ? Set(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1) : Set(IPPROTO_IP, IP_RECVTTL, 1);
        if (told.IsError)
            return told;
        var length = WriteAddress(address, port);
        fixed (byte* local = _peer)
            return SysResult.From(SocketCalls.Bind(_descriptor, local, (uint)length));
    }

    /// <summary>Sends one datagram. Errors of earlier ones (port unreachable) may come back here and mean nothing.</summary>
    public SysResult Send(ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> address, int port)
    {
        var length = WriteAddress(address, port);
        fixed (byte* bytes = datagram)
        fixed (byte* to = _peer)
            return SysResult.From(SocketCalls.SendTo(_descriptor, bytes, (nuint)datagram.Length, 0, to, (uint)length));
    }

    /// <summary>Takes one datagram; <paramref name="origin"/> has its source and time to live, and is good until the next call.</summary>
    public SysResult Receive(Span<byte> buffer, out PacketOrigin origin)
    {
        origin = default;
        fixed (byte* bytes = buffer)
        fixed (byte* from = _peer)
        fixed (byte* control = _control)
        {
            var vector = new SocketCalls.iovec { Base = bytes, Length = (nuint)buffer.Length };
            var message = new SocketCalls.msghdr
            {
                Name = from, NameLength = AddressLength, Vectors = &vector, VectorCount = 1, Control = control, ControlLength = (nuint)_control.Length,
            };
            var received = SysResult.From(ReceiveMessage(_descriptor, &message, 0));
            if (received.IsError)
                return received;
            origin.Source = IsIPv6 ? _peer.AsSpan(8, 16) : _peer.AsSpan(4, 4);
            origin.TimeToLive = ReadTimeToLive((int)message.ControlLength);
            return received;
        }
    }

    private byte ReadTimeToLive(int controlLength)
    {
        const int header = 16;
        var rest = _control.AsSpan(0, Math.Clamp(controlLength, 0, _control.Length));
        while (rest.Length >= header + 4)
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(rest);
            if (length < header || length > rest.Length)
                return 0;
            var type = BinaryPrimitives.ReadInt32LittleEndian(rest[12..]);
            if (type == (IsIPv6 ? IPV6_HOPLIMIT : IP_TTL))
                return (byte)Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(rest[header..]), 0, 255);
            rest = rest[Math.Min(rest.Length, (length + 7) & ~7)..];
        }
        return 0;
    }

    private int WriteAddress(ReadOnlySpan<byte> address, int port)
    {
        var target = _peer.AsSpan();
        target.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)(IsIPv6 ? AF_INET6 : AF_INET));
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)port);
        address.CopyTo(target[(IsIPv6 ? 8 : 4)..]);
        return IsIPv6 ? AddressLength : 16;
    }

    private SysResult Set(int level, int option, int value) => SysResult.From(SocketCalls.SetOption(_descriptor, level, option, &value, sizeof(int)));

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
