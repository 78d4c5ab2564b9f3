using Evenkeel.Control.Web;

namespace Evenkeel.Control.Metrics;

/// <summary>What a scrape asks for: `?scope=frontend&amp;scope=server&amp;metrics=NAME,-NAME&amp;no-maint`.</summary>
internal sealed class MetricsRequest
{
    private readonly HashSet<string> _scopes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _wanted = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unwanted = new(StringComparer.Ordinal);

    public bool NoMaintenance { get; private init; }

    public static MetricsRequest Parse(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var fields = query < 0 ? [] : FormText.Parse(target[(query + 1)..]);
        var request = new MetricsRequest { NoMaintenance = fields.Exists(static field => field.Name == "no-maint") };
        foreach (var (name, value) in fields)
        {
            if (name == "scope") request._scopes.Add(value);
            if (name != "metrics") continue;
            foreach (var metric in value.Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                if (metric[0] == '-') request._unwanted.Add(metric[1..]);
                else request._wanted.Add(metric.TrimStart('+'));
            }
        }

        return request;
    }

    /// <summary>Without a scope, or with `*`, everything; an empty scope is nothing.</summary>
    public bool HasScope(string scope) => _scopes.Count == 0 || _scopes.Contains("*") || _scopes.Contains(scope);

    public bool HasMetric(string fullName) => !_unwanted.Contains(fullName) && (_wanted.Count == 0 || _wanted.Contains(fullName));
}
