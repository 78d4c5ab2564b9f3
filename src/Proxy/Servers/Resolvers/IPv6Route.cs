using System.Net;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Servers.Resolvers;

/// <summary>Whether this machine knows a way to the world by IPv6, looked up again after half a minute (configuration.txt "dns-accept-family auto").</summary>
internal sealed class IPv6Route
{
    private const int KnownMs = 30_000;

    /// <summary>Any address of the part that is given out to the world (RFC 4291 2000::/3); nothing is ever sent to it.</summary>
    private static readonly SocketAddressModel Somewhere = new(SocketFamily.IPv6, IPAddress.Parse("2001:500::1"), 53);

    private long _lookedUpMs = long.MinValue;
    private bool _exists;

    public bool Exists(long nowMs)
    {
        if (_lookedUpMs != long.MinValue && nowMs - _lookedUpMs < KnownMs) return _exists;
        _lookedUpMs = nowMs;
        return _exists = LookUp();
    }

    /// <summary>To connect a datagram socket looks the route up and sends nothing.</summary>
    private static bool LookUp()
    {
        if (!Somewhere.TryToKernel(out var address)) return false;
        var opened = SocketHandle.Open(address.Family, SocketKind.Datagram);
        if (opened.IsError) return false;
        var socket = new SocketHandle(opened.Value);
        var isThere = socket.Connect(address).IsOk;
        _ = socket.Close();
        return isThere;
    }
}
