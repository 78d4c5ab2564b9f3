using System.Globalization;
using System.Text.RegularExpressions;

namespace Evenkeel.Lab.Probe;

internal sealed record ProbeOptions
{
    public int Rate { get; init; } = 200;

    /// <summary>0 runs until the process is told to end.</summary>
    public double Seconds { get; init; }
    public int TimeoutMs { get; init; } = 1000;

    /// <summary>What a right answer's body looks like; any other body counts as wrong.</summary>
    public Regex? Expect { get; init; }
    public string? Report { get; init; }
    public bool Live { get; init; }

    public static ProbeOptions Parse(string[] words)
    {
        var options = new ProbeOptions();
        for (int i = 0; i < words.Length; i++)
        {
            string Value() => i + 1 < words.Length ? words[++i] : throw new ArgumentException($"{words[i]} needs a value");
            options = words[i] switch
            {
                "--rate" => options with { Rate = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--seconds" => options with { Seconds = double.Parse(Value(), CultureInfo.InvariantCulture) },
                "--timeout-ms" => options with { TimeoutMs = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--expect" => options with { Expect = new Regex(Value(), RegexOptions.CultureInvariant) },
                "--report" => options with { Report = Value() },
                "--live" => options with { Live = true },
                _ => throw new ArgumentException($"unknown option {words[i]}"),
            };
        }
        return options;
    }
}
