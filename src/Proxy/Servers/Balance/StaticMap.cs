namespace Evenkeel.Proxy.Servers.Balance;

/// <summary>
/// The map `static-rr` walks through and map-based hashes index: each server as often as its weight, spread out. Its order is the original's,
/// because map-based hashing depends on it.
/// </summary>
internal static class StaticMap
{
    public static Server[] Of(ServerSet set)
    {
        var divisor = 0;
        foreach (var weight in set.Weights) divisor = WeightedTurn.GreatestCommonDivisor(weight, divisor);
        if (divisor == 0) return [];
        var total = set.TotalWeight / divisor;
        var map = new Server[total];
        var scores = new int[set.Servers.Length];
        for (var slot = 0; slot < total; slot++)
        {
            var best = Richest(scores, set.Weights, divisor, total);
            scores[best] -= total;
            map[slot] = set.Servers[best];
        }

        return map;
    }

    /// <summary>Pays every server its weight and tells who stands highest in whole turns; the first of equals.</summary>
    private static int Richest(int[] scores, int[] weights, int divisor, int total)
    {
        var best = 0;
        var bestTurns = int.MinValue;
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] += weights[i] / divisor;
            var turns = (scores[i] + total) / total;
            if (turns <= bestTurns) continue;
            best = i;
            bestTurns = turns;
        }

        return best;
    }
}
