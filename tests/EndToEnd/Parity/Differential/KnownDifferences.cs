using System.Text.RegularExpressions;
using Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential;

/// <summary>
/// What is not the same, and why. Lines of rule sets and requests that a difference is about are left out before the programs run; a text that differs
/// in a known way is made the same on both sides. All that is left must be equal to the byte. Not generated at all are unequal weights with
/// `balance roundrobin` (the order within a turn is another one, the shares are the same) and what only counts or tells the time.
/// </summary>
internal static partial class KnownDifferences
{
    /// <summary>In every version there is, 3.5 included.</summary>
    private static readonly Version Always = new(9, 9);

    /// <summary>Between 2.6 and 3.5 the original has changed.</summary>
    private static readonly Version Old = new(3, 0);

    /// <param name="Why">The difference, and whose side we are on.</param>
    /// <param name="Before">Originals of this version and later do as ours does.</param>
    /// <param name="Lines">Lines of rule sets that show it.</param>
    /// <param name="TcpLines">The same, in mode tcp only.</param>
    /// <param name="Requests">Requests that show it.</param>
    /// <param name="Texts">What is replaced in answers and log lines.</param>
    private sealed record Known(string Why, Version Before, Regex? Lines = null, Regex? TcpLines = null, Regex? Requests = null,
        (Regex Found, string By)? Texts = null);

    private static readonly Known[] All =
    [
        new("blanks around a header's value that a rule writes are not part of it (RFC 9110 section 5.5); the original sends them", Always,
            Lines: BlankAtAnEnd()),
        new("a client of HTTP/1.0 gets no interim responses (RFC 9110 section 15.2); the original forwards them", Always, Requests: InterimForOldClient()),
        new("the original ends the client's connection without an answer when a server closes a reused connection; ours answers 502", Always,
            Requests: SilentServerOnReuse()),
        new("in the original no variable of the request or response can be set any more when the log line is made", Always, Lines: LateVariable()),
        new("the original also reads HTTP in mode tcp; ours only in mode http", Always, TcpLines: HttpWord()),
        new("the original's timers of a tarpitted request: none for the request, and the tarpit as time in the queue", Always,
            Texts: (TarpitTimers(), "<timers>$1")),
        new("a request without a backend has no time in the original's line", Always, Texts: (NoBackendTimers(), "<timers>$2")),
        new("pages for what never was a request had capital letters", Old, Texts: (CapitalPage(), "content-length: $1\r\ncache-control: no-cache\r\n" +
            "connection: close\r\ncontent-type: text/html\r\n")),
        new("a request that is rejected had no time in the line, a response that is denied none of the server", Old, Texts: (DeniedTimers(), "<timers>$1")),
        new("a response without a body was given an empty one when its status was changed", Old, Lines: NewStatus()),
        new("a method that has no number was lost in converters", Old, Lines: ConvertedMethod()),
        new("a query that is not there left two blanks in the line", Old, Lines: QueryAlias()),
        new("the port of an address without one was read otherwise", Old, Lines: PortOnly()),
    ];

    public static RuleSet Without(RuleSet rules, Original original)
    {
        var isTcp = rules.Text.Contains("    mode tcp\n", StringComparison.Ordinal);
        var known = All.Where(one => original.Version < one.Before).ToList();
        return rules.Without(line => known.Any(one => one.Lines?.IsMatch(line) == true || (isTcp && one.TcpLines?.IsMatch(line) == true)));
    }

    public static bool Explain(Exchange exchange, Original original) =>
        All.Any(one => one.Requests?.IsMatch(exchange.Bytes) == true && original.Version < one.Before);

    /// <summary>An answer, a request or log lines of either program, with the known differences taken out.</summary>
    public static string Levelled(string text, Original original)
    {
        foreach (var one in All)
            if (one.Texts is { } texts && original.Version < one.Before) text = texts.Found.Replace(text, texts.By);
        return text;
    }

    [GeneratedRegex(@"(set|add)-header \S+ (\\ |.*\\ +(if|unless) |.*\\ ?$)|hdr \S+ (\\ |\S*\\ )|replace-(header|value) .*(\\ $|\\  )")]
    private static partial Regex BlankAtAnEnd();

    [GeneratedRegex(@"HTTP/1\.0\r\n(?:[^\r\n]+\r\n)*x-reply: (9|14)\r\n")]
    private static partial Regex InterimForOldClient();

    [GeneratedRegex(@"HTTP/1\.[01]\r\n[\s\S]*HTTP/1\.[01]\r\n(?:[^\r\n]+\r\n)*x-reply: 11\r\n")]
    private static partial Regex SilentServerOnReuse();

    [GeneratedRegex(@"log-format .*set-var\((req|res)\.")]
    private static partial Regex LateVariable();

    [GeneratedRegex(@"HTTP|METH_|(?<![a-z])(path|url|base|s?hdr|f?hdr|cook|method|query|req[._](ver|proto|hdr|fhdr|cook)|capture|res|status|http_)")]
    private static partial Regex HttpWord();

    [GeneratedRegex(@"(?<= )(?:-?1?N?/)+\+?N( \d{3} N \S+ \S+ PT--)")]
    private static partial Regex TarpitTimers();

    [GeneratedRegex(@"(?<=(F\d+) \1/<NOSRV> )(?:-1|N)/-1/-1/-1/\+?N( 503 )")]
    private static partial Regex NoBackendTimers();

    [GeneratedRegex(@"Content-length: (\d+)\r\nCache-Control: no-cache\r\nConnection: close\r\nContent-Type: text/html\r\n")]
    private static partial Regex CapitalPage();

    [GeneratedRegex(@"(?<= )(?:-?1?N?/)+\+?N( -?\d{1,3} N \S+ \S+ P[RH]--)")]
    private static partial Regex DeniedTimers();

    [GeneratedRegex(@"set-status")]
    private static partial Regex NewStatus();

    [GeneratedRegex(@"(?<![_\w.])method,")]
    private static partial Regex ConvertedMethod();

    [GeneratedRegex(@"%(\{\S*\})?HQ")]
    private static partial Regex QueryAlias();

    [GeneratedRegex(@"port_only")]
    private static partial Regex PortOnly();
}
