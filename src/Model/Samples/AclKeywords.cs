using System.Collections.Frozen;
using Evenkeel.Model.Rules;

namespace Evenkeel.Model.Samples;

/// <summary>`path_beg` and its like: a fetch and a match method under one name, only valid where an ACL's criterion stands.</summary>
public readonly record struct AclKeyword(string Name, string Fetch, MatchMethod Method);

/// <summary>All ACL keywords of the original that are not fetches of their own (`-dKacl`), and the predefined ACLs (configuration.txt 7.4).</summary>
public static class AclKeywords
{
    private static readonly (string Prefix, string Fetch)[] Families =
    [
        ("base", "base"), ("cook", "req.cook"), ("hdr", "req.hdr"), ("path", "path"), ("scook", "res.cook"),
        ("shdr", "res.hdr"), ("url", "url"), ("urlp", "urlp"),
    ];

    private static readonly (string Suffix, MatchMethod Method)[] Suffixes =
    [
        ("", MatchMethod.String), ("_beg", MatchMethod.Prefix), ("_dir", MatchMethod.Directory), ("_dom", MatchMethod.Domain), ("_end", MatchMethod.Suffix),
        ("_len", MatchMethod.Length), ("_reg", MatchMethod.Regex), ("_sub", MatchMethod.Substring),
    ];

    private static readonly AclKeyword[] Singles =
    [
        new("http_auth_group", "http_auth_group", MatchMethod.String),
        new("method", "method", MatchMethod.Method),
        new("payload", "req.payload", MatchMethod.Binary),
        new("payload_lv", "req.payload_lv", MatchMethod.Binary),
        new("req.ssl_ver", "req.ssl_ver", MatchMethod.Integer),
        new("req_rdp_cookie", "req.rdp_cookie", MatchMethod.String),
        new("req_rdp_cookie_cnt", "req.rdp_cookie_cnt", MatchMethod.Integer),
        new("req_ssl_sni", "req.ssl_sni", MatchMethod.String),
        new("req_ssl_ver", "req.ssl_ver", MatchMethod.Integer),
        new("req_ver", "req.ver", MatchMethod.String),
        new("resp_ver", "res.ver", MatchMethod.String),
        new("ssl_fc_sni_end", "ssl_fc_sni", MatchMethod.Suffix),
        new("ssl_fc_sni_reg", "ssl_fc_sni", MatchMethod.Regex),
    ];

    private static readonly FrozenDictionary<string, AclKeyword> ByName = All().ToFrozenDictionary(keyword => keyword.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> PredefinedByName = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["FALSE"] = "always_false",
        ["HTTP"] = "req.proto_http",
        ["HTTP_1.0"] = "req.ver 1.0",
        ["HTTP_1.1"] = "req.ver 1.1",
        ["HTTP_2.0"] = "req.ver 2.0",
        ["HTTP_3.0"] = "req.ver 3.0",
        ["HTTP_CONTENT"] = "req.hdr_val(content-length) gt 0",
        ["HTTP_URL_ABS"] = "url_reg ^[^/:]*://",
        ["HTTP_URL_SLASH"] = "url_beg /",
        ["HTTP_URL_STAR"] = "url *",
        ["LOCALHOST"] = "src 127.0.0.1/8 ::1",
        ["METH_CONNECT"] = "method CONNECT",
        ["METH_DELETE"] = "method DELETE",
        ["METH_GET"] = "method GET HEAD",
        ["METH_HEAD"] = "method HEAD",
        ["METH_OPTIONS"] = "method OPTIONS",
        ["METH_POST"] = "method POST",
        ["METH_PUT"] = "method PUT",
        ["METH_TRACE"] = "method TRACE",
        ["RDP_COOKIE"] = "req.rdp_cookie_cnt gt 0",
        ["REQ_CONTENT"] = "req.len gt 0",
        ["TRUE"] = "always_true",
        ["WAIT_END"] = "wait_end",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<AclKeyword> All()
    {
        foreach (var (prefix, fetch) in Families)
            foreach (var (suffix, method) in Suffixes)
                yield return new AclKeyword(prefix + suffix, fetch, method);
        foreach (var single in Singles) yield return single;
    }

    public static AclKeyword? Find(string name) => ByName.TryGetValue(name, out var keyword) ? keyword : null;

    /// <summary>The words a predefined ACL stands for, or null.</summary>
    public static string[]? Predefined(string name) => PredefinedByName.TryGetValue(name, out var words) ? words.Split(' ') : null;
}
