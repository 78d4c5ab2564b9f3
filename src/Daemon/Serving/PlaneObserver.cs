using Evenkeel.Proxy;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Health;

namespace Evenkeel.Daemon.Serving;

/// <summary>Health checks, announcements and statistics pages follow servers and backends that commands add and remove.</summary>
internal sealed class PlaneObserver(HealthChecks checks, Equipment equipment) : IPlaneObserver
{
    public void Added(Server server) => checks.Add(server);

    public void Removing(Server server) => checks.Remove(server);

    public void Adding(Backend backend) => equipment.Attach(backend);

    public void Removed(Backend backend) => equipment.Detach(backend);
}
