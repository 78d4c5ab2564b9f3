namespace Evenkeel.Proxy.Servers.Balance;

/// <summary>`hash-type map-based`: the hash modulo the total weight is an index into the static map. Without a key servers take turns.</summary>
internal sealed class MapBasedHash : Balancer
{
    private readonly BalanceKey _key;
    private readonly Cursor _cursor;
    private readonly Server[] _map;

    public MapBasedHash(Backend backend, ServerSet set, MapBasedHash? previous) : base(set)
    {
        _key = previous?._key ?? BalanceKey.Create(backend);
        _cursor = previous?._cursor ?? new Cursor();
        _map = StaticMap.Of(set);
    }

    public override bool StaysWithPick => true;

    public override Server? Pick(IBalanceInput input)
    {
        if (_map.Length == 0) return null;
        return _key.TryHash(input, out var hash) ? _map[hash % (uint)_map.Length] : PickInTurn(_map, _cursor, input);
    }
}
