using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Control.Stats;

/// <summary>
/// Kinds of objects a dump may be restricted to; the numbers are those typed after `show stat` (1 frontends, 2 backends, 4 servers, 8 bind lines).
/// </summary>
[Flags]
public enum StatKinds { None = 0, Frontends = 1, Backends = 2, Servers = 4, Listeners = 8, Everything = -1 }

/// <summary>Which servers a dump leaves out.</summary>
public enum ServerFilter { All, OnlyUp, NoMaintenance }

/// <summary>Which objects a dump shows (management.txt "show stat").</summary>
public sealed record StatSelection
{
    public static StatSelection Everything { get; } = new();

    /// <summary>A proxy's id, -1 for all.</summary>
    public int ProxyId { get; init; } = -1;

    public StatKinds Kinds { get; init; } = StatKinds.Everything;

    /// <summary>A server's id, -1 for all.</summary>
    public int Id { get; init; } = -1;

    public ServerFilter Servers { get; init; }

    /// <summary>Restricts proxies further (scope of a statistics page); null takes all.</summary>
    public Func<ProxyModel, bool>? Proxies { get; init; }

    /// <summary>Addresses, cookies and algorithms are left out: what `stats show-legends` lets visitors of a page see.</summary>
    public bool HidesLegends { get; init; }

    /// <summary>
    /// Reads the selected objects one after the other into <paramref name="row"/>, which is yielded again and again: a proxy's frontend, its bind
    /// lines (`option socket-stats`), servers and backend, proxies in file order.
    /// </summary>
    public IEnumerable<StatRow> Read(StatRow row, ProxySet proxies, long nowMs)
    {
        foreach (var read in ReadWhole(row, proxies, nowMs))
        {
            if (HidesLegends) read.Clear(StatField.Addr, StatField.Cookie, StatField.Algo);
            yield return read;
        }
    }

    private IEnumerable<StatRow> ReadWhole(StatRow row, ProxySet proxies, long nowMs)
    {
        foreach (var (frontend, backend) in ProxyOrder.Sections(proxies))
        {
            if (frontend is not null && Includes(frontend.Model))
            {
                if (Kinds.HasFlag(StatKinds.Frontends) && Id <= 0)
                {
                    ProxyReading.Read(row, frontend, nowMs);
                    yield return row;
                }

                if (Kinds.HasFlag(StatKinds.Listeners) && frontend.Model.Options.SocketStats)
                {
                    foreach (var bind in frontend.Binds)
                    {
                        if (Id >= 0 && bind.Id != Id) continue;
                        ProxyReading.Read(row, bind);
                        yield return row;
                    }
                }
            }

            if (backend is null || !Includes(backend.Model)) continue;
            if (Kinds.HasFlag(StatKinds.Servers))
            {
                foreach (var server in backend.Servers)
                {
                    if (!Includes(server)) continue;
                    ServerReading.Read(row, server, nowMs);
                    yield return row;
                }
            }

            if (!Kinds.HasFlag(StatKinds.Backends) || Id > 0) continue;
            ProxyReading.Read(row, backend, nowMs);
            // A list that leaves servers out says how many there are.
            if (Servers != ServerFilter.All)
                row.Set(StatField.Status, $"{row.Text(StatField.Status)} ({backend.Servers.Count(static server => server.IsUp)}/{backend.Servers.Length})");
            yield return row;
        }
    }

    private bool Includes(ProxyModel proxy) => !proxy.Disabled && (ProxyId < 0 || proxy.Id == ProxyId) && (Proxies is null || Proxies(proxy));

    private bool Includes(Server server)
    {
        if (Id >= 0 && server.Id != Id) return false;
        return Servers switch
        {
            ServerFilter.OnlyUp => server.IsUp,
            ServerFilter.NoMaintenance => !server.InMaintenance,
            _ => true,
        };
    }
}
