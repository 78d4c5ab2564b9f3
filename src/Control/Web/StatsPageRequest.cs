using System.Text;

namespace Evenkeel.Control.Web;

/// <summary>What a statistics page is asked to show: behind its URI stand `;csv`, `;up` and the like, then `?scope=`.</summary>
public sealed record StatsPageRequest
{
    /// <summary>Longest scope looked at, as the input field allows.</summary>
    public const int MaxScopeLength = 20;

    public required string Uri { get; init; }

    public StatsPageForm Form { get; init; }

    /// <summary>Only servers that are up.</summary>
    public bool OnlyUp { get; init; }

    public bool NoMaintenance { get; init; }

    public bool NoRefresh { get; init; }

    /// <summary>Outcome of an action, four letters behind `st=`; empty without.</summary>
    public string Outcome { get; init; } = "";

    /// <summary>Proxies whose name contains this; empty for all.</summary>
    public string Scope { get; init; } = "";

    /// <summary>Whether a request target is this page: it begins like the page's URI, in origin form or behind `scheme://authority`.</summary>
    public static bool Matches(string uri, ReadOnlySpan<byte> target) => PathOf(target).StartsWith(Encoding.Latin1.GetBytes(uri));

    public static StatsPageRequest Parse(string uri, string target)
    {
        var path = Encoding.Latin1.GetString(PathOf(Encoding.Latin1.GetBytes(target)));
        var rest = path.Length > uri.Length ? path[uri.Length..] : "";
        var query = rest.IndexOfAny(['?', '&']);
        var request = new StatsPageRequest { Uri = uri, Scope = query < 0 ? "" : ScopeIn(rest[(query + 1)..]) };
        // Wherever they stand, as in the original: `stats uri /` is asked by `/x?y;csv`, too.
        foreach (var option in rest.Split(';').Skip(1)) request = With(request, option);
        return request;
    }

    private static StatsPageRequest With(StatsPageRequest request, string option)
    {
        bool Is(string word) => option.StartsWith(word, StringComparison.Ordinal);
        if (Is("csv")) return request with { Form = StatsPageForm.Csv };
        if (Is("typed")) return request with { Form = StatsPageForm.Typed };
        if (Is("json-schema")) return request with { Form = StatsPageForm.JsonSchema };
        if (Is("json")) return request with { Form = StatsPageForm.Json };
        if (Is("up")) return request with { OnlyUp = true };
        if (Is("no-maint")) return request with { NoMaintenance = true };
        if (Is("norefresh")) return request with { NoRefresh = true };
        const string Outcome = "st=";
        const int OutcomeLength = 4;
        return Is(Outcome) ? request with { Outcome = option[Outcome.Length..Math.Min(option.Length, Outcome.Length + OutcomeLength)] } : request;
    }

    /// <summary>A link to this page with other options.</summary>
    public string Link(string options, bool? onlyUp = null, bool? noRefresh = null)
    {
        var link = new StringBuilder(Uri).Append(options);
        if (onlyUp ?? OnlyUp) link.Append(";up");
        if (noRefresh ?? NoRefresh) link.Append(";norefresh");
        if (Scope.Length > 0) link.Append("?scope=").Append(System.Uri.EscapeDataString(Scope));
        return link.ToString();
    }

    private static string ScopeIn(string query)
    {
        foreach (var parameter in query.Split('&', '?'))
        {
            if (!parameter.StartsWith("scope=", StringComparison.Ordinal)) continue;
            var scope = FormText.Decode(parameter["scope=".Length..]);
            return scope.Length <= MaxScopeLength ? scope : scope[..MaxScopeLength];
        }

        return "";
    }

    private static ReadOnlySpan<byte> PathOf(ReadOnlySpan<byte> target)
    {
        if (target.IsEmpty || target[0] == (byte)'/') return target;
        var scheme = target.IndexOf("://"u8);
        if (scheme < 0) return target;
        var authority = target[(scheme + 3)..];
        var slash = authority.IndexOf((byte)'/');
        return slash < 0 ? "/"u8 : authority[slash..];
    }
}

/// <summary>Shapes a statistics page comes in.</summary>
public enum StatsPageForm { Html, Csv, Typed, Json, JsonSchema }
