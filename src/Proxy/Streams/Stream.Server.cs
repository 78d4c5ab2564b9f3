using System.IO.Hashing;
using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Balance;
using Evenkeel.Proxy.Servers.Queues;
using Evenkeel.Proxy.Transport;
using Evenkeel.Proxy.Transport.Tls;

namespace Evenkeel.Proxy.Streams;

/// <summary>A server for the stream: balance, queue, connection, retry.</summary>
public sealed partial class Stream : IBalanceInput
{
    /// <summary>A retry on the same server waits this long, or `timeout connect` if that is less.</summary>
    private const int RetryDelayMs = 1_000;

    private readonly SlotTicket _ticket;
    private Server? _serverToAvoid;
    private bool _slotHeld;
    private bool _reused;
    private bool _replayable;
    private long _connectSinceMs;

    /// <summary>What had gone over the server's connection before this request.</summary>
    private long _writtenBefore;
    private long _queueSinceMs;
    private long _retryAtMs = Never;

    int IBalanceInput.WorkerIndex => Worker.Index;

    long IBalanceInput.NowMs => Worker.Loop.NowMs;

    uint IBalanceInput.NextRandom() => Worker.NextRandom();

    ReadOnlySpan<byte> IBalanceInput.SourceAddress => SourceBytes();

    ReadOnlySpan<byte> IBalanceInput.RequestTarget => IsHttp ? Request.Target : default;

    bool IBalanceInput.IsPost => Method == HttpMethod.Post;

    ReadOnlySpan<byte> IBalanceInput.RequestBody => RequestBody;

    Server? IBalanceInput.ServerToAvoid => _serverToAvoid;

    QueueTicket IBalanceInput.Ticket => _ticket;

    bool IBalanceInput.TryGetHeader(ReadOnlySpan<byte> lowerName, out ReadOnlySpan<byte> value)
    {
        var index = IsHttp ? Request.Find(lowerName) : -1;
        value = index < 0 ? default : Request.Value(index);
        return index >= 0;
    }

    int IBalanceInput.EvaluateBalanceKey(Backend backend, Span<byte> key) => Back?.Rules?.EvaluateBalanceKey(this, key) ?? -1;

    private bool StepAssign()
    {
        if (PreferredServer(out var mostQueued) is not { } preferred || !Backend!.TryAssign(this, preferred, mostQueued, out var result, out var server))
            result = Backend!.Assign(this, WantedServer, out server, takesDownServer: WantedServer is not null && TakesDownServers);
        switch (result)
        {
            case Assignment.Assigned:
                if (_isDirect && server != WantedServer) LosePersistence();
                return TakeServer(server!);
            case Assignment.Queued:
                Phase = StreamPhase.Queue;
                _queueSinceMs = Worker.Loop.NowMs;
                return true;
            case Assignment.QueueFull:
                Termination.Decide(EndCause.Server, EndStage.Queue);
                return ReplyError(503);
            default:
                return FailNoServer();
        }
    }

    private bool FailNoServer()
    {
        Termination.Decide(EndCause.Server, EndStage.Connect);
        if (Backend is not null) Backend.Traffic[Worker.Index].Counters.ConnectionErrors++;
        return IsHttp ? ReplyError(503) : Abort(reset: false);
    }

    private bool TakeServer(Server server)
    {
        Server = server;
        _slotHeld = true;
        ForgetServer();
        Times.AssignedMs = _connectSinceMs = Worker.Loop.NowMs;
        var traffic = server.Traffic[Worker.Index];
        traffic.Counters.Sessions++;
        traffic.Times.LastSessionMs = Worker.Loop.NowMs;
        server.SessionRate.Count(Worker.Index, Worker.Loop.NowMs);
        if (server.Redirection is not null && IsHttp && Method is HttpMethod.Get or HttpMethod.Head) return RedirectTo(server.Redirection);
        Phase = StreamPhase.Connect;
        return true;
    }

    /// <summary>`redir`: the client is to ask the server itself.</summary>
    private bool RedirectTo(byte[] prefix)
    {
        Termination.Decide(EndCause.Local, EndStage.Connect);
        Reply.Start(302);
        Reply.Header("cache-control"u8, "no-cache"u8);
        Reply.Header("content-length"u8, "0"u8);
        var path = new RequestTarget(Request.Target).PathAndQuery;
        var location = Worker.Memory.Scratch.Slice(0, prefix.Length + path.Length);
        prefix.CopyTo(location);
        path.CopyTo(location[prefix.Length..]);
        return Reply.Header("location"u8, location) ? SendReply() : ReplyError(500);
    }

