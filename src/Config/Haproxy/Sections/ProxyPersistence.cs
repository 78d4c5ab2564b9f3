using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>
/// How a client comes back to its server: `cookie`, `dynamic-cookie-key`, `force-persist`, `ignore-persist`, `persist`; and `http-send-name-header`.
/// </summary>
internal static class ProxyPersistence
{
    private const string CookieWords = "'cookie' supports 'rewrite', 'insert', 'prefix', 'indirect', 'nocache', 'postonly', 'domain', 'maxidle', 'dynamic', "
        + "'maxlife' and 'attr' options.";

    public static void Cookie(ProxySection section, Statement statement)
    {
        section.WarnWhenLacking(ProxySides.Backend, "cookie");
        if (!statement.Has(1))
        {
            section.Context.Alert("'cookie' expects <cookie_name> as argument.");
            return;
        }
        var cookie = new CookieModel(statement[1], CookieMode.Passive);
        var modes = 0;
        for (var at = 2; statement.Has(at); at++)
        {
            if (ModeOf(statement[at]) is { } mode)
            {
                cookie = cookie with { Mode = mode };
                modes |= 1 << (int)mode;
            }
            else if (Word(cookie, statement[at]) is { } changed) cookie = changed;
            else if (Argument(section.Context, cookie, statement, ref at) is { } longer) cookie = longer;
            else return;
        }
        if (int.PopCount(modes) > 1) section.Context.Alert("cookie 'rewrite', 'insert' and 'prefix' modes are incompatible.");
        else if (cookie is { Mode: CookieMode.Rewrite, IsIndirect: true }) section.Context.Alert("cookie 'rewrite' and 'indirect' modes are incompatible.");
        else if (cookie.Preserves && cookie.Mode != CookieMode.Insert && !cookie.IsIndirect)
            section.Context.Alert("cookie 'preserve' requires at least 'insert' or 'indirect'.");
        else section.Draft.Persistence = section.Draft.Persistence with { Cookie = cookie };
    }

    private static CookieMode? ModeOf(string word) => word switch
    {
        "rewrite" => CookieMode.Rewrite,
        "insert" => CookieMode.Insert,
        "prefix" => CookieMode.Prefix,
        _ => null,
    };

    private static CookieModel? Word(CookieModel cookie, string word) => word switch
    {
        "indirect" => cookie with { IsIndirect = true },
        "nocache" => cookie with { NoCache = true },
        "postonly" => cookie with { PostOnly = true },
        "preserve" => cookie with { Preserves = true },
        "httponly" => cookie with { HttpOnly = true },
        "secure" => cookie with { Secure = true },
        "dynamic" => cookie with { IsDynamic = true },
        _ => null,
    };

    /// <summary>The words that take an argument. Null after an error.</summary>
    private static CookieModel? Argument(ParseContext context, CookieModel cookie, Statement statement, ref int at)
    {
        var (word, value) = (statement[at], statement[at + 1]);
        at++;
        switch (word)
        {
            case "domain":
                return IsDomain(context, value) ? cookie with { Domains = cookie.Domains.Add(value) } : null;
            case "attr":
                return IsAttribute(context, value) ? cookie with { Attributes = cookie.Attributes.Add(value) } : null;
            case "maxidle" or "maxlife" when value.Length == 0:
                context.AlertTight($"'{word}' expects <{(word == "maxidle" ? "idletime" : "lifetime")}> in seconds as argument.");
                return null;
            case "maxidle" or "maxlife":
                if (context.TrySeconds(value, out var seconds, out var unexpected) is var error and not UnitError.None)
                {
                    context.AlertTight(error == UnitError.Unexpected ? $"unexpected character '{unexpected}' in argument to <{word}>."
                        : $"timer overflow in argument <{value}> to <{word}>, maximum value is 2147483647 s (~68 years).");
                    return null;
                }
                return word == "maxidle" ? cookie with { MaxIdleSeconds = seconds } : cookie with { MaxLifeSeconds = seconds };
            default:
                context.Alert(CookieWords);
                return null;
        }
    }

