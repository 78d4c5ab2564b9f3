using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Control.Stats;

/// <summary>Puts frontends and backends back into the order of the configuration, both halves of a `listen` together.</summary>
public static class ProxyOrder
{
    /// <summary>Each section once: a frontend, a backend, or both halves of a `listen`.</summary>
    public static IEnumerable<(Frontend? Frontend, Backend? Backend)> Sections(ProxySet proxies)
    {
        var (f, b) = (0, 0);
        while (f < proxies.Frontends.Length || b < proxies.Backends.Length)
        {
            var frontend = f < proxies.Frontends.Length ? proxies.Frontends[f] : null;
            var backend = b < proxies.Backends.Length ? proxies.Backends[b] : null;
            if (frontend is not null && backend is not null && frontend.Twin == backend)
            {
                (f, b) = (f + 1, b + 1);
                yield return (frontend, backend);
            }
            else if (backend is null || (frontend is not null && IsBefore(frontend.Model, backend.Model)))
            {
                f++;
                yield return (frontend, null);
            }
            else
            {
                b++;
                yield return (null, backend);
            }
        }
    }

    /// <summary>Inside one file the line decides; across files the id, which is counted up in the order of reading.</summary>
    private static bool IsBefore(ProxyModel one, ProxyModel other) =>
        one.Position.File == other.Position.File ? one.Position.Line < other.Position.Line : one.Id < other.Id;
}
