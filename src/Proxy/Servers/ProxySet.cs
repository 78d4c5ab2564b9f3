using System.Collections.Immutable;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Servers;

/// <summary>
/// Everything that lives of one configuration: ConfigurationModel -> <b>ProxySet</b> -> engine, checks and control work on its frontends,
/// backends and servers.
/// </summary>
public sealed class ProxySet
{
    private readonly Dictionary<string, FrontendSetup> _frontendsByName = new(StringComparer.Ordinal);
    private readonly Lock _changeLock;
    private readonly int _generation;
    private readonly int _workers;
    private readonly Dictionary<Backend, long> _reachable;
    private volatile BackendTable _backends;

    /// <param name="maxConnections">The process's limit, given or computed; the default of each frontend.</param>
    public ProxySet(ConfigurationModel model, int workers, int maxConnections) : this(model, workers, maxConnections, null)
    {
    }

    /// <param name="before">The configuration in force, whose frontends, backends and servers live on under the names they keep; null at the start. Nothing
    /// of it changes before <see cref="TakeOver"/>.</param>
    public ProxySet(ConfigurationModel model, int workers, int maxConnections, ProxySet? before)
    {
        Model = model;
        _generation = (before?._generation ?? 0) + 1;
        _changeLock = before?._changeLock ?? new Lock();
        Process = before?.Process ?? NewProcess(model.Global, workers, maxConnections);
        FrontendSetups = [.. model.Frontends.Select(frontend => SetupOf(frontend, before, workers, maxConnections))];
        _workers = workers;
        var backends = ImmutableArray.CreateBuilder<BackendSetup>(model.Backends.Length);
        foreach (var backend in model.Backends) backends.Add(SetupOf(backend, before, workers));
        backends.AddRange(AddedWhileRunning(model, before));
        _backends = new BackendTable(backends.DrainToImmutable(), before?._backends);
        Frontends = [.. FrontendSetups.Select(setup => setup.Frontend)];
        foreach (var setup in FrontendSetups) _frontendsByName[setup.Model.Name] = setup;
        LinkTwinsAndDefaults();
        LinkTracking();
        _reachable = ConnectionsThatReach();
        foreach (var setup in BackendSetups)
            if (IsNew(setup)) EstimateFullConnections(setup);
        if (before is null) LinkFollowers();
    }

    public ConfigurationModel Model { get; }

    public ProcessStatistics Process { get; }

    /// <summary>In file order.</summary>
    public ImmutableArray<Frontend> Frontends { get; }

    /// <summary>In file order; those added while running follow.</summary>
    public ImmutableArray<Backend> Backends => _backends.Backends;

    /// <summary>What this configuration says of each frontend, as <see cref="Frontends"/>.</summary>
    public ImmutableArray<FrontendSetup> FrontendSetups { get; }

    /// <summary>What this configuration says of each backend, as <see cref="Backends"/>.</summary>
    public ImmutableArray<BackendSetup> BackendSetups => _backends.Setups;

    /// <summary>Made for this configuration. The others were in force before it and say the same: nothing of them is bound again.</summary>
    public bool IsNew(BackendSetup setup) => setup.Generation == _generation;

    public Frontend? FindFrontend(string name) => _frontendsByName.GetValueOrDefault(name)?.Frontend;

    public Backend? FindBackend(string name) => _backends.Find(name)?.Backend;

    public Frontend? FindFrontend(int id) => FrontendSetups.FirstOrDefault(setup => setup.Model.Id == id)?.Frontend;

    public Backend? FindBackend(int id) => BackendSetups.FirstOrDefault(setup => setup.Model.Id == id)?.Backend;

    internal FrontendSetup? FindFrontendSetup(string name) => _frontendsByName.GetValueOrDefault(name);

    /// <summary>A server of this configuration, which is not in its backend yet while the configuration is being prepared.</summary>
    public Server? FindServer(string backend, string server)
    {
        if (_backends.Find(backend) is not { } setup) return null;
        foreach (var each in setup.Servers)
            if (each.Model.Name == server) return each.Server;
        return null;
    }

