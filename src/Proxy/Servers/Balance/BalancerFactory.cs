using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Servers.Balance;

/// <summary>Makes the balancer a backend's `balance` and `hash-type` lines ask for.</summary>
internal static class BalancerFactory
{
    /// <summary>The algorithm takes up weights that change while it runs.</summary>
    public static bool FollowsWeights(BackendModel model) => model.Balance.Algorithm switch
    {
        BalanceAlgorithm.Random or BalanceAlgorithm.RoundRobin or BalanceAlgorithm.LeastConnections => true,
        BalanceAlgorithm.StaticRoundRobin or BalanceAlgorithm.First or BalanceAlgorithm.Sticky => false,
        _ => model.HashType.Method == HashMethod.Consistent,
    };

    public static Balancer Create(Backend backend, ServerSet set, Balancer? previous) => backend.Model.Balance.Algorithm switch
    {
        BalanceAlgorithm.Random => new RandomDraws(backend, set),
        BalanceAlgorithm.RoundRobin => new RoundRobin(set, previous as RoundRobin),
        BalanceAlgorithm.StaticRoundRobin => new StaticRoundRobin(set, previous as StaticRoundRobin),
        BalanceAlgorithm.LeastConnections => new LeastConnections(set, previous as LeastConnections),
        BalanceAlgorithm.First => new First(set),
        BalanceAlgorithm.Sticky => new Sticky(set, previous as Sticky),
        _ when backend.Model.HashType.Method == HashMethod.Consistent => new ConsistentHash(backend, set, previous as ConsistentHash),
        _ => new MapBasedHash(backend, set, previous as MapBasedHash),
    };
}
