using System.Collections.Immutable;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Checks;

/// <summary>Marks the backends and servers that the configuration names: what is marked can be neither removed nor renamed while the program runs.</summary>
internal static class ReferenceMarks
{
    public static void Set(ParseContext context, IReadOnlyCollection<FrontendModel> frontends, ImmutableArray<BackendModel>.Builder backends)
    {
        var named = context.References.NamedBackendsAndServers().ToHashSet(StringComparer.Ordinal);
        foreach (var frontend in frontends)
        {
            if (frontend.DefaultBackend is { } byDefault) named.Add(byDefault);
            foreach (var rule in frontend.UseBackend)
                if (rule.Target.Literal is { } name) named.Add(name);
        }
        foreach (var backend in backends)
        {
            foreach (var rule in backend.UseServer)
                if (rule.Target.Literal is { } name) named.Add($"{backend.Name}/{name}");
            foreach (var server in backend.Servers)
                if (server.Track is { } tracked) named.Add(tracked.Contains('/', StringComparison.Ordinal) ? tracked : $"{backend.Name}/{tracked}");
        }
        var owners = named.Where(static name => name.Contains('/', StringComparison.Ordinal))
            .Select(static name => name[..name.IndexOf('/', StringComparison.Ordinal)]).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < backends.Count; i++)
        {
            var backend = backends[i];
            var servers = backend.Servers;
            if (owners.Contains(backend.Name) || HasMarks(servers))
                servers = [.. servers.Select(server => server with { IsReferenced = named.Contains($"{backend.Name}/{server.Name}") })];
            var isReferenced = named.Contains(backend.Name);
            // A model that is kept from the configuration before is marked already.
            if (servers == backend.Servers && isReferenced == backend.IsReferenced) continue;
            backends[i] = backend with { Servers = servers, IsReferenced = isReferenced };
        }
    }

    private static bool HasMarks(ImmutableArray<ServerModel> servers)
    {
        foreach (var server in servers)
            if (server.IsReferenced) return true;
        return false;
    }
}