    /// <summary>
    /// Puts this configuration in force instead of the one it was made from: backends first, so that no request meets a frontend whose backends are not there
    /// yet. A request that runs keeps what it began with.
    /// </summary>
    public ProxyChange TakeOver(ProxySet before, int defaultMaxConnections, long nowMs)
    {
        var change = new ProxyChange();
        lock (_changeLock)
        {
            LinkFollowers();
            foreach (var setup in BackendSetups)
            {
                if (!IsNew(setup)) EstimateFullConnections(setup);
                setup.Backend.Adopt(setup, change.RemovedServers, change.RenewedServers, nowMs);
            }
            foreach (var setup in FrontendSetups) setup.Frontend.Adopt(setup, defaultMaxConnections);
            foreach (var frontend in before.Frontends)
                if (FindFrontend(frontend.Name) != frontend) change.RemovedFrontends.Add(frontend);
            foreach (var backend in before.Backends)
                if (FindBackend(backend.Name) != backend) change.RemovedBackends.Add(backend);
            foreach (var frontend in change.RemovedFrontends) frontend.Remove();
            foreach (var backend in change.RemovedBackends)
            {
                backend.Remove();
                change.RemovedServers.AddRange(backend.Servers);
            }
        }
        return change;
    }

    /// <summary>Lets go of the configuration before this one: what began under it and has not chosen a backend yet goes by this one.</summary>
    public void ForgetPredecessor()
    {
        foreach (var backend in Backends) backend.ForgetPredecessor();
    }

    private static ProcessStatistics NewProcess(GlobalModel global, int workers, int maxConnections) => new(workers, maxConnections)
    {
        ConnectionRateLimit = global.ConnectionRateLimit, SessionRateLimit = global.SessionRateLimit, TlsRateLimit = global.TlsRateLimit,
    };

    private FrontendSetup SetupOf(FrontendModel model, ProxySet? before, int workers, int maxConnections)
    {
        if (before?.FindFrontend(model.Name) is not { } living || living.Model.Mode != model.Mode)
            return new Frontend(model, _generation, maxConnections, workers).Setup;
        return new FrontendSetup(living, model, _generation) { Binds = living.BindsFor(model, workers) };
    }

    private BackendSetup SetupOf(BackendModel model, ProxySet? before, int workers)
    {
        if (before?.FindBackend(model.Name) is not { } living || living.Model.Mode != model.Mode)
            return new Backend(model, _generation, workers, _changeLock).Setup;
        if (living.Setup.CanServe(model)) return living.Setup;
        var servers = model.Servers.Select((server, index) => living.FindServer(server.Name) is { } known
            ? new ServerSetup(known, server)
            : new Server(living, server, index, workers).Setup);
        var named = model.Servers.Select(static server => server.Name).ToHashSet(StringComparer.Ordinal);
        var added = living.Servers.Where(server => server.IsDynamic && !named.Contains(server.Name)).Select(static server => server.Setup);
        return new BackendSetup(living, model, _generation) { Servers = [.. servers, .. added], Predecessor = living.Setup };
    }

    /// <summary>A number no proxy has, for one that is added while running.</summary>
    public int FreeId()
    {
        var taken = Frontends.Select(frontend => frontend.Id).Concat(Backends.Select(backend => backend.Id)).ToHashSet();
        var id = 1;
        while (taken.Contains(id)) id++;
        return id;
    }

    /// <summary>The living server that `track PATH` means on a server of <paramref name="backend"/>; null when there is none.</summary>
    public Server? FindTracked(Backend backend, string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var owner = slash < 0 ? backend : FindBackend(path[..slash]);
        return owner?.FindServer(path[(slash + 1)..]);
    }

    /// <summary>Makes a backend that nobody sees yet; <see cref="Add"/> shows it.</summary>
    internal Backend Create(BackendModel model)
    {
        var backend = new Backend(model, _generation, _workers, _changeLock) { IsDynamic = true };
        backend.FullConnections = backend.Setup.FullConnections = model.FullConnections ?? 1;
        return backend;
    }

    /// <summary>From here on the backend can be found. Any thread.</summary>
    internal void Add(Backend backend)
    {
        lock (_changeLock) _backends = new BackendTable(_backends.Setups.Add(backend.Setup), null);
    }

    /// <summary>From here on nobody finds the backend any more; who has it keeps it. Any thread.</summary>
    internal void Remove(Backend backend)
    {
        lock (_changeLock)
        {
            _backends = new BackendTable(_backends.Setups.Remove(backend.Setup), null);
            backend.Remove();
        }
    }

