using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;
using Evenkeel.Linux.Tls;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Proxy.Transport;

/// <summary>
/// One worker's connections to one server: opens them, keeps idle ones, closes those nobody needs. Last in, first out, so that the surplus stays idle and is
/// found. Owner: worker. Other workers ask for what it keeps by a <see cref="TakeOver"/>.
/// </summary>
public sealed partial class ServerPool : LoopTimer, IConnectionUser
{
    /// <summary>Most idle connections kept when `pool-max-conn` is not set; without a bound a burst would use up descriptors and ports.</summary>
    private const int DefaultMaxIdle = 1_024;

    /// <summary>
    /// Idle connections kept beyond as many as were in use at a time lately. Under `http-reuse safe` every client's first request leaves one behind, whether or
    /// not anybody will ever need it.
    /// </summary>
    private const int Spare = 64;

    private readonly Worker _worker;
    private readonly Server _server;
    private readonly LoopTask _closeIdle;
    private Connection? _lastIdle;
    private int _idleCount;
    private int _mostInUse;
    private int _mostInUseBefore;
    private int _fewestIdle;
    private SocketAddressModel? _addressModel;
    private KernelSocketAddress _address;

    public ServerPool(Worker worker, Server server)
    {
        _worker = worker;
        _server = server;
        _closeIdle = new ActionTask(CloseIdle);
    }

    /// <summary>Any thread; from another one than the owner's it is a hint.</summary>
    public int IdleCount
    {
        get => Volatile.Read(ref _idleCount);
        private set => Volatile.Write(ref _idleCount, value);
    }

    public Server Server => _server;

    /// <summary>The idle connection used last, or null.</summary>
    /// <param name="onlyProven">Only one that has served more than one request already (`http-reuse aggressive` for a first request).</param>
    /// <param name="introduction">Only one that began like this (see <see cref="Connection.Introduction"/>).</param>
    public Connection? TakeIdle(bool onlyProven, ulong introduction = 0)
    {
        // `set server ... addr`: what is idle goes to where the server is no longer.
        if (_lastIdle is not null && !ReferenceEquals(_lastIdle.Target, _server.Address)) CloseIdle();
        var connection = _lastIdle;
        while (connection is not null && !IsUsable(connection, onlyProven, introduction)) connection = connection.Next;
        if (connection is null) return null;
        Unlink(connection);
        connection.Uses++;
        return connection;
    }

    /// <summary>Keeps a connection whose last exchange ended cleanly, or closes it.</summary>
    public void GiveBack(Connection connection)
    {
        NoteUse();
        if (IsFull || _server.Model.Source is { IsPerClient: true } || !IsWorthKeeping(connection)) connection.Close();
        else Keep(connection);
    }

    /// <summary>One has just come back from use.</summary>
    private void NoteUse() => _mostInUse = Math.Max(_mostInUse, InUse + 1);

    private int InUse => (int)_server.Traffic[_worker.Index].Gauges.UsedConnections;

    private void Keep(Connection connection)
    {
        connection.User = this;
        connection.Previous = null;
        connection.Next = _lastIdle;
        if (_lastIdle is not null) _lastIdle.Previous = connection;
        _lastIdle = connection;
        IdleCount++;
        _server.Traffic[_worker.Index].Gauges.SafeIdleConnections++;
        if (!IsSet) _worker.Loop.Timers.Set(this, _worker.Loop.NowMs + Math.Max(1, _server.Model.PoolPurgeDelayMs));
    }

    /// <summary>The server may get another request over it: nothing has ended, moved or come unasked.</summary>
    internal bool IsWorthKeeping(Connection connection) => !IsSpent(connection) && Fits(connection) && IsSilent(connection);

    /// <summary>The server is still where this connection goes, and wanted.</summary>
    private bool Fits(Connection connection) =>
        _server.IsUp && !_server.Backend.IsRemoved && ReferenceEquals(connection.Target, _server.Address);

