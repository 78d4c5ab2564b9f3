using Evenkeel.Model.Samples;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

/// <summary>Random rules, one line each. The places say where a rule's expressions are evaluated.</summary>
internal sealed class RuleGenerator(ExpressionGenerator expressions, ConditionGenerator conditions, Chance chance, RuleSetNames names)
{
    public string HttpRequest(SamplePlaces places) => "http-request " + chance.Pick(
        () => Headers(places), () => Headers(places), () => Variables(places), () => Variables(places),
        () => $"set-path {Format(places)}", () => $"set-pathq {Format(places)}", () => $"set-query {Format(places)}", () => $"set-uri {Uri(places)}",
        () => $"set-method {chance.Pick("PUT", "POST", "get", "X-%[urlp(id)]")}",
        () => $"replace-path {Regex()} {Replacement(places)}", () => $"replace-pathq {Regex()} {Replacement(places)}", () =>
            $"replace-uri {Regex()} {Replacement(places)}",
        () => $"redirect {Redirect(places)}", () => $"return {Reply(places)}", () => $"deny {Denial(places)}", () => $"tarpit {Denial(places)}",
        () => "auth" + chance.Pick("", " realm shop"), () => "reject", () => chance.OneIn(8) ? "silent-drop" : "allow", () => "allow",
        () => $"set-log-level {chance.Pick("silent", "err", "debug", "notice", "emerg")}",
        () => $"strict-mode {chance.Pick("on", "off")}", () => $"set-nice {chance.Pick("5", "-9999")}",
        () => places == SamplePlaces.BackendHttpRequest ? $"set-timeout {chance.Pick("server", "tunnel")} {chance.Pick("4s", "5000", "int(4500)")}" : "allow",
        () => $"capture {expressions.Any(places)} {chance.Pick($"len {chance.Number(1, 40)}", "id 0")}",
        () => $"set-priority-class {expressions.Any(places, 1)}", () => $"set-priority-offset int({chance.Pick("-5", "100")})",
        () => $"set-map({{n}}/strings.map) {Format(places)} n{{n}}%[path]", () => $"del-map({{n}}/strings.map) n{{n}}{Format(places)}",
        () => $"normalize-uri {chance.Pick("path-merge-slashes", "path-strip-dot", "path-strip-dotdot", "path-strip-dotdot full",
            "percent-to-uppercase", "percent-decode-unreserved", "query-sort-by-name", "fragment-strip", "fragment-encode")}",
        () => $"wait-for-body time 5s{chance.Pick("", " at-least 5")}", () => $"early-hint link {Format(places)}",
        () => $"add-acl({{n}}/words.lst) n{{n}}{Format(places)}", () => "disable-l7-retry",
        () => $"set-src {expressions.Any(places, 1)}", () => $"set-dst {expressions.Any(places, 1)}",
        () => $"set-{chance.Pick("src", "dst")}-port int({chance.Number(1, 60_000)})", () => $"del-acl({{n}}/words.lst) {chance.Pick(Words.Texts)}")
        + conditions.Optional(places);

    public string HttpResponse(SamplePlaces places) => "http-response " + chance.Pick(
        () => Headers(places), () => Headers(places), () => Headers(places), () => Variables(places), () => Variables(places),
        () => Status(), () => $"redirect {Redirect(places, onlyLocation: true)}",
        () => $"return {Reply(places)}", () => $"deny {Denial(places)}", () => "allow",
        () => $"set-log-level {chance.Pick("silent", "alert", "info")}", () => $"strict-mode {chance.Pick("on", "off")}",
        () => $"capture {expressions.Any(places)} id 0", () => $"set-map({{n}}/strings.map) r{{n}}%[status] {Format(places)}", () => "wait-for-body time 5s",
        () => "set-nice 7", () => $"add-acl({{n}}/words.lst) {chance.Pick(Words.Texts)}", () => $"del-acl({{n}}/words.lst) {chance.Pick(Words.Texts)}",
        () => $"del-map({{n}}/strings.map) {chance.Pick(Words.Paths)}")
        + conditions.Optional(places);

    public string HttpAfterResponse(SamplePlaces places) => "http-after-response " + chance.Pick(
        () => Headers(places), () => Headers(places), () => Variables(places), () => Status(), () => "allow", () => $"strict-mode {chance.Pick("on", "off")}",
        () => $"capture {expressions.Any(places)} id 0")
        + conditions.Optional(places);

    public string TcpRequest(string layer, SamplePlaces places) => $"tcp-request {layer} " + chance.Pick(
        () => Variables(places), () => Variables(places), () => Variables(places), () => "accept", () => chance.OneIn(4) ? "reject" : "accept",
        () => layer == "content" ? $"set-log-level {chance.Pick("err", "debug")}" : Variables(places), () => places == SamplePlaces.FrontendTcpContent
            ? $"capture {expressions.Any(places)} len {chance.Number(1, 30)}" : Variables(places),
        () => layer == "content" ? $"set-priority-{chance.Pick("class", "offset")} int({chance.Number(-3, 9)})" : Variables(places),
        () => layer == "content" ? "set-nice 3" : Variables(places),
        () => $"set-{chance.Pick("src", "dst")}-port int({chance.Number(1, 60_000)})", () => $"set-src {expressions.Any(places, 1)}",
            () => $"set-dst {expressions.Any(places, 1)}")
        + conditions.Optional(places);

    public string TcpResponse(SamplePlaces places) => "tcp-response content " + chance.Pick(
        () => Variables(places), () => "accept", () => chance.OneIn(5) ? "reject" : "accept", () => $"set-log-level {chance.Pick("err", "debug")}",
        () => "set-nice -3", () => chance.OneIn(5) ? "close" : Variables(places)) + conditions.Optional(places);

    public string Redirect(SamplePlaces places, bool onlyLocation = false)
    {
        var text = onlyLocation ? $"location {Uri(places)}"
            : chance.Pick(() => $"location {Uri(places)}", () => $"prefix {chance.Pick("https://other.test", "/sub", "https://%[hdr(host)]")}", () =>
            $"scheme {chance.Pick("https", "ftp")}");
        if (chance.OneIn(2)) text += " code " + chance.Pick("301", "302", "303", "307", "308");
        if (chance.OneIn(4)) text += " drop-query";
        if (chance.OneIn(4)) text += " append-slash";
        if (chance.OneIn(5)) text += " set-cookie " + chance.Pick("SEEN=1", "a=b");
        if (chance.OneIn(6)) text += " clear-cookie SID";
        if (chance.OneIn(7)) text += " ignore-empty";
        return text;
    }

    /// <summary>A word of literal text, aliases and expressions, without blanks that are not escaped.</summary>
    public string Format(SamplePlaces places)
    {
        var text = "";
        foreach (var part in chance.Several(1, 3, () => chance.Pick(
            () => $"%[{expressions.Any(places)}]", () => $"%[{expressions.Any(places)}]", () => chance.Pick(Words.Texts), () => "\\ ", () => "%%",
            () => Alias(),
            () => $"%{{{chance.Pick("+Q", "+X", "-Q", "+Q,+X", "+E")}}}[{expressions.Any(places, 1)}]")))
        {
            // The name of an alias ends where no letter or digit follows.
            text += text.Length > 0 && char.IsAsciiLetterOrDigit(text[^1]) && char.IsAsciiLetterOrDigit(part[0]) ? "-" + part : part;
        }
        return text;
    }

    public string Alias() => "%" + chance.Pick("ci", "f", "ft", "b", "s", "HM", "HP", "HQ", "HU", "HV", "r", "ST", "hr", "hs", "hrl", "hsl", "CC", "CS",
        "si", "fi", "bi", "{+Q}r", "{+X}ci", "{+E}HU");

    private string Headers(SamplePlaces places)
    {
        var header = chance.Pick(chance.OneIn(2) ? Words.ResponseHeaders : Words.Headers);
        if (header == "host" && chance.OneIn(2)) header = "x-host";
        return chance.Pick(
            () => $"set-header {header} {Format(places)}", () => $"add-header {header} {Format(places)}", () => $"del-header {header}",
            () => $"del-header {chance.Pick("x-", "^x", "cook", "id")} -m {chance.Pick("beg", "sub", "reg", "end", "str")}",
            () => $"replace-header {header} {Regex()} {Replacement(places)}", () => $"replace-value {header} {Regex()} {Replacement(places)}");
    }

    private string Variables(SamplePlaces places) => chance.Pick(
        () => $"set-var({names.Variable()}) {expressions.Any(places)}", () => $"set-var({names.Variable()}) {expressions.Any(places)}",
        () => $"set-var-fmt({names.Variable()}) {Format(places)}", () => $"unset-var({names.Variable()})");

    private string Status() => $"set-status {chance.Pick(Words.Statuses)}{chance.Pick("", " reason Own\\ words", " reason x")}";

    private static string Quote(string text) => "'" + text + "'";

    private string Regex() => Quote(chance.Pick(Words.Regexes));

    private string Replacement(SamplePlaces places) => chance.Pick(
        () => "\\\\1", () => "\\\\2-\\\\1", () => "<\\\\0>", () => "x", () => $"%[{expressions.Any(places, 1)}]\\\\1", () => "%%\\\\9");

    private string Uri(SamplePlaces places) => chance.Pick(
        () => "/new%[path]", () => "https://%[hdr(host)]%[path]?x=%[urlp(id)]", () => "/x?" + Format(places), () => "/" + Format(places), () =>
            "http://other.test/", () => Format(places));

    private string Denial(SamplePlaces places) => chance.Pick(
        () => "", () => $"deny_status {chance.Pick(Words.Statuses)}", () => $"status {chance.Pick(Words.Statuses)}", () => Reply(places), () =>
            "default-errorfiles",
        () => "errorfiles pages", () => "status 403 errorfile {n}/e403.http");

    private string Reply(SamplePlaces places)
    {
        var text = chance.OneIn(4) ? "" : "status " + chance.Pick(Words.Statuses) + " ";
        text += chance.Pick(
            () => $"content-type text/plain string {chance.Pick(Words.Texts)}", () => $"content-type text/html lf-string {Format(places)}",
            () => "content-type text/plain file {n}/page.txt", () => "content-type text/plain lf-file {n}/page.lf", () => "errorfile {n}/e403.http", () =>
                "default-errorfiles",
            () => "errorfiles pages", () => "");
        foreach (var header in chance.Several(0, 2, () => $" hdr {chance.Pick("x-a", "x-b", "cache-control")} {Format(places)}")) text += header;
        return text;
    }
}
