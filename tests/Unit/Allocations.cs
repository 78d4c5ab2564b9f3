namespace Evenkeel.Tests.Unit;

/// <summary>Proof that something allocates nothing on the managed heap.</summary>
internal static class Allocations
{
    private const int MostRounds = 20;

    /// <summary>
    /// Runs a round of calls until one has allocated nothing. What allocates does so in every round; the just-in-time compiler, which replaces methods while
    /// they run and notes it on this thread, does not.
    /// </summary>
    public static void AreNone(Action round)
    {
        round();
        var least = long.MaxValue;
        for (var i = 0; i < MostRounds && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
