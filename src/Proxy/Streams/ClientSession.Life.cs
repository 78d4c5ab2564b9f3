using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Streams;

/// <summary>Accept -> (idle -> stream)* -> close.</summary>
public sealed partial class ClientSession
{
    /// <summary>How long a closed connection is drained, so that the last answer is not lost to a reset.</summary>
    private const int LingerMs = 1_000;

    internal void Begin(FrontendAcceptor acceptor, SocketHandle socket, in KernelSocketAddress peer)
    {
        var now = Worker.Loop.NowMs;
        _acceptor = acceptor;
        ClientAddress = IpEndpoint.From(in peer);
        AcceptMs = IdleSinceMs = now;
        RequestCount = 0;
        LastServer = null;
        Stream = null;
        _isLingering = false;
        _isOpen = true;
        SpeaksHttp = Frontend.Model.Mode == ProxyMode.Http;
        Connection = Worker.TakeConnection();
        var opened = Connection.Open(socket, established: true);
        Connection.User = this;
        CountAccept(now);
        (_expectsProxy, _expectsNetscaler) = (Bind.Model.AcceptProxy, Bind.Model.NetscalerMagic != 0);
        const int LastPrivilegedPort = 1_023;
        var isSuspicious = acceptor.RejectsPrivilegedPorts && ClientAddress is { AddressLength: > 0, Port: <= LastPrivilegedPort };
        if (isSuspicious || opened.IsError || !PassRules(RuleSets.TcpRequestConnection, ref Frontend.Traffic[Worker.Index].Counters.DeniedConnections))
            Close(reset: true);
        else if (ExpectsHeader) AwaitProxyHeader();
        else BeginTransport();
    }

    /// <summary>The addresses are known: TLS when the bind line speaks it.</summary>
    private void BeginTransport()
    {
        if (Bind.Tls is { } tls) BeginHandshake(tls);
        else BeginServing();
    }

    /// <summary>The connection is what it says it is: session rules, then its first stream or the wait for a request.</summary>
    private void BeginServing()
    {
        _isServing = true;
        if (!PassRules(RuleSets.TcpRequestSession, ref Frontend.Traffic[Worker.Index].Counters.DeniedSessions))
        {
            Close(reset: true);
            return;
        }

        CountSession();
        if (!SpeaksHttp)
        {
            // Rules are to find what has come with the connection.
            if (Frontend.Setup.Rules is not null) Connection.ExpectData();
            BeginStream(null);
        }
        else Worker.Loop.Timers.Set(this, RequestDeadlineMs(AcceptMs));
    }

    public void OnReady(Connection connection)
    {
        if (_isLingering)
        {
            Drain();
            return;
        }

        if (ExpectsHeader || _shakesHands)
        {
            if (ExpectsHeader) ReadHeaders();
            else ContinueHandshake();
            return;
        }

        // What came before goes first: its turn is already on the list.
        if (!connection.CanRead || _pending is not null) return;
        var buffer = Worker.Memory.Regular.Take();
        var outcome = connection.Read(buffer.Free, out var count);
        buffer.Produced(count);
        if (outcome == ReadOutcome.Data)
        {
            BeginStream(buffer);
            return;
        }

        Worker.Memory.Regular.Return(buffer);
        if (outcome == ReadOutcome.WouldBlock) return;
        if (RequestCount == 0 && !Frontend.Model.Options.HttpIgnoreProbes) BeginStream(null);
        else Close();
    }

    public void OnFault(Connection connection) => Close(reset: true);

    public override void OnFault(Exception bug)
    {
        if (_isOpen && Stream is null) Close(reset: true);
    }

    public override void OnDeadline(long nowMs)
    {
        if (_isLingering) Close();
        else if (_expectsNetscaler) Refuse("Timeout while waiting for NetScaler Client IP header"u8, reset: false);
        else if (_expectsProxy) Refuse("Timeout while waiting for PROXY protocol header"u8, reset: false);
        else if (_shakesHands) Refuse("Timeout during SSL handshake"u8, reset: false);
        else if (RequestCount == 0 && !Frontend.Model.Options.HttpIgnoreProbes) BeginStream(null);
        else Close();
    }

    /// <summary>The stream has ended and the connection can take another request.</summary>
    /// <param name="leftover">Bytes of the next request that came with the last one, or null.</param>
    internal void OnStreamEnded(NativeBuffer? leftover)
    {
        var now = Worker.Loop.NowMs;
        Stream = null;
        Connection.User = this;
        IdleSinceMs = now;
        if (leftover is null && Worker.Streams.IsDraining && ClosesWhenDraining)
        {
            Worker.Memory.Return(ref leftover);
            Close();
            return;
        }

        Worker.Loop.Timers.Set(this, After(now, Timeouts.HttpKeepAliveMs ?? Timeouts.HttpRequestMs ?? Timeouts.ClientMs));
        _pending = leftover;
        if (leftover is not null || Connection.CanRead) Worker.Loop.RunLater(Aside.NextRequest ??= new NextRequest(this));
    }

