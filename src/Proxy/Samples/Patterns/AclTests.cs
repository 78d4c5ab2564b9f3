using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>Finds the tests of an ACL that can be one: a thousand lines with the same name look at the path once.</summary>
internal static class AclTests
{
    /// <summary>Fetches that give the same value however often they are asked, and change nothing.</summary>
    private static readonly string[] SteadyFetches =
    [
        "path", "pathq", "url", "base", "query", "method", "src", "dst", "src_port", "dst_port", "hdr", "fhdr", "cook", "cookie", "urlp", "url_param", "shdr",
        "req.hdr", "req.fhdr", "req.cook", "res.hdr", "res.fhdr", "res.cook", "status", "req.ssl_sni", "req_ssl_sni", "ssl_fc_sni", "url_ip",
    ];

    private static readonly string[] SteadyConverters = ["lower", "upper", "url_dec", "field", "word", "host_only", "port_only", "bytes"];

    /// <summary>Groups tests by what they ask for and how; in the order of the first of each group.</summary>
    public static IEnumerable<IReadOnlyList<AclTestModel>> Alike(IReadOnlyList<AclTestModel> tests)
    {
        var groups = new Dictionary<(string, MatchMethod, bool), List<AclTestModel>>();
        var all = new List<IReadOnlyList<AclTestModel>>();
        foreach (var test in tests)
        {
            var key = (test.Expression.Text, test.Method, test.IgnoreCase);
            if (IsSteady(test) && groups.TryGetValue(key, out var known))
            {
                known.Add(test);
                continue;
            }
            var group = new List<AclTestModel> { test };
            all.Add(group);
            if (IsSteady(test)) groups.Add(key, group);
        }
        return all;
    }

    private static bool IsSteady(AclTestModel test) =>
        test.Method is not (MatchMethod.Found or MatchMethod.Boolean) && SteadyFetches.Contains(test.Expression.Fetch.Name)
        && test.Expression.Converters.All(static call => SteadyConverters.Contains(call.Converter.Name));
}
