namespace Evenkeel.Proxy.Servers;

/// <summary>What has to go after one configuration took over from another.</summary>
public sealed class ProxyChange
{
    public List<Frontend> RemovedFrontends { get; } = [];

    public List<Backend> RemovedBackends { get; } = [];

    /// <summary>Servers that the configuration no longer has, those of removed backends included.</summary>
    public List<Server> RemovedServers { get; } = [];

    /// <summary>Servers to which connections begin in another way than before.</summary>
    public List<Server> RenewedServers { get; } = [];
}
