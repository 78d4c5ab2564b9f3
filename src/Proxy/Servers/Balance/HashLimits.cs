using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Servers.Balance;

/// <summary>
/// `hash-balance-factor` and `hash-preserve-affinity`: whether a server that a hash points to takes one more stream, or the next one is asked.
/// </summary>
/// <remarks>The bound is that of consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam): there is always a server below it.</remarks>
internal readonly struct HashLimits(HashingModel model, ServerSet set)
{
    public bool AreNone => model is { BalanceFactor: 0, Affinity: HashAffinity.Always };

    public bool HasFactor => model.BalanceFactor > 0;

    /// <summary>What one unit of weight may have: the mean load with one stream more, times the factor; reckoned once for a choice.</summary>
    public long Slots()
    {
        long streams = 1;
        foreach (var server in set.Servers) streams += server.Slots.Current;
        return (streams * model.BalanceFactor + 99) / 100;
    }

    /// <param name="slots">Of <see cref="Slots"/>.</param>
    public bool Admits(Server server, long slots) =>
        KeepsAffinity(server) && (!HasFactor || IsBelow(server, set.Weights[Array.IndexOf(set.Servers, server)], slots));

    public bool IsBelow(Server server, int weight, long slots) => (slots * weight + set.TotalWeight - 1) / set.TotalWeight > server.Slots.Current;

    private bool KeepsAffinity(Server server) => model.Affinity switch
    {
        HashAffinity.MaxConnections => server.MaxConnections == 0 || server.Slots.Current < server.CurrentLimit,
        HashAffinity.MaxQueue => server.MaxConnections == 0 || server.Model.MaxQueue is not > 0 || server.Queue.Length.Current < server.Model.MaxQueue,
        _ => true,
    };
}
