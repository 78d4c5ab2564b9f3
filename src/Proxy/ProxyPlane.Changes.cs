using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy;

/// <remarks>
/// This part adds and removes servers and backends while workers run. Each is made whole before anybody can find it, and found by nobody before it is let
/// go; streams that hold one keep it. A reload keeps them unless its
/// files say something under their names. Any thread; one change at a time.
/// </remarks>
public sealed partial class ProxyPlane
{
    private readonly Lock _changing = new();

    /// <summary>Told of servers and backends that come and go, for what hangs on them from outside (checks, logs).</summary>
    public IPlaneObserver? Observer { get; set; }

    /// <summary>`add server`: it begins in maintenance, its checks are off.</summary>
    /// <param name="problem">What its TLS settings lack when null comes back.</param>
    public Server? AddServer(Backend backend, ServerModel model, long nowMs, out string problem)
    {
        lock (_changing)
        {
            var server = new Server(backend, model, 0, backend.Workers) { IsDynamic = true };
            server.BeginInMaintenance();
            server.BeginAt(nowMs);
            if (model.Track is { } path) server.Setup.Tracked = server.Tracked = Proxies.FindTracked(backend, path);
            var problems = new List<string>();
            Equip(server.Setup, Proxies.Model.Global, _world, Rules, problems.Add);
            problem = string.Join('\n', problems);
            if (problems.Count > 0) return null;
            backend.Add(server);
            Observer?.Added(server);
            return server;
        }
    }

    /// <summary>`del server`. The caller has seen that nothing stands in the way (<see cref="Server.RemovalObstacle"/>).</summary>
    public void RemoveServer(Server server)
    {
        lock (_changing)
        {
            Observer?.Removing(server);
            server.Backend.Remove(server);
        }
    }

    /// <summary>`add backend`: it has no servers yet and is not published.</summary>
    public Backend AddBackend(BackendModel model, long nowMs)
    {
        lock (_changing)
        {
            var backend = Proxies.Create(model with { IsUnpublished = true });
            var setup = backend.Setup;
            setup.Rules = Rules.BindLate(model);
            Equip(setup, Proxies.Model.Global);
            backend.BeginAt(nowMs);
            Observer?.Adding(backend);
            Proxies.Add(backend);
            return backend;
        }
    }

    /// <summary>`del backend`: it has no servers any more, and no stream.</summary>
    public void RemoveBackend(Backend backend)
    {
        lock (_changing)
        {
            Proxies.Remove(backend);
            Observer?.Removed(backend);
        }
    }
}

/// <summary>Who follows servers and backends that come and go (health checks, logs, pages). Called on the thread that changes the plane.</summary>
public interface IPlaneObserver
{
    void Added(Server server);

    void Removing(Server server);

    /// <summary>Before anybody can find the backend.</summary>
    void Adding(Backend backend);

    void Removed(Backend backend);
}
