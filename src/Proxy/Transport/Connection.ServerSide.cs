using Evenkeel.Linux.Sockets;
using Evenkeel.Linux.Tls;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Memory;

namespace Evenkeel.Proxy.Transport;

/// <content>What only a connection to a server has; clients' connections, of which there may be very many, do without.</content>
public sealed partial class Connection
{
    /// <summary>Made for the first server this object serves, and kept with it: see <see cref="Loop.Worker.TakeServerConnection"/>.</summary>
    private sealed class ServerSide
    {
        public Connection? Previous;
        public ServerPool Pool = null!;
        public SocketAddressModel? Target;
        public ulong Introduction;
        public int Uses;
        public bool IsAuthenticated;

        /// <summary>What is sent before anything else.</summary>
        public NativeBuffer? Preface;

        /// <summary>Where the TLS session will be remembered.</summary>
        public TlsResumption? Resumption;
        public Socks4Tunnel Tunnel;

        public void Reset()
        {
            Uses = 0;
            Introduction = 0;
            IsAuthenticated = false;
        }
    }

    private ServerSide? _server;

    private ServerSide ForServer => _server ??= new ServerSide();

    /// <summary>It has been a server's before, and is best used for one again.</summary>
    internal bool HasServerSide => _server is not null;

    /// <summary>Neighbour in the list of a server's idle connections.</summary>
    internal Connection? Previous
    {
        get => _server!.Previous;
        set => _server!.Previous = value;
    }

    /// <summary>How many requests have used it.</summary>
    public int Uses
    {
        get => _server!.Uses;
        set => _server!.Uses = value;
    }

    /// <summary>The client authenticated the connection itself, so that it is for no other client.</summary>
    internal bool IsAuthenticated
    {
        get => _server!.IsAuthenticated;
        set => _server!.IsAuthenticated = value;
    }

    /// <summary>Whose it is.</summary>
    internal ServerPool Pool
    {
        get => _server!.Pool;
        set => _server!.Pool = value;
    }

    /// <summary>The address it was made to, as the server had it then.</summary>
    internal SocketAddressModel? Target
    {
        get => _server!.Target;
        set => _server!.Target = value;
    }

    /// <summary>What was said when it began (a PROXY header); only a stream that would say the same may use it. 0: nothing.</summary>
    internal ulong Introduction
    {
        get => _server!.Introduction;
        set => _server!.Introduction = value;
    }

    internal void PrepareForServer() => _ = ForServer;
}
