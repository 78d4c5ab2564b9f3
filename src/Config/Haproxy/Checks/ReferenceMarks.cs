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
        for (var i = 0; i < backends.Count; i++)
        {
            var backend = backends[i];
            var servers = backend.Servers;
            if (servers.Any(server => named.Contains($"{backend.Name}/{server.Name}")))
                servers = [.. servers.Select(server => server with { IsReferenced = named.Contains($"{backend.Name}/{server.Name}") })];
            backends[i] = backend with { Servers = servers, IsReferenced = named.Contains(backend.Name) };
        }
    }
}
