namespace Evenkeel.Proxy.Servers.Balance;

/// <summary>
/// `balance roundrobin`: each server in turn, as often as its weight says and as evenly spread as weights allow. The order of one full turn is
/// worked out when servers or weights change; picking is one increment.
/// </summary>
internal sealed class RoundRobin : Balancer
{
    private readonly Cursor _cursor;
    private readonly Server[] _turn;

    public RoundRobin(ServerSet set, RoundRobin? previous) : base(set)
    {
        _cursor = previous?._cursor ?? new Cursor();
        _turn = WeightedTurn.Of(set);
    }

    public override Server? Pick(IBalanceInput input)
    {
        var turn = _turn;
        if (turn.Length == 0) return null;
        var at = (int)(_cursor.Next() % (uint)turn.Length);
        for (var step = 0; step < turn.Length; step++)
        {
            var server = turn[at];
            if (server.HasRoom && server != input.ServerToAvoid) return server;
            if (++at == turn.Length) at = 0;
        }

        return input.ServerToAvoid is { HasRoom: true, IsUsable: true } last ? last : null;
    }
}
