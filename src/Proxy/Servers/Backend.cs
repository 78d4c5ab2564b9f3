using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers.Balance;
using Evenkeel.Proxy.Servers.Queues;

namespace Evenkeel.Proxy.Servers;

/// <summary>
/// A backend as it lives: its servers, who of them takes traffic, its queue and statistics. Backend.Assign.cs finds a server for a stream.
/// </summary>
public sealed partial class Backend
{
    private volatile BackendSetup _setup;
    private volatile Server[] _servers;
    private volatile Balancer _balancer;
    private volatile bool _isPublished;
    private int _fullConnections;
    private volatile string? _dynamicCookieKey;
    private volatile bool _usesDynamicCookies;
    private long _lastChangeMs;
    private long _downSinceMs = -1;
    private long _downTotalMs;
    private long _downTransitions;

    internal Backend(BackendModel model, int generation, int workers, Lock changeLock)
    {
        ChangeLock = changeLock;
        _setup = new BackendSetup(this, model, generation);
        Workers = workers;
        Traffic = new Traffic(workers);
        SessionRate = new RateMeter(workers);
        var servers = new Server[model.Servers.Length];
        for (var i = 0; i < servers.Length; i++) servers[i] = new Server(this, model.Servers[i], i, workers);
        _servers = servers;
        _setup.Servers = [.. servers.Select(server => server.Setup)];
        _isPublished = !model.IsUnpublished;
        _fullConnections = model.FullConnections ?? 0;
        _dynamicCookieKey = model.Persistence.DynamicCookieKey;
        _usesDynamicCookies = model.Persistence.Cookie is { IsDynamic: true };
        foreach (var server in Servers) server.NameForCookies();
        _balancer = BalancerFactory.Create(this, ServerSet.Empty, null);
        RebuildBalancer();
    }

    /// <summary>The configuration in force.</summary>
    public BackendSetup Setup => _setup;

    public BackendModel Model => _setup.Model;

    public string Name => Model.Name;

    public int Id => Model.Id;

    public int Workers { get; }

    /// <summary>In file order, those added while running behind; <see cref="Server.Index"/> is the position.</summary>
    public ImmutableArray<Server> Servers => ImmutableCollectionsMarshal.AsImmutableArray(_servers);

    /// <summary>Content switching of other proxies may choose it: `publish backend`, `unpublish backend`, `be-unpublished`.</summary>
    public bool IsPublished
    {
        get => _isPublished;
        set => _isPublished = value;
    }

    /// <summary>Whether content switching may choose it, unless `force-be-switch` says so.</summary>
    public bool TakesTraffic => _isPublished && !Model.Disabled;

    /// <summary>The other half of a `listen` section, or null.</summary>
    public Frontend? Twin => _setup.Twin;

    /// <summary>No configuration has it any more; it ends with the streams that are in it.</summary>
    public bool IsRemoved { get; private set; }

    /// <summary>`dynamic-cookie-key`, and whether servers get cookies made of it (`enable dynamic-cookie backend`). A change renames them all. Any
    /// thread.</summary>
    public string? DynamicCookieKey
    {
        get => _dynamicCookieKey;
        set
        {
            _dynamicCookieKey = value;
            foreach (var server in Servers) server.NameForCookies();
        }
    }

    public bool UsesDynamicCookies
    {
        get => _usesDynamicCookies;
        set
        {
            _usesDynamicCookies = value;
            foreach (var server in Servers) server.NameForCookies();
        }
    }

    public Traffic Traffic { get; }

    /// <summary>The last response of its servers that broke the protocol.</summary>
    public Streams.InvalidMessageSlot InvalidResponse { get; } = new();

    /// <summary>Streams a second [rate].</summary>
    public RateMeter SessionRate { get; }

    /// <summary>Streams in this backend now, waiting ones included [scur], [smax].</summary>
    public Gauge Connections { get; } = new();

    /// <summary>Streams that wait for any server [qcur], [qmax].</summary>
    public WaitQueue Queue { get; } = new();

    /// <summary>
    /// `fullconn`: streams at which servers get their full maxconn; 0 until known. Without the keyword ProxySet sets it to a tenth of the
    /// connections that may come in.
    /// </summary>
    public int FullConnections
    {
        get => Volatile.Read(ref _fullConnections);
        internal set => Volatile.Write(ref _fullConnections, value);
    }

