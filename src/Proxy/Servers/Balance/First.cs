namespace Evenkeel.Proxy.Servers.Balance;

/// <summary>`balance first`: the lowest id that has a free slot, so that the highest can be switched off. Weights do not count.</summary>
internal sealed class First : Balancer
{
    private readonly Server[] _byId;

    public First(ServerSet set) : base(set)
    {
        _byId = [.. set.Servers];
        Array.Sort(_byId, static (a, b) => a.Id.CompareTo(b.Id));
    }

    public override Server? Pick(IBalanceInput input)
    {
        foreach (var server in _byId)
            if (server != input.ServerToAvoid && server.HasRoom) return server;
        return TheOneToAvoid(input);
    }
}
