namespace Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

/// <summary>The words that rule sets and requests share, so that rules meet what they look for.</summary>
internal static class Words
{
    public static readonly string[] Headers =
    [
        "host", "user-agent", "accept", "accept-language", "cookie", "x-forwarded-for", "x-id", "x-list", "x-empty", "x-url", "x-json", "x-b64", "x-hex",
        "x-absent", "content-type", "referer", "X-Mixed-Case",
    ];

    public static readonly string[] ResponseHeaders = ["server", "set-cookie", "cache-control", "location", "etag", "x-multi", "content-type", "vary",
        "x-absent", "date"];

    public static readonly string[] Paths =
    [
        "/", "/index.html", "/api/v1/users", "/api/v1/users/42", "/static/img/logo.png", "/a//b", "/a/./b/../c", "/%7Euser/%2e%2e/x", "/search",
            "/Admin/Login", "/alive",
        "/x;y=1/z", "/%C3%A9t%C3%A9", "/api", "/a+b%20c", "/deep/er/and/deep/er/still",
    ];

    public static readonly string[] Queries =
    [
        "", "", "", "?", "?id=42", "?id=7&q=hello+world", "?q=%41%20b&id=-3", "?a=1&a=2&b=", "?empty&x=y", "?q=a=b", "?url=http%3A%2F%2Fx.test%2F",
            "?sess=abc;id=9",
    ];

    public static readonly string[] Hosts = ["test.example", "www.test.example:8080", "API.Example.com", "static.example.com", "10.1.2.3",
        "[2001:db8::1]:443", "localhost"];

    public static readonly string[] Parameters = ["id", "q", "a", "b", "empty", "url", "sess", "none"];

    public static readonly string[] Cookies = ["SID", "lang", "a", "none"];

    public static readonly string[] Texts =
    [
        "a", "b", "x-id", "42", "-7", "0", "abc", "ABC", "hello", "/api", "example", "test.example", "10.1.2.3", "192.168.0.0/16", "text/html", "1.1", "GET",
            "=", ":", "-",
        ".", "/", "&", "en", "true", "255", "4294967296", "9223372036854775807", "0x1f", "%41", "é", "2001:db8::1", "Mozilla", ".com", "png",
    ];

    /// <summary>The texts that can stand as a pattern of an ACL: none is taken for a flag.</summary>
    public static readonly string[] Patterns = [.. Texts.Where(text => text[0] != '-')];

    public static readonly string[] Regexes =
    [
        "^/api/", "[0-9]+", "^(.*)$", "([a-z]+)=([^&]*)", "/([^/]*)/([^/]*)", "(?i)admin", "a|b", "x*", "\\.(png|jpg)$", "^$", "[[:alpha:]]+", "^[^.]+\\.",
            "(a)(b)?", "o", "\\d",
        "^\\s*(\\S+)", "e.a",
    ];

    public static readonly string[] Statuses = ["200", "201", "301", "400", "403", "404", "410", "418", "429", "500", "503"];
}
