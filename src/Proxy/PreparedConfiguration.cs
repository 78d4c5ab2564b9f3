using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Rules;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Proxy;

/// <summary>A configuration made ready beside the one in force: <see cref="ProxyPlane.Prepare"/> -> <b>PreparedConfiguration</b> ->
/// <see cref="ProxyPlane.TakeOver"/>, or nothing at all.</summary>
/// <remarks>Others hang logs and pages on its proxies' setups in between.</remarks>
public sealed class PreparedConfiguration
{
    internal PreparedConfiguration(ProxySet proxies, int maxConnections, RuleBinder rules)
    {
        MaxConnections = maxConnections;
        Proxies = proxies;
        Rules = rules;
    }

    public ProxySet Proxies { get; }

    internal int MaxConnections { get; }

    public RuleBinder Rules { get; }

    /// <summary>What stands against it, in words for the operator; a configuration with problems must not be taken into use.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Bind lines that do not listen yet, with their sockets.</summary>
    internal List<(Bind Bind, SocketHandle[] Sockets)> NewBinds { get; } = [];
}
