namespace Evenkeel.Proxy.Servers.Balance;

/// <summary>
/// `balance leastconn`: the server with the fewest streams, waiting ones included, for its weight; equals take turns.
/// </summary>
/// <remarks>Cost: O(servers) reads of their slot counts.</remarks>
internal sealed class LeastConnections : Balancer
{
    private readonly Cursor _cursor;

    public LeastConnections(ServerSet set, LeastConnections? previous) : base(set) => _cursor = previous?._cursor ?? new Cursor();

    public override Server? Pick(IBalanceInput input)
    {
        var servers = Set.Servers;
        if (servers.Length == 0) return null;
        var start = (int)(_cursor.Next() % (uint)servers.Length);
        Server? best = null;
        long bestLoad = 0;
        var bestWeight = 1;
        for (var step = 0; step < servers.Length; step++)
        {
            var at = start + step;
            if (at >= servers.Length) at -= servers.Length;
            var server = servers[at];
            if (server == input.ServerToAvoid || !server.HasRoom) continue;
            long load = server.Slots.Current + server.Queue.Length.Current + 1;
            // load / weight < bestLoad / bestWeight, without the division.
            if (best is not null && load * bestWeight >= bestLoad * Set.Weights[at]) continue;
            best = server;
            bestLoad = load;
            bestWeight = Set.Weights[at];
        }

        return best ?? TheOneToAvoid(input);
    }
}
