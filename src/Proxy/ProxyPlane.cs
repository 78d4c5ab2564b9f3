using Evenkeel.Linux.Sockets;
using Evenkeel.Model;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Rules;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Streams;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy;

/// <summary>
/// The data plane of one process: ConfigurationModel -> <b>ProxyPlane</b> -> living proxies, workers, listeners. Build it, let others hang rules,
/// logs, services and
/// checks on <see cref="Proxies"/>, then <see cref="Bind"/>, <see cref="Start"/>, and in the end <see cref="SoftStop"/>.
/// </summary>
public sealed partial class ProxyPlane
{
    private readonly GlobalSettings _settings;
    private readonly List<OpenBind> _open = [];
    private readonly IWorld? _world;
    private readonly List<(SocketHandle Socket, IAcceptor Acceptor, int Worker)> _extra = [];
    private readonly List<Listener>[] _extraListeners;
    private readonly Lock _closing = new();
    private int _accepting;
    private volatile bool _stopping;
    private volatile PreparedConfiguration _current;

    /// <param name="world">Whence certificates come; null for a configuration without any.</param>
    /// <param name="threads">Workers; `nbthread`.</param>
    /// <param name="maxConnections">The process's limit, given or computed.</param>
    /// <param name="seed">Of every worker's source of chance; the same seed makes the same choices.</param>
    /// <exception cref="InvalidOperationException">The kernel has no descriptors for the loops.</exception>
    public ProxyPlane(ConfigurationModel model, IWorld? world, int threads, int maxConnections, ulong seed)
    {
        Layout = ThreadLayout.Of(model.Global.Threads with { Count = threads, HardLimit = null }, threads);
        _settings = new GlobalSettings(model.Global.BufferSize, model.Global.MaxRewrite, model.Global.MaxHeaders, model.Global.LoggedUriLength,
            model.Global.MaxAccept,
            model.Global.RejectsPrivilegedPorts);
        MaxConnections = maxConnections;
        _world = world;
        Workers = new Worker[threads];
        _extraListeners = new List<Listener>[threads];
        for (var i = 0; i < threads; i++)
        {
            var loop = EventLoop.Create(out var result, (int)Math.Min(2L * maxConnections, int.MaxValue))
                ?? throw new InvalidOperationException("cannot create an event loop: " + result);
            Workers[i] = new Worker(i, loop, _settings.BufferSize, _settings.MaxRewrite, seed + (ulong)i * 0x9E3779B97F4A7C15)
            {
                Count = threads,
                Group = Layout.GroupOf[i],
                IdleSharing = model.Global.Threads.IdleSharing,
                Pipes = new PipePool(PipesOfOne(model.Global, threads, maxConnections)),
            };
            _extraListeners[i] = [];
        }

        Profile(model.Global.TaskProfiling);
        Sessions = new OpenSessions(Workers);
        var proxies = new ProxySet(model, threads, maxConnections);
        proxies.Process.Watch(Workers);
        _current = new PreparedConfiguration(proxies, maxConnections, RuleBinder.BindAll(proxies, threads));
        Equip(_current, world);
        foreach (var backend in proxies.Backends) backend.BeginAt(Workers[0].Loop.NowMs);
    }

    /// <summary>The configuration in force.</summary>
    public ProxySet Proxies => _current.Proxies;

    /// <summary>What cannot be served as the configuration asks, although it was found good before: a certificate's file has changed in between. A plane
    /// with problems must not run, for it would speak in the clear.</summary>
    public IReadOnlyList<string> Problems => _current.Problems;

    /// <summary>What bound the rules; logs bind their formats with it.</summary>
    public RuleBinder Rules => _current.Rules;

    public Worker[] Workers { get; }

    /// <summary>Which of them belong together.</summary>
    public ThreadLayout Layout { get; }

    /// <summary>The process's limit, given or computed: the default of frontends without one.</summary>
    public int MaxConnections { get; private set; }

    /// <summary>What runs on all workers, to be listed and ended.</summary>
    public OpenSessions Sessions { get; }

    /// <summary>Small sends of a turn go to the kernel together where it can do that; before <see cref="Start"/>.</summary>
    public bool CollectsSends { get; init; } = true;

    /// <summary>Every bind line has its socket.</summary>
    public bool IsBound { get; private set; }

    /// <summary>Workers run and accept.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Sessions open on all workers.</summary>
    public int OpenSessions => Proxies.Process.Connections.Current;

    /// <summary>Nothing is left to wait for after <see cref="SoftStop"/>.</summary>
    public bool IsDrained => _stopping && Volatile.Read(ref _accepting) == 0 && OpenSessions == 0;

    /// <summary>The sockets of all bind lines, but for those that were inherited by number (`fd@3`): what another process may take over.</summary>
    public IReadOnlyList<SocketHandle> Sockets
    {
        get
        {
            lock (_closing)
                return [.. _open.Where(static open => open.Bind.Model.Address.Family != SocketFamily.Descriptor).SelectMany(static open => open.Sockets)];
        }
    }

