using System.Globalization;
using System.Text;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>What an agent wants done to its server, as its line says it (configuration.txt 5.2 "agent-check").</summary>
public sealed record AgentReport
{
    private const int MaxWords = 64;

    /// <summary>`ready`, `drain` or `maint`, the last of them.</summary>
    public string? Administrative { get; private set; }

    /// <summary>`up`, `down`, `stopped` or `fail`, the last of them; null leaves the state as it is.</summary>
    public string? Operational { get; private set; }

    /// <summary>`75%`, `weight:75%`, `weight:30`: as written, without the `weight:`.</summary>
    public string? Weight { get; private set; }

    /// <summary>`maxconn:30`</summary>
    public int? MaxConnections { get; private set; }

    /// <summary>Behind a `#`, or the first word that has no meaning.</summary>
    public string? Description { get; private set; }

    public AnswerVerdict Verdict
    {
        get
        {
            if (Operational is null) return new AnswerVerdict(CheckResult.Neutral, CheckStatus.L7Ok, 0, null);
            var info = "via agent : " + Operational + (Description is null ? "" : $" ({Description})");
            return Operational == "up" ? AnswerVerdict.Good(info) : AnswerVerdict.Bad(0, info);
        }
    }

    /// <summary>Null until the line has ended.</summary>
    public static AgentReport? TryParse(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0) return null;
        var line = Encoding.Latin1.GetString(answer[..end]);
        var report = new AgentReport();
        var at = 0;
        for (var words = 0; words < MaxWords; words++)
        {
            while (at < line.Length && line[at] is ' ' or '\t' or ',') at++;
            if (at == line.Length) break;
            if (line[at] == '#')
            {
                report.Description = line[(at + 1)..].Trim();
                break;
            }
            var start = at;
            while (at < line.Length && line[at] is not (' ' or '\t' or ',')) at++;
            report.Take(line[start..at]);
        }
        return report;
    }

    private void Take(string word)
    {
        const string WeightPrefix = "weight:", MaxConnPrefix = "maxconn:";
        if (word.EndsWith('%')) Weight = word.StartsWith(WeightPrefix, StringComparison.Ordinal) ? word[WeightPrefix.Length..] : word;
        else if (word.StartsWith(WeightPrefix, StringComparison.OrdinalIgnoreCase)) Weight = word[WeightPrefix.Length..];
        else if (word.StartsWith(MaxConnPrefix, StringComparison.OrdinalIgnoreCase))
            MaxConnections = int.TryParse(word[MaxConnPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? most : MaxConnections;
        else if (word.ToLowerInvariant() is "ready" or "drain" or "maint") Administrative = word.ToLowerInvariant();
        else if (word.ToLowerInvariant() is "up" or "down" or "stopped" or "fail") Operational = word.ToLowerInvariant();
        else Description ??= word;
    }
}
