using Evenkeel.Proxy.Servers;

namespace Evenkeel.Daemon.Haproxy;

/// <summary>What SIGHUP makes haproxy say: every server's state, and what is left of each backend.</summary>
internal static class ServerDump
{
    public static void Say(ProxySet proxies, HaproxyConsole console)
    {
        console.Warning("SIGHUP received, dumping servers states.");
        foreach (var backend in proxies.Backends)
        {
            foreach (var server in backend.Servers)
                console.Warning($"SIGHUP: Server {backend.Name}/{server.Name} is {(server.IsUp ? "UP" : "DOWN")}.");
            var active = backend.Servers.Count(server => server.IsUsable && !server.Model.Backup);
            var backup = backend.Servers.Count(server => server.IsUsable && server.Model.Backup);
            console.Warning(active + backup == 0
                ? $"SIGHUP: Proxy {backend.Name} has no server available !"
                : $"SIGHUP: Proxy {backend.Name} has {active} active servers and {backup} backup servers available.");
        }
    }
}
