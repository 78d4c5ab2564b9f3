using System.Text.RegularExpressions;
using Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential;

/// <summary>
/// What is not the same, and why: one construct each, with both behaviours. Lines of rule sets and requests that a difference is about are left out before
/// the programs run; a text that differs in a known way is made the same on both sides. All that is left must be equal to the byte.
/// </summary>
internal static partial class KnownDifferences
{
    /// <summary>In every version there is, 3.5 included: ours keeps to the RFC or to the manual.</summary>
    private static readonly Version Always = new(9, 9);

    /// <summary>Between Debian's 2.6 and 3.5 the original has changed; ours does as 3.5 does.</summary>
    private static readonly Version Old = new(3, 0);

    /// <param name="Why">The construct, what the original does with it and what ours does.</param>
    /// <param name="Before">Originals of this version and later do as ours does.</param>
    /// <param name="Lines">Lines of rule sets that show it.</param>
    /// <param name="In">Only in sections that begin so.</param>
    /// <param name="Requests">Requests that show it.</param>
    /// <param name="With">Only in rule sets with such a line.</param>
    /// <param name="Texts">What is replaced in answers, requests and log lines.</param>
    private sealed record Known(string Why, Version Before, Regex? Lines = null, string In = "", Regex? Requests = null, Regex? With = null,
        (Regex Found, string By)? Texts = null);

