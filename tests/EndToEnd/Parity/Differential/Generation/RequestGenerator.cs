using System.Text;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

/// <summary>Random requests: mostly sound, some odd, a few wrong.</summary>
internal sealed class RequestGenerator(Chance chance)
{
    private static readonly string[] Broken =
    [
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", "BAD\r\n\r\n", "GET / HTTP/9.1\r\nHost: a\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
            "GET /#frag HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET http://x.test/abs HTTP/1.1\r\nHost: y.test\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX-Fold: a\r\n b\r\nConnection: close\r\n\r\n",
        "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\nConnection: close\r\n\r\n", "GET /\u00e9 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX:\r\nConnection: close\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc",
    ];

    public Exchange Next()
    {
        if (chance.OneIn(12)) return new Exchange(chance.Pick(Broken));
        var text = new StringBuilder();
        // One connection may carry several requests.
        if (chance.OneIn(6)) Request(text, isLast: false);
        Request(text, isLast: true);
        return new Exchange(text.ToString());
    }

    private void Request(StringBuilder text, bool isLast)
    {
        var method = chance.Pick("GET", "GET", "GET", "GET", "POST", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PURGE");
        var host = chance.Pick(Words.Hosts);
        var target = chance.Pick(Words.Paths) + chance.Pick(Words.Queries);
        if (chance.OneIn(15)) target = $"http://{host}{target}";
        if (method == "OPTIONS" && chance.OneIn(2)) target = "*";
        var version = chance.OneIn(12) ? "1.0" : "1.1";
        text.Append($"{method} {target} HTTP/{version}\r\n{(chance.OneIn(8) ? "host" : "Host")}: {host}\r\n");
        foreach (var header in chance.Several(0, 7, Header)) text.Append(header).Append("\r\n");
        if (chance.OneIn(2)) text.Append($"x-reply: {chance.Number(0, ScriptedReplies.Count)}\r\n");
        if (isLast) text.Append("Connection: close\r\n");
        Body(text, method);
    }

    private void Body(StringBuilder text, string method)
    {
        if (method is not ("POST" or "PUT"))
        {
            text.Append("\r\n");
            return;
        }
        var body = chance.Pick("", "a=1&b=2&q=body", "{\"id\": 7, \"name\": \"n\", \"list\": [1, 2], \"deep\": {\"er\": true}}", "id=9;sess=z",
            new string('x', 3000), "\u00e9\u0001\n");
        if (chance.OneIn(2)) text.Append(chance.Pick("Content-Type: application/x-www-form-urlencoded\r\n", "Content-Type: application/json\r\n"));
        if (chance.OneIn(3))
        {
            text.Append("Transfer-Encoding: chunked\r\n\r\n");
            if (body.Length > 0) text.Append($"{body.Length:x}\r\n{body}\r\n");
            text.Append("0\r\n\r\n");
        }
        else
        {
            text.Append($"Content-Length: {body.Length}\r\n\r\n{body}");
        }
    }

    private string Header() => chance.Pick(
        () => "User-Agent: " + chance.Pick("Mozilla/5.0 (X11; Linux)", "curl/8.0", "", "bot a  b"),
        () => "Accept: " + chance.Pick("*/*", "text/html, application/json;q=0.5", "image/*"),
        () => "Accept-Language: " + chance.Pick("en;q=0.5, fr", "de", "da, en-gb;q=0.8, en;q=0.7", "*"),
        () => "Cookie: " + chance.Pick("SID=abc123", "SID=a; lang=en; a=\"q=1\"", "lang=fr; SID=", "none; a=1;b=2", "a=1, a=2"),
        () => "X-Forwarded-For: " + chance.Pick("10.1.2.3", "192.0.2.1, 10.0.0.1", "2001:db8::1", "unknown", "::ffff:10.1.2.3"),
        () => "X-Id: " + chance.Pick("42", "0", "-7", "abc", "7", " 12 ", "9223372036854775808", "C{n}"),
        () => "X-List: " + chance.Pick("a, b,c", "a,,b", "\"q,uoted\", x", ", ,"), () => "X-Empty:", () =>
            "X-Url: " + chance.Pick("http://u:p@h.test:8080/p?q#f", "/x%2Fy", "h.test"),
        () => "X-Json: " + chance.Pick("{\"id\":1,\"name\":\"\\u00e9\"}", "[1,2]", "{\"id\":\"7\"", "null"), () => "X-B64: " + chance.Pick("aGVsbG8=",
            "aGVsbG8", "-_8", "!!"),
        () => "X-Hex: " + chance.Pick("48656c6c6f", "0x10", "ff", "zz"), () => "Referer: http://ref.test/a?b=c", () => "X-Mixed-Case: Value",
        () => "Authorization: " + chance.Pick("Basic dXNlcjpwYXNz", "Basic dXNlcjpiYWQ=", "Bearer abc.def.ghi", "Basic !!", "basic dXNlcjpwYXNz"), () =>
            "Content-Language: en", () => "Dotted.Name: x", () => "Under_score: y");
}
