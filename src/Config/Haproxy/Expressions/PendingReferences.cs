using System.Collections.Immutable;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>A name used in an expression's argument that must exist once all files are read.</summary>
/// <param name="Where">`arg 1 of ACL keyword 'nbsrv'`, as messages say it.</param>
public sealed record PendingReference(ArgumentKind Kind, string Name, string Where, string ProxyName, SourcePosition Position);

/// <summary>A `log-profile` that an action names and that must exist once all files are read.</summary>
public sealed record LogProfileReference(string Action, string Name, string ProxyName, SourcePosition Position);

/// <summary>The groups that an ACL on `http_auth_group` asks for, which the user list must have.</summary>
/// <param name="Acl">Empty when it is anonymous.</param>
public sealed record UserGroupReference(string Acl, string UserList, ImmutableArray<string> Groups, string ProxyName, SourcePosition Position);

/// <summary>Collects references from expressions to proxies, servers and user lists; checked at the end, since sections may come in any order.</summary>
public sealed class PendingReferences
{
    private readonly List<PendingReference> _items = [];

    private readonly List<LogProfileReference> _profiles = [];
    private readonly List<UserGroupReference> _groups = [];

    private readonly List<(string Name, string ProxyName, SourcePosition Position)> _resolvers = [];

    /// <summary>`do-resolve` names a section.</summary>
    public void AddResolvers(string name, string proxyName, SourcePosition position) => _resolvers.Add((name, proxyName, position));

    public void CheckResolvers(HashSet<string> known, DiagnosticList diagnostics)
    {
        foreach (var (name, proxyName, position) in _resolvers)
        {
            if (!known.Contains(name))
                diagnostics.Say(Severity.Alert, position, $"Proxy '{proxyName}': Can't find resolvers section '{name}' for do-resolve action.");
        }
    }

    public void Add(PendingReference reference) => _items.Add(reference);

    public void Add(LogProfileReference reference) => _profiles.Add(reference);

    /// <summary>How many there are so far.</summary>
    public (int Items, int Others) Counts => (_items.Count, _profiles.Count + _resolvers.Count + _groups.Count);

    /// <summary>Those that came after <paramref name="counts"/> was taken.</summary>
    /// <returns>Null when there are some among them that cannot be added again.</returns>
    public PendingReference[]? Since((int Items, int Others) counts)
    {
        if (counts.Others != Counts.Others) return null;
        return counts.Items == _items.Count ? [] : [.. _items.Skip(counts.Items)];
    }

    public void AddAgain(PendingReference[] items) => _items.AddRange(items);

    public void Add(UserGroupReference reference) => _groups.Add(reference);

    /// <summary>Backends, and servers as `backend/server`, that expressions name.</summary>
    public IEnumerable<string> NamedBackendsAndServers() => _items.Select(static item => item.Kind switch
    {
        ArgumentKind.Backend => item.Name.Length == 0 ? item.ProxyName : item.Name,
        ArgumentKind.Server => item.Name.Contains('/', StringComparison.Ordinal) ? item.Name : $"{item.ProxyName}/{item.Name}",
        _ => "",
    });

    /// <summary>Reports every profile that does not exist.</summary>
    public void CheckLogProfiles(IEnumerable<string> names, DiagnosticList diagnostics)
    {
        var known = names.ToHashSet(StringComparer.Ordinal);
        foreach (var item in _profiles)
        {
            if (!known.Contains(item.Name))
                diagnostics.Say(Severity.Alert, item.Position, $"Proxy '{item.ProxyName}': {item.Action} action: profile '{item.Name}' is invalid.");
        }
    }

    /// <summary>Reports every name that does not exist.</summary>
    public void Check(IReadOnlyCollection<FrontendModel> frontends, IReadOnlyCollection<BackendModel> backends,
        IReadOnlyCollection<UserListModel> userLists, DiagnosticList diagnostics)
    {
        if (_items.Count == 0) return;
        var frontendNames = frontends.Select(frontend => frontend.Name).ToHashSet(StringComparer.Ordinal);
        var backendsByName = new Dictionary<string, BackendModel>(StringComparer.Ordinal);
        foreach (var backend in backends) backendsByName.TryAdd(backend.Name, backend);
        var userListNames = userLists.Select(list => list.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var item in _items.Distinct())
        {
            var complaint = item.Kind switch
            {
                ArgumentKind.UserList => UserList(item, userListNames),
                ArgumentKind.Backend => Proxy(item, "backend", backendsByName.ContainsKey, frontendNames.Contains),
                ArgumentKind.Frontend => Proxy(item, "frontend", frontendNames.Contains, backendsByName.ContainsKey),
                ArgumentKind.Server => Server(item, backendsByName),
                ArgumentKind.Table => Table(item),
                _ => null,
            };
            if (complaint is not null) diagnostics.Say(Severity.Alert, item.Position, $"parsing [{item.Position}]: {complaint}");
        }
        foreach (var item in _groups)
            if (userLists.FirstOrDefault(list => list.Name == item.UserList) is { } list && Group(item, list) is { } complaint)
                diagnostics.Say(Severity.Alert, item.Position, $"proxy {item.ProxyName}: acl {item.Acl} http_auth_group(): {complaint}");
    }

    private static string? Group(UserGroupReference item, UserListModel list)
    {
        if (item.Groups.IsEmpty) return "no groups specified.";
        return item.Groups.FirstOrDefault(name => list.Groups.All(group => group.Name != name)) is { } unknown ? $"invalid group '{unknown}'." : null;
    }

    private static string? UserList(PendingReference item, HashSet<string> names)
    {
        if (item.Name.Length == 0) return $"missing userlist name in {item.Where} in proxy '{item.ProxyName}'.";
        return names.Contains(item.Name) ? null : $"unable to find userlist '{item.Name}' referenced in {item.Where} in proxy '{item.ProxyName}'.";
    }

    private static string? Proxy(PendingReference item, string kind, Func<string, bool> exists, Func<string, bool> existsAsOther)
    {
        var name = item.Name.Length == 0 ? item.ProxyName : item.Name;
        if (exists(name)) return null;
        return existsAsOther(name)
            ? $"proxy '{name}', referenced in {item.Where} in proxy '{item.ProxyName}', has not {kind} capability."
            : $"unable to find {kind} '{name}' referenced in {item.Where} in proxy '{item.ProxyName}'.";
    }

    private static string? Server(PendingReference item, Dictionary<string, BackendModel> backends)
    {
        var slash = item.Name.IndexOf('/', StringComparison.Ordinal);
        var proxyName = slash < 0 ? item.ProxyName : item.Name[..slash];
        var serverName = item.Name[(slash + 1)..];
        if (slash >= 0 && !backends.ContainsKey(proxyName))
            return $"unable to find proxy '{proxyName}' referenced in {item.Where} in proxy '{item.ProxyName}'.";
        var found = backends.TryGetValue(proxyName, out var backend) && backend.Servers.Any(server => server.Name == serverName);
        return found ? null : $"unable to find server '{serverName}' in proxy '{proxyName}', referenced in {item.Where} in proxy '{item.ProxyName}'.";
    }

    private static string Table(PendingReference item)
    {
        var name = item.Name.Length == 0 ? item.ProxyName : item.Name;
        return $"unable to find table '{name}' referenced in {item.Where} in proxy '{item.ProxyName}'.";
    }
}
