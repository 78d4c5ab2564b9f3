namespace Evenkeel.Vrrp.Simulation;

/// <summary>Chance that follows from a seed, the same on every machine and in every version: SplitMix64 (Steele, Lea, Flood 2014). A few instructions a
/// number; a world draws one for every packet.</summary>
internal sealed class SeededRandom(int seed)
{
    private ulong _state = (ulong)seed;

    /// <summary>0 up to, not including, <paramref name="end"/>.</summary>
    public int Next(int end) => (int)NextInt64(end);

    public int Next(int start, int end) => start + (int)NextInt64(end - start);

    /// <summary>0 up to, not including, <paramref name="end"/>; 0 when that is not above 0.</summary>
    public long NextInt64(long end) => (long)Math.BigMul(Draw(), (ulong)Math.Max(end, 0), out _);

    public long NextInt64(long start, long end) => start + NextInt64(end - start);

    /// <summary>0 up to, not including, 1.</summary>
    public double NextDouble() => (Draw() >> 11) * (1.0 / (1UL << 53));

    private ulong Draw()
    {
        var mixed = _state += 0x9e3779b97f4a7c15;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }
}
