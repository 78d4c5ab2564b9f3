using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Http1;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Streams;

/// <summary>Server connections that other clients must not use, and the preference for the server that has one of this client.</summary>
public sealed partial class Stream
{
    /// <summary>
    /// NTLM and Negotiate authenticate the connection, not the request: whoever got it next would be taken for this user. Known by the first challenge
    /// (configuration.txt "http-reuse").
    /// </summary>
    private void NoteAuthentication()
    {
        var name = Response.Status switch { 401 => "www-authenticate"u8, 407 => "proxy-authenticate"u8, _ => default };
        if (name.IsEmpty || ServerConnection!.IsAuthenticated) return;
        for (var index = Response.Find(name); index >= 0; index = Response.Find(name, index + 1))
            if (NamesConnectionScheme(Response.Value(index))) ServerConnection.IsAuthenticated = true;
    }

    /// <summary>Whether one of a list of challenges begins like those that stay with the connection.</summary>
    private static bool NamesConnectionScheme(ReadOnlySpan<byte> challenges)
    {
        foreach (var range in challenges.Split((byte)','))
        {
            var challenge = challenges[range].TrimStart(" \t"u8);
            if (HeaderWords.StartsWithIgnoreCase(challenge, "ntlm"u8) || HeaderWords.StartsWithIgnoreCase(challenge, "negotiate"u8)) return true;
        }

        return false;
    }

    private bool IsPrivate(Connection connection) => connection.IsAuthenticated || Back!.Model.HttpReuse == HttpReuse.Never;

    /// <summary>
    /// Who served this client before and still has a connection of its own for it: after authentication always, else with `option prefer-last-server`. As in
    /// the original a connection that everybody may use is no reason, so that it takes `http-reuse never`.
    /// </summary>
    private Server? PreferredServer(out int mostQueued)
    {
        mostQueued = -1;
        if (WantedServer is not null || Retries > 0) return null;
        if (Session.Private is { Authenticated: { } server } && server.Backend == Backend) return server;
        mostQueued = Back!.Model.MaxKeepAliveQueue;
        var isWished = Back.Model.Options.PreferLastServer && Session is { LastServer: { } last, Private: { } own } && last.Backend == Backend && own.Has(last);
        return isWished ? Session.LastServer : null;
    }

    private void GiveBack(Connection connection)
    {
        Session.LastServer = Server;
        if (IsPrivate(connection)) Session.KeepPrivate(connection, Front.Model.MaxSessionServerConnections);
        else connection.Pool.GiveBack(connection);
    }
}
