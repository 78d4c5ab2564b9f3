using System.Text.RegularExpressions;
using Evenkeel.Tests.EndToEnd.Harness;
using Evenkeel.Tests.EndToEnd.Parity.Differential;
using Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

namespace Evenkeel.Tests.EndToEnd.Parity.Attacks;

/// <summary>
/// What two readers of HTTP/1 could understand differently: each form gets the verdict written in `attacks.txt`, and a server behind sees the requests
/// written there and no other. Another program's verdicts, into a file: `EVENKEEL_ATTACKED=/path/haproxy EVENKEEL_ATTACK_REPORT=/path`.
/// </summary>
public sealed partial class AttackTests
{
    private const int Clients = 8;

    private static readonly RuleSet Plain = new("""
        frontend F{n}
            bind {front}:{port}
            timeout http-request 500ms
            timeout http-keep-alive 500ms
            timeout client 900ms
            no log
            default_backend B{n}
        backend B{n}
            timeout server 900ms
            server s1 {s1}:{server}

        """);

    [Fact]
    public void A_form_that_two_readers_could_understand_differently_is_refused_or_made_plain()
    {
        var attacks = Attack.Read(Path.Combine(Published.Root, "tests", "EndToEnd", "Parity", "Attacks", "attacks.txt"));
        Assert.True(attacks.Count > 200);
        var verdicts = VerdictsOf(Environment.GetEnvironmentVariable("EVENKEEL_ATTACKED") ?? Published.Haproxy, attacks);
        if (Environment.GetEnvironmentVariable("EVENKEEL_ATTACK_REPORT") is { } report)
            File.WriteAllLines(report, attacks.Select((attack, i) => (attack with { Verdict = verdicts[i] }).ToString()));
        var wrong = attacks.Select((attack, i) => (attack, Verdict: verdicts[i])).Where(one => one.attack.Verdict != one.Verdict).ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Select(one => $"{one.attack}  but it was: {one.Verdict}")));
    }

    private static List<string> VerdictsOf(string program, List<Attack> attacks)
    {
        using var arena = new Arena();
        var trials = Enumerable.Range(0, Clients)
            .Select(client => attacks.Where((_, i) => i % Clients == client).Select(attack => new Exchange(attack.Bytes)))
            .Select(exchanges => new Trial(Plain, [.. exchanges]) { TellsEach = true });
        var outcomes = arena.Run(program, [.. trials]);
        return [.. attacks.Select((_, i) => Verdict(outcomes[i % Clients], i / Clients))];
    }

    /// <summary>The statuses of the answers, then each request that came through with the length of its body.</summary>
    private static string Verdict(Outcome outcome, int index)
    {
        var statuses = AnswerLine().Matches(outcome.Answers[index]).Select(match => match.Groups[1].Value);
        var seen = SeenLine().Matches(outcome.Seen[index]).Select(match => Shortened(match.Groups[1].Value) + Framing(outcome.Seen[index], match.Index));
        var silence = outcome.Answers[index].EndsWith("TimedOut>", StringComparison.Ordinal) ? " and then silence" : "";
        return string.Join(' ', statuses) + silence + string.Concat(seen.Select(request => $" | {request}"));
    }

    /// <summary>How the request says where it ends.</summary>
    private static string Framing(string seen, int from)
    {
        var end = seen.IndexOf("\r\n\r\n", from, StringComparison.Ordinal);
        var head = end < 0 ? seen[from..] : seen[from..end];
        return string.Concat(FramingHeader().Matches(head).Select(match => $", {match.Value.TrimEnd()}"));
    }

    private static string Shortened(string line) => line.Length > 60 ? $"{line[..40]}... ({line.Length})" : line;

    [GeneratedRegex(@"HTTP/1\.[01] (\d{3}) ")]
    private static partial Regex AnswerLine();

    [GeneratedRegex(@"(?:^|(?<=\n))s1: ([^\r\n]*)")]
    private static partial Regex SeenLine();

    [GeneratedRegex(@"(?<=\n)(?:host|content-length|transfer-encoding|connection|upgrade): [^\r\n]*")]
    private static partial Regex FramingHeader();
}
