namespace Evenkeel.Proxy.Servers.Resolvers;

/// <summary>Servers of one backend that share an SRV label: each record gets one of them, in their order (RFC 2782). Owner: the resolver's worker.</summary>
internal sealed class ResolvedService(Resolver resolver, IReadOnlyList<ResolvedServer> servers) : INameFollower
{
    private Resolution? _resolution;

    public void Follow(string label)
    {
        _resolution = resolver.Find(new NameKey(DnsName.Normal(label), IsService: true, PrefersIPv4: false));
        _resolution?.Follow(this);
    }

    public void OnResolved(Resolution resolution, string source)
    {
        var now = resolver.Loop.NowMs;
        if (resolution.Status != DnsStatus.Valid)
        {
            if (resolution.IsHeld) return;
            foreach (var server in servers)
                if (server.Target.Length > 0) server.Leave(ResolvedServer.ReasonOf(resolution.Status), now);
            return;
        }

        foreach (var server in servers)
        {
            if (server.Target.Length > 0 && !resolution.Records.Any(record => IsOf(record, server)))
                server.Leave("entry removed from SRV record", now);
        }

        foreach (var record in resolution.Records) Assign(record, now);
    }

    private static bool IsOf(DnsRecord record, ResolvedServer server) => record.Port == server.Port && record.Target == server.Target;

    private void Assign(DnsRecord record, long nowMs)
    {
        var server = servers.FirstOrDefault(each => IsOf(record, each));
        var isNew = server is null;
        server ??= servers.FirstOrDefault(static each => each.Target.Length == 0);
        // More records than servers: the rest waits for one to become free.
        if (server is null) return;
        var weight = (record.Weight + 255) / 256;
        if (!server.Server.Model.Naming.IgnoresWeight && server.Server.UserWeight != weight) server.Server.SetWeight(weight, nowMs);
        if (isNew) server.FollowService(resolver, record);
    }
}
