using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential;

/// <summary>
/// What is left of an answer, a request or a log line without that which two runs never have in common: times, process ids, ports, counts of
/// connections, where a body was cut into chunks, and the set's number, which shrinking changes.
/// </summary>
internal static partial class ComparableText
{
    private const string Chunked = "transfer-encoding: chunked\r\n", EndOfHead = "\r\n\r\n";

    public static string Of(string text, int number)
    {
        text = LogHead().Replace(Joined(text), "$1 <time> $2:");
        text = AccessDate().Replace(text, "[<time>]");
        text = ClientPort().Replace(text, match => match.Value[..match.Value.LastIndexOf(':')] + ":<port>");
        text = Timers().Replace(text, match => string.Join('/', match.Value.Split('/').Select(WithoutDuration)));
        text = ConnectionCounts().Replace(text, " N/N/N/N/$1 ");
        text = ClfTail().Replace(text, " <port> N $1 N N N N N $2 N N N N $3 ");
        return text.Replace(RuleSet.FrontendAddress(number), "<front>");
    }

    private static string WithoutDuration(string timer) => timer[0] switch { '-' => timer, '+' => "+N", _ => "N" };

    /// <summary>Chunked bodies as one piece: programs cut them where they happened to read.</summary>
    private static string Joined(string text)
    {
        var at = 0;
        while ((at = text.IndexOf(Chunked, at, StringComparison.OrdinalIgnoreCase)) >= 0)
        {
            var start = text.IndexOf(EndOfHead, at, StringComparison.Ordinal);
            if (start < 0) return text;
            at = start += EndOfHead.Length;
            if (Body(text, ref at) is { } body)
            {
                text = $"{text[..start]}<chunks>{body}<end>{text[at..]}";
                at = start + body.Length;
            }
        }
        return text;
    }

    /// <summary>The chunks from a place on, joined; null when what stands there is no whole chunked body.</summary>
    private static string? Body(string text, ref int at)
    {
        var body = new StringBuilder();
        for (var place = at; ;)
        {
            var line = text.IndexOf("\r\n", place, StringComparison.Ordinal);
            if (line < 0 || !int.TryParse(text.AsSpan(place, line - place), NumberStyles.AllowHexSpecifier, null, out var size)) return null;
            place = line + 2;
            if (size == 0)
            {
                at = place;
                return body.ToString();
            }
            if (place + size + 2 > text.Length) return null;
            body.Append(text, place, size);
            place += size + 2;
        }
    }

    [GeneratedRegex(@"^(<\d+>)\w{3} [ \d]\d \d\d:\d\d:\d\d (\S+)\[\d+\]:")]
    private static partial Regex LogHead();

    [GeneratedRegex(@"\[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d(\.\d+)?( [+-]\d{4})?\]")]
    private static partial Regex AccessDate();

    [GeneratedRegex(@"(?<=^|[ :])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]+):\d{1,5}(?= \[<time>\]| to )|127\.0\.0\.1:\d{4,5}\b")]
    private static partial Regex ClientPort();

    [GeneratedRegex(@"(?<= )[+-]?\d+(/[+-]?\d+){2}(?= \d+ [A-Za-z-]{2} \d)|(?<= )[+-]?\d+(/[+-]?\d+){4}(?= [+-]?\d+ [+-]?\d+ )")]
    private static partial Regex Timers();

    [GeneratedRegex(@" \d+/\d+/\d+/\d+/(\+?\d+) (?=\d+/\d+)")]
    private static partial Regex ConnectionCounts();

    [GeneratedRegex(@" \d+ \d+ (""\S*"" ""\S*"" ""\S*"") -?\d+ -?\d+ -?\d+ -?\d+ \+?-?\d+ (\S{4}) \d+ \d+ \d+ \d+ (\+?\d+) ")]
    private static partial Regex ClfTail();
}
