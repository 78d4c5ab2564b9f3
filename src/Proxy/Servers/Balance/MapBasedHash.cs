namespace Evenkeel.Proxy.Servers.Balance;

/// <summary>`hash-type map-based`: the hash modulo the total weight is an index into the static map. Without a key servers take turns.</summary>
internal sealed class MapBasedHash : Balancer
{
    private readonly BalanceKey _key;
    private readonly Cursor _cursor;
    private readonly Server[] _map;
    private readonly HashLimits _limits;

    public MapBasedHash(Backend backend, ServerSet set, MapBasedHash? previous) : base(set)
    {
        // Loads are bounded on the ring only.
        _limits = new HashLimits(backend.Model.Hashing with { BalanceFactor = 0 }, set);
        _key = previous?._key ?? BalanceKey.Create(backend);
        _cursor = previous?._cursor ?? new Cursor();
        _map = StaticMap.Of(set);
    }

    public override bool StaysWithPick => true;

    public override Server? Pick(IBalanceInput input)
    {
        if (_map.Length == 0) return null;
        if (!_key.TryHash(input, out var hash)) return PickInTurn(_map, _cursor, input);
        var start = (int)(hash % (uint)_map.Length);
        for (var step = 0; step < _map.Length && !_limits.AreNone; step++)
            if (_map[(start + step) % _map.Length] is var server && _limits.Admits(server, slots: 0)) return server;
        return _limits.AreNone ? _map[start] : _map[(start + _map.Length - 1) % _map.Length];
    }
}