    private bool StepQueue()
    {
        if (_ticket.IsWaiting) return ClientGaveUp() && EndInQueue();
        ServerQueuePosition = BackendQueuePosition = _ticket.Position;
        var server = _ticket.Server;
        _ticket.Reset();
        if (server is not null)
        {
            Backend!.CountSelection(Worker.Index, server);
            return TakeServer(server);
        }

        // The server this stream waited for went down: any other may do.
        LosePersistence();
        Phase = StreamPhase.Assign;
        return true;
    }

    private bool EndInQueue()
    {
        Termination.Decide(EndCause.Client, EndStage.Queue);
        Frontend.Traffic[Worker.Index].Counters.ClientAborts++;
        Backend!.Traffic[Worker.Index].Counters.ClientAborts++;
        return Abort(reset: false);
    }

    /// <summary>`option abortonclose` (the default): a client that has closed its side while nothing was sent to it yet does not want the answer.</summary>
    private bool ClientGaveUp()
    {
        if (_client.IsBroken) return true;
        if (!_client.PeerClosed || (!IsHttp && _toServer.IsFlushed && _client.CanRead)) return false;
        return IsHttp && (Back?.Model.Options.AbortOnClose ?? Front.Model.Options.AbortOnClose ?? true);
    }

    private bool StepConnect()
    {
        if (_client.IsBroken || (ServerConnection is { IsEstablished: false } && ClientGaveUp())) return EndInConnect();
        if (_retryAtMs != Never)
        {
            if (Worker.Loop.NowMs < _retryAtMs) return false;
            _retryAtMs = Never;
        }

        if (AwaitsTakeOver) return false;
        if (ServerConnection is null && !OpenServerConnection(out var error)) return RetryConnect(error, timedOut: false);
        if (ServerConnection is not { } connection) return false;
        if (connection.IsBroken) return RetryConnect(connection.Error, timedOut: false);
        if (!IsHttp) return connection.IsEstablished && EnterTunnel();
        _writtenBefore = connection.BytesWritten;
        if (connection.CanWrite && !SendRequest()) return RetryConnect(connection.Error, timedOut: false);
        if (connection.BytesWritten == _writtenBefore) return false;
        NoteConnected();
        Phase = StreamPhase.Exchange;
        _serverActiveMs = Worker.Loop.NowMs;
        return true;
    }

    private bool EndInConnect()
    {
        Termination.Decide(EndCause.Client, EndStage.Connect);
        Frontend.Traffic[Worker.Index].Counters.ClientAborts++;
        Backend!.Traffic[Worker.Index].Counters.ClientAborts++;
        return Abort(reset: false);
    }

    /// <summary>Takes an idle connection or begins a new one. Neither when another worker has been asked for one (see <see cref="AwaitsTakeOver"/>).</summary>
    private bool OpenServerConnection(out Errno error)
    {
        var pool = Server!.Pools[Worker.Index];
        ref var counters = ref Server.Traffic[Worker.Index].Counters;
        error = Errno.None;
        var header = WriteProxyHeader(out var introduction);
        Span<byte> space = stackalloc byte[ServerTls.MaxName];
        var tls = Server.Tls is { IsForTraffic: true } server ? server : null;
        var name = tls is null ? default : space[..tls.WriteName(this, space)];
        // A name of its own stands for that of TLS (configuration.txt 5.2 "pool-conn-name").
        if (Server.Setup.ConnectionName is { } own) introduction = own.Mix(this, introduction);
        else if (!name.IsEmpty) introduction = XxHash64.HashToUInt64(name, (long)introduction);
        var presented = Server.Source?.Presented(ClientAddress, IsHttp ? Request : null) ?? default;
        var wanted = Server.Model.PortFollowsClient || Server.Address is { IsAny: true } ? LocalAddress : default;
        if (wanted.Port > 0 || RuleState.ServerMark is not null || RuleState.ServerTos is not null || presented.AddressLength > 0)
            MarkIntroduction(ref introduction, in wanted, in presented);
        var place = Server.Setup.Namespace;
        if (Server.Model.FollowsClientNamespace && (place = Session.Namespace) is not null)
            introduction = XxHash64.HashToUInt64(place.WireName, (long)introduction);
        var asksOthers = false;
        var idle = IsHttp && Retries == 0 ? TakeIdle(pool, introduction, out asksOthers) : null;
        _reused = idle is not null;
        if (idle is not null || asksOthers) Worker.Memory.Return(ref header);
        if (asksOthers) return true;
        if (idle is not null)
        {
            counters.ConnectionReuses++;
            Backend!.Traffic[Worker.Index].Counters.ConnectionReuses++;
            Use(idle);
            return true;
        }

        counters.ConnectAttempts++;
        Backend!.Traffic[Worker.Index].Counters.ConnectAttempts++;
        var result = pool.Connect(in wanted, in presented, place, out var opened);
        if (result.IsOk)
        {
            if (RuleState.ServerMark is { } mark) _ = opened!.Socket.SetMark(mark);
            if (RuleState.ServerTos is { } tos) _ = opened!.Socket.SetTypeOfService(Server.Address is { Family: SocketFamily.IPv6 }, tos);
            Use(opened!);
            opened!.Introduction = introduction;
            opened.BeginOpening(header, tls, name, tls is { Resumes: true } ? pool.Resumption.For(introduction) : null);
            return true;
        }

        Worker.Memory.Return(ref header);
        error = result.Errno;
        return false;
    }

