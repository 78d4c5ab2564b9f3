using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Streams;

/// <summary>
/// The server's connection as samples and the log see it. It is given back before the log line is written; what a format shows of it is kept until then.
/// </summary>
public sealed partial class Stream
{
    private bool _hadServerConnection;
    private bool _hadReusedConnection;
    private IpEndpoint? _lastServerLocal;
    private IpEndpoint? _lastServerPeer;

    /// <summary>There is a connection to the server, or there was until the end of the exchange.</summary>
    internal bool HasServerConnection => ServerConnection is not null || _hadServerConnection;

    /// <summary>The connection has served others before this stream.</summary>
    internal bool ReusesServerConnection => ServerConnection is { } connection ? connection.Uses > 1 : _hadReusedConnection;

    /// <summary>Our end of it; null when there was none, or when nothing asks for it once it is gone.</summary>
    internal IpEndpoint? ServerLocal => ServerConnection is { } connection ? LocalOf(connection) : _lastServerLocal;

    internal IpEndpoint? ServerPeer => ServerConnection is { } connection ? PeerOf(connection) : _lastServerPeer;

    private void RememberServer(Connection connection)
    {
        _hadServerConnection = true;
        _hadReusedConnection = connection.Uses > 1;
        if (IsLogged || Front.Log is not { ShowsServerAddresses: true }) return;
        _lastServerLocal = LocalOf(connection);
        _lastServerPeer = PeerOf(connection) ?? ServerAddress;
    }

    /// <summary>A socket whose other end has closed names its peer no more.</summary>
    private IpEndpoint? ServerAddress => Server?.Address is { Address: { } address } place
        ? IpEndpoint.From(KernelSocketAddress.FromIp(address, place.Port)) : null;

    private void ForgetServer()
    {
        _hadServerConnection = _hadReusedConnection = false;
        _lastServerLocal = _lastServerPeer = null;
    }

    private static IpEndpoint? LocalOf(Connection connection) => connection.Socket.LocalAddress(out var address).IsOk ? IpEndpoint.From(in address) : null;

    private static IpEndpoint? PeerOf(Connection connection) => connection.Socket.PeerAddress(out var address).IsOk ? IpEndpoint.From(in address) : null;
}
