using System.Collections.Immutable;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Servers;

/// <summary>
/// Everything that lives of one configuration: ConfigurationModel -> <b>ProxySet</b> -> engine, checks and control work on its frontends,
/// backends and servers.
/// </summary>
public sealed class ProxySet
{
    private readonly Dictionary<string, Frontend> _frontendsByName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Backend> _backendsByName = new(StringComparer.Ordinal);

    /// <param name="maxConnections">The process's limit, given or computed; the default of each frontend.</param>
    public ProxySet(ConfigurationModel model, int workers, int maxConnections)
    {
        Model = model;
        Process = new ProcessStatistics(workers, maxConnections);
        var frontends = ImmutableArray.CreateBuilder<Frontend>(model.Frontends.Length);
        foreach (var frontend in model.Frontends) frontends.Add(new Frontend(frontend, maxConnections, workers));
        var backends = ImmutableArray.CreateBuilder<Backend>(model.Backends.Length);
        var changeLock = new Lock();
        foreach (var backend in model.Backends) backends.Add(new Backend(backend, workers, changeLock));
        Frontends = frontends.MoveToImmutable();
        Backends = backends.MoveToImmutable();
        foreach (var frontend in Frontends) _frontendsByName[frontend.Name] = frontend;
        foreach (var backend in Backends) _backendsByName[backend.Name] = backend;
        LinkTwinsAndDefaults();
        LinkTracking();
        EstimateFullConnections();
    }

    public ConfigurationModel Model { get; }

    public ProcessStatistics Process { get; }

    /// <summary>In file order.</summary>
    public ImmutableArray<Frontend> Frontends { get; }

    /// <summary>In file order.</summary>
    public ImmutableArray<Backend> Backends { get; }

    public Frontend? FindFrontend(string name) => _frontendsByName.GetValueOrDefault(name);

    public Backend? FindBackend(string name) => _backendsByName.GetValueOrDefault(name);

    public Frontend? FindFrontend(int id) => Frontends.FirstOrDefault(frontend => frontend.Id == id);

    public Backend? FindBackend(int id) => Backends.FirstOrDefault(backend => backend.Id == id);

    private void LinkTwinsAndDefaults()
    {
        foreach (var frontend in Frontends)
        {
            if (frontend.Model.IsListen && FindBackend(frontend.Name) is { } twin)
            {
                frontend.Twin = twin;
                twin.Twin = frontend;
                frontend.DefaultBackend = twin;
            }

            if (frontend.Model.DefaultBackend is { } name) frontend.DefaultBackend = FindBackend(name);
        }
    }

    /// <summary>
    /// `fullconn` where it is not given: a tenth of the connections the frontends that name this backend may have together
    /// (configuration.txt 4.2 "fullconn"); names made at run time do not count.
    /// </summary>
    private void EstimateFullConnections()
    {
        var reachable = new Dictionary<Backend, long>();
        foreach (var frontend in Frontends)
        {
            var named = frontend.Model.UseBackend.Select(rule => rule.Target.Literal is { } name ? FindBackend(name) : null);
            foreach (var backend in named.Append(frontend.DefaultBackend).OfType<Backend>().Distinct())
                reachable[backend] = reachable.GetValueOrDefault(backend) + frontend.MaxConnections;
        }

        foreach (var (backend, connections) in reachable)
            if (backend.Model.FullConnections is null) backend.FullConnections = (int)((connections + 9) / 10);
    }

    /// <summary>`track [backend/]server`: the configuration has been checked, so a name that is not found tracks nothing.</summary>
    private void LinkTracking()
    {
        foreach (var backend in Backends)
        foreach (var server in backend.Servers)
        {
            if (server.Model.Track is not { } path) continue;
            var slash = path.IndexOf('/', StringComparison.Ordinal);
            var owner = slash < 0 ? backend : FindBackend(path[..slash]);
            server.Tracked = owner?.FindServer(path[(slash + 1)..]);
            server.Tracked?.Followers.Add(server);
        }
    }
}
