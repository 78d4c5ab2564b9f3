using System.Buffers.Binary;
using System.Net.Sockets;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Linux.Netlink;

/// <summary>Where the kernel's words about interfaces and addresses go. Called from <see cref="RouteNetlink"/> on its caller's thread.</summary>
public interface IRouteSink
{
    void LinkChanged(in LinkRecord link);

    void LinkRemoved(in LinkRecord link);

    void AddressAdded(in AddressRecord address);

    void AddressRemoved(in AddressRecord address);

    /// <summary>Only after <see cref="RouteNetlink.HearRoutes"/>.</summary>
    void RouteRemoved(in RouteRecord route) { }

    /// <summary>Only after <see cref="RouteNetlink.HearRoutes"/>.</summary>
    void RuleRemoved(in RuleRecord rule) { }
}

/// <summary>
/// The door to the kernel's interfaces and addresses: one socket that hears of changes, one that asks and orders (rtnetlink(7)).
/// Owner: one thread. Needs CAP_NET_ADMIN to change anything.
/// </summary>
public sealed unsafe partial class RouteNetlink : IDisposable
{
    private const int AF_NETLINK = 16;
    private const int SOCK_RAW = 3;
    private const int SOCK_CLOEXEC = 0x80000;
    private const int SOCK_NONBLOCK = 0x800;
    private const int SOL_SOCKET = 1;
    private const int SO_RCVBUF = 8;
    private const int SO_RCVTIMEO = 20;
    private const uint RTMGRP_LINK = 1;
    private const uint RTMGRP_IPV4_IFADDR = 0x10;
    private const uint RTMGRP_IPV6_IFADDR = 0x100;
    private const ushort NLMSG_ERROR = 2;
    private const ushort NLMSG_DONE = 3;
    private const ushort NLM_F_REQUEST = 0x1;
    private const ushort NLM_F_ACK = 0x4;
    private const ushort NLM_F_DUMP = 0x300;
    private const ushort NLM_F_REPLACE = 0x100;
    private const ushort NLM_F_CREATE = 0x400;
    private const ushort RTM_NEWLINK = 16;
    private const ushort RTM_DELLINK = 17;
    private const ushort RTM_GETLINK = 18;
    private const ushort RTM_NEWADDR = 20;
    private const ushort RTM_DELADDR = 21;
    private const ushort RTM_GETADDR = 22;

    /// <summary>The kernel writes dump datagrams of up to 32 KB; a buffer of that size never truncates one.</summary>
    private const int BufferLength = 32 * 1024;

    /// <summary>A thousand addresses that come or go at once are about 100 KB of events, doubled for the kernel's own overhead.</summary>
    private const int EventBufferLength = 512 * 1024;

    private readonly byte[] _buffer = new byte[BufferLength];
    private readonly int _events;
    private readonly int _requests;
    private uint _sequence;
    private bool _closed;

    private RouteNetlink(int events, int requests)
    {
        _events = events;
        _requests = requests;
    }

    /// <summary>Readable when <see cref="ReadEvents"/> has something to do.</summary>
    public int EventDescriptor => _events;

    /// <returns>Null with the errno in <paramref name="result"/>.</returns>
    public static RouteNetlink? Open(out SysResult result)
    {
        result = OpenSocket(SOCK_NONBLOCK, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR, out var events);
        if (result.IsError)
            return null;
        var size = EventBufferLength;
        _ = SocketCalls.SetOption(events, SOL_SOCKET, SO_RCVBUF, &size, sizeof(int));
        result = OpenSocket(0, 0, out var requests);
        if (result.IsError)
        {
            _ = SocketCalls.Close(events);
            return null;
        }
        // The kernel answers within its own system call; a second of patience only guards against waiting for ever.
        var patience = stackalloc long[] { 1, 0 };
        _ = SocketCalls.SetOption(requests, SOL_SOCKET, SO_RCVTIMEO, patience, 16);
        return new RouteNetlink(events, requests);
    }

    private static SysResult OpenSocket(int flags, uint groups, out int descriptor)
    {
        var result = SysResult.From(SocketCalls.Open(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | flags, 0));
        descriptor = result.Value;
        if (result.IsError)
            return result;
        var address = stackalloc byte[12];
        new Span<byte>(address, 12).Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(new Span<byte>(address, 2), AF_NETLINK);
        BinaryPrimitives.WriteUInt32LittleEndian(new Span<byte>(address + 8, 4), groups);
        result = SysResult.From(SocketCalls.Bind(descriptor, address, 12));
        if (result.IsError)
            _ = SocketCalls.Close(descriptor);
        return result;
    }

    /// <summary>Tells the sink of every interface, then of every address: at start, and after events were lost.</summary>
    public SysResult Dump(IRouteSink sink)
    {
        var links = Dump(RTM_GETLINK, 16, sink);
        return links.IsError ? links : Dump(RTM_GETADDR, AddressRecord.HeaderLength, sink);
    }

    private SysResult Dump(ushort type, int headerLength, IRouteSink sink)
    {
        var writer = new NetlinkWriter(_buffer, type, NLM_F_REQUEST | NLM_F_DUMP, ++_sequence);
        writer.Header(headerLength);
        var sent = SendRequest(writer.Finish());
        return sent.IsError ? sent : ReadAnswer(sink);
    }

    /// <summary>Adds the address, or refreshes one that is there.</summary>
    public SysResult AddAddress(AddressRequest request) => Change(RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, request);

    /// <returns>EADDRNOTAVAIL when the interface does not have it; ENODEV when there is no such interface.</returns>
    public SysResult RemoveAddress(AddressRequest request) => Change(RTM_DELADDR, 0, request);

