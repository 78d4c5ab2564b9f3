using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Checks;

/// <summary>Gives servers that are written as host names their addresses, by the methods of `init-addr` (configuration.txt 5.2).</summary>
internal static class ServerResolution
{
    private static readonly ImmutableArray<string> DefaultMethods = ["last", "libc"];

    /// <summary>Replaces the backends' servers by resolved ones; a name that does not resolve is fatal unless `init-addr none` or `-dr` allows it.</summary>
    public static void Resolve(ParseContext context, ImmutableArray<BackendModel>.Builder backends)
    {
        var failed = false;
        var known = new Dictionary<string, IReadOnlyList<IPAddress>>(StringComparer.Ordinal);
        for (var i = 0; i < backends.Count; i++)
        {
            var backend = backends[i];
            if (backend.Disabled || !backend.Servers.Any(server => server.HostName is not null)) continue;
            var extras = context.Draft.FindProxy(backend.Name)!.ServerExtras;
            var servers = backend.Servers.ToBuilder();
            for (var at = 0; at < servers.Count; at++)
            {
                if (servers[at].HostName is null) continue;
                var resolved = ResolveOne(context, backend, servers[at], extras[at], known);
                if (resolved is null) failed = true;
                else servers[at] = resolved;
            }
            backends[i] = backend with { Servers = servers.ToImmutable() };
        }
        if (failed) context.Diagnostics.Say(Severity.Alert, SourcePosition.None, "Failed to initialize server(s) addr.");
    }

    private static ServerModel? ResolveOne(ParseContext context, BackendModel backend, ServerModel server, ServerExtras extras,
        Dictionary<string, IReadOnlyList<IPAddress>> known)
    {
        var methods = extras.InitAddr.IsDefaultOrEmpty ? DefaultMethods : extras.InitAddr;
        var who = extras.TemplatePrefix is { } prefix ? $"server-template {backend.Name}/{prefix}" : $"server {backend.Name}/{server.Name}";
        var where = $"[{server.Position}] : '{who}' : ";
        var isDynamic = server.Naming.Resolvers is not null;
        if (server.IsService) return ResolveService(context, server, isDynamic, where);
        var triedLibc = false;
        foreach (var method in methods)
        {
            switch (method)
            {
                case "last":
                    if (server.Saved?.Address is { } last && IPAddress.TryParse(last, out var lastAddress)) return WithAddress(server, lastAddress);
                    break;
                case "libc":
                    triedLibc = true;
                    if (!known.TryGetValue(server.HostName!, out var addresses)) known[server.HostName!] = addresses = context.World.Resolve(server.HostName!);
                    if (addresses.Count > 0) return WithAddress(server, addresses[0]);
                    break;
                case "none":
                    if (triedLibc)
                        context.Diagnostics.Say(Severity.Notice, server.Position, $"{where}could not resolve address '{server.HostName}', disabling server.");
                    return server with { Address = null };
                default:
                    return WithAddress(server, IPAddress.Parse(method));
            }
        }
        if (context.Options.IgnoresResolutionFailures || isDynamic)
        {
            context.Diagnostics.Say(Severity.Notice, server.Position, $"{where}could not resolve address '{server.HostName}', disabling server.");
            return server with { Address = null };
        }
        context.Diagnostics.Say(Severity.Alert, server.Position, $"{where}could not resolve address '{server.HostName}'.");
        return null;
    }

    /// <summary>The C library does not know SRV records: only `resolvers` do.</summary>
    private static ServerModel? ResolveService(ParseContext context, ServerModel server, bool isDynamic, string where)
    {
        if (isDynamic) return server with { Address = null };
        context.Diagnostics.Say(Severity.Alert, server.Position, $"{where}no method found to resolve address '{server.HostName}'.");
        return null;
    }

    private static ServerModel WithAddress(ServerModel server, IPAddress address) => server with
    {
        Address = new SocketAddressModel(FamilyOf(address), address, server.ServicePort),
    };

    private static SocketFamily FamilyOf(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? SocketFamily.IPv6 : SocketFamily.IPv4;
}
