using System.Collections.Frozen;

namespace Evenkeel.Config.Text;

/// <summary>One predicate of a condition: its name, how many arguments it must and may have, and its answer (null: the argument makes no sense).</summary>
public sealed record ConditionalPredicate(string Name, int Required, int Accepted, Func<IReadOnlyList<string>, Func<string, bool>, bool?> Answer)
{
    /// <summary>The table of configuration.txt 2.4. Without a TLS library its predicates are false: there is no version to be at least.</summary>
    public static readonly IReadOnlyList<ConditionalPredicate> All =
    [
        new("awslc_api_atleast", 0, 1, (_, _) => false),
        new("awslc_api_before", 0, 1, (_, _) => false),
        new("defined", 0, 1, (arguments, isDefined) => isDefined(arguments[0])),
        new("enabled", 0, 1, (arguments, _) => ProductFeatures.IsEnabled(arguments[0])),
        new("feature", 0, 1, (arguments, _) => ProductFeatures.Has(arguments[0])),
        new("fips_mode", 0, 0, (_, _) => false),
        new("openssl_version_atleast", 0, 1, (_, _) => false),
        new("openssl_version_before", 0, 1, (_, _) => false),
        new("ssllib_name_startswith", 0, 1, (_, _) => false),
        new("streq", 2, 2, (arguments, _) => arguments[0] == arguments[1]),
        new("strneq", 2, 2, (arguments, _) => arguments[0] != arguments[1]),
        new("strstr", 2, 2, (arguments, _) => arguments[0].Contains(arguments[1], StringComparison.Ordinal)),
        new("version_atleast", 0, 1, (arguments, _) => VersionNumber.Compatible >= VersionNumber.Parse(arguments[0])),
        new("version_before", 0, 1, (arguments, _) => VersionNumber.Compatible < VersionNumber.Parse(arguments[0])),
    ];

    private static readonly FrozenDictionary<string, ConditionalPredicate> ByName = All.ToFrozenDictionary(row => row.Name, StringComparer.Ordinal);

    public static ConditionalPredicate? Find(string name) => ByName.GetValueOrDefault(name);
}
