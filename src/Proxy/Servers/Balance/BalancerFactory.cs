using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Servers.Balance;

/// <summary>Makes the balancer a backend's `balance` line asks for.</summary>
internal static class BalancerFactory
{
    public static Balancer Create(Backend backend, ServerSet set, Balancer? previous) => backend.Model.Balance.Algorithm switch
    {
        BalanceAlgorithm.LeastConnections => new LeastConnections(set, previous),
        BalanceAlgorithm.First => new First(set),
        _ => new RoundRobin(set, previous as RoundRobin),
    };
}
