using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Samples;

namespace Evenkeel.Proxy.Streams;

/// <remarks>Three answers to who is there: the kernel's, the connection's (a PROXY header or `tcp-request connection set-src`), and the session's.</remarks>
public sealed partial class ClientSession
{
    /// <summary>What few sessions ask for, or have; made for the first session of this object that does.</summary>
    private sealed class RareState
    {
        /// <summary>What the client connected to, once asked for.</summary>
        public IpEndpoint Local;

        /// <summary>What rules said of the connection itself.</summary>
        public IpEndpoint Source;
        public IpEndpoint Destination;
        public bool HasOtherSource;
        public bool HasOtherDestination;

        /// <summary>What stood beside the addresses in a PROXY header.</summary>
        public NativeBuffer? Tlvs;

        public PrivateConnections? Private;
        public VariableStore? Variables;
        public NextRequest? NextRequest;
    }

    private RareState? _aside;
    private bool _isServing;

    private RareState Aside => _aside ??= new RareState();

    /// <summary>The address the client connected to; asked from the kernel once, when first wanted.</summary>
    public IpEndpoint LocalAddress
    {
        get
        {
            var aside = Aside;
            if (aside.Local.Family == EndpointFamily.None && Connection.Socket.LocalAddress(out var address).IsOk) aside.Local = IpEndpoint.From(in address);
            return aside.Local;
        }
    }

    /// <summary>The two ends of the connection itself: what session and content rules said does not count, nor does a PROXY header.</summary>
    public IpEndpoint ConnectionSource
    {
        get
        {
            if (_aside is { Source.Family: not EndpointFamily.None } said) return said.Source;
            var isOther = ReceivedProxy || _aside is { HasOtherSource: true };
            return isOther && Connection.Socket.PeerAddress(out var peer).IsOk ? IpEndpoint.From(in peer) : ClientAddress;
        }
    }

    public IpEndpoint ConnectionDestination
    {
        get
        {
            if (_aside is { Destination.Family: not EndpointFamily.None } said) return said.Destination;
            var isOther = ReceivedProxy || _aside is { HasOtherDestination: true };
            return isOther && Connection.Socket.LocalAddress(out var local).IsOk ? IpEndpoint.From(in local) : LocalAddress;
        }
    }

    /// <summary>`set-src`, `set-dst`: before the session begins they are said of the connection as well.</summary>
    internal void SetAddress(IpEndpoint value, bool isSource)
    {
        var aside = Aside;
        if (isSource)
        {
            if (_isServing) aside.HasOtherSource = true;
            else aside.Source = value;
            ClientAddress = value;
        }
        else
        {
            if (_isServing) aside.HasOtherDestination = true;
            else aside.Destination = value;
            aside.Local = value;
        }
    }

    private void ForgetAddresses()
    {
        _isServing = false;
        if (_aside is null) return;
        _aside.Local = _aside.Source = _aside.Destination = default;
        _aside.HasOtherSource = _aside.HasOtherDestination = false;
    }
}