    /// <summary>The backends there are and their places by name. Where the same ones stand in the same places as before, what was made of them is used again:
    /// among thousands of backends it is the most that a reload makes.</summary>
    private sealed class BackendTable
    {
        private readonly Dictionary<string, int> _places;

        public BackendTable(ImmutableArray<BackendSetup> setups, BackendTable? before)
        {
            Setups = setups;
            if (before is not null && AreAlike(setups, before.Backends))
            {
                (Backends, _places) = (before.Backends, before._places);
                return;
            }
            Backends = [.. setups.Select(static setup => setup.Backend)];
            _places = new Dictionary<string, int>(setups.Length, StringComparer.Ordinal);
            for (var i = 0; i < setups.Length; i++) _places.Add(setups[i].Model.Name, i);
        }

        public ImmutableArray<BackendSetup> Setups { get; }

        public ImmutableArray<Backend> Backends { get; }

        public BackendSetup? Find(string name) => _places.TryGetValue(name, out var place) ? Setups[place] : null;

        private static bool AreAlike(ImmutableArray<BackendSetup> setups, ImmutableArray<Backend> backends)
        {
            if (setups.Length != backends.Length) return false;
            for (var i = 0; i < setups.Length; i++)
                if (!ReferenceEquals(setups[i].Backend, backends[i])) return false;
            return true;
        }
    }

    /// <summary>Backends that commands made (`add backend`), unless the files have one of that name now.</summary>
    private static IEnumerable<BackendSetup> AddedWhileRunning(ConfigurationModel model, ProxySet? before)
    {
        if (before is null) return [];
        return before.BackendSetups.Where(setup => setup.Backend.IsDynamic && !model.Backends.Any(backend => backend.Name == setup.Model.Name));
    }

    private void LinkTwinsAndDefaults()
    {
        foreach (var frontend in FrontendSetups)
        {
            if (frontend.Model.IsListen && _backends.Find(frontend.Model.Name) is { } twin)
            {
                frontend.Twin = twin.Backend;
                twin.Twin = frontend.Frontend;
                frontend.DefaultBackend = twin.Backend;
            }

            if (frontend.Model.DefaultBackend is { } name) frontend.DefaultBackend = FindBackend(name);
        }
    }

    /// <summary>The connections the frontends that name a backend may have together; names made at run time do not count.</summary>
    private Dictionary<Backend, long> ConnectionsThatReach()
    {
        var reachable = new Dictionary<Backend, long>();
        foreach (var frontend in FrontendSetups)
        {
            var named = frontend.Model.UseBackend.Select(rule => rule.Target.Literal is { } name ? FindBackend(name) : null);
            foreach (var backend in named.Append(frontend.DefaultBackend).OfType<Backend>().Distinct())
                reachable[backend] = reachable.GetValueOrDefault(backend) + frontend.Frontend.MaxConnections;
        }

        return reachable;
    }

    /// <summary>`fullconn`, where it is not given a tenth of the connections that may reach the backend (configuration.txt 4.2 "fullconn").</summary>
    private void EstimateFullConnections(BackendSetup setup)
    {
        var before = setup.FullConnections;
        setup.FullConnections = setup.Model.FullConnections ?? (int)Math.Max(1, (_reachable.GetValueOrDefault(setup.Backend) + 9) / 10);
        if (before != setup.FullConnections && ReferenceEquals(setup.Backend.Setup, setup)) setup.Backend.FullConnections = setup.FullConnections;
    }

    /// <summary>`track [backend/]server`: the configuration has been checked, so a name that is not found tracks nothing.</summary>
    private void LinkTracking()
    {
        foreach (var backend in BackendSetups)
        foreach (var server in backend.Servers)
        {
            if (server.Model.Track is not { } path) continue;
            var slash = path.IndexOf('/', StringComparison.Ordinal);
            server.Tracked = FindServer(slash < 0 ? backend.Model.Name : path[..slash], path[(slash + 1)..]);
        }
    }

    /// <summary>Tells tracked servers who follows them. Under the change lock, or before any worker runs.</summary>
    private void LinkFollowers()
    {
        foreach (var backend in BackendSetups)
        foreach (var server in backend.Servers) server.Server.Followers.Clear();
        foreach (var backend in BackendSetups)
        foreach (var server in backend.Servers)
        {
            server.Server.Tracked = server.Tracked;
            server.Tracked?.Followers.Add(server.Server);
        }
    }
}
