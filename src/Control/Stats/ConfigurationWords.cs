using System.Net;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Control.Stats;

/// <summary>What the configuration says, in the words statistics use for it.</summary>
public static class ConfigurationWords
{
    public static string Of(ProxyMode mode) => ProxyModeNames.Of(mode);

    /// <summary>Name of a balancing algorithm; the original calls random "unknown".</summary>
    public static string Of(BalanceAlgorithm algorithm) => algorithm switch
    {
        BalanceAlgorithm.RoundRobin => "roundrobin",
        BalanceAlgorithm.StaticRoundRobin => "static-rr",
        BalanceAlgorithm.LeastConnections => "leastconn",
        BalanceAlgorithm.Source => "source",
        BalanceAlgorithm.First => "first",
        BalanceAlgorithm.Uri => "uri",
        BalanceAlgorithm.UrlParameter => "url_param",
        BalanceAlgorithm.Header => "hdr",
        BalanceAlgorithm.Hash => "hash",
        _ => "unknown",
    };

    /// <summary>`127.0.0.1:80`, `[::1]:80` or `unix`.</summary>
    public static string Of(SocketAddressModel address) => address.Family switch
    {
        SocketFamily.IPv4 or SocketFamily.IPv6 => new IPEndPoint(address.Address ?? IPAddress.Any, address.Port).ToString(),
        SocketFamily.Descriptor => address.ToString(),
        _ => "unix",
    };

    /// <summary>The transport under a listening address, as the column `proto` names it.</summary>
    public static string ProtocolOf(SocketAddressModel address) => address.Family switch
    {
        SocketFamily.IPv6 => "tcpv6",
        SocketFamily.Unix or SocketFamily.AbstractUnix => "unix_stream",
        _ => "tcpv4",
    };
}
