using Evenkeel.Config.Haproxy.Sections;

namespace Evenkeel.Config.Haproxy.Keywords;

/// <summary>The `req...` and `rsp...` rules that HAProxy 2.1 dropped, each with the statement that does the same now.</summary>
internal static class RemovedRules
{
    private static readonly (string Name, string Advice)[] Replaced =
    [
        ("reqadd", "Use 'http-request add-header' instead."), ("reqallow", "Use 'http-request allow' instead."),
        ("reqdel", "Use 'http-request del-header' instead."), ("reqiallow", "Use 'http-request allow' instead."),
        ("reqidel", "Use 'http-request del-header' instead."), ("reqideny", "Use 'http-request deny' instead."), ("reqipass", ""),
        ("reqirep", "Use 'http-request replace-header' instead."), ("reqitarpit", "Use 'http-request tarpit' instead."),
        ("reqrep", "Use 'http-request replace-path', 'http-request replace-uri' or 'http-request replace-header' instead."),
        ("reqtarpit", "Use 'http-request tarpit' instead."), ("rspadd", "Use 'http-response add-header' instead."),
        ("rspdel", "Use 'http-response del-header' ."), ("rspdeny", "Use 'http-response deny' instead."),
        ("rspidel", "Use 'http-response del-header' instead."), ("rspideny", "Use 'http-response deny' instead."),
        ("rspirep", "Use 'http-response replace-header' instead."), ("rsprep", "Use 'http-response replace-header' instead."),
    ];

    public static IEnumerable<Keyword<ProxySection>> Rows =>
    [
        .. Replaced.Select(row => ProxyKeywords.Gone(row.Name,
            $"The '{row.Name}' directive is not supported anymore since HAProxy 2.1.{(row.Advice.Length > 0 ? " " : "")}{row.Advice}")),
        ProxyKeywords.Gone("reqdeny", "The 'reqdeny' not supported anymore since HAProxy 2.1. Use 'http-request deny' instead."),
        ProxyKeywords.Gone("reqpass", "The 'reqpass' not supported anymore since HAProxy 2.1."),
    ];
}
