using System.Text;
using Evenkeel.Model.Samples;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

/// <summary>Random rule sets from the registries: HTTP mostly, TCP now and then.</summary>
internal sealed class RuleSetGenerator(Vocabulary vocabulary, Chance chance)
{
    private const SamplePlaces FrontendRequest = SamplePlaces.FrontendHttpRequest;
    private const SamplePlaces BackendRequest = SamplePlaces.BackendHttpRequest;

    // For log formats: everything that is the same in two runs.
    // Not `always` and `aggressive`: whether a connection that its server has just closed is taken again depends on the moment.
    private static readonly string[] Reuses = ["never", "safe", "never", "safe"];

    private static readonly string[] LogParts =
        ["%ci", "%f", "%ft", "%b", "%s",
            "%ST", "%tsc", "%ts", "%rc", "%HM", "%HP", "%HPO", "%HQ", "%HU", "%HV", "%r", "%CC", "%CS", "%hr", "%hs", "%hrl", "%hsl",
            "%{+Q}r", "%ID", "%lc"];

    public RuleSet Next()
    {
        var names = new RuleSetNames(chance);
        var expressions = new ExpressionGenerator(vocabulary, chance, names);
        var conditions = new ConditionGenerator(expressions, chance, names);
        var rules = new RuleGenerator(expressions, conditions, chance, names);
        var text = new StringBuilder();
        var isTcp = chance.OneIn(9);
        if (isTcp) Tcp(text, names, rules, conditions);
        else Http(text, names, rules, conditions);
        return new RuleSet(text.ToString());
    }

    private void Http(StringBuilder text, RuleSetNames names, RuleGenerator rules, ConditionGenerator conditions)
    {
        var lines = new Section(text, chance);
        Head(lines, names, "frontend", RuleSetNames.Frontend);
        lines.Add("bind {front}:{port} defer-accept");
        FrontendOptions(lines, names, rules, conditions);
        Logging(lines, rules, isTcp: false);
        lines.Some(0, 4, () => $"acl {names.NewAcl()} {conditions.Criterion(FrontendRequest)}");
        if (chance.OneIn(4)) lines.Some(1, 2, () => rules.TcpRequest("connection", SamplePlaces.FrontendTcpConnection));
        if (chance.OneIn(4)) lines.Some(1, 2, () => rules.TcpRequest("session", SamplePlaces.FrontendTcpSession));
        if (chance.OneIn(4)) lines.Some(1, 3, () => rules.TcpRequest("content", SamplePlaces.FrontendTcpContent));
        lines.Some(1, 6, () => rules.HttpRequest(FrontendRequest));
        if (chance.OneIn(6)) lines.Add($"redirect {rules.Redirect(FrontendRequest)}{conditions.Optional(FrontendRequest)}");
        Switching(lines, names, conditions, SamplePlaces.UseBackend);
        lines.Some(0, 3, () => rules.HttpResponse(SamplePlaces.FrontendHttpResponse));
        if (chance.OneIn(3)) lines.Some(1, 2, () => rules.HttpAfterResponse(SamplePlaces.FrontendHttpResponse));

        Head(lines, names, "backend", RuleSetNames.Backend);
        BackendOptions(lines);
        lines.Some(0, 2, () => $"acl {names.NewAcl()} {conditions.Criterion(BackendRequest)}");
        if (chance.OneIn(6)) lines.Some(1, 2, () => rules.TcpRequest("content", SamplePlaces.BackendTcpContent));
        lines.Some(0, 3, () => rules.HttpRequest(BackendRequest));
        if (chance.OneIn(8)) lines.Add($"redirect {rules.Redirect(BackendRequest)}{conditions.Optional(BackendRequest)}");
        if (chance.OneIn(5)) lines.Add($"use-server s2{conditions.Always(SamplePlaces.UseServer)}");
        if (chance.OneIn(8)) lines.Add(rules.TcpResponse(SamplePlaces.BackendTcpResponse));
        lines.Some(0, 4, () => rules.HttpResponse(SamplePlaces.BackendHttpResponse));
        if (chance.OneIn(3)) lines.Some(1, 2, () => rules.HttpAfterResponse(SamplePlaces.BackendHttpResponse));
        Servers(lines, text);

        Head(lines, names, "backend", RuleSetNames.OtherBackend);
        lines.Add("server o1 {s4}:{server}");
    }

