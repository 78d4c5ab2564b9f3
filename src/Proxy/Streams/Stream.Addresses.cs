using Evenkeel.Linux.Sockets;

namespace Evenkeel.Proxy.Streams;

/// <summary>`set-src`, `set-dst`: other addresses for one stream; its session has its own again afterwards.</summary>
public sealed partial class Stream
{
    private (IpEndpoint Source, IpEndpoint Destination)? _sessionAddresses;

    /// <summary>The addresses without what was said of this stream.</summary>
    internal (IpEndpoint Source, IpEndpoint Destination) AddressesOfSession => _sessionAddresses ?? (Session.ClientAddress, Session.LocalAddress);

    /// <summary>Says who the client of this stream is, or whom it called.</summary>
    public void SetAddress(IpEndpoint value, bool isSource)
    {
        _sessionAddresses ??= (Session.ClientAddress, Session.LocalAddress);
        Session.SetAddress(value, isSource);
    }

    private void RestoreAddresses()
    {
        if (_sessionAddresses is not { } addresses) return;
        Session.SetAddress(addresses.Source, isSource: true);
        Session.SetAddress(addresses.Destination, isSource: false);
        _sessionAddresses = null;
    }
}