    /// <summary>The algorithm at work on the servers that take traffic now.</summary>
    public Balancer Balancer => _balancer;

    /// <summary>Usable servers that are not backups [act], and backups [bck].</summary>
    public int ActiveServers { get; private set; }

    public int BackupServers { get; private set; }

    public Server? FindServer(string name)
    {
        foreach (var server in Servers)
            if (server.Name == name) return server;
        return null;
    }

    public Server? FindServer(int id)
    {
        foreach (var server in Servers)
            if (server.Id == id) return server;
        return null;
    }

    /// <summary>A command made it, and no file has it.</summary>
    internal bool IsDynamic { get; set; }

    /// <summary>At least one server takes traffic, or the backend has none to wait for.</summary>
    public bool IsUp => ActiveServers + BackupServers > 0;

    /// <summary>Sum of the weights of the servers that take traffic now [weight].</summary>
    public int TotalWeight => _balancer.Set.TotalWeight;

    /// <summary>Loop time of the last change between up and down [lastchg].</summary>
    public long LastChangeMs => Interlocked.Read(ref _lastChangeMs);

    /// <summary>Times the whole backend went down [chkdown].</summary>
    public long DownTransitions => Interlocked.Read(ref _downTransitions);

    /// <summary>Milliseconds the whole backend was down [downtime].</summary>
    public long DownTimeMs(long nowMs)
    {
        var since = Interlocked.Read(ref _downSinceMs);
        return Interlocked.Read(ref _downTotalMs) + (since >= 0 ? nowMs - since : 0);
    }

    /// <summary>
    /// Held while a server's state or weight changes; one for the whole configuration, because servers may track each other across backends.
    /// Rare and short; never taken per request.
    /// </summary>
    internal Lock ChangeLock { get; }

    /// <summary>Who is told of what happens to servers; set once at start.</summary>
    public IServerEvents? Events { get; set; }

    /// <summary>Time starts to count, for the backend and its servers. Before any worker runs.</summary>
    internal void BeginAt(long nowMs)
    {
        Interlocked.Exchange(ref _lastChangeMs, nowMs);
        foreach (var server in Servers) server.BeginAt(nowMs);
        if (Servers.Any(static server => server.Model.Saved is not null)) RebuildBalancer();
        if (!IsUp && !Servers.IsEmpty) Interlocked.Exchange(ref _downSinceMs, nowMs);
    }

    /// <summary>Under the change lock, after a server changed: keeps the backend's own up and down times.</summary>
    internal void NoteState(bool wasUp, long nowMs)
    {
        if (wasUp == IsUp) return;
        Interlocked.Exchange(ref _lastChangeMs, nowMs);
        if (wasUp)
        {
            Interlocked.Increment(ref _downTransitions);
            Interlocked.Exchange(ref _downSinceMs, nowMs);
            Events?.BackendWentDown(this);
        }
        else if (_downSinceMs >= 0)
        {
            Interlocked.Add(ref _downTotalMs, nowMs - _downSinceMs);
            Interlocked.Exchange(ref _downSinceMs, -1);
        }
    }

    /// <summary>Looks again which servers take traffic. Under the change lock, or before any worker runs.</summary>
    internal void RebuildBalancer()
    {
        var active = new List<Server>();
        var backup = new List<Server>();
        foreach (var server in Servers)
            if (server.IsUsable) (server.Model.Backup ? backup : active).Add(server);
        ActiveServers = active.Count;
        BackupServers = backup.Count;
        var chosen = active.Count > 0 ? active : backup;
        if (active.Count == 0 && backup.Count > 1 && !Model.AllBackups) chosen = backup[..1];
        // A server that starts slowly needs finer weights than whole ones; algorithms that are static do not follow.
        var scale = BalancerFactory.FollowsWeights(Model) && chosen.Exists(static server => server.ThrottlePercent < 100) ? ServerSet.FineScale : 1;
        var weights = chosen.ConvertAll(server => server.WeightIn(scale));
        _balancer = BalancerFactory.Create(this, new ServerSet([.. chosen], [.. weights], weights.Sum(), scale), _balancer);
    }
}