    private void Tcp(StringBuilder text, RuleSetNames names, RuleGenerator rules, ConditionGenerator conditions)
    {
        var lines = new Section(text, chance);
        Head(lines, names, "frontend", RuleSetNames.Frontend);
        lines.Add("bind {front}:{port} defer-accept");
        lines.Add("mode tcp");
        Logging(lines, rules, isTcp: true);
        lines.Some(0, 2, () => $"acl {names.NewAcl()} {conditions.Criterion(SamplePlaces.FrontendTcpContent)}");
        if (chance.OneIn(3)) lines.Some(1, 2, () => rules.TcpRequest("connection", SamplePlaces.FrontendTcpConnection));
        lines.Add("tcp-request inspect-delay 50ms");
        lines.Some(1, 4, () => rules.TcpRequest("content", SamplePlaces.FrontendTcpContent));
        Switching(lines, names, conditions, SamplePlaces.UseBackend);
        Head(lines, names, "backend", RuleSetNames.Backend);
        lines.Add("mode tcp");
        if (chance.OneIn(2)) lines.Add(rules.TcpRequest("content", SamplePlaces.BackendTcpContent));
        if (chance.OneIn(2)) lines.Add(rules.TcpResponse(SamplePlaces.BackendTcpResponse));
        Servers(lines, text);
        Head(lines, names, "backend", RuleSetNames.OtherBackend);
        lines.Add("mode tcp");
        lines.Add("server o1 {s4}:{server}");
    }

    private static void Head(Section lines, RuleSetNames names, string kind, string name)
    {
        lines.Begin($"{kind} {name}");
        names.BeginSection();
        if (kind == "frontend") lines.Add("log-tag " + name);
    }

    private void FrontendOptions(Section lines, RuleSetNames names, RuleGenerator rules, ConditionGenerator conditions) => lines.Some(0, 4, () => chance.Pick(
        () => "option forwardfor" + chance.Pick("", " except 127.0.0.0/8", " header x-real", " if-none", " except 10.0.0.0/8 header x-id if-none"),
        () => "option originalto" + chance.Pick("", " header x-dst", " except 127.0.0.0/8"),
        () => chance.Pick("option httpclose", "option http-server-close", "option http-keep-alive", "option http-buffer-request", "option dontlognull",
            "option dontlog-normal",
            "option log-separate-errors", "option http-ignore-probes", "option http-use-proxy-header", "option logasap", "no option http-keep-alive",
                "option idle-close-on-response",
            "option http-restrict-req-hdr-names " + chance.Pick("preserve", "delete", "reject")),
        () => "monitor-uri " + chance.Pick("/alive", "/search?id=42"),
        () => $"monitor fail{conditions.Always(FrontendRequest)}",
        () => "unique-id-format " + chance.Pick("id-%ci", "%{+X}o%ci_%ST", "%[path]", "x%[str(a),hex]"), () => "unique-id-header x-unique",
        () => $"capture request header {chance.Pick(Words.Headers)} len {chance.Number(1, 30)}", () =>
            $"capture response header {chance.Pick(Words.ResponseHeaders)} len {chance.Number(1, 30)}",
        () => $"capture cookie {chance.Pick(Words.Cookies)} len {chance.Number(1, 30)}", () =>
            $"declare capture {chance.Pick("request", "response")} len {chance.Number(1, 20)}",
        () => "errorfile 403 {n}/e403.http", () => "errorfile 503 {n}/e503.http", () => "errorfiles pages" + chance.Pick("", " 403", " 404 503"),
        () => $"errorloc{chance.Pick("", "302", "303")} {chance.Pick("403", "503", "400")} {chance.Pick("/sorry", "https://sorry.test/x?y")}",
        () => $"http-error status {chance.Pick("403", "404", "503", "400", "429")} content-type text/plain" +
            $" lf-string {rules.Format(FrontendRequest)} hdr x-err 1",
        () => "timeout tarpit 40ms", () => "description a\\ front"));