    private SysResult Change(ushort type, ushort flags, AddressRequest request)
    {
        var sent = SendRequest(BuildChange(_buffer, type, (ushort)(NLM_F_REQUEST | NLM_F_ACK | flags), ++_sequence, request));
        return sent.IsError ? sent : ReadAnswer(null);
    }

    /// <summary>Writes the request to add or remove an address; 256 bytes are always enough.</summary>
    public static ReadOnlySpan<byte> BuildChange(Span<byte> buffer, ushort type, ushort flags, uint sequence, AddressRequest request)
    {
        var writer = new NetlinkWriter(buffer, type, flags, sequence);
        var isIPv6 = request.Address.AddressFamily == AddressFamily.InterNetworkV6;
        var header = writer.Header(AddressRecord.HeaderLength);
        header[0] = (byte)(isIPv6 ? 10 : 2);
        header[1] = (byte)request.PrefixLength;
        header[2] = (byte)request.Flags;
        header[3] = request.Scope;
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], request.InterfaceIndex);
        Write(ref writer, AddressRecord.IFA_LOCAL, request.Address);
        Write(ref writer, AddressRecord.IFA_ADDRESS, request.Peer ?? request.Address);
        if (request.Broadcast is not null && !isIPv6)
            Write(ref writer, AddressRecord.IFA_BROADCAST, request.Broadcast);
        if (request.Label is not null && !isIPv6)
            writer.Attribute(AddressRecord.IFA_LABEL, request.Label);
        if (request.Flags > 0xff)
            writer.Attribute(AddressRecord.IFA_FLAGS, request.Flags);
        if (request.PreferredSeconds is { } preferred && isIPv6)
        {
            // struct ifa_cacheinfo: preferred, valid for ever, two time stamps.
            Span<byte> lifetimes = stackalloc byte[16];
            lifetimes.Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(lifetimes, preferred);
            BinaryPrimitives.WriteUInt32LittleEndian(lifetimes[4..], uint.MaxValue);
            writer.Attribute(AddressRecord.IFA_CACHEINFO, lifetimes);
        }
        return writer.Finish();
    }

    private static void Write(ref NetlinkWriter writer, ushort attribute, System.Net.IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        writer.Attribute(attribute, bytes[..length]);
    }

    /// <summary>Hands on every event that has come. Events the kernel had to drop (ENOBUFS) are made good by telling the sink everything again.</summary>
    /// <returns>How many datagrams were read, or the error that stopped the reading.</returns>
    public SysResult ReadEvents(IRouteSink sink)
    {
        for (var count = 0; ; count++)
        {
            var read = Receive(_events);
            if (read.Is(Errno.ENOBUFS))
                return Dump(sink);
            if (read.Is(Errno.EINTR))
                continue;
            if (read.IsError)
                return read.WouldBlock ? SysResult.Ok(count) : read;
            var reader = new NetlinkReader(_buffer.AsSpan(0, read.Value));
            while (reader.Next())
                Tell(reader.Type, reader.Payload, sink);
        }
    }

    private SysResult ReadAnswer(IRouteSink? sink)
    {
        while (true)
        {
            var read = Receive(_requests);
            if (read.Is(Errno.EINTR))
                continue;
            if (read.IsError)
                return read;
            var reader = new NetlinkReader(_buffer.AsSpan(0, read.Value));
            while (reader.Next())
            {
                if (reader.Sequence != _sequence)
                    continue;
                if (reader.Type == NLMSG_DONE)
                    return SysResult.Ok();
                if (reader.Type == NLMSG_ERROR)
                    return reader.Payload.Length >= 4 ? ToResult(BinaryPrimitives.ReadInt32LittleEndian(reader.Payload)) : SysResult.Fail(Errno.EPROTO);
                if (sink is not null)
                    Tell(reader.Type, reader.Payload, sink);
            }
        }
    }

    private static SysResult ToResult(int error) => error == 0 ? SysResult.Ok() : SysResult.Fail((Errno)(-error));

    /// <summary>Hands one message to the sink; what nobody asked for, or cannot be read, is passed over.</summary>
    public static void Tell(ushort type, ReadOnlySpan<byte> payload, IRouteSink sink)
    {
        switch (type)
        {
            case RTM_NEWLINK or RTM_DELLINK when LinkRecord.TryParse(payload, out var link):
                if (type == RTM_NEWLINK)
                    sink.LinkChanged(link);
                else
                    sink.LinkRemoved(link);
                break;
            case RTM_NEWADDR or RTM_DELADDR when AddressRecord.TryParse(payload, out var address):
                if (type == RTM_NEWADDR)
                    sink.AddressAdded(address);
                else
                    sink.AddressRemoved(address);
                break;
            case RTM_DELROUTE when RouteRecord.TryParse(payload, out var route):
                sink.RouteRemoved(route);
                break;
            case RTM_DELRULE when RuleRecord.TryParse(payload, out var rule):
                sink.RuleRemoved(rule);
                break;
        }
    }

    private SysResult SendRequest(ReadOnlySpan<byte> message)
    {
        fixed (byte* bytes = message)
            return SysResult.From(SocketCalls.Send(_requests, bytes, (nuint)message.Length, 0));
    }

    private SysResult Receive(int descriptor)
    {
        fixed (byte* bytes = _buffer)
            return SysResult.From(SocketCalls.Receive(descriptor, bytes, BufferLength, 0));
    }

    public void Dispose()
    {
        if (_closed)
            return;
        _closed = true;
        _ = SocketCalls.Close(_events);
        _ = SocketCalls.Close(_requests);
    }
}