    /// <summary>The stream has ended and the connection ends with it.</summary>
    /// <param name="gently">The client may still be sending: reset would lose the answer, so its bytes are read away for a moment.</param>
    internal void EndAfterStream(bool gently, bool reset)
    {
        Stream = null;
        if (!gently || Connection.IsVanishing || Connection.IsBroken || Connection.ReadEnded)
        {
            Close(reset);
            return;
        }

        _isLingering = true;
        Connection.User = this;
        Connection.EndWrite();
        Worker.Loop.Timers.Set(this, Worker.Loop.NowMs + LingerMs);
        Drain();
    }

    /// <summary>Ends everything (hard stop, `shutdown session`).</summary>
    internal void Shutdown()
    {
        if (Stream is { } stream) stream.Kill(EndCause.Killed);
        else if (_pending is null) Close();
    }

    /// <summary>A soft stop begins: ends the connection if it is idle, now or within the time to be spread over.</summary>
    internal void BeginDraining()
    {
        // A connection that has not asked anything yet was opened to ask: its first request is on the way.
        if (Stream is not null || _pending is not null || RequestCount == 0 || _isLingering) return;
        if (ClosesWhenDraining) Close();
        else if (Worker.Streams.DrainPolicy is { AwaitsRequests: false, SpreadMs: > 0 } policy && !Frontend.Model.Options.IdleCloseOnResponse)
            Worker.Loop.Timers.Set(this, Worker.Loop.NowMs + (Worker.NextRandom() % (uint)policy.SpreadMs));
    }

    private bool ClosesWhenDraining => Worker.Streams.DrainPolicy.ClosesAtOnce && !Frontend.Model.Options.IdleCloseOnResponse;

    private void BeginPending()
    {
        if (!_isOpen || Stream is not null || _isLingering) return;
        if (_pending is not { } buffer)
        {
            OnReady(Connection);
            return;
        }

        _pending = null;
        BeginStream(buffer);
    }

    private void BeginStream(NativeBuffer? first)
    {
        TimerWheel.Cancel(this);
        RequestCount++;
        Stream = Worker.Streams.TakeStream();
        Stream.Begin(this, first);
    }

    private bool PassRules(RuleSets set, ref long denied)
    {
        if (Frontend.Setup.Rules is not { } rules || (rules.Present & set) == 0) return true;
        var verdict = rules.RunOnConnection(set, this);
        if (verdict is RuleVerdict.Continue or RuleVerdict.Allow) return true;
        // As in the original, whoever vanishes counts as a denied request, at whatever stage.
        if (verdict == RuleVerdict.Vanish) Frontend.Traffic[Worker.Index].Counters.DeniedRequests++;
        else denied++;
        return false;
    }

    private void Drain()
    {
        var scratch = Worker.Memory.Scratch;
        for (var turns = 0; turns < 16 && Connection.CanRead; turns++)
            if (Connection.Read(scratch.Slice(0, scratch.Capacity), out _) is ReadOutcome.End or ReadOutcome.Failed) break;
        if (Connection.ReadEnded) Close();
    }

    private void Close(bool reset = false)
    {
        _isOpen = false;
        TimerWheel.Cancel(this);
        Worker.Memory.Return(ref _pending);
        ForgetProxyHeader();
        ForgetAddresses();
        ForgetTls();
        ClearVariables();
        Private?.CloseAll();
        Connection.Close(reset);
        _acceptor.OnSessionEnded(Worker);
        Worker.Streams.Return(this);
    }

    private void CountAccept(long now)
    {
        var worker = Worker.Index;
        var traffic = Frontend.Traffic[worker];
        traffic.Counters.Connections++;
        traffic.Times.LastSessionMs = now;
        Frontend.ConnectionRate.Count(worker, now);
        Frontend.SessionRate.Count(worker, now);
        Bind.Traffic[worker].Counters.Connections++;
        ref var process = ref _acceptor.Process[worker];
        process.Connections++;
        _acceptor.Process.ConnectionRate.Count(worker, now);
        _acceptor.Process.SessionRate.Count(worker, now);
    }

    /// <summary>A connection that rules on connections and sessions let through is a session.</summary>
    private void CountSession()
    {
        ref var counters = ref Frontend.Traffic[Worker.Index].Counters;
        counters.Sessions++;
        if (SpeaksHttp) counters.Http1Sessions++;
        else counters.OtherSessions++;
        Bind.Traffic[Worker.Index].Counters.Sessions++;
    }
}
