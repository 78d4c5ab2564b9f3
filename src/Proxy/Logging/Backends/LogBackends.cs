using System.Collections.Frozen;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Rules;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Proxy.Logging.Backends;

/// <summary>Makes the backends in `mode log` ready to take lines, before any `log` line that names them is opened.</summary>
public static class LogBackends
{
    /// <summary>Binds a configuration's log backends. Servers that live on keep the sockets and buffers they have.</summary>
    /// <param name="loop">Where connections to TCP servers live.</param>
    public static FrozenDictionary<string, LogBackend> Bind(ProxySet proxies, RuleBinder rules, EventLoop loop)
    {
        var backends = new Dictionary<string, LogBackend>(StringComparer.Ordinal);
        foreach (var setup in proxies.BackendSetups)
        {
            if (setup.Model.Mode != ProxyMode.Log) continue;
            foreach (var server in setup.Servers) server.Server.LogSink ??= SinkFor(server.Server, server.Model, proxies.Model.Global.BufferSize, loop);
            var converters = setup.Model.Balance.Expression is { } expression ? rules.Samples.Bind(expression) : null;
            backends[setup.Model.Name] = new LogBackend(setup.Backend, converters);
        }
        return backends.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Whether two configurations have the same servers in their log backends: sockets and buffers cannot be exchanged while workers write.</summary>
    public static bool AreAlike(ConfigurationModel before, ConfigurationModel next) => Servers(before).SequenceEqual(Servers(next));

    private static IEnumerable<(string, string, SocketAddressModel?, NetworkNamespaceModel?, bool?, bool, bool, int?)> Servers(ConfigurationModel model) =>
        model.Backends.Where(static backend => backend.Mode == ProxyMode.Log).SelectMany(static backend => backend.Servers.Select(server =>
            (backend.Name, server.Name, server.Address, server.Namespace, server.Tls?.IsOn, server.IsDatagram, server.CountsOctets, server.LogBufferSize)));

    private static ILogSink SinkFor(Server server, ServerModel model, int bufferSize, EventLoop loop)
    {
        if (model.IsDatagram) return new ServerDatagramSink(server);
        var size = model.LogBufferSize ?? bufferSize;
        var ring = new LogRing(new RingModel($"{server.Backend.Name}/{server.Name}", "", size, size, LogLineFormat.Unspecified, [],
            server.Backend.Model.Timeouts, model.Position, IsImplicit: true));
        _ = new RingForwarder(ring, () => server.Address, model, () => server.Tls, loop);
        return ring;
    }
}