    private void BackendOptions(Section lines) => lines.Some(0, 3, () => chance.Pick(
        () => "balance " + chance.Pick("roundrobin", "static-rr", "first", "source", "uri", "uri whole", "uri len 5", "uri depth 2", "url_param id",
            "url_param q check_post", "hdr(host)",
            "hdr(host) use_domain_only", "hdr(x-id)", "leastconn"),
        () => "hash-type " + chance.Pick("map-based", "consistent", "consistent djb2 avalanche", "map-based wt6", "map-based sdbm avalanche",
            "consistent crc32"),
        () => "option " + chance.Pick("http-server-close", "httpclose", "forwardfor", "redispatch", "http-pretend-keepalive", "abortonclose",
            "prefer-last-server"),
        () => "http-send-name-header" + chance.Pick(" x-name", " x-server"), () => "retries " + chance.Pick("0", "1", "2"), () =>
            "retry-on " + chance.Pick("all-retryable-errors", "none", "empty-response", "503", "response-timeout"),
        () => "http-reuse " + chance.Pick(Reuses),
        () => "errorfile 403 {n}/e403.http", () => "errorfile 502 {n}/e503.http", () =>
            "errorfiles pages",
        () => "fullconn 50", () => "option http-buffer-request"));

    private void Logging(Section lines, RuleGenerator rules, bool isTcp)
    {
        const SamplePlaces places = SamplePlaces.Log;
        lines.Add(chance.Pick(
            () => isTcp ? "option tcplog" : "option httplog", () => isTcp ? "log-format %ci\\ %b/%s\\ %ts" : "option httplog clf",
            () => "log-format " + string.Join("\\ ", chance.Several(2, 8, () => chance.OneIn(2) && !isTcp ? chance.Pick(LogParts) : rules.Format(places))),
            () => "log-format " + string.Join("|", chance.Several(1, 4, () => rules.Format(places)))));
        if (chance.OneIn(8)) lines.Add($"error-log-format err\\ %ci\\ {rules.Format(places)}");
    }

    private void Switching(Section lines, RuleSetNames names, ConditionGenerator conditions, SamplePlaces places)
    {
        lines.Some(0, 2, () =>
            $"use_backend {chance.Pick(RuleSetNames.OtherBackend, RuleSetNames.Backend, "%[str(C{n})]",
                "C%[int({n})]", "%[hdr(x-id)]")}{conditions.Always(places)}");
        if (!chance.OneIn(12)) lines.Add($"default_backend {RuleSetNames.Backend}");
    }

    private void Servers(Section lines, StringBuilder text)
    {
        // With unequal weights ours takes turns in another order than the original, in the same shares: only a hash says which server it must be.
        var balance = text.ToString().Split('\n').LastOrDefault(line => line.StartsWith("    balance ", StringComparison.Ordinal)) ?? "";
        var isHashed = balance.StartsWith("    balance uri", StringComparison.Ordinal) || balance == "    balance source";
        for (var i = 1; i <= 3; i++)
        {
            var options = chance.Pick("", "", "", "", " backup", " disabled", " weight 0");
            if (isHashed && chance.OneIn(3)) options = chance.Pick(" weight 3", " weight 7");
            if (i > 1 && chance.OneIn(3)) continue;
            lines.Add($"server s{i} {{s{i}}}:{{server}}{(i == 1 ? "" : options)}");
        }
    }

    /// <summary>Adds lines to the text of a rule set.</summary>
    private sealed class Section(StringBuilder text, Chance chance)
    {
        public void Begin(string line) => text.Append(line).Append('\n');

        public void Add(string line) => text.Append("    ").Append(line).Append('\n');

        public void Some(int least, int most, Func<string> make)
        {
            foreach (var line in chance.Several(least, most, make)) Add(line);
        }
    }
}
