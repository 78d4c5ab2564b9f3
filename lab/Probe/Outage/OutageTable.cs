using System.Globalization;

namespace Evenkeel.Lab.Probe.Outage;

/// <summary>`evenkeel-probe table`: what clients lose in every row, again and again, and whether it is within what is promised.</summary>
internal sealed class OutageTable(TableOptions options)
{
    private readonly Lock _lock = new();
    private readonly Queue<(Row Row, Pair Pair)> _todo = new();
    private readonly Dictionary<(Row Row, Pair Pair), List<double?>> _figures = [];

    /// <returns>0 when every limit held.</returns>
    public static int Run(string[] words) => new OutageTable(TableOptions.Parse(words)).Run();

    private int Run()
    {
        foreach (var row in Row.Table.Where(row => options.Rows.Length == 0 || options.Rows.Contains(row.Name)))
            foreach (var pair in options.Pairs.Length == 0 ? row.Limits.Keys : row.Limits.Keys.Append(Pair.Original).Intersect(options.Pairs))
            {
                _todo.Enqueue((row, pair));
                _figures[(row, pair)] = [];
            }
        var labs = Enumerable.Range(1, options.Jobs).Select(number => new Thread(() => Work(number))).ToList();
        labs.ForEach(lab => lab.Start());
        labs.ForEach(lab => lab.Join());
        Console.WriteLine($"\n{DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} processors, {options.Runs} runs a line; ms");
        Console.WriteLine("| trouble | pair | median | longest | at most | |");
        Console.WriteLine("|---|---|---|---|---|---|");
        bool kept = true;
        foreach (var ((row, pair), figures) in _figures) kept &= Print(row, pair, figures);
        return kept ? 0 : 1;
    }

    private void Work(int number)
    {
        using var nodes = new TwoNodes($"{options.Prefix}{number}", Path.Combine(options.Work, $"table-{number}"));
        while (Next() is var (row, pair))
        {
            for (int run = 1; run <= options.Runs; run++)
            {
                var (ms, remark) = new Repetition(nodes, row, pair, options.Program, options.Original).Run();
                lock (_lock) _figures[(row, pair)].Add(ms);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Name} {Word(pair)} {run}: {ms:F1} {remark}"));
            }
        }
    }

    private (Row Row, Pair Pair)? Next()
    {
        lock (_lock) return _todo.TryDequeue(out var next) ? next : null;
    }

    private static bool Print(Row row, Pair pair, List<double?> figures)
    {
        var limit = row.Limits.GetValueOrDefault(pair, Limit.AtMost(double.PositiveInfinity));
        var known = figures.OfType<double>().Order().ToList();
        if (known.Count == 0)
        {
            Console.WriteLine($"| {row.Title} | {Word(pair)} | | | | nothing was measured |");
            return false;
        }
        double median = known.Count % 2 == 1 ? known[known.Count / 2] : (known[(known.Count / 2) - 1] + known[known.Count / 2]) / 2;
        bool kept = known.Count == figures.Count && median <= limit.Median && known[^1] <= limit.Maximum;
        string atMost = double.IsFinite(limit.Median) ? $"{limit.Median:F0} / {limit.Maximum:F0}" : double.IsFinite(limit.Maximum) ? $"{limit.Maximum:F0}" : "";
        string verdict = known.Count < figures.Count ? $"{figures.Count - known.Count} runs without a figure" : kept ? "" : "MORE";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {row.Title} | {Word(pair)} | {median:F1} | {known[^1]:F1} | {atMost} | {verdict} |"));
        return kept;
    }

    private static string Word(Pair pair) => pair switch
    {
        Pair.Own => "own pair",
        Pair.OriginalStandsBy => "Keepalived stands by",
        Pair.OriginalIsMaster => "Keepalived is master",
        _ => "Keepalived pair",
    };
}
