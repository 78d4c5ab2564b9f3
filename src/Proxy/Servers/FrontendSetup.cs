using System.Collections.Immutable;
using System.Text;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Http1;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Rules;
using Evenkeel.Proxy.Servers.Persistence;
using Evenkeel.Proxy.Services;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Servers;

/// <summary>
/// What one configuration says of a frontend, with all that was bound from it. A reload exchanges it as a whole; a stream keeps the one it began under to its
/// end, so that no request sees two configurations.
/// </summary>
/// <remarks>Filled by one thread before it is taken into use, then only read.</remarks>
public sealed class FrontendSetup
{
    internal FrontendSetup(Frontend frontend, FrontendModel model, int generation)
    {
        Frontend = frontend;
        Model = model;
        Generation = generation;
        CookieCapture = model.CookieCapture is { } capture ? new CookieCapture(capture) : null;
    }

    public Frontend Frontend { get; }

    public FrontendModel Model { get; }

    /// <summary>Of the configuration: 1 for the start, one more with each reload.</summary>
    public int Generation { get; }

    public ImmutableArray<Bind> Binds { get; internal set; } = [];

    /// <summary>The other half of a `listen` section, or null.</summary>
    public Backend? Twin { get; internal set; }

    /// <summary>`default_backend`, or the other half of a `listen`, or null.</summary>
    public Backend? DefaultBackend { get; internal set; }

    /// <summary>`errorfile` pages; null when there are none.</summary>
    public ErrorPages? ErrorPages { get; internal set; }

    /// <summary>`option forwardfor`; null when it is off.</summary>
    public ForwardedFor? ForwardedFor { get; internal set; }

    /// <summary>`option h1-case-adjust-bogus-client`; null when names go out in lower case.</summary>
    internal HeaderCases? Cases { get; set; }

    /// <summary>What of HTTP's strictness has been given up for its clients.</summary>
    internal HttpLenience Lenience { get; set; }

    /// <summary>`option originalto`; null when it is off.</summary>
    public ForwardedFor? OriginalTo { get; internal set; }

    /// <summary>Says which requests are answered by a built-in responder (stats page); null when none are.</summary>
    public IServiceChooser? Services { get; set; }

    /// <summary>`capture cookie`; null when there is none.</summary>
    public CookieCapture? CookieCapture { get; }

    /// <summary>Bound rules; null when there are none.</summary>
    public IStreamRules? Rules { get; internal set; }

    /// <summary>The access log; null when nothing is logged.</summary>
    public IStreamLog? Log { get; internal set; }
}

/// <summary>What one configuration says of a backend, with all that was bound from it; see <see cref="FrontendSetup"/>.</summary>
public sealed class BackendSetup
{
    internal BackendSetup(Backend backend, BackendModel model, int generation)
    {
        Backend = backend;
        Model = model;
        Generation = generation;
        var persistence = model.Persistence;
        Cookie = persistence.Cookie is { } cookie && model.Mode == ProxyMode.Http ? new PersistenceCookie(backend, cookie) : null;
        RdpCookie = persistence.RdpCookie is { } name ? new RdpPersistence(name) : null;
        NameHeader = model.NameHeader is { } header ? Encoding.Latin1.GetBytes(header) : null;
    }

    public Backend Backend { get; }

    public BackendModel Model { get; }

    public int Generation { get; }

    /// <summary>In file order.</summary>
    public ImmutableArray<ServerSetup> Servers { get; internal set; } = [];

    /// <summary>The other half of a `listen` section, or null.</summary>
    public Frontend? Twin { get; internal set; }

    public ErrorPages? ErrorPages { get; internal set; }

    public ForwardedFor? ForwardedFor { get; internal set; }

    public ForwardedFor? OriginalTo { get; internal set; }

    /// <summary>`option h1-case-adjust-bogus-server`; null when names go out in lower case.</summary>
    internal HeaderCases? Cases { get; set; }

    internal HttpLenience Lenience { get; set; }

    public IServiceChooser? Services { get; set; }

    /// <summary>`cookie`; null when there is none.</summary>
    public PersistenceCookie? Cookie { get; }

    /// <summary>`persist rdp-cookie`.</summary>
    public RdpPersistence? RdpCookie { get; }

    /// <summary>`http-send-name-header`, in lower case; null when servers are not told their name.</summary>
    public byte[]? NameHeader { get; }

    public IStreamRules? Rules { get; internal set; }

    /// <summary>`fullconn`, given or estimated; see <see cref="Backend.FullConnections"/>.</summary>
    internal int FullConnections { get; set; }

    /// <summary>
    /// Whether it can stay in force under a configuration that says the same of the backend: nothing in it knows the configuration it was made for, and no
    /// command has taken away a server that the file has.
    /// </summary>
    internal bool CanServe(BackendModel model)
    {
        if (!ReferenceEquals(Model, model) || Rules is not null || Services is not null || Twin is not null || Cases is not null) return false;
        foreach (var server in Servers)
            if (server.IsBoundToConfiguration || server.Server.IsRemoved) return false;
        return true;
    }

    /// <summary>The one before, for requests that began under it and come here only now; forgotten once they have had their time.</summary>
    internal BackendSetup? Predecessor { get; set; }
}
