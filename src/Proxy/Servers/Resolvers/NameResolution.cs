using Evenkeel.Proxy.Loop;

namespace Evenkeel.Proxy.Servers.Resolvers;

/// <summary>
/// All name resolution of a process while it runs: the `resolvers` sections of the configuration in force and the servers that follow names. Works on one
/// worker's loop.
/// </summary>
public sealed class NameResolution
{
    private readonly List<ResolvedServer> _servers = [];
    private volatile Resolver[] _resolvers = [];
    private EventLoop? _loop;

    /// <summary>In the order of the files; any thread.</summary>
    public IReadOnlyList<Resolver> Resolvers => _resolvers;

    /// <summary>Null for a section that is not there. Any thread.</summary>
    internal Resolver? Find(string name) => Array.Find(_resolvers, resolver => resolver.Model.Name == name);

    /// <summary>Begins with, or goes over to, a configuration that is in force. Any thread, one call at a time.</summary>
    public void Adopt(ProxySet proxies, Worker worker)
    {
        _loop = worker.Loop;
        var next = proxies.Model.Resolvers.Select(model => new Resolver(model, worker.Loop)).ToArray();
        // Those of the start can be asked before the loop has come to this.
        if (_resolvers.Length == 0) _resolvers = next;
        worker.Loop.Post(new ActionTask(() => Exchange(proxies, next)));
    }

    private void Exchange(ProxySet proxies, Resolver[] next)
    {
        foreach (var resolver in _resolvers)
            if (Array.IndexOf(next, resolver) < 0) resolver.Close();
        _servers.Clear();
        _resolvers = next;
        foreach (var backend in proxies.Backends)
            if (!backend.Model.Disabled && backend.Servers.Any(FollowsName)) Follow(backend);
    }

    private void Follow(Backend backend)
    {
        var named = backend.Servers.Where(FollowsName).ToArray();
        var siblings = new List<ResolvedServer>(named.Length);
        siblings.AddRange(named.Select(server => new ResolvedServer(server, siblings)));
        _servers.AddRange(siblings);
        foreach (var group in siblings.GroupBy(each => (HostName: NameOf(each.Server), each.Server.Model.Naming.Resolvers)))
        {
            if (Find(group.Key.Resolvers!) is not { } resolver) continue;
            if (group.Key.HostName.StartsWith('_')) FollowService(resolver, [.. group], group.Key.HostName);
            else
                foreach (var server in group) server.Follow(resolver, group.Key.HostName);
        }
    }

    private static bool FollowsName(Server server) => server.Model is { HostName: not null, Naming.Resolvers: not null };

    private static string NameOf(Server server) => server.Model.IsService ? server.Model.HostName! : server.HostName;

    /// <summary>`set server ... fqdn NAME`: follows another name from now on. Any thread.</summary>
    /// <returns>False when it follows none, or it is no name of a host.</returns>
    public bool TryRename(Server server, string name)
    {
        Span<byte> space = stackalloc byte[DnsQuestion.MaxLength];
        if (server.Model.IsService || DnsName.Write(DnsName.Normal(name), space) <= 0 || _loop is not { } loop) return false;
        server.CommandedHostName = name;
        loop.Post(new ActionTask(() =>
        {
            if (_servers.Find(each => each.Server == server) is not { } follower || Find(server.Model.Naming.Resolvers!) is not { } resolver) return;
            follower.Unfollow();
            follower.Follow(resolver, name);
        }));
        return true;
    }

    private static void FollowService(Resolver resolver, ResolvedServer[] servers, string label)
    {
        // What a configuration before this one had given them is theirs as long as the records say so.
        foreach (var server in servers)
        {
            if (server.Server.NameFromService.Length > 0 && server.Server.Address is { } address)
                server.FollowService(resolver, new DnsRecord(DnsType.Srv, null) { Target = server.Server.NameFromService, Port = address.Port });
        }

        new ResolvedService(resolver, servers).Follow(label);
    }
}
