using System.Text;
using System.Text.RegularExpressions;

namespace Evenkeel.Tests.EndToEnd.Parity.Attacks;

/// <summary>
/// One form of `attacks.txt`. Its lines: the name; `>` and the bytes, with \r \n \t \0 \xNN and {TEXT*COUNT} for repetition; `=` and what comes of it;
/// `!` and what HAProxy 3.5 makes of it when that is another thing, with the reason why ours stands.
/// </summary>
internal sealed partial record Attack(string Name, string Written, string Verdict, string? Original)
{
    public string Bytes => Escape().Replace(Repetition().Replace(Written, match => Repeat(match.Groups[1].Value, match.Groups[2].Value)), match =>
        match.Value[1] switch
        {
            'r' => "\r",
            'n' => "\n",
            't' => "\t",
            '0' => "\0",
            'x' => ((char)Convert.ToByte(match.Value[2..], 16)).ToString(),
            _ => match.Value[1..],
        });

    public static List<Attack> Read(string path)
    {
        var attacks = new List<Attack>();
        foreach (var line in File.ReadLines(path).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] == '>') attacks[^1] = attacks[^1] with { Written = line[2..] };
            else if (line[0] == '=') attacks[^1] = attacks[^1] with { Verdict = line[2..] };
            else if (line[0] == '!') attacks[^1] = attacks[^1] with { Original = line[2..] };
            else attacks.Add(new Attack(line, "", "", null));
        }
        return attacks;
    }

    public override string ToString() => $"{Name}\n> {Written}\n= {Verdict}\n{(Original is null ? "" : $"! {Original}\n")}";

    private static string Repeat(string text, string count) => new StringBuilder().Insert(0, text, int.Parse(count)).ToString();

    [GeneratedRegex(@"\\(x[0-9a-f]{2}|.)")]
    private static partial Regex Escape();

    [GeneratedRegex(@"\{([^{}*]+)\*(\d+)\}")]
    private static partial Regex Repetition();
}
