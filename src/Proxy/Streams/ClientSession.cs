using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Streams;

/// <summary>
/// A client's connection to a frontend from accept to close; in HTTP it outlives its streams. Holds next to nothing while it waits: no buffer, no stream.
/// Owner: worker; pooled.
/// </summary>
public sealed partial class ClientSession : LoopTimer, IConnectionUser
{
    private FrontendAcceptor _acceptor = null!;
    private NativeBuffer? _pending;
    private bool _isLingering;
    private bool _isOpen;

    internal ClientSession(Worker worker) => Worker = worker;

    /// <summary>Neighbours in the worker's list of open sessions; of free ones only the next.</summary>
    internal ClientSession? NextOpen;
    internal ClientSession? PreviousOpen;

    public Worker Worker { get; }

    public Frontend Frontend => Bind.Frontend;

    public Bind Bind => _acceptor.Bind;

    public Connection Connection { get; private set; } = null!;

    public IpEndpoint ClientAddress { get; private set; }

    /// <summary>Loop time of accept.</summary>
    public long AcceptMs { get; private set; }

    /// <summary>Where the idle time of the next request starts: accept, or the end of the last response.</summary>
    public long IdleSinceMs { get; private set; }

    /// <summary>Who answered the last request whose server connection could be kept; for `option prefer-last-server`.</summary>
    public Server? LastServer { get; set; }

    /// <summary>Server connections kept for this client alone; null when there was never one.</summary>
    internal PrivateConnections? Private => _aside?.Private;

    internal void KeepPrivate(Connection connection, int most) => (Aside.Private ??= new PrivateConnections()).Keep(connection, most);

    /// <summary>Requests begun on this connection.</summary>
    public int RequestCount { get; private set; }

    /// <summary>The stream being served, null while idle.</summary>
    public Stream? Stream { get; private set; }

    internal FrontendAcceptor Acceptor => _acceptor;

    /// <summary>Its streams are requests: from the start in HTTP frontends, else from the moment when one of them was made a request.</summary>
    internal bool SpeaksHttp { get; set; }

    private TimeoutsModel Timeouts => Frontend.Model.Timeouts;

    /// <summary>`timeout http-request`, else `timeout client`, counted from accept; for later requests keep-alive comes first.</summary>
    internal long RequestDeadlineMs(long fromMs) => After(fromMs, Timeouts.HttpRequestMs ?? Timeouts.ClientMs);

    internal static long After(long fromMs, int? timeoutMs) => timeoutMs is { } delay ? fromMs + delay : Never;

    /// <summary>Goes on with the next pipelined request at the end of the turn, so that a long pipeline neither nests nor starves others.</summary>
    private sealed class NextRequest(ClientSession session) : LoopTask
    {
        public override void Run() => session.BeginPending();
    }
}