    /// <summary>Opens every listening socket.</summary>
    /// <param name="onProblem">Told of each bind line that could not be opened; nothing is left out because of an earlier one.</param>
    /// <returns>False when any could not.</returns>
    public bool Bind(ISocketSource source, Action<BindModel, FrontendModel, string> onProblem)
    {
        IsBound = OpenBinds(_current, source, onProblem);
        foreach (var (bind, sockets) in _current.NewBinds) _ = Listen(bind, sockets);
        _current.NewBinds.Clear();
        return IsBound;
    }

    /// <summary>Has one worker accept on a socket that belongs to no frontend (the runtime API). Before <see cref="Start"/>.</summary>
    public void Listen(SocketHandle socket, IAcceptor acceptor, int worker = 0) => _extra.Add((socket, acceptor, worker));

    /// <summary>Starts the workers' threads; they accept from then on.</summary>
    /// <param name="onThread">Runs on each worker's thread before it does anything else.</param>
    public void Start(Action<Worker>? onThread = null)
    {
        foreach (var (socket, acceptor, worker) in _extra) _extraListeners[worker].Add(new Listener(Workers[worker], socket, acceptor, 0));
        foreach (var worker in Workers)
        {
            var listeners = _open.Select(open => open.Listeners[worker.Index]).OfType<Listener>().Concat(_extraListeners[worker.Index]).ToList();
            worker.Start(() =>
            {
                onThread?.Invoke(worker);
                if (CollectsSends) worker.Sends.Open();
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
        Proxies.Process.IsStopping = true;
        foreach (var frontend in Proxies.Frontends) frontend.State = FrontendState.Stopped;
        OpenBind[] open;
        lock (_closing) open = [.. _open];
        foreach (var worker in Workers) worker.Loop.Post(new ActionTask(() => Drain(worker, open, policy)));
    }

    /// <summary>Connections end with their next answer, so that clients look for another node; nothing stops. Or goes back to normal.</summary>
    public void TurnAway(bool turns)
    {
        foreach (var worker in Workers) worker.Loop.Post(new ActionTask(() => worker.Streams.TurnsAway = turns));
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

    /// <summary>Each worker's share of `maxpipes`, which is a quarter of the connections when it is not given (configuration.txt 3.2).</summary>
    private static int PipesOfOne(GlobalModel global, int threads, int maxConnections) =>
        global.NoSplice ? 0 : ((global.MaxPipes ?? maxConnections / 4) + threads - 1) / threads;

    private void CloseSockets()
    {
        lock (_closing)
        {
            // Two lines may name the same inherited descriptor: it is closed once.
            foreach (var socket in _open.SelectMany(static open => open.Sockets).Distinct()) _ = socket.Close();
            _open.Clear();
        }
    }

    /// <summary>`disable frontend`, SIGTTOU: its TCP ports are let go of, so that clients are told and another process may listen there. Unix sockets, which
    /// could not be taken up again, stay, and connections wait in them.</summary>
    public void Pause(Frontend frontend)
    {
        frontend.State = FrontendState.Paused;
        ForEachListener(frontend, listener => listener.Pause());
        foreach (var (socket, _) in PortsOf(frontend)) _ = socket.Shutdown(ShutdownSide.Read);
    }

    /// <summary>`enable frontend`, SIGTTIN.</summary>
    /// <returns>False when a port cannot be had again; the frontend stays paused.</returns>
    public bool Resume(Frontend frontend)
    {
        foreach (var (socket, backlog) in PortsOf(frontend))
            if (!socket.IsListening && socket.Listen(backlog).IsError) return false;
        frontend.State = FrontendState.Open;
        ForEachListener(frontend, listener => listener.Resume());
        return true;
    }

    private List<(SocketHandle Socket, int Backlog)> PortsOf(Frontend frontend)
    {
        lock (_closing)
        {
            return [.. from open in _open
                       where ReferenceEquals(open.Bind.Frontend, frontend) && open.Bind.Model.Address.Family is SocketFamily.IPv4 or SocketFamily.IPv6
                       from socket in open.Sockets
                       select (socket, BacklogOf(open.Bind.Model, frontend.Model, frontend))];
        }
    }

    private static int BacklogOf(BindModel bind, FrontendModel model, Frontend frontend) =>
        Math.Max(bind.Backlog ?? model.Backlog ?? frontend.MaxConnections, 1);

    private void Drain(Worker worker, OpenBind[] open, DrainPolicy policy)
    {
        foreach (var each in open) each.Listeners[worker.Index]?.Stop();
        foreach (var listener in _extraListeners[worker.Index]) listener.Stop();
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
        OpenBind[] open;
        lock (_closing) open = [.. _open.Where(each => ReferenceEquals(each.Bind.Frontend, frontend))];
        foreach (var each in open)
        foreach (var worker in Workers)
            if (each.Listeners[worker.Index] is { } listener) worker.Loop.Post(new ActionTask(() => action(listener)));
    }

    private readonly record struct GlobalSettings(
        int BufferSize, int MaxRewrite, int MaxHeaders, int LoggedUriLength, int MaxAccept, bool RejectsPrivilegedPorts);

    /// <summary>A bind line that listens: its sockets (`shards`), and each worker's share of one of them; null for workers that do not accept here.</summary>
    private sealed record OpenBind(Bind Bind, SocketHandle[] Sockets, Listener?[] Listeners);
}