    /// <summary>`pool-max-conn` holds for all workers together; `pool-purge-delay 0` keeps nothing.</summary>
    private bool IsFull
    {
        get
        {
            if (IdleCount >= DefaultMaxIdle || _server.Model.PoolPurgeDelayMs == 0) return true;
            if (IdleCount + InUse >= Math.Max(_mostInUse, _mostInUseBefore) + Math.Max(Spare, _server.Model.PoolLowConnections ?? 0)) return true;
            if (_server.Model.PoolMaxConnections is not { } most) return false;
            var idle = 0;
            foreach (var pool in _server.Pools) idle += pool.IdleCount;
            return idle >= most;
        }
    }

    internal void CountPrivate(int change) => _server.Traffic[_worker.Index].Gauges.PrivateIdleConnections += change;

    /// <summary>Begins a connection. The connect may still be under way.</summary>
    /// <param name="wanted">Where the client connected to, for servers whose port or address follows it; none for others.</param>
    /// <param name="presented">The address the server is to see, for a source that depends on the stream (`usesrc`); none for ours.</param>
    /// <param name="place">`namespace`: where the connection is made; null is where the process runs.</param>
    public SysResult Connect(in IpEndpoint wanted, in IpEndpoint presented, NetworkNamespace? place, out Connection? connection)
    {
        connection = null;
        if (_server.Address is not { } model) return SysResult.Fail(Errno.EADDRNOTAVAIL);
        if (!ReferenceEquals(model, _addressModel) && !TryConvert(model)) return SysResult.Fail(Errno.EAFNOSUPPORT);
        var opened = place?.Open(_address.Family, SocketKind.Stream, model.IsMultipath)
            ?? SocketHandle.Open(_address.Family, SocketKind.Stream, model.IsMultipath);
        if (opened.IsError) return opened;
        var socket = new SocketHandle(opened.Value);
        Prepare(socket);
        var target = TargetOf(model, in wanted);
        var result = _server.Source?.Bind(socket, presented) ?? SysResult.Ok();
        var tunnel = default(IpEndpoint);
        if (_server.Model.Socks4 is { } proxy && result.IsOk) result = FindTunnel(proxy, ref target, ref tunnel);
        if (_server.Model.SignaturePassword is { } password && result.IsOk && IsIp) result = socket.SetSignature(target, password, everybody: false);
        if (result.IsOk) result = socket.Connect(target);
        if (result.IsError && !result.Is(Errno.EINPROGRESS))
        {
            _ = socket.Close();
            return result;
        }

        connection = _worker.TakeServerConnection();
        var registered = connection.Open(socket, established: result.IsOk);
        connection.Uses = 1;
        connection.Target = model;
        connection.Pool = this;
        if (tunnel.AddressLength > 0) connection.AskProxyFor(in tunnel);
        if (registered.IsOk) return SysResult.Ok();
        connection.Close();
        connection = null;
        return registered;
    }

    private KernelSocketAddress TargetOf(SocketAddressModel model, in IpEndpoint wanted)
    {
        var followsPort = _server.Model.PortFollowsClient;
        if (model.IsAny && wanted.AddressLength > 0) return KernelSocketAddress.From(wanted).WithPort(model.Port + (followsPort ? wanted.Port : 0));
        return followsPort ? _address.WithPort(wanted.Port + model.Port) : _address;
    }

    /// <summary>`socks4`: the proxy is connected to, and asked for the server, which has to have an IPv4 address.</summary>
    private static SysResult FindTunnel(SocketAddressModel proxy, ref KernelSocketAddress target, ref IpEndpoint tunnel)
    {
        tunnel = IpEndpoint.From(in target);
        return tunnel.Family == EndpointFamily.IPv4 && proxy.TryToKernel(out target) ? SysResult.Ok() : SysResult.Fail(Errno.EINVAL);
    }

    /// <summary>The TLS session last used with this server.</summary>
    internal TlsResumption Resumption { get; } = new();

    /// <summary>Closes all idle connections: the server has gone, or the worker stops.</summary>
    public void CloseIdle()
    {
        while (_lastIdle is { } connection) Drop(connection);
    }