    private static readonly Known[] All =
    [
        new("an interim response to a client of HTTP/1.0: the original forwards it, ours does not (RFC 9110 section 15.2)", Always,
            Requests: InterimForOldClient()),
        new("%ST in a TCP line: -1 in the original where anything in the section might look for HTTP, else 0 as always in ours", Always,
            Lines: StatusInLine(), With: Relay()),
        new("set-src and set-dst to what arithmetic makes of a boolean: still a boolean to the original and so no address, a number in ours", Always,
            Lines: AddressOfBoolean()),
        new("counts of headers in the body of a reply to a response: no value in the original, for the response is gone, a count in ours", Always,
            Lines: CountInReply()),
        new("res.body_size of a reply of its own: its length in 2.6, 0 in 3.5 and ours", Old, Lines: SizeOfReply()),
        new("urlp_val of what is no number: no value in 2.6, 0 in 3.5 and ours", Old, Requests: ParameterWithoutNumber(), With: ParameterAsNumber()),
        new("silent-drop leaves the client without any sign, or, where the system does not allow that, with one: the test would wait for nothing", Always,
            Lines: SilentDrop()),
        new("normalize-uri with a word left out and a condition in its place: the original merges slashes, ours does what the line says", Always,
            Lines: NormalizerWithCondition()),
        new("eq, gt, ge, lt, le and a negative number: to the original each of them is `up to 5` before -5, ours compares with -5", Always,
            Lines: NegativeNumber()),
        new("expressions in the reply of a tarpit: the original's no longer see the request's headers when its time is over, ours do", Always,
            Lines: ReplyOfTarpit()),
        new("a folded header, and HTTP rules on a relay: the original's parser writes blanks over the fold in the bytes it relays, " +
            "ours relays them as they are", Always, Requests: FoldedHeader(), With: Relay()),
        new("control bytes in what a format makes for a client: written otherwise in 2.6", Old, Lines: ControlBytes()),
        new("control bytes of an expression in a log line: as they are in the original, `#0A` and the like in ours, so that no client writes lines of its own",
            Always, Texts: (ControlByte(), "#")),
        new("http_auth_bearer of a named header with another scheme: an empty token in 2.6, no value in 3.5 and ours", Old, Lines: TokenOfHeader()),
        new("capture.res.ver of an answer that no server sent: none in 2.6", Old, Lines: CapturedVersion()),
        new("set-status on a response that has no body by its status (204, 304): 2.6 adds an empty one", Old, Requests: BodilessReply(), With: NewStatus()),
        new("TCP figures in tcp-request connection and session: not yet known in 2.6", Old, Lines: EarlyFigures()),
        new("headers of a reply to a response that read the response: the original sends nothing at all, ours the reply", Always, Lines: ReplyToResponse()),
        new("TCP figures in an ACL that a tcp-request connection or session rule names: not yet known in 2.6", Old,
            Lines: EarlyFigureInAcl(), With: EarlyConditions()),
        new("fe_id and be_id where no `id` is said: 2.6 begins with 1, 3.5 and ours with 2", Old, Lines: ProxyNumbers()),
        new("+Q on an expression in what is sent to a client: no quotes in 2.6", Old, Lines: QuotedInReply()),
        new("set-status on what a server says to CONNECT: the original sends the tunnel as a body, ours ends", Always, Requests: Connect(), With: NewStatus()),
        new("counts of bytes in lines about replies of its own: 2.6 counts them as if a server had sent them, 3.5 and ours do not", Old,
            Texts: (ByteCountOfReply(), "N")),
        new("early-hint: 2.6 counts the bytes of hints as if a server had sent them, 3.5 and ours do not", Old, Texts: (ByteCount(), "N"), With: EarlyHint()),
        new("figures of the client's socket in the line about what never was a request: none in 2.6", Old, Lines: SocketFigures()),
        new("HTTP_1.0 and HTTP_1.1 (req.ver) while a response is judged: without a value in 2.6, the request's version in 3.5 and ours", Old,
            Lines: VersionInResponse()),
        new("errorfile, errorfiles and errorloc of 400 for what never was a request: 2.6 sends its own page, 3.5 and ours the configured one", Old,
            Lines: PageOfBadRequest()),
        new("pages for what never was a request: 2.6 writes capital letters", Old, Texts: (CapitalPage(), "content-length: $1\r\ncache-control: no-cache\r\n" +
            "connection: close\r\ncontent-type: text/html\r\n")),
        new("%Tr of a response that a rule denies or answers in its place: -1 in 2.6, the server's time in 3.5 and ours", Old, Texts: (DeniedTimer(), "<Tr>")),
        new("a method that has no number, in converters: empty in 2.6, its name in 3.5 and ours", Old, Lines: ConvertedMethod()),
        new("%HQ and %HPO where there is no query or path: nothing between two blanks in 2.6, one blank in 3.5 and ours", Old, Lines: QueryAlias()),
        new("a format that names the request and nothing that comes later: the original writes its line twice, with the request and with the response",
            Always, Lines: EarlyFormat()),
        new("%r, %HU, capture.req.uri and the like in a backend where no log and no format with %[...] of the frontend asks for the request: " +
            "the original has not kept it, ours has as the manual says", Always, Lines: RequestLine(), With: RequestNotKept()),
        new("the request's version in an ACL for response rules: without a value in 2.6, the request's version in 3.5 and ours", Old,
            Lines: VersionInAcl(), With: ResponseConditions()),
        new("http_date, ltime and utime of a negative number: a year of ten digits in the original, a time before 1970 in ours", Always,
            Lines: DateBeforeAll()),
        new("word() of what is not there: empty in 2.6, no value in 3.5 and ours", Old, Lines: MissingWord()),
        new("tcp-response content close and another request behind: 2.6 closes the client's connection, 3.5 and ours keep it", Old, Requests: AnotherRequest(),
            With: ClosedByResponseRule()),
        new("less than a negative number, by add and sub: 2.6 says the largest number, 3.5 and ours the sum", Old, Lines: SmallerSum()),
        new("a redirect of a request with a body: 2.6 closes the client's connection, 3.5 and ours keep it", Old, Requests: BodyAndMore(), With: Redirect()),
        new("a kept connection to a server that ends without an answer to a client's first request: 502 in 2.6, the client's ends in 3.5 and ours", Old,
            Requests: SilentServer(), With: ReuseForFirst()),
        new("option httpclose in a frontend: 2.6 also closes the server's connection, 3.5 and ours do not", Old, Lines: FrontendClose(), In: "frontend"),
    ];

    /// <param name="explained">Counts by kind what is left out.</param>
    public static RuleSet Without(RuleSet rules, Original original, Dictionary<string, int>? explained = null)
    {
        var known = All.Where(one => original.Version < one.Before && one.Lines is not null && one.With?.IsMatch(rules.Text) != false).ToList();
        return rules.Without((section, line) => Counted(explained, known.Find(one => one.Lines!.IsMatch(line)
            && section.StartsWith(one.In, StringComparison.Ordinal))));
    }

    /// <summary>Whether an exchange would differ for a known reason.</summary>
    public static bool Explain(Exchange exchange, RuleSet rules, Original original, Dictionary<string, int>? explained = null) =>
        Counted(explained, Array.Find(All, one => original.Version < one.Before && one.Requests?.IsMatch(exchange.Bytes) == true
            && one.With?.IsMatch(rules.Text) != false));

    /// <summary>An answer, a request or log lines of either program, with the known differences taken out.</summary>
    public static string Levelled(string text, Original original, RuleSet rules)
    {
        foreach (var one in All)
            if (one.Texts is { } texts && original.Version < one.Before && one.With?.IsMatch(rules.Text) != false) text = texts.Found.Replace(text, texts.By);
        return text;
    }

