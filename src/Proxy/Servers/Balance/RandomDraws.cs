using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Servers.Balance;

/// <summary>
/// `balance random(draws)`: draws servers at random, as likely as their weight, and takes the least loaded of them; of equally loaded ones the
/// one with fewer streams in the last second.
/// </summary>
internal sealed class RandomDraws : Balancer
{
    private readonly int _draws;

    /// <summary>Sum of the weights up to and with each server.</summary>
    private readonly int[] _upTo;
    private readonly HashLimits _limits;

    public RandomDraws(Backend backend, ServerSet set) : base(set)
    {
        _limits = new HashLimits(backend.Model.Hashing with { Affinity = HashAffinity.Always }, set);
        _draws = backend.Model.Balance.Draws;
        _upTo = new int[set.Servers.Length];
        for (int i = 0, sum = 0; i < _upTo.Length; i++) _upTo[i] = sum += set.Weights[i];
    }

    public override Server? Pick(IBalanceInput input)
    {
        if (Set.TotalWeight == 0) return null;
        Server? best = null;
        var bestWeight = 0;
        var slots = _limits.HasFactor ? _limits.Slots() : 0;
        for (var draw = 0; draw < _draws; draw++)
        {
            var at = Draw(input.NextRandom());
            var server = Set.Servers[at];
            if (server == input.ServerToAvoid || server == best || !server.HasRoom) continue;
            if (_limits.HasFactor && !_limits.IsBelow(server, Set.Weights[at], slots)) continue;
            if (best is not null && !IsBetter(server, Set.Weights[at], best, bestWeight, input.NowMs)) continue;
            best = server;
            bestWeight = Set.Weights[at];
        }

        return best ?? AnyWithRoom(input, Draw(input.NextRandom()));
    }

    private static bool IsBetter(Server server, int weight, Server best, int bestWeight, long nowMs)
    {
        var load = (long)(server.Slots.Current + server.Queue.Length.Current) * bestWeight;
        var bestLoad = (long)(best.Slots.Current + best.Queue.Length.Current) * weight;
        if (load != bestLoad) return load < bestLoad;
        return (long)server.SessionRate.PerSecond(nowMs) * bestWeight < (long)best.SessionRate.PerSecond(nowMs) * weight;
    }

    /// <summary>Every drawn server was full or the one to avoid: the next one that is not, or null.</summary>
    private Server? AnyWithRoom(IBalanceInput input, int start)
    {
        var servers = Set.Servers;
        for (var step = 0; step < servers.Length; step++)
        {
            var server = servers[(start + step) % servers.Length];
            if (server != input.ServerToAvoid && server.HasRoom) return server;
        }

        return TheOneToAvoid(input);
    }

    private int Draw(uint random)
    {
        var number = (int)(((ulong)random * (ulong)Set.TotalWeight) >> 32);
        var at = Array.BinarySearch(_upTo, number + 1);
        if (at < 0) return ~at;
        // Servers of weight 0 repeat their predecessor's sum; the first with this sum is the one that has it.
        while (at > 0 && _upTo[at - 1] == _upTo[at]) at--;
        return at;
    }
}
