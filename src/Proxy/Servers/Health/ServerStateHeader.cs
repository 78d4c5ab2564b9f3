using System.Globalization;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>The header `http-check send-state` adds: what the proxy thinks of the server it asks (configuration.txt 4.2).</summary>
internal static class ServerStateHeader
{
    public static string Of(Server server, string node)
    {
        var (health, backend, address) = (server.Health, server.Backend, server.Address);
        var word = server.Operating switch { OperatingState.Stopped => "DOWN", OperatingState.Stopping => "NOLB", _ => "UP" };
        var (count, of) = health.IsUp ? (health.Value - health.Rise + 1, health.Fall) : (health.Value, health.Rise);
        var where = address switch
        {
            null => "",
            { Family: SocketFamily.Unix or SocketFamily.AbstractUnix } => "address=unix; ",
            _ => string.Create(CultureInfo.InvariantCulture, $"address={address.Address}; port={address.Port}; "),
        };
        var progress = health.Value == health.Rise + health.Fall - 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" {count}/{of}");
        return string.Create(CultureInfo.InvariantCulture,
            $"x-haproxy-server-state: {word}{progress}; {where}name={backend.Name}/{server.Name}; node={node}; " +
            $"weight={server.EffectiveWeight}/{backend.TotalWeight}; scur={server.Slots.Current}/{backend.Connections.Current}; " +
            $"qcur={server.Queue.Length.Current}\r\n");
    }
}
