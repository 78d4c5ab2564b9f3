using System.Text.RegularExpressions;

using Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential;

/// <summary>
/// Asks both programs for their verdict on rule sets, line by line: lines that either complains of are taken out until both accept the rest.
/// </summary>
internal sealed partial class Judge(Arena arena, Original original, string ours)
{
    /// <summary>When a complaint comes: while lines are read, in the checks that follow about a line, or about a proxy.</summary>
    private enum Stage { Reading, Line, Proxy }

    /// <param name="Line">The line complained of, or the proxy when the complaint names none.</param>
    public sealed record Complaint(string Line, string Original, string Ours);

    /// <param name="Accepted">What is left of each set, in their order; null when nothing of use is.</param>
    /// <param name="Alike">Lines refused by both in the same words.</param>
    /// <param name="OtherWords">Lines refused by both, for reasons that are not said alike.</param>
    /// <param name="NotYet">Lines of which ours says "not supported yet".</param>
    /// <param name="Disputed">Lines that one refuses and the other takes.</param>
    public sealed record Verdicts(RuleSet?[] Accepted, List<Complaint> Alike, List<Complaint> OtherWords, List<Complaint> NotYet, List<Complaint> Disputed);

    public Verdicts Of(IReadOnlyList<RuleSet> sets)
    {
        var result = new Verdicts([.. sets], [], [], [], []);
        for (var round = 0; round < 300; round++)
        {
            var places = Enumerable.Range(0, sets.Count).Where(i => result.Accepted[i] is not null).ToList();
            var left = places.Select(i => result.Accepted[i]!).ToList();
            var (text, firstLines) = arena.Compose(left);
            var (theirs, mine) = Complaints(text, left);
            if (theirs.Count == 0 && mine.Count == 0) return result;
            if (original.IsFollowed) KeepComparable(theirs, mine);
            var lines = text.Split('\n');
            foreach (var key in theirs.Keys.Union(mine.Keys).OrderByDescending(key => key.Number).ToList())
            {
                File(result, key.Stage == Stage.Proxy ? $"proxy {key.Number}" : lines[key.Number - 1].Trim(), theirs.GetValueOrDefault(key, ""),
                    mine.GetValueOrDefault(key, ""));
                var place = PlaceOf(key, firstLines);
                var set = places[place];
                result.Accepted[set] = key.Stage == Stage.Proxy ? null : Without(result.Accepted[set], key.Number - firstLines[place]);
            }
        }
        var rest = result.OtherWords.Concat(result.Alike).Concat(result.Disputed).Concat(result.NotYet).TakeLast(20);
        throw new InvalidOperationException("the programs are never content: " + string.Join('\n', rest));
    }

    /// <summary>For each set whether both programs take it as it is.</summary>
    public bool[] AcceptedWhole(IReadOnlyList<RuleSet> sets)
    {
        var accepted = Enumerable.Repeat(true, sets.Count).ToArray();
        while (true)
        {
            var places = Enumerable.Range(0, sets.Count).Where(i => accepted[i]).ToList();
            var left = places.Select(i => sets[i]).ToList();
            var (text, firstLines) = arena.Compose(left);
            var (theirs, mine) = Complaints(text, left);
            if (theirs.Count == 0 && mine.Count == 0) return accepted;
            foreach (var key in theirs.Keys.Union(mine.Keys)) accepted[places[PlaceOf(key, firstLines)]] = false;
        }
    }

    /// <summary>
    /// Some errors end the reading, and checks between proxies come only after a reading without errors: what one says of lines that the other may not
    /// have reached is left for a later round.
    /// </summary>
    private static void KeepComparable(Dictionary<(Stage Stage, int Number), string> theirs, Dictionary<(Stage Stage, int Number), string> mine)
    {
        int Reach(Dictionary<(Stage Stage, int Number), string> complaints) => complaints.Keys.Where(key => key.Stage == Stage.Reading).Select(key =>
            key.Number).DefaultIfEmpty(int.MaxValue).Max();
        int First(Dictionary<(Stage Stage, int Number), string> complaints) => complaints.Keys.Where(key => key.Stage == Stage.Reading).Select(key =>
            key.Number).DefaultIfEmpty(int.MaxValue).Min();
        var limit = Math.Min(Reach(theirs), Reach(mine));
        if (limit < int.MaxValue)
        {
            if (First(theirs) == int.MaxValue || First(mine) == int.MaxValue) limit = Math.Min(First(theirs), First(mine));
            foreach (var late in theirs.Keys.Concat(mine.Keys).Where(key => key.Stage != Stage.Reading || key.Number > limit).ToList())
                _ = theirs.Remove(late) | mine.Remove(late);
        }
        // What both say comes first: what only one says may be a check that the other has not come to.
        var common = theirs.Keys.Intersect(mine.Keys).ToHashSet();
        if (common.Count == 0) return;
        foreach (var alone in theirs.Keys.Concat(mine.Keys).Where(key => !common.Contains(key)).ToList()) _ = theirs.Remove(alone) | mine.Remove(alone);
    }

