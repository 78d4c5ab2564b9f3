using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Rules;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Streams;
using Evenkeel.Proxy.Transport;
using Evenkeel.Proxy.Transport.ProxyProtocol;
using Evenkeel.Proxy.Transport.Tls;

namespace Evenkeel.Proxy;

/// <summary>
/// The data plane of one process: ConfigurationModel -> <b>ProxyPlane</b> -> living proxies, workers, listeners. Build it, let others hang rules,
/// logs, services and
/// checks on <see cref="Proxies"/>, then <see cref="Bind"/>, <see cref="Start"/>, and in the end <see cref="SoftStop"/>.
/// </summary>
public sealed class ProxyPlane
{
    private readonly GlobalSettings _settings;
    private readonly List<FrontendAcceptor> _acceptors = [];
    private readonly HashSet<int> _sockets = [];
    private readonly List<(SocketHandle Socket, IAcceptor Acceptor, int Worker)> _extra = [];
    private readonly List<Listener>[] _listeners;
    private readonly Lock _closing = new();
    private int _accepting;
    private readonly List<string> _problems = [];
    private volatile bool _stopping;

    /// <param name="threads">Workers; `nbthread`.</param>
    /// <param name="maxConnections">The process's limit, given or computed.</param>
    /// <param name="seed">Of every worker's source of chance; the same seed makes the same choices.</param>
    /// <exception cref="InvalidOperationException">The kernel has no descriptors for the loops.</exception>
    public ProxyPlane(ConfigurationModel model, int threads, int maxConnections, ulong seed)
    {
        _settings = new GlobalSettings(model.Global.BufferSize, model.Global.MaxRewrite, model.Global.MaxHeaders, model.Global.MaxAccept);
        Proxies = new ProxySet(model, threads, maxConnections);
        Workers = new Worker[threads];
        _listeners = new List<Listener>[threads];
        for (var i = 0; i < threads; i++)
        {
            var loop = EventLoop.Create(out var result) ?? throw new InvalidOperationException("cannot create an event loop: " + result);
            Workers[i] = new Worker(i, loop, _settings.BufferSize, _settings.MaxRewrite, seed + (ulong)i * 0x9E3779B97F4A7C15) { Count = Workers.Length };
            _listeners[i] = [];
        }

        Sessions = new OpenSessions(Workers);
        Rules = RuleBinder.BindAll(Proxies, threads);
        Prepare(model.Global);
    }

    public ProxySet Proxies { get; }

    /// <summary>What cannot be served as the configuration asks, although it was found good before: a certificate's file has changed in between. A plane
    /// with problems must not run, for it would speak in the clear.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>What bound the rules; logs bind their formats with it.</summary>
    public RuleBinder Rules { get; }

    public Worker[] Workers { get; }

    /// <summary>What runs on all workers, to be listed and ended.</summary>
    public OpenSessions Sessions { get; }

    /// <summary>Every bind line has its socket.</summary>
    public bool IsBound { get; private set; }

    /// <summary>Workers run and accept.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Sessions open on all workers.</summary>
    public int OpenSessions => Proxies.Process.Connections.Current;

    /// <summary>Nothing is left to wait for after <see cref="SoftStop"/>.</summary>
    public bool IsDrained => _stopping && Volatile.Read(ref _accepting) == 0 && OpenSessions == 0;

    /// <summary>Opens every listening socket.</summary>
    /// <param name="onProblem">Told of each bind line that could not be opened; nothing is left out because of an earlier one.</param>
    /// <returns>False when any could not.</returns>
    public bool Bind(ISocketSource source, Action<BindModel, FrontendModel, string> onProblem)
    {
        var all = true;
        foreach (var frontend in Proxies.Frontends)
        {
            if (frontend.Model.Disabled) continue;
            foreach (var bind in frontend.Binds)
            {
                var backlog = bind.Model.Backlog ?? frontend.Model.Backlog ?? frontend.MaxConnections;
                var opened = source.Open(bind.Model, Math.Max(backlog, 1), out var socket, out var problem);
                if (opened.IsError)
                {
                    onProblem(bind.Model, frontend.Model, problem);
                    all = false;
                    continue;
                }

                Listen(bind, socket);
            }
        }

        IsBound = all;
        return all;
    }

    /// <summary>Has one worker accept on a socket that belongs to no frontend (the runtime API). Before <see cref="Start"/>.</summary>
    public void Listen(SocketHandle socket, IAcceptor acceptor, int worker = 0) => _extra.Add((socket, acceptor, worker));

    /// <summary>Starts the workers' threads; they accept from then on.</summary>
    public void Start()
    {
        foreach (var (socket, acceptor, worker) in _extra) _listeners[worker].Add(new Listener(Workers[worker], socket, acceptor, 0));
        foreach (var worker in Workers)
        {
            var listeners = _listeners[worker.Index];
            worker.Start(() =>
            {
                foreach (var listener in listeners) _ = listener.Start();
            });
        }

        IsRunning = true;
    }

