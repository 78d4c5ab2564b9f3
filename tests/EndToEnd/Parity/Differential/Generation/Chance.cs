namespace Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

/// <summary>Seeded choices: the same seed makes the same rule sets and requests on every machine.</summary>
internal sealed class Chance(int seed)
{
    private readonly Random _random = new(seed);

    public int Number(int from, int below) => _random.Next(from, below);

    public bool OneIn(int count) => _random.Next(count) == 0;

    public T Pick<T>(params IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    public T Pick<T>(params IReadOnlyList<Func<T>> makers) => makers[_random.Next(makers.Count)]();

    /// <summary>Between <paramref name="least"/> and <paramref name="most"/> things, both included.</summary>
    public IEnumerable<T> Several<T>(int least, int most, Func<T> make)
    {
        for (var left = _random.Next(least, most + 1); left > 0; left--) yield return make();
    }
}
