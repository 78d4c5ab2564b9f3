namespace Evenkeel.Proxy.Servers.Balance;

/// <summary>The order in which servers are used in one full turn: each as often as its weight, the uses of one server as far apart as possible.</summary>
internal static class WeightedTurn
{
    /// <summary>Longest turn kept, 64 Ki entries of 8 bytes; above it weights are scaled down, which rounds them.</summary>
    private const int MaxLength = 65_536;

    /// <remarks>
    /// Smooth weighted round robin: in each step every server gains its weight, the richest (the first of equals) is used and pays the sum.
    /// A heap keeps that at O(length * log servers).
    /// </remarks>
    public static Server[] Of(ServerSet set)
    {
        var count = set.Servers.Length;
        if (count == 0) return [];
        var weights = Reduce(set.Weights);
        var total = weights.Sum();
        var turn = new Server[total];

        // Server i is due for its k-th use (from 0) at the time (2k + 1) / (2 * weight): the middle of its k-th share of the turn.
        var due = new PriorityQueue<int, (double, int)>(count);
        var uses = new int[count];
        for (var i = 0; i < count; i++)
            if (weights[i] > 0) due.Enqueue(i, (1.0 / (2 * weights[i]), i));
        for (var at = 0; at < total; at++)
        {
            var i = due.Dequeue();
            turn[at] = set.Servers[i];
            if (++uses[i] < weights[i]) due.Enqueue(i, ((2.0 * uses[i] + 1) / (2 * weights[i]), i));
        }

        return turn;
    }

    private static int[] Reduce(int[] weights)
    {
        var divisor = 0;
        foreach (var weight in weights) divisor = GreatestCommonDivisor(weight, divisor);
        var reduced = Array.ConvertAll(weights, weight => weight / Math.Max(1, divisor));
        long total = 0;
        foreach (var weight in reduced) total += weight;
        if (total <= MaxLength) return reduced;
        return Array.ConvertAll(reduced, weight => weight == 0 ? 0 : (int)Math.Max(1, (long)weight * MaxLength / total));
    }

    public static int GreatestCommonDivisor(int a, int b)
    {
        while (b != 0) (a, b) = (b, a % b);
        return a;
    }
}