    private static bool IsDomain(ParseContext context, string domain)
    {
        if (domain.Length == 0)
        {
            context.AlertTight("'domain' expects <domain> as argument.");
            return false;
        }
        if (!domain.Contains('.', StringComparison.Ordinal))
        {
            context.WarningTight($"domain '{domain}' contains no embedded dot, this configuration may not work properly (see RFC6265#5.2.3).");
        }
        foreach (var c in domain)
        {
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') continue;
            context.AlertTight($"character '{c}' is not permitted in domain name '{domain}'.");
            return false;
        }
        return true;
    }

    private static bool IsAttribute(ParseContext context, string value)
    {
        if (value.Length == 0)
        {
            context.AlertTight("'attr' expects <value> as argument.");
            return false;
        }
        foreach (var c in value)
        {
            if (c is >= ' ' and not (';' or '\x7f')) continue;
            context.AlertTight($"character '%x{(int)c:X2}' is not permitted in attribute value.");
            return false;
        }
        return true;
    }

    public static void DynamicCookieKey(ProxySection section, Statement statement)
    {
        section.WarnWhenLacking(ProxySides.Backend, "dynamic-cookie-key");
        if (!statement.Has(1)) section.Context.Alert("'dynamic-cookie-key' expects <secret_key> as argument.");
        else section.Draft.Persistence = section.Draft.Persistence with { DynamicCookieKey = statement[1] };
    }

    /// <summary>`force-persist`, `ignore-persist`.</summary>
    public static void Rule(ProxySection section, Statement statement)
    {
        var keyword = statement.Keyword;
        if (section.IsNotForDefaults(keyword)) return;
        section.WarnWhenLacking(ProxySides.Backend, keyword);
        if (statement[1] is not ("if" or "unless"))
        {
            section.Context.Alert($"'{keyword}' requires either 'if' or 'unless' followed by a condition.");
            return;
        }
        if (section.Condition(statement, 1, $"a '{keyword}' rule", SamplePlaces.UseServer) is not { } condition) return;
        var persistence = section.Draft.Persistence;
        var rule = new PersistenceRuleModel(keyword == "force-persist", condition);
        section.Draft.Persistence = persistence with { Rules = persistence.Rules.Add(rule) };
    }

    /// <summary>`persist rdp-cookie[(NAME)]`.</summary>
    public static void Persist(ProxySection section, Statement statement)
    {
        const string Word = "rdp-cookie";
        var (context, method) = (section.Context, statement[1]);
        if (method.Length == 0) context.Alert("missing persist method.");
        else if (!method.StartsWith(Word, StringComparison.Ordinal)) context.Alert("unknown persist method.");
        else if (!context.HasTooMany(statement, 1))
        {
            var name = "msts";
            if (method.Length > Word.Length)
            {
                var isNamed = method[Word.Length] == '(' && method.Length > Word.Length + 2 && method.EndsWith(')');
                if (!isNamed)
                {
                    context.Alert("persist rdp-cookie(name)' requires an rdp cookie name.");
                    return;
                }
                name = method[(Word.Length + 1)..^1];
            }
            section.Draft.Persistence = section.Draft.Persistence with { RdpCookie = name };
        }
    }

    public static void NameHeader(ProxySection section, Statement statement)
    {
        section.WarnWhenLacking(ProxySides.Backend, "http-send-name-header");
        var name = statement[1];
        if (name.Length == 0) section.Context.Alert("'http-send-name-header' requires a header string.");
        else if (name.ToLowerInvariant() is "host" or "content-length" or "transfer-encoding" or "connection")
            section.Context.Alert($"'{name}' cannot be used as header name for 'http-send-name-header' directive.");
        else section.Draft.NameHeader = name.ToLowerInvariant();
    }
}
