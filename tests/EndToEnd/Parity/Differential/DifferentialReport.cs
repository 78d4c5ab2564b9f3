using System.Diagnostics;
using System.Text;
using Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential;

/// <summary>What a run found, as text for the reader of a failed test.</summary>
internal sealed class DifferentialReport(Original original, Shrinking? shrinking)
{
    private readonly StringBuilder _text = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _sets, _refused, _otherWords, _notYet, _disputed, _different;

    /// <summary>Exchanges whose outcome was compared.</summary>
    public int Pairs { get; private set; }

    /// <summary>Lines and requests that were left out for a known difference, by its kind.</summary>
    public Dictionary<string, int> Explained { get; } = [];

    public bool IsClean => _disputed == 0 && _different == 0;

    public void Add(int seed, Judge.Verdicts verdicts, List<Trial> trials, List<Difference> differences)
    {
        _sets += trials.Count;
        _refused += verdicts.Alike.Count + verdicts.OtherWords.Count;
        _notYet += verdicts.NotYet.Count;
        _different += differences.Count;
        Pairs += trials.Sum(trial => trial.Exchanges.Count);
        if (original.IsFollowed)
        {
            _otherWords += verdicts.OtherWords.Count;
            _disputed += verdicts.Disputed.Count;
            foreach (var one in verdicts.Disputed) Quote(seed, "another verdict", one);
            foreach (var one in verdicts.OtherWords) Quote(seed, "other words", one);
        }
        foreach (var difference in shrinking?.Of(differences) ?? differences) _text.Append($"=== seed {seed}: another outcome\n{difference}\n");
        foreach (var one in verdicts.NotYet) _text.Append($"not yet: {one.Ours}\n");
    }

    public override string ToString() => new StringBuilder($"{Pairs} pairs in {_clock.Elapsed.TotalSeconds:0} s with {original.Version}; ")
        .Append($"{_sets} rule sets run, {_different} differ; lines: {_refused} refused by both ({_otherWords} in other words), ")
        .Append($"{_notYet} not supported yet, {_disputed} disputed; {Explained.Values.Sum()} lines and requests left out for ")
        .Append($"{Explained.Count} known differences\n{_text}")
        .AppendJoin("", Explained.OrderByDescending(one => one.Value).Select(one => $"left out {one.Value} times: {one.Key}\n")).ToString();

    private void Quote(int seed, string what, Judge.Complaint one) =>
        _text.Append($"=== seed {seed}: {what}\n{one.Line}\n  original: {one.Original}\n  ours:     {one.Ours}\n");
}
