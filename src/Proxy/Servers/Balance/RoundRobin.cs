namespace Evenkeel.Proxy.Servers.Balance;

/// <summary>
/// `balance roundrobin`: each server in turn, as often as its weight says and as evenly spread as weights allow. The order of one full turn is
/// worked out when servers or weights change; picking is one increment.
/// </summary>
/// <remarks>Differs from HAProxy: with unequal weights the order within a turn is another one, the shares are the same.</remarks>
internal sealed class RoundRobin : Balancer
{
    private readonly Cursor _cursor;
    private readonly Server[] _turn;

    public RoundRobin(ServerSet set, RoundRobin? previous) : base(set)
    {
        _cursor = previous?._cursor ?? new Cursor();
        _turn = WeightedTurn.Of(set);
    }

    public override Server? Pick(IBalanceInput input) => PickInTurn(_turn, _cursor, input);
}
