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
}

/// <summary>The servers that take new traffic at one moment, with the weights they had: the active ones, or backups when no active one is left.</summary>
public sealed record ServerSet(Server[] Servers, int[] Weights, int TotalWeight)
{
    public static readonly ServerSet Empty = new([], [], 0);
}