    private static void File(Verdicts result, string line, string theirs, string mine)
    {
        var complaint = new Complaint(line, theirs, mine);
        if (mine.Contains("not supported yet", StringComparison.Ordinal)) result.NotYet.Add(complaint);
        else if (theirs.Length == 0 || mine.Length == 0) result.Disputed.Add(complaint);
        else if (theirs == mine) result.Alike.Add(complaint);
        else result.OtherWords.Add(complaint);
    }

    /// <summary>A set without one of its lines; null when it cannot do without.</summary>
    private static RuleSet? Without(RuleSet? rules, int index)
    {
        var lines = rules?.Text.Split('\n');
        return lines is null || !RuleSet.CanDoWithout(lines[index]) ? null : new RuleSet(string.Join('\n', lines.Where((_, at) => at != index)));
    }

    private static int PlaceOf((Stage Stage, int Number) key, int[] firstLines) =>
        key.Stage == Stage.Proxy ? key.Number : Array.FindLastIndex(firstLines, first => first <= key.Number);

    private (Dictionary<(Stage Stage, int Number), string> Theirs, Dictionary<(Stage Stage, int Number), string> Mine) Complaints(string configuration,
        List<RuleSet> sets) => (Complaints(original.Program, configuration, sets), Complaints(ours, configuration, sets));

    private Dictionary<(Stage Stage, int Number), string> Complaints(string program, string configuration, List<RuleSet> sets)
    {
        var complaints = new Dictionary<(Stage, int), string>();
        var (exitCode, output) = arena.Check(program, configuration);
        if (exitCode == 0) return complaints;
        // An alert about several lines names them below it.
        foreach (var alert in output.Split('\n').Where(line => line.Contains("[ALERT]", StringComparison.Ordinal) || Below().IsMatch(line)))
        {
            var said = Head().Replace(alert, "");
            var key = Line().Match(alert) is { Success: true } line
                ? (IsReading(said) ? Stage.Reading : Stage.Line, int.Parse(line.Groups[1].Value))
                : ProxyName().Match(said) is { Success: true } name ? (Stage.Proxy, int.Parse(name.Groups[1].Value)) : (Stage.Proxy, -1);
            if (key.Item2 >= 0) complaints[key] = complaints.GetValueOrDefault(key, "") + said;
        }
        if (complaints.Count == 0) complaints[(Stage.Proxy, Culprit(program, sets, output))] = output.Trim();
        return complaints;
    }

    /// <summary>The set that a program refuses without saying so, found by halves.</summary>
    private int Culprit(string program, List<RuleSet> sets, string output)
    {
        bool Refuses(int from, int count) => arena.Check(program, arena.Compose(sets.GetRange(from, count)).Text).ExitCode != 0;
        var (first, left) = (0, sets.Count);
        while (left > 1)
        {
            var half = left / 2;
            (first, left) = Refuses(first, half) ? (first, half) : (first + half, left - half);
        }
        return Refuses(first, left) ? first : throw new InvalidOperationException($"{program} refuses for no set's sake:\n{output}");
    }

    private static bool IsReading(string said) => said.Contains("parsing [", StringComparison.Ordinal) && !char.IsWhiteSpace(said[0]);

    [GeneratedRegex(@"checked\.cfg:(\d+)\]")]
    private static partial Regex Line();

    [GeneratedRegex(@"^\s+parsing \[")]
    private static partial Regex Below();

    [GeneratedRegex(@"\b[FBC](\d+)\b")]
    private static partial Regex ProxyName();

    [GeneratedRegex(@"^.*?\[ALERT\]\s+\(\d+\) : ")]
    private static partial Regex Head();
}
