#pragma warning disable CS0649, CS0169, IDE0044 // the steps that set these follow
using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Streams;

/// <summary>
/// A client's connection to a frontend from accept to close; in HTTP it outlives its streams. Holds next to nothing while it waits: no buffer, no stream.
/// Owner: worker; pooled.
/// </summary>
public sealed partial class ClientSession
{
    private IpEndpoint _localAddress;
    private NativeBuffer? _pending;

    internal ClientSession(Worker worker) => Worker = worker;

    internal ClientSession? NextFree;

    /// <summary>Neighbours in the worker's list of sessions (soft stop, `show sess`, `shutdown sessions`).</summary>
    internal ClientSession? NextOpen;
    internal ClientSession? PreviousOpen;

    public Worker Worker { get; }

    public Frontend Frontend { get; private set; } = null!;

    public Bind Bind { get; private set; } = null!;

    public Connection Connection { get; private set; } = null!;

    public IpEndpoint ClientAddress { get; private set; }

    /// <summary>The address the client connected to; asked from the kernel once, when first wanted.</summary>
    public IpEndpoint LocalAddress
    {
        get
        {
            if (_localAddress.Family == EndpointFamily.None && Connection.Socket.LocalAddress(out var address).IsOk)
                _localAddress = IpEndpoint.From(in address);
            return _localAddress;
        }
    }

    /// <summary>Loop time of accept.</summary>
    public long AcceptMs { get; private set; }

    /// <summary>Where the idle time of the next request starts: accept, or the end of the last response.</summary>
    public long IdleSinceMs { get; private set; }

    /// <summary>Requests begun on this connection.</summary>
    public int RequestCount { get; private set; }

    /// <summary>The stream being served, null while idle.</summary>
    public Stream? Stream { get; private set; }
}
