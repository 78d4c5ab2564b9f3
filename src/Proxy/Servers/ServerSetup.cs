using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Transport;
using Evenkeel.Proxy.Transport.ProxyProtocol;
using Evenkeel.Proxy.Transport.Tls;

namespace Evenkeel.Proxy.Servers;

/// <summary>What one configuration says of a server, prepared to be taken into use by <see cref="Server.Adopt"/>.</summary>
public sealed class ServerSetup
{
    internal ServerSetup(Server server, ServerModel model)
    {
        Server = server;
        Model = model;
        Redirection = model.Redirection is { } prefix ? System.Text.Encoding.Latin1.GetBytes(prefix) : null;
        Namespace = model.Namespace is { } where ? NetworkNamespace.Named(where.Name) : null;
        Source = model.Source is { } source ? new SourceBinder(source) : null;
    }

    public Server Server { get; }

    public ServerModel Model { get; }

    /// <summary>`redir`: where GET and HEAD are sent instead; null when they are forwarded.</summary>
    internal byte[]? Redirection { get; }

    /// <summary>Where connections to it come from (`source`); null leaves it to the kernel.</summary>
    internal SourceBinder? Source { get; }

    /// <summary>`namespace NAME`; null makes connections where the process runs.</summary>
    internal NetworkNamespace? Namespace { get; }

    /// <summary>`ssl`, `check-ssl`; null for a server that is spoken to plainly.</summary>
    internal ServerTls? Tls { get; set; }

    /// <summary>`send-proxy`: written at the start of every connection.</summary>
    internal ServerProxyHeader? ProxyHeader { get; set; }

    /// <summary>`pool-conn-name`, ready to be evaluated; null without it.</summary>
    internal ConnectionName? ConnectionName { get; set; }

    /// <summary>Something in it was made from other parts of the configuration, or from files: another configuration has to make it again.</summary>
    internal bool IsBoundToConfiguration => Model.Tls is not null || Model.Track is not null || ProxyHeader is not null || ConnectionName is not null;

    /// <summary>The server whose state this one follows (`track`), or null.</summary>
    internal Server? Tracked { get; set; }
}
