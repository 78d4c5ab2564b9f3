using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Transport;

namespace Evenkeel.Proxy.Streams;

/// <summary>
/// The idle server connections that belong to one client alone: those that were authenticated as connections (NTLM, Negotiate), and all of them under
/// `http-reuse never`. They serve this client's next requests and end with its connection. Owner: worker.
/// </summary>
internal sealed class PrivateConnections : IConnectionUser
{
    private Connection? _last;

    public int Count { get; private set; }

    /// <summary>The server of the connection that was authenticated and used last; null when there is none.</summary>
    public Server? Authenticated
    {
        get
        {
            var connection = _last;
            while (connection is { IsAuthenticated: false }) connection = connection.Next;
            return connection?.Pool.Server;
        }
    }

    public bool Has(Server server)
    {
        var connection = _last;
        while (connection is not null && connection.Pool.Server != server) connection = connection.Next;
        return connection is not null;
    }

    /// <summary>Keeps a connection whose last exchange ended cleanly, or closes it.</summary>
    /// <param name="most">`max-session-srv-conns`: how many one client may have.</param>
    public void Keep(Connection connection, int most)
    {
        if (Count >= most || !connection.Pool.IsWorthKeeping(connection))
        {
            connection.Close();
            return;
        }

        connection.User = this;
        connection.Previous = null;
        connection.Next = _last;
        if (_last is not null) _last.Previous = connection;
        _last = connection;
        Count++;
        connection.Pool.CountPrivate(1);
    }

    /// <summary>One to this server that began as this request's would have to; null when there is none.</summary>
    public Connection? Take(Server server, ulong introduction)
    {
        var connection = _last;
        while (connection is not null && !(connection.Pool.Server == server && connection.Introduction == introduction)) connection = connection.Next;
        if (connection is null) return null;
        Unlink(connection);
        if (!connection.Pool.IsWorthKeeping(connection))
        {
            connection.Close();
            return Take(server, introduction);
        }

        connection.Uses++;
        return connection;
    }

    public void CloseAll()
    {
        while (_last is { } connection) Drop(connection);
    }

    /// <summary>An idle connection has nothing to say: whatever comes, most often the server's end, makes it useless.</summary>
    public void OnReady(Connection connection)
    {
        if (!ServerPool.IsSilent(connection)) Drop(connection);
    }

    public void OnFault(Connection connection) => Drop(connection);

    private void Drop(Connection connection)
    {
        Unlink(connection);
        connection.Close();
    }

    private void Unlink(Connection connection)
    {
        if (connection.Previous is null) _last = connection.Next;
        else connection.Previous.Next = connection.Next;
        if (connection.Next is not null) connection.Next.Previous = connection.Previous;
        connection.Next = connection.Previous = null;
        Count--;
        connection.Pool.CountPrivate(-1);
    }
}
