using Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential;

/// <summary>
/// Makes differences small enough to read: one exchange if that is enough, and without every line that is not needed for the outcomes to differ. All
/// differences are worked on together, since a run costs much and a trial little.
/// </summary>
internal sealed class Shrinking(Comparison comparison, Judge judge, Original original)
{
    private const int MostPasses = 8;

    public List<Difference> Of(IReadOnlyList<Difference> found)
    {
        var small = found.ToArray();
        Improve(small, one => one.Trial.Exchanges.Select(exchange => one.Trial with { Exchanges = [exchange] }), all: false);
        for (var pass = 0; pass < MostPasses; pass++)
            if (!Improve(small, one => WithoutOneLine(one.Trial), all: true)) break;
        return [.. small];
    }

    /// <summary>Replaces each difference by the first candidate that still differs, or, when lines were left out, by one without all of them.</summary>
    private bool Improve(Difference[] small, Func<Difference, IEnumerable<Trial>> candidates, bool all)
    {
        var tried = small.SelectMany((one, i) => candidates(one).Select(trial => (Place: i, Trial: trial))).ToList();
        var outcomes = Outcomes([.. tried.Select(one => one.Trial)]);
        var good = tried.Select((one, i) => (one.Place, Difference: outcomes[i])).Where(one => one.Difference is not null).ToLookup(one => one.Place,
            one => one.Difference!);
        if (good.Count == 0) return false;
        foreach (var group in good) small[group.Key] = small[group.Key] with { What = group.First().What, Trial = group.First().Trial };
        if (!all) return true;
        var joined = good.Where(group => group.Count() > 1).Select(group => (group.Key, Trial: Together([.. group]))).ToList();
        var both = Outcomes([.. joined.Select(one => one.Trial)]);
        for (var i = 0; i < joined.Count; i++) small[joined[i].Key] = both[i] ?? small[joined[i].Key];
        return true;
    }

    private Difference?[] Outcomes(List<Trial> trials)
    {
        var accepted = judge.AcceptedWhole([.. trials.Select(trial => trial.Rules)]);
        for (var i = 0; i < accepted.Length; i++) accepted[i] &= KnownDifferences.AreAbsent(trials[i], original);
        var runnable = trials.Where((_, i) => accepted[i]).ToList();
        var outcomes = comparison.Each(runnable);
        var next = 0;
        return [.. accepted.Select(ok => ok ? outcomes[next++] : null)];
    }

    private static IEnumerable<Trial> WithoutOneLine(Trial trial)
    {
        var lines = trial.Rules.Text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
            if (RuleSet.CanDoWithout(lines[i])) yield return trial with { Rules = new RuleSet(string.Join('\n', lines.Where((_, at) => at != i))) };
    }

    /// <summary>What all of these have in common: each is without one line of the same rule set.</summary>
    private static Trial Together(List<Difference> without)
    {
        // Lines may repeat, so that they are told by how often each is left.
        var left = without.Select(one => one.Trial.Rules.Text.Split('\n').GroupBy(line => line).ToDictionary(group => group.Key, group => group.Count()));
        var fewest = left.Aggregate((one, other) => one.Keys.Intersect(other.Keys).ToDictionary(line => line, line => Math.Min(one[line], other[line])));
        var kept = without[0].Trial.Rules.Text.Split('\n').Where(line => fewest.TryGetValue(line, out var count) && fewest[line]-- > 0);
        return without[0].Trial with { Rules = new RuleSet(string.Join('\n', kept)) };
    }
}
