namespace Evenkeel.Proxy.Servers.Balance;

/// <summary>`balance static-rr`: servers in the order of the static map; weights set while running do not count.</summary>
internal sealed class StaticRoundRobin : Balancer
{
    private readonly Cursor _cursor;
    private readonly Server[] _map;

    public StaticRoundRobin(ServerSet set, StaticRoundRobin? previous) : base(set)
    {
        _cursor = previous?._cursor ?? new Cursor();
        _map = StaticMap.Of(set);
    }

    public override Server? Pick(IBalanceInput input) => PickInTurn(_map, _cursor, input);
}
