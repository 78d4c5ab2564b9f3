namespace Evenkeel.Proxy.Servers.Persistence;

/// <summary>What the request's persistence cookie said; kept by the stream until its response.</summary>
public struct CookieFinding
{
    /// <summary>The third letter of the termination state (configuration.txt 8.5): N, I, D, V, E, O or U.</summary>
    public byte Flag;

    /// <summary>The server it names; null when none.</summary>
    public Server? Server;

    /// <summary>A dated cookie that is to be sent again because time has gone by.</summary>
    public bool NeedsUpdate;

    /// <summary>When the client was first given it, see <see cref="CookieDate"/>; 0 when it does not say.</summary>
    public int FirstDate;
}