    /// <summary>Only a connection to the same place, with the same marks, from the same address, may be used again.</summary>
    private void MarkIntroduction(ref ulong introduction, in IpEndpoint wanted, in IpEndpoint presented)
    {
        var port = Server!.Model.PortFollowsClient ? wanted.Port : 0;
        Span<int> marks = [port, RuleState.ServerMark ?? -1, RuleState.ServerTos ?? -1, presented.Port];
        introduction = XxHash64.HashToUInt64(System.Runtime.InteropServices.MemoryMarshal.AsBytes(marks), (long)introduction);
        Span<byte> address = stackalloc byte[16];
        if (Server.Address is { IsAny: true }) introduction = XxHash64.HashToUInt64(address[..wanted.CopyAddressTo(address)], (long)introduction);
        if (presented.AddressLength > 0) introduction = XxHash64.HashToUInt64(address[..presented.CopyAddressTo(address)], (long)introduction);
    }

    /// <summary>The PROXY header for the server, null when it wants none.</summary>
    private NativeBuffer? WriteProxyHeader(out ulong introduction)
    {
        introduction = 0;
        if (Server!.ProxyHeader is not { } format) return null;
        var header = Worker.Memory.Regular.Take();
        format.Write(this, header);
        introduction = XxHash64.HashToUInt64(header.Filled);
        return header;
    }

    private void Use(Connection connection)
    {
        ServerConnection = connection;
        connection.User = this;
        _toServer.Sink = connection;
        _toClient.Source = connection;
        Server!.Traffic[Worker.Index].Gauges.UsedConnections++;
    }

    private void NoteConnected()
    {
        if (Times.ConnectedMs == 0) Times.ConnectedMs = Worker.Loop.NowMs;
        if (IsHttp) Server!.Traffic[Worker.Index].Counters.HttpRequests++;
        if (ServerConnection is { Uses: 1, Tls: { } tls })
        {
            var isResumed = tls.IsResumed;
            Server!.Traffic[Worker.Index].Counters.CountHandshake(isResumed);
            Backend!.Traffic[Worker.Index].Counters.CountHandshake(isResumed);
        }
        LogStepIf(LogSteps.Connect, LogStep.Connect);
        Server!.Observe(TrafficSign.Connected, Worker.Loop.NowMs);
    }

    /// <summary>The connection could not be made.</summary>
    private bool RetryConnect(Errno error, bool timedOut)
    {
        // A kept connection that turns out dead says nothing about the server: a fresh one is tried at once and not counted.
        var wasReused = _reused;
        if (!wasReused) Server!.Observe(TrafficSign.ConnectFailed, Worker.Loop.NowMs);
        DropServerConnection();
        _requestHeadOut = 0;
        if (wasReused && !timedOut)
        {
            _reused = false;
            return ReconnectAfterReuse();
        }

        var backend = Backend!;
        if (Retries >= MaxRetries || (IsHttp && (Back!.Model.RetryOn & RetryOn.ConnectionFailure) == 0)) return FailConnect(error, timedOut);
        Retries++;
        Server!.Traffic[Worker.Index].Counters.Retries++;
        backend.Traffic[Worker.Index].Counters.Retries++;
        if (MayRedispatch(backend)) return Redispatch();
        // As in the original, each attempt is a session of the server.
        Server!.Traffic[Worker.Index].Counters.Sessions++;
        _connectSinceMs = Worker.Loop.NowMs;
        if (timedOut) return true;
        _retryAtMs = Worker.Loop.NowMs + Math.Min(RetryDelayMs, Back!.Model.Timeouts.ConnectMs ?? RetryDelayMs);
        return false;
    }

