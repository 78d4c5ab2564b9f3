using Evenkeel.Model.Samples;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

/// <summary>Random ACLs and conditions.</summary>
internal sealed class ConditionGenerator(ExpressionGenerator expressions, Chance chance, RuleSetNames names)
{
    private static readonly string[] Predefined =
        ["TRUE", "FALSE", "METH_GET", "METH_POST", "METH_HEAD", "HTTP_1.1", "HTTP_1.0", "HTTP_CONTENT", "HTTP_URL_SLASH", "HTTP_URL_ABS", "HTTP_URL_STAR",
            "LOCALHOST", "REQ_CONTENT", "HTTP"];

    /// <summary>`criterion flags patterns`.</summary>
    public string Criterion(SamplePlaces places) => chance.Pick(
        () => Keyword(),
        () => Keyword(),
        () => $"{expressions.Any(places, 2)} -m {Matched()}",
        () => $"{expressions.Any(places, 2)}{chance.Pick("", " -m found")}",
        () => Untold(places),
        () => Untold(places));

    /// <summary>An expression whose type says how it is matched; what has no method of its own needs `-m`.</summary>
    private string Untold(SamplePlaces places)
    {
        var (text, type) = expressions.Typed(places, 2);
        return type switch
        {
            SampleType.Integer => $"{text} {Comparison()}",
            SampleType.Boolean => $"{text} {chance.Pick("", "1", "0")}".TrimEnd(),
            SampleType.Address or SampleType.IPv4 or SampleType.IPv6 =>
                $"{text} {chance.Pick("10.0.0.0/8", "127.0.0.1", "2001:db8::/32", "0.0.0.0/0", "::/0")}",
            _ => chance.OneIn(20) ? $"{text} {Patterns()}" : $"{text} -m {chance.Pick("str", "beg", "sub", "end")} {Patterns()}",
        };
    }

    /// <summary>` if ...`, ` unless ...` or nothing.</summary>
    public string Optional(SamplePlaces places) => chance.OneIn(3) ? "" : Always(places);

    public string Always(SamplePlaces places) => $" {chance.Pick("if", "if", "if", "unless")} {Terms(places)}";

    private string Terms(SamplePlaces places)
    {
        var text = Term(places);
        foreach (var next in chance.Several(0, 2, () => chance.Pick(" ", " || ", " or ") + Term(places))) text += next;
        return text;
    }

    private string Term(SamplePlaces places)
    {
        var not = chance.OneIn(5) ? "!" : "";
        if (names.Acls.Count > 0 && chance.OneIn(2)) return not + names.Acl();
        if (chance.OneIn(4)) return not + chance.Pick(Predefined);
        return $"{not}{{ {Criterion(places)} }}";
    }

    private string Keyword() => chance.Pick(
        () => $"path_beg{Insensitive()} /api /static",
        () => $"path_end{Insensitive()} .png .html",
        () => $"path_sub{Insensitive()} {chance.Pick("a", "v1", "//")}",
        () => $"path_dir{Insensitive()} {chance.Pick("api", "users", "v1/users", "img")}",
        () => $"path_reg{Insensitive()} {chance.Pick(Words.Regexes)}",
        () => $"path_len {chance.Pick("1", "5", "gt 4", "1:10")}",
        () => $"path {chance.Pick(Words.Paths)}",
        () => $"url_beg{Insensitive()} /", () => $"url_dom {chance.Pick("example", "test.example")}",
        () => $"hdr({chance.Pick(Words.Headers)}){Insensitive()} {Patterns()}",
        () => $"hdr_beg({chance.Pick(Words.Headers)}){Insensitive()} {Patterns()}",
        () => $"hdr_sub({chance.Pick(Words.Headers)}){Insensitive()} {Patterns()}",
        () => $"hdr_dom(host){Insensitive()} {chance.Pick("example", "example.com", "test", "www")}",
        () => $"hdr_reg({chance.Pick(Words.Headers)}) {chance.Pick(Words.Regexes)}",
        () => $"hdr_cnt({chance.Pick(Words.Headers)}) {Comparison()}",
        () => $"hdr_val(x-id) {Comparison()}",
        () => $"hdr_ip(x-forwarded-for) {chance.Pick("10.0.0.0/8", "192.0.2.1", "::/0")}",
        () => $"urlp({chance.Pick(Words.Parameters)}) {Patterns()}",
        () => $"urlp_val(id) {Comparison()}",
        () => $"cook({chance.Pick(Words.Cookies)}) {Patterns()}",
        () => $"cook_reg({chance.Pick(Words.Cookies)}) {chance.Pick(Words.Regexes)}",
        () => $"method {chance.Pick("GET", "POST", "PUT DELETE", "PURGE")}",
        () => $"src {chance.Pick("127.0.0.0/8", "10.0.0.0/8", "127.0.0.1", "::1")}",
        () => $"base_beg {chance.Pick("test.example/", "10.1")}",
        () => $"req_ver {chance.Pick("1.0", "1.1")}");

    private string Insensitive() => chance.OneIn(3) ? " -i" : "";

    private string Matched() => chance.Pick(
        () => $"str{Insensitive()} {Patterns()}", () => $"beg{Insensitive()} {Patterns()}", () => $"end{Insensitive()} {Patterns()}", () =>
            $"sub{Insensitive()} {Patterns()}",
        () => $"dir {Patterns()}", () => $"str {Patterns()}", () => $"sub {Patterns()}", () => $"dom{Insensitive()} {Patterns()}", () =>
            $"reg{Insensitive()} {chance.Pick(Words.Regexes)}", () => $"int {Comparison()}",
        () => $"len {Comparison()}", () => "found", () => "bool", () => $"ip {chance.Pick("10.0.0.0/8", "192.0.2.0/24", "2001:db8::/32", "127.0.0.1")}",
        () => $"bin {chance.Pick("61", "2f617069", "00")}", () => $"str -f {chance.Pick(DifferentialFiles.Patterns)}", () =>
            $"sub{Insensitive()} -f {chance.Pick(DifferentialFiles.Patterns)}");

    private string Patterns() => string.Join(' ', chance.Several(1, 3, () => chance.Pick(Words.Patterns)));

    private string Comparison() => chance.Pick("1", "0", "42", "gt 3", "ge 1", "lt 10", "le 0", "eq 42", "1:5", "10:", ":3", "eq -3", "gt 100 eq 7");
}
