using System.Text;
using Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential;

/// <summary>A trial whose outcome is not the same from both programs.</summary>
internal sealed record Difference(Trial Trial, string What)
{
    public override string ToString() => $"{Trial.Rules.Text}{What}";
}

/// <summary>Runs trials on both programs and tells how their outcomes differ, and whether a newer original does as ours does.</summary>
internal sealed class Comparison(Arena arena, Original original, string ours, Original? newer = null)
{
    // Of a text that differs, what is shown on each side of the place.
    private const int Before = 60, After = 160;

    /// <summary>Trials that the original did not survive.</summary>
    public List<Trial> Ended { get; } = [];

    public List<Difference> Of(IReadOnlyList<Trial> trials) => [.. Each(trials).OfType<Difference>()];

    /// <summary>For each trial its difference, or null when there is none.</summary>
    public Difference?[] Each(IReadOnlyList<Trial> trials)
    {
        if (trials.Count == 0) return [];
        if (Outcomes(trials) is not { } theirs)
            return trials.Count == 1 ? [null] : [.. Each([.. trials.Take(trials.Count / 2)]), .. Each([.. trials.Skip(trials.Count / 2)])];
        var mine = arena.Run(ours, trials);
        var found = trials.Select((trial, i) => Compare(trial, theirs[i], mine[i]) is { Length: > 0 } what ? new Difference(trial, what) : null).ToArray();
        if (newer is not null) AskNewer(found, newer);
        return found;
    }

    /// <summary>Null when the original ends itself over one of these: the one is found by halves, and of it there is nothing to compare.</summary>
    private IReadOnlyList<Outcome>? Outcomes(IReadOnlyList<Trial> trials)
    {
        try
        {
            return arena.Run(original.Program, trials);
        }
        catch (ProgramEndedException)
        {
            if (trials.Count == 1) Ended.Add(trials[0]);
            return null;
        }
    }

    /// <summary>Adds to each difference what the newer original does.</summary>
    private void AskNewer(Difference?[] found, Original newer)
    {
        var places = new List<int>();
        for (var i = 0; i < found.Length; i++)
        {
            if (found[i] is not { } one) continue;
            var (exitCode, said) = arena.Check(newer.Program, arena.Compose([one.Trial.Rules]).Text);
            if (exitCode == 0) places.Add(i);
            else
                found[i] = one with { What = $"{one.What}  ({newer.Version} refuses it: " +
                    $"{said.Split('\n').FirstOrDefault(line => line.Contains("[ALERT]"))})\n" };
        }
        SayNewer(found, newer, places);
    }

    /// <summary>About those at these places; the newer original may end itself over one of them, which is found by halves.</summary>
    private void SayNewer(Difference?[] found, Original newer, List<int> places)
    {
        if (places.Count == 0) return;
        var trials = places.Select(i => found[i]!.Trial).ToList();
        IReadOnlyList<Outcome> theirs;
        try
        {
            theirs = arena.Run(newer.Program, trials);
        }
        catch (ProgramEndedException)
        {
            if (places.Count == 1) Add(places[0], $"  ({newer.Version} ends itself)\n");
            else
            {
                SayNewer(found, newer, places[..(places.Count / 2)]);
                SayNewer(found, newer, places[(places.Count / 2)..]);
            }
            return;
        }
        // Under the same numbers, since values may depend on them.
        var mine = arena.Run(ours, trials);
        for (var k = 0; k < places.Count; k++)
        {
            var what = Compare(trials[k], theirs[k], mine[k]);
            Add(places[k], what.Length == 0 ? $"  ({newer.Version} does as ours)\n" : $"  (against {newer.Version}:)\n{what}");
        }

        void Add(int place, string said) => found[place] = found[place]! with { What = found[place]!.What + said };
    }

    private string Compare(Trial trial, Outcome theirs, Outcome mine)
    {
        var text = new StringBuilder();
        for (var i = 0; i < trial.Exchanges.Count; i++)
        {
            var before = text.Length;
            Say(trial.Rules, text, "answer", theirs.Answers[i], mine.Answers[i]);
            if (text.Length > before) text.Insert(before, Request(trial.Exchanges[i]));
        }
        Say(trial.Rules, text, "servers saw", string.Concat(theirs.Seen), string.Concat(mine.Seen));
        var (logged, ours) = (Levelled(theirs.Log, trial.Rules), Levelled(mine.Log, trial.Rules));
        Say(trial.Rules, text, "log", string.Concat(Beyond(logged, ours)), string.Concat(Beyond(ours, logged)));
        if (text.Length > 0 && text[0] != '*' && trial.Exchanges.Count == 1) text.Insert(0, Request(trial.Exchanges[0]));
        return text.ToString();
    }

    private static string Request(Exchange exchange) => $"* request: {Visible(exchange.Bytes, 0, 700)}\n";

    private List<string> Levelled(IEnumerable<string> lines, RuleSet rules) => [.. lines.Select(line => KnownDifferences.Levelled(line, original, rules))];

    /// <summary>The lines of one list that another has not, or has less often.</summary>
    private static List<string> Beyond(List<string> lines, List<string> others)
    {
        var rest = lines.ToList();
        foreach (var line in others) rest.Remove(line);
        return rest;
    }

    private void Say(RuleSet rules, StringBuilder text, string what, string theirs, string mine)
    {
        (theirs, mine) = (KnownDifferences.Levelled(theirs, original, rules), KnownDifferences.Levelled(mine, original, rules));
        if (theirs == mine) return;
        var place = theirs.AsSpan().CommonPrefixLength(mine) - Before;
        text.Append($"  {what}, original: {Visible(theirs, place, Before + After)}\n  {what}, ours:     {Visible(mine, place, Before + After)}\n");
    }

    private static string Visible(string text, int from, int length)
    {
        from = Math.Max(from, 0);
        var to = Math.Min(text.Length, from + length);
        return (from > 0 ? "..." : "") + text[from..to].Replace("\r", "\\r").Replace("\n", "\\n").Replace("\0", "\\0") + (to < text.Length ? "..." : "");
    }
}
