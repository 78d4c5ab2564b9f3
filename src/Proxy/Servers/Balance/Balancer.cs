namespace Evenkeel.Proxy.Servers.Balance;

/// <summary>
/// A balance algorithm over a fixed set of usable servers. When a server's state or weight changes the backend makes a new one; what must go on
/// (cursors) is handed over. Any number of workers pick at once.
/// </summary>
public abstract class Balancer
{
    protected Balancer(ServerSet set) => Set = set;

    public ServerSet Set { get; }

    /// <summary>
    /// The server to use, which may have no free slot where the algorithm must not move to another one (hashing); null when the set is
    /// empty or every server is full.
    /// </summary>
    public abstract Server? Pick(IBalanceInput input);

    /// <summary>A stream waits for the server that was picked, even when others have room.</summary>
    public virtual bool StaysWithPick => false;

    /// <summary>The next in <paramref name="order"/> that has room and is not to be avoided.</summary>
    private protected static Server? PickInTurn(Server[] order, Cursor cursor, IBalanceInput input)
    {
        if (order.Length == 0) return null;
        var at = (int)(cursor.Next() % (uint)order.Length);
        for (var step = 0; step < order.Length; step++)
        {
            var server = order[at];
            if (server.HasRoom && server != input.ServerToAvoid) return server;
            if (++at == order.Length) at = 0;
        }

        return TheOneToAvoid(input);
    }

    /// <summary>The server an earlier attempt failed on is taken again only when there is no other.</summary>
    private protected static Server? TheOneToAvoid(IBalanceInput input) =>
        input.ServerToAvoid is { HasRoom: true, IsUsable: true } server ? server : null;
}

/// <summary>The servers that take new traffic at one moment, with the weights they had: the active ones, or backups when no active one is left.</summary>
/// <param name="Scale">How many units of these weights are one of the configuration.</param>
public sealed record ServerSet(Server[] Servers, int[] Weights, int TotalWeight, int Scale = 1)
{
    /// <summary>Scale while a server starts slowly: sixteenths, so that one of weight 1 has steps to take.</summary>
    internal const int FineScale = 16;

    public static readonly ServerSet Empty = new([], [], 0);
}
