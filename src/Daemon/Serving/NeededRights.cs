using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;

namespace Evenkeel.Daemon.Serving;

/// <summary>What a configuration does while it runs that only root may, or who keeps a capability (`setcap`): without it every connection of that kind
/// would fail (management.txt 13.1).</summary>
public static class NeededRights
{
    private const string Namespaces = "cap_sys_admin";
    private const string Network = "cap_net_raw";
    private const string AllNetwork = "cap_net_admin";

    /// <summary>The first of them that the configuration does not keep: what asks for it and the capability; null when it keeps all.</summary>
    public static (string Asker, string Capability)? Missing(ConfigurationModel model)
    {
        var kept = model.Global.Capabilities;
        if (!kept.Contains(Namespaces) && NamespaceUser(model) is { } server) return (server, Namespaces);
        if (kept.Contains(Network) || kept.Contains(AllNetwork)) return null;
        if (SourceUser(model) is { } source) return (source, Network);
        return Marker(model) is { } rule ? (rule, AllNetwork) : null;
    }

    private static string? NamespaceUser(ConfigurationModel model) =>
        Servers(model).FirstOrDefault(static each => each.Server.Namespace is not null || each.Server.FollowsClientNamespace) is { Server: not null } found
            ? $"'namespace' on 'server {found.Section}/{found.Server.Name}'" : null;

    private static string? SourceUser(ConfigurationModel model) =>
        Servers(model).FirstOrDefault(static each => each.Server.Source is { Interface: not null } or { Spoofed: not SpoofedSource.None })
            is { Server: not null } found ? $"'source' on 'server {found.Section}/{found.Server.Name}'" : null;

    private static IEnumerable<(string Section, ServerModel Server)> Servers(ConfigurationModel model) =>
    [
        .. from backend in model.Backends from server in backend.Servers select (backend.Name, server),
        .. from ring in model.Rings from server in ring.Servers select (ring.Name, server),
    ];

    private static string? Marker(ConfigurationModel model)
    {
        var rules = model.Frontends.SelectMany(static frontend => RulesOf(frontend).Concat(frontend.TcpRequestConnection).Concat(frontend.TcpRequestSession))
            .Concat(model.Backends.SelectMany(static backend => RulesOf(backend).Concat(backend.TcpResponseContent)));
        return rules.FirstOrDefault(static rule => rule.Action.Signature.Name is "set-mark" or "set-fc-mark" or "set-bc-mark") is { } found
            ? $"'{found.Action.Signature.Name}' at [{found.Position}]" : null;
    }

    private static IEnumerable<RuleModel> RulesOf(ProxyModel proxy) =>
        proxy.TcpRequestContent.Concat(proxy.HttpRequest).Concat(proxy.HttpResponse).Concat(proxy.HttpAfterResponse);
}
