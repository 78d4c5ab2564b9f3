using Evenkeel.Linux.Sockets;

namespace Evenkeel.Proxy.Streams;

/// <remarks>Three answers to who is there: the kernel's, the connection's (a PROXY header or `tcp-request connection set-src`), and the session's.</remarks>
public sealed partial class ClientSession
{
    private IpEndpoint _connectionSource;
    private IpEndpoint _connectionDestination;
    private bool _isServing;
    private bool _hasOtherSource;
    private bool _hasOtherDestination;

    /// <summary>The two ends of the connection itself: what session and content rules said does not count, nor does a PROXY header.</summary>
    public IpEndpoint ConnectionSource => _connectionSource.Family != EndpointFamily.None ? _connectionSource
        : (ReceivedProxy || _hasOtherSource) && Connection.Socket.PeerAddress(out var peer).IsOk ? IpEndpoint.From(in peer) : ClientAddress;

    public IpEndpoint ConnectionDestination => _connectionDestination.Family != EndpointFamily.None ? _connectionDestination
        : (ReceivedProxy || _hasOtherDestination) && Connection.Socket.LocalAddress(out var local).IsOk ? IpEndpoint.From(in local) : LocalAddress;

    /// <summary>`set-src`, `set-dst`: before the session begins they are said of the connection as well.</summary>
    internal void SetAddress(IpEndpoint value, bool isSource)
    {
        if (isSource)
        {
            if (_isServing) _hasOtherSource = true;
            else _connectionSource = value;
            ClientAddress = value;
        }
        else
        {
            if (_isServing) _hasOtherDestination = true;
            else _connectionDestination = value;
            _localAddress = value;
        }
    }

    private void ForgetAddresses()
    {
        _connectionSource = _connectionDestination = default;
        _isServing = _hasOtherSource = _hasOtherDestination = false;
    }
}
