using System.Text;
using Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential;

/// <summary>A trial whose outcome is not the same from both programs.</summary>
internal sealed record Difference(Trial Trial, string What)
{
    public override string ToString() => $"{Trial.Rules.Text}{What}";
}

/// <summary>Runs trials on both programs and tells how their outcomes differ.</summary>
internal sealed class Comparison(Arena arena, Original original, string ours)
{
    // Of a text that differs, what is shown on each side of the place.
    private const int Before = 60, After = 160;

    public List<Difference> Of(IReadOnlyList<Trial> trials) => [.. Each(trials).OfType<Difference>()];

    /// <summary>For each trial its difference, or null when there is none.</summary>
    public Difference?[] Each(IReadOnlyList<Trial> trials)
    {
        if (trials.Count == 0) return [];
        var theirs = arena.Run(original.Program, trials);
        var mine = arena.Run(ours, trials);
        return [.. trials.Select((trial, i) => Compare(trial, theirs[i], mine[i]) is { Length: > 0 } what ? new Difference(trial, what) : null)];
    }

    private string Compare(Trial trial, Outcome theirs, Outcome mine)
    {
        var text = new StringBuilder();
        for (var i = 0; i < trial.Exchanges.Count; i++)
        {
            var before = text.Length;
            Say(text, "answer", theirs.Answers[i], mine.Answers[i]);
            if (text.Length > before) text.Insert(before, $"* request: {Visible(trial.Exchanges[i].Bytes, 0, 700)}\n");
        }
        // A server may hear of an exchange only after its client has the answer.
        Say(text, "servers saw", string.Concat(theirs.Seen.Order(StringComparer.Ordinal)), string.Concat(mine.Seen.Order(StringComparer.Ordinal)));
        Say(text, "log", string.Join('\n', theirs.Log), string.Join('\n', mine.Log));
        return text.ToString();
    }

    private void Say(StringBuilder text, string what, string theirs, string mine)
    {
        (theirs, mine) = (KnownDifferences.Levelled(theirs, original), KnownDifferences.Levelled(mine, original));
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