    private int MaxRetries => RuleState.Retries >= 0 ? RuleState.Retries : Back!.Model.Retries;

    /// <summary>
    /// `option redispatch`: what was balanced to its server goes to another one at once; what persistence, a rule or a hash sent there only at the retries
    /// that the interval names.
    /// </summary>
    private bool MayRedispatch(Backend backend)
    {
        var interval = Back!.Model.RedispatchInterval;
        if (interval == 0 || _forcesPersistence || backend.ActiveServers + backend.BackupServers < 2) return false;
        if (!_isDirect && !backend.Balancer.StaysWithPick) return true;
        if (interval > 0) return Retries % interval == 0;
        var period = MaxRetries + 1 + interval;
        return period > 0 && Retries % period == 0;
    }

    private bool Redispatch()
    {
        Server!.Traffic[Worker.Index].Counters.Redispatches++;
        Backend!.Traffic[Worker.Index].Counters.Redispatches++;
        _serverToAvoid = Server;
        LosePersistence();
        Redispatched = true;
        ReleaseSlot();
        Server = null;
        Phase = StreamPhase.Assign;
        return true;
    }

    private bool FailConnect(Errno error, bool timedOut)
    {
        // No port, no descriptor: that is our own shortage and says nothing about the server.
        if (error is Errno.EADDRNOTAVAIL or Errno.EMFILE or Errno.ENFILE) Termination.Decide(EndCause.Resource, EndStage.Connect);
        Server!.Traffic[Worker.Index].Counters.ConnectionErrors++;
        Backend!.Traffic[Worker.Index].Counters.ConnectionErrors++;
        Termination.Decide(timedOut ? EndCause.ServerTimeout : EndCause.Server, EndStage.Connect);
        return IsHttp ? ReplyError(503) : Abort(reset: false);
    }

    private void ReleaseSlot()
    {
        if (!_slotHeld) return;
        _slotHeld = false;
        Server!.ReleaseSlot();
    }

    private void DropServerConnection()
    {
        if (ServerConnection is not { } connection) return;
        Server!.Traffic[Worker.Index].Gauges.UsedConnections--;
        ServerConnection = null;
        _toServer.Sink = null;
        _toClient.Source = null;
        _toServer.DropUnsentHead();
        connection.Close();
    }

    /// <summary>The stream needs its server no more; connection and slot go to the next.</summary>
    private void ReleaseServer(bool reusable)
    {
        if (ServerConnection is { } connection)
        {
            RememberServer(connection);
            if (reusable)
            {
                Server!.Traffic[Worker.Index].Gauges.UsedConnections--;
                ServerConnection = null;
                _toServer.Sink = null;
                _toClient.Source = null;
                GiveBack(connection);
            }
            else
            {
                DropServerConnection();
            }
        }

        ReleaseSlot();
    }

    private void LeaveQueue()
    {
        if (_ticket.IsWaiting && _ticket.TryLeave())
        {
            _ticket.Reset();
            return;
        }

        // A slot was granted in the very moment we left.
        if (_ticket.Server is { } granted)
        {
            _ticket.Reset();
            granted.ReleaseSlot();
        }
    }

    private ReadOnlySpan<byte> SourceBytes()
    {
        _sourceAddressLength = ClientAddress.CopyAddressTo(_sourceAddress);
        return _sourceAddress.AsSpan(0, _sourceAddressLength);
    }

    private readonly byte[] _sourceAddress = new byte[16];
    private int _sourceAddressLength;

    private sealed class SlotTicket(Stream stream) : QueueTicket
    {
        private readonly ResumeTask _wake = new(stream);

        protected internal override void OnGranted() => stream.Worker.Loop.Post(_wake);
    }
}