    /// <summary>Has the worker close all idle connections soon. Any thread.</summary>
    public void CloseIdleSoon() => _worker.Loop.Post(_closeIdle);

    /// <summary>An idle connection has nothing to say: whatever comes, most often the server's end, makes it useless.</summary>
    public void OnReady(Connection connection)
    {
        // A TLS server may send tickets at any time; they are read away, and bring no byte of anybody's.
        if (!IsSilent(connection)) Drop(connection);
    }

    public void OnFault(Connection connection) => Drop(connection);

    /// <summary>Purges half of those that nobody needed during the whole period, the oldest first.</summary>
    public override void OnDeadline(long nowMs)
    {
        var surplus = _server.IsUp ? (Math.Min(_fewestIdle, IdleCount) + 1) / 2 : IdleCount;
        var keep = Math.Max(IdleCount - surplus, Math.Min(_server.Model.PoolLowConnections ?? 0, IdleCount));
        var connection = _lastIdle;
        for (var i = 0; i < keep; i++) connection = connection!.Next;
        while (connection is not null)
        {
            var next = connection.Next;
            Drop(connection);
            connection = next;
        }

        _fewestIdle = IdleCount;
        (_mostInUseBefore, _mostInUse) = (_mostInUse, InUse);
        if (IdleCount > 0) _worker.Loop.Timers.Set(this, nowMs + Math.Max(1, _server.Model.PoolPurgeDelayMs));
    }

    /// <summary>Nothing unread is left. Most often the last read was short and has proved it; else the kernel is asked.</summary>
    internal static bool IsSilent(Connection connection)
    {
        if (connection.PeerClosed || connection.IsBroken || connection.WriteEnded || connection.HasUnsent) return false;
        if (!connection.CanRead) return true;
        Span<byte> probe = stackalloc byte[1];
        return connection.Read(probe, out _) == ReadOutcome.WouldBlock;
    }

    private static bool IsUsable(Connection connection, bool onlyProven, ulong introduction) =>
        (!onlyProven || connection.Uses >= 2) && !connection.PeerClosed && connection.Introduction == introduction;

    private bool IsSpent(Connection connection) => _server.Model.MaxReuse is { } most and >= 0 && connection.Uses > most;

    private bool IsIp => _address.Family is KernelSocketAddress.AF_INET or KernelSocketAddress.AF_INET6;

    private void Prepare(SocketHandle socket)
    {
        if (!IsIp) return;
        _ = socket.SetNoDelay();
        var (options, timing) = (_server.Backend.Model.Options, _server.Backend.Model.ServerKeepAlive);
        if (options.ServerTcpKeepAlive)
        {
            _ = socket.SetKeepAlive();
            socket.SetKeepAlive(timing.Probes, timing.IdleSeconds, timing.IntervalSeconds);
        }

        if (options.NoLinger) _ = socket.SetLingerZero();
        if (options.TcpSmartConnect) _ = socket.SetQuickAck(false);
        if (_server.Model.TcpUserTimeoutMs is { } timeout) _ = socket.SetUserTimeout(timeout);
        if (_server.Model.CongestionControl is { } algorithm) _ = socket.SetCongestionControl(algorithm);
    }

    private bool TryConvert(SocketAddressModel model)
    {
        if (!model.TryToKernel(out _address)) return false;
        _addressModel = model;
        CloseIdle();
        return true;
    }

    private void Drop(Connection connection)
    {
        Unlink(connection);
        connection.Close();
    }

    private void Unlink(Connection connection)
    {
        if (connection.Previous is null) _lastIdle = connection.Next;
        else connection.Previous.Next = connection.Next;
        if (connection.Next is not null) connection.Next.Previous = connection.Previous;
        connection.Next = connection.Previous = null;
        IdleCount--;
        _fewestIdle = Math.Min(_fewestIdle, IdleCount);
        _server.Traffic[_worker.Index].Gauges.SafeIdleConnections--;
    }
}
