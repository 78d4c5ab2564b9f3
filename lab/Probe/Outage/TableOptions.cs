using System.Globalization;

namespace Evenkeel.Lab.Probe.Outage;

internal sealed record TableOptions
{
    public int Runs { get; init; } = 10;

    /// <summary>Pairs of nodes at work at once. More than one shortens the hour; what takes less than 50 ms is better measured alone.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>Empty for all.</summary>
    public string[] Rows { get; init; } = [];

    /// <summary>Empty for all.</summary>
    public Pair[] Pairs { get; init; } = [];
    public string Program { get; init; } = "artifacts/bin/keepalived";
    public string Original { get; init; } = "/usr/sbin/keepalived";
    public string Work { get; init; } = "artifacts/lab";

    /// <summary>Of the namespaces' names.</summary>
    public string Prefix { get; init; } = "ekt";

    public static TableOptions Parse(string[] words)
    {
        var options = new TableOptions();
        for (int i = 0; i < words.Length; i++)
        {
            string Value() => i + 1 < words.Length ? words[++i] : throw new ArgumentException($"{words[i]} needs a value");
            options = words[i] switch
            {
                "--runs" => options with { Runs = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--jobs" => options with { Jobs = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--rows" => options with { Rows = Value().Split(',') },
                "--pairs" => options with { Pairs = [.. Value().Split(',').Select(PairOf)] },
                "--program" => options with { Program = Value() },
                "--original" => options with { Original = Value() },
                "--work" => options with { Work = Value() },
                "--prefix" => options with { Prefix = Value() },
                _ => throw new ArgumentException($"unknown option {words[i]}"),
            };
        }
        foreach (var row in options.Rows)
        {
            if (!Array.Exists(Row.Table, known => known.Name == row))
                throw new ArgumentException($"no row {row}; rows are {string.Join(' ', Row.Table.Select(known => known.Name))}");
        }
        return options with { Program = Path.GetFullPath(options.Program) };
    }

    private static Pair PairOf(string word) => word switch
    {
        "own" => Pair.Own,
        "standby" => Pair.OriginalStandsBy,
        "master" => Pair.OriginalIsMaster,
        "original" => Pair.Original,
        _ => throw new ArgumentException($"no pair {word}; pairs are own, standby (the original stands by), master (it is master) and original (two of it)"),
    };
}