    /// <summary>Stops accepting and closes the listening sockets, ends idle connections as the policy says, lets running streams end. Poll
    /// <see cref="IsDrained"/>.</summary>
    public void SoftStop(DrainPolicy policy = default)
    {
        if (_stopping) return;
        _accepting = Workers.Length;
        _stopping = true;
        foreach (var frontend in Proxies.Frontends) frontend.State = FrontendState.Stopped;
        foreach (var worker in Workers) worker.Loop.Post(new ActionTask(() => Drain(worker, policy)));
    }

    /// <summary>Ends everything now and waits for the threads.</summary>
    public void HardStop()
    {
        SoftStop();
        foreach (var worker in Workers) worker.Loop.Post(new ActionTask(() => End(worker)));
        foreach (var worker in Workers) worker.Join(2_000);
        CloseSockets();
        IsRunning = false;
    }

    private void CloseSockets()
    {
        lock (_closing)
        {
            foreach (var socket in _sockets) _ = new SocketHandle(socket).Close();
            _sockets.Clear();
        }
    }

    /// <summary>`pause frontend`, SIGTTOU: the sockets stay open, connections wait in the kernel.</summary>
    public void Pause(Frontend frontend)
    {
        frontend.State = FrontendState.Paused;
        ForEachListener(frontend, listener => listener.Pause());
    }

    /// <summary>`resume`, SIGTTIN.</summary>
    public void Resume(Frontend frontend)
    {
        frontend.State = FrontendState.Open;
        ForEachListener(frontend, listener => listener.Resume());
    }

    private void Listen(Bind bind, SocketHandle socket)
    {
        var acceptor = new FrontendAcceptor(bind, Proxies.Process, Workers, _settings.MaxHeaders);
        _acceptors.Add(acceptor);
        // Accepted connections inherit it, which saves a system call for each.
        if (bind.Model.Address.Family is not (SocketFamily.Unix or SocketFamily.AbstractUnix)) _ = socket.SetNoDelay();
        // Two lines may name the same inherited descriptor: it is closed once.
        _sockets.Add(socket.Descriptor);
        foreach (var worker in Workers)
        {
            var listener = new Listener(worker, socket, acceptor, _settings.MaxAccept);
            acceptor.Attach(worker.Index, listener);
            _listeners[worker.Index].Add(listener);
        }
    }

    private void Prepare(GlobalModel global)
    {
        foreach (var frontend in Proxies.Frontends)
        {
            frontend.ErrorPages = ErrorPages.From(frontend.Model.ErrorFiles);
            foreach (var bind in frontend.Binds)
                if (bind.Model.Tls is not null && !frontend.Model.Disabled)
                    bind.Tls = TlsSetup.ForBind(bind.Model, frontend.Model, global, _problems.Add, _ => { });
            frontend.ForwardedFor = ForwardedFor.From(frontend.Model.Options.ForwardedFor);
        }

        foreach (var backend in Proxies.Backends)
        {
            backend.ErrorPages = ErrorPages.From(backend.Model.ErrorFiles);
            backend.ForwardedFor = ForwardedFor.From(backend.Model.Options.ForwardedFor);
            backend.BeginAt(Workers[0].Loop.NowMs);
            foreach (var server in backend.Servers) server.SessionsToEnd = Sessions.EndOn;
            foreach (var server in backend.Servers) server.Tls = TlsSetup.ForServer(server.Model, backend.Name, global, Rules, _problems.Add);
            foreach (var server in backend.Servers) server.ProxyHeader = ServerProxyHeader.From(server.Model.ProxyHeader, Rules);
            foreach (var server in backend.Servers)
                server.Pools = Array.ConvertAll(Workers, worker => new ServerPool(worker, server, Workers.Length));
        }
    }

    private void Drain(Worker worker, DrainPolicy policy)
    {
        foreach (var listener in _listeners[worker.Index]) listener.Stop();
        // The last to let go of them closes the sockets: what still waits in one that no other process holds is told so now, not at the end.
        if (Interlocked.Decrement(ref _accepting) == 0) CloseSockets();
        worker.Streams.BeginDraining(policy, worker.Loop.NowMs);
        for (var session = worker.Streams.FirstOpen; session is not null;)
        {
            var next = session.NextOpen;
            session.BeginDraining();
            session = next;
        }
    }

    private void End(Worker worker)
    {
        while (worker.Streams.FirstOpen is { } session)
        {
            session.Shutdown();
            if (ReferenceEquals(worker.Streams.FirstOpen, session)) break;
        }

        foreach (var backend in Proxies.Backends)
        foreach (var server in backend.Servers)
            server.Pools[worker.Index].CloseIdle();
        worker.Loop.RequestStop();
    }

    private void ForEachListener(Frontend frontend, Action<Listener> action)
    {
        foreach (var acceptor in _acceptors)
        {
            if (!ReferenceEquals(acceptor.Bind.Frontend, frontend)) continue;
            foreach (var worker in Workers)
                if (acceptor.ListenerOf(worker.Index) is { } listener) worker.Loop.Post(new ActionTask(() => action(listener)));
        }
    }

    private readonly record struct GlobalSettings(int BufferSize, int MaxRewrite, int MaxHeaders, int MaxAccept);
}