    /// <summary>Whether this trial still shows none of them: what is left out of a rule set may make lines differ that did not.</summary>
    public static bool AreAbsent(Trial trial, Original original) =>
        Without(trial.Rules, original).Text == trial.Rules.Text && !trial.Exchanges.Any(exchange => Explain(exchange, trial.Rules, original));

    private static bool Counted(Dictionary<string, int>? explained, Known? known)
    {
        if (known is not null && explained is not null) explained[known.Why] = explained.GetValueOrDefault(known.Why) + 1;
        return known is not null;
    }

    [GeneratedRegex(@"HTTP/1\.0\r\n(?:[^\r\n]+\r\n)*x-reply: (9|14)\r\n")]
    private static partial Regex InterimForOldClient();

    [GeneratedRegex(@"Content-length: (\d+)\r\nCache-Control: no-cache\r\nConnection: close\r\nContent-Type: text/html\r\n")]
    private static partial Regex CapitalPage();

    [GeneratedRegex(@"(?<= (?:-1|N)/(?:-1|N)/(?:-1|N)/)(?:-1|N)(?=/\+?N -?\d{1,3} N \S+ \S+ [PL]H--)")]
    private static partial Regex DeniedTimer();

    [GeneratedRegex(@"(?<![_\w.])method,")]
    private static partial Regex ConvertedMethod();

    [GeneratedRegex(@"%(\{\S*\})?(HQ|HPO)")]
    private static partial Regex QueryAlias();

    [GeneratedRegex(@"http-(after-)?response .*(HTTP_1\.[01]|req[._]ver)")]
    private static partial Regex VersionInResponse();

    [GeneratedRegex(@"error(file|files|loc|loc302|loc303) (\S+ )?400")]
    private static partial Regex PageOfBadRequest();

    [GeneratedRegex(@"set-(src|dst) (\S*is_local|bool\(\w+\)|ssl_fc|always_\w+|fe_\w+|\w+_is_up\S*),")]
    private static partial Regex AddressOfBoolean();

    [GeneratedRegex(@"http-after-response .*res[._]body_size")]
    private static partial Regex SizeOfReply();

    [GeneratedRegex(@"http-response (return|deny) .*lf-string .*\[(res\.f?|sf?|f?)hdr_cnt")]
    private static partial Regex CountInReply();

    [GeneratedRegex(@"[?&;](id|q|a|b|empty|url|sess)=[^0-9&\s-]")]
    private static partial Regex ParameterWithoutNumber();

    [GeneratedRegex(@"url(_param|p)_val")]
    private static partial Regex ParameterAsNumber();

    [GeneratedRegex(@"silent-drop")]
    private static partial Regex SilentDrop();

    [GeneratedRegex(@"log-format .*fc_(fackets|lost|reordering|retrans|rtt|rttvar|sacked|unacked)")]
    private static partial Regex SocketFigures();

    /// <summary>A first request with a body, and another behind it.</summary>
    [GeneratedRegex(@"^(?:(?!\r\n\r\n)[\s\S])*(?:Content-Length: [1-9]|Transfer-Encoding: chunked\r\n)[\s\S]* HTTP/1\.[01]\r\n")]
    private static partial Regex BodyAndMore();

    /// <summary>In all default formats.</summary>
    [GeneratedRegex(@"(?<=(?:-1|N)/\+?N -?\d+ )\+?\d+(?= )|(?<=(?:-1|N)/\+?N )\+?\d+(?= [A-Za-z-]{2} )|(?<="" -?\d{1,3} )\+?\d+(?= "")")]
    private static partial Regex ByteCount();

    /// <summary>The same where the state at the end says that something else than the server ended it.</summary>
    [GeneratedRegex(@"(?<=(?:-1|N)/\+?N -?\d+ )\+?\d+(?= \S+ \S+ [A-Za-z])|(?<=(?:-1|N)/\+?N )\+?\d+(?= [A-Za-z][A-Za-z-] )|(?<="" -?\d{1,3} )\+?\d+(?= "")")]
    private static partial Regex ByteCountOfReply();

    [GeneratedRegex(@"early-hint")]
    private static partial Regex EarlyHint();

    [GeneratedRegex(@"x-reply: [45]\r\n")]
    private static partial Regex BodilessReply();

    [GeneratedRegex(@"set-status")]
    private static partial Regex NewStatus();


    [GeneratedRegex(@"tcp-request (connection|session) .*fc_(fackets|lost|reordering|retrans|sacked|unacked)")]
    private static partial Regex EarlyFigures();

    [GeneratedRegex(@"acl \S+ fc_(fackets|lost|reordering|retrans|sacked|unacked)")]
    private static partial Regex EarlyFigureInAcl();

