using Evenkeel.Tests.EndToEnd.Harness;
using Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential;

/// <summary>
/// Random rule sets and requests get the same answers, reach the same servers and are logged the same by the original and by ours, but for the
/// <see cref="KnownDifferences"/>. A longer run by hand: `EVENKEEL_DIFFERENTIAL="seed rounds"`; against another program: `EVENKEEL_ORIGINAL=/path/haproxy`;
/// what it found, made small, into a file: `EVENKEEL_DIFFERENTIAL_REPORT=/path`; `EVENKEEL_DIFFERENTIAL_WHOLE=1` leaves it
/// as large as it was found; `EVENKEEL_NEWER=/path/haproxy` also says what that
/// one does where there is a difference; `-explicit only` on the test program's command line runs it.
/// </summary>
public sealed class DifferentialTests
{
    private const string DebiansOwn = "/usr/sbin/haproxy";
    private const int SetsPerRound = 25, ExchangesPerSet = 5, Seed = 3000, Rounds = 3;

    [Fact]
    public void Some_random_rule_sets_behave_as_debians_own()
    {
        using var arena = new Arena();
        AssertAlike(arena, Original.At(DebiansOwn), newer: null, Seed, Rounds, shrinks: true, path: null);
    }

    // Any seeds, by hand: new ones still find something now and then.
    [Fact(Explicit = true)]
    public void Random_rule_sets_behave_as_the_originals()
    {
        var (seed, rounds) = Setting("EVENKEEL_DIFFERENTIAL")?.Split(' ') is [var first, var count] ? (int.Parse(first), int.Parse(count)) : (Seed, Rounds);
        var newer = Setting("EVENKEEL_NEWER") is { } second ? Original.At(second) : null;
        using var arena = new Arena();
        AssertAlike(arena, Original.At(Setting("EVENKEEL_ORIGINAL") ?? DebiansOwn), newer, seed, rounds,
            shrinks: Setting("EVENKEEL_DIFFERENTIAL_WHOLE") is null, Setting("EVENKEEL_DIFFERENTIAL_REPORT"));
    }

    private static void AssertAlike(Arena arena, Original original, Original? newer, int seed, int rounds, bool shrinks, string? path)
    {
        var judge = new Judge(arena, original, Published.Haproxy);
        var comparison = new Comparison(arena, original, Published.Haproxy, newer);
        var report = new DifferentialReport(original, shrinks ? new Shrinking(comparison, judge, original) : null);
        var vocabulary = Vocabulary.Of(original.Version);
        for (var round = 0; round < rounds; round++)
        {
            var makers = Enumerable.Range(0, SetsPerRound).Select(number => new Chance((seed + round) * SetsPerRound + number)).ToList();
            var sets = makers.Select(chance => new RuleSetGenerator(vocabulary, chance).Next()).ToList();
            var verdicts = judge.Of([.. sets.Select(set => KnownDifferences.Without(set, original, report.Explained))]);
            // What was taken out of a set may be what kept a known difference from it.
            var trials = verdicts.Accepted.Zip(makers).Where(pair => pair.First is { } left && KnownDifferences.AreAbsent(new Trial(left, []), original))
                .Select(pair => new Trial(pair.First!, Exchanges(new RequestGenerator(pair.Second), pair.First!, original, report.Explained))).ToList();
            // What differs has to differ twice: a machine that stood still is no difference between programs.
            var found = comparison.Of(trials) is { Count: > 0 } once ? comparison.Of([.. once.Select(static difference => difference.Trial)]) : [];
            report.Add(seed + round, verdicts, [.. trials.Except(comparison.Ended)], found);
            // What a run that is stopped has found is kept.
            if (path is not null) File.WriteAllText(path, report.ToString());
        }
        var text = report.ToString();
        Assert.True(report.Pairs > rounds * SetsPerRound, text);
        Assert.True(report.IsClean, text);
    }

    private static List<Exchange> Exchanges(RequestGenerator requests, RuleSet rules, Original original, Dictionary<string, int> explained) =>
        [.. Enumerable.Range(0, ExchangesPerSet).Select(_ => requests.Next())
            .Where(exchange => rules.CanEnd(exchange) && !KnownDifferences.Explain(exchange, rules, original, explained))];

    private static string? Setting(string name) => Environment.GetEnvironmentVariable(name);
}
