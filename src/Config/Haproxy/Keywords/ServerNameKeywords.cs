using System.Collections.Immutable;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;

namespace Evenkeel.Config.Haproxy.Keywords;

using Row = Keyword<ServerLine>;

/// <summary>How a server finds its address while the process runs (configuration.txt 5.2, 5.3).</summary>
internal static class ServerNameKeywords
{
    public static Row[] Rows =>
    [
        new("resolvers", KeywordSupport.Implemented, (line, _) => Set(line, naming => naming with { Resolvers = line.TakeArgument() })),
        new("resolve-prefer", KeywordSupport.Implemented, (line, _) => Prefer(line)),
        new("resolve-net", KeywordSupport.Implemented, (line, _) => Networks(line)),
        new("resolve-opts", KeywordSupport.Implemented, (line, _) => Options(line)),
    ];

    private static void Set(ServerLine line, Func<ServerNamingModel, ServerNamingModel> change) =>
        line.Model = line.Model with { Naming = change(line.Model.Naming) };

    private static void Prefer(ServerLine line)
    {
        var family = line.TakeArgument();
        if (family is "ipv4" or "ipv6") Set(line, naming => naming with { PrefersIPv4 = family == "ipv4" });
        else line.Fail("'resolve-prefer' expects either ipv4 or ipv6 as argument..");
    }

    private static void Networks(ServerLine line)
    {
        var text = line.TakeArgument();
        if (text.Length == 0)
        {
            line.Fail("'resolve-net' expects a list of networks..");
            return;
        }
        var networks = ImmutableArray.CreateBuilder<NetworkModel>();
        // A comma at the end is nothing; two in a row have an empty network between them.
        foreach (var word in (text.EndsWith(',') ? text[..^1] : text).Split(','))
        {
            // No short forms here, though ACLs have them.
            var isWhole = word.Contains(':', StringComparison.Ordinal) || word.Split('/')[0].Count(static c => c == '.') == 3;
            if (isWhole && PatternText.TryNetwork(word, out var network)) networks.Add(network);
            else
            {
                line.Fail($"'resolve-net' invalid network '{word}'..");
                return;
            }
        }

        Set(line, naming => naming with { Networks = networks.ToImmutable() });
    }

    private static void Options(ServerLine line)
    {
        foreach (var word in line.TakeArgument().Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (word)
            {
                case "allow-dup-ip": Set(line, naming => naming with { AllowsDuplicates = true }); break;
                case "prevent-dup-ip": Set(line, naming => naming with { AllowsDuplicates = false }); break;
                case "ignore-weight": Set(line, naming => naming with { IgnoresWeight = true }); break;
                default:
                    line.Fail($"'resolve-opts' : unknown resolve-opts option '{word}', supported methods are 'allow-dup-ip', 'ignore-weight', "
                        + "and 'prevent-dup-ip'..");
                    return;
            }
        }
    }
}