    [GeneratedRegex(@"tcp-request (connection|session) .* (if|unless) ")]
    private static partial Regex EarlyConditions();

    [GeneratedRegex(@"http-response (return|deny) .*hdr \S+ .*%(\{[^}]*\})?\[(res[._]|s?hdr|fhdr|status|scook|cook|payload|rep_|capture\.res)")]
    private static partial Regex ReplyToResponse();


    [GeneratedRegex(@"\b[fb]e_id\b")]
    private static partial Regex ProxyNumbers();

    [GeneratedRegex(@"(lf-string|hdr \S+) .*%\{[^}]*\+Q[^}]*\}\[")]
    private static partial Regex QuotedInReply();

    [GeneratedRegex(@"normalize-uri (path-strip-dotdot|percent-to-uppercase|percent-decode-unreserved) (if|unless)")]
    private static partial Regex NormalizerWithCondition();

    [GeneratedRegex(@" (eq|gt|ge|lt|le) -\d")]
    private static partial Regex NegativeNumber();

    [GeneratedRegex(@"http-request tarpit .*(lf-file|(lf-string|hdr) .*%)")]
    private static partial Regex ReplyOfTarpit();

    [GeneratedRegex(@"\r\nX-Fold: ")]
    private static partial Regex FoldedHeader();

    [GeneratedRegex(@"log-format .*%(\{\S*\})?ST\b")]
    private static partial Regex StatusInLine();

    [GeneratedRegex(@"mode tcp")]
    private static partial Regex Relay();

    [GeneratedRegex(@"^CONNECT ")]
    private static partial Regex Connect();

    [GeneratedRegex(@"(lf-string|lf-file|set-path|set-uri|set-pathq|set-query|location|hdr \S+|-header \S+) .*bin\((0a0d7f80|00ff10)\)(?!,hex)")]
    private static partial Regex ControlBytes();

    [GeneratedRegex(@"#[01][0-9A-F]|#7F|[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")]
    private static partial Regex ControlByte();

    [GeneratedRegex(@"http_auth_bearer\(")]
    private static partial Regex TokenOfHeader();

    [GeneratedRegex(@"capture\.res\.ver")]
    private static partial Regex CapturedVersion();

    /// <summary>Nothing but the request's own words and what is known with them.</summary>
    [GeneratedRegex(@"log-format (?=.*%(\{\S*?\})?(HM|HU|HP|HPO|HQ|HV|r|rt)\b)" +
        @"([^%]|%%|%(\{[^}]*\})?(HM|HU|HP|HPO|HQ|HV|r|rt|b|f|ft|tsc|pid|t|T|Tl|Ts|ms|lc|tr|trg|H|o)(?![A-Za-z]))*$")]
    private static partial Regex EarlyFormat();

    [GeneratedRegex(@"capture\.req\.(uri|method|ver)|%(\{\S*?\})?(HM|HU|HP|HPO|HQ|HV|r)\b")]
    private static partial Regex RequestLine();

    [GeneratedRegex(@"\Afrontend .*\n(?: (?!.*(%(\{\S*?\})?(\[|(HM|HU|HP|HPO|HQ|HV|r)\b)|option httplog)).*\n)+(?=\S)")]
    private static partial Regex RequestNotKept();

    [GeneratedRegex(@"acl \S+ .*(HTTP_1\.[01]|req[._]ver)")]
    private static partial Regex VersionInAcl();

    [GeneratedRegex(@"http-(after-)?response .* (if|unless) ")]
    private static partial Regex ResponseConditions();

    [GeneratedRegex(@"(,(neg|cpl|sub\(\S*?\)|map_\w*int\S*?)|int\(-\d+\)),(http_date|ltime|utime)")]
    private static partial Regex DateBeforeAll();

    [GeneratedRegex(@"[,\[]word\(")]
    private static partial Regex MissingWord();

    [GeneratedRegex(@" HTTP/1\.[01]\r\n[\s\S]* HTTP/1\.[01]\r\n")]
    private static partial Regex AnotherRequest();

    [GeneratedRegex(@"tcp-response content close")]
    private static partial Regex ClosedByResponseRule();

    [GeneratedRegex(@",add\(-\d|,sub\(\d")]
    private static partial Regex SmallerSum();

    [GeneratedRegex(@"redirect ")]
    private static partial Regex Redirect();

    [GeneratedRegex(@"x-reply: 11\r\n")]
    private static partial Regex SilentServer();

    [GeneratedRegex(@"http-reuse (aggressive|always)")]
    private static partial Regex ReuseForFirst();

    [GeneratedRegex(@"option httpclose")]
    private static partial Regex FrontendClose();
}
