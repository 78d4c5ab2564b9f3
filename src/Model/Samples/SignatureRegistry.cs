using System.Collections.Frozen;
using System.Collections.Immutable;
using Evenkeel.Model.Rules;

namespace Evenkeel.Model.Samples;

/// <summary>
/// The fetches, converters and actions that exist, by name. The rows stand beside their functions in Proxy; Daemon hands the registry to the parser,
/// so the parser accepts exactly what can be run.
/// </summary>
public sealed class SignatureRegistry
{
    private readonly FrozenDictionary<string, FetchSignature> _fetches;
    private readonly FrozenDictionary<string, ConverterSignature> _converters;
    private readonly ImmutableArray<ActionSignature> _actions;

    public SignatureRegistry(IEnumerable<FetchSignature> fetches, IEnumerable<ConverterSignature> converters, IEnumerable<ActionSignature> actions)
    {
        _fetches = fetches.ToFrozenDictionary(signature => signature.Name, StringComparer.Ordinal);
        _converters = converters.ToFrozenDictionary(signature => signature.Name, StringComparer.Ordinal);
        _actions = [.. actions];
    }

    public static SignatureRegistry Empty { get; } = new([], [], []);

    public IEnumerable<FetchSignature> Fetches => _fetches.Values;

    public IEnumerable<ConverterSignature> Converters => _converters.Values;

    public ImmutableArray<ActionSignature> Actions => _actions;

    /// <summary>Services that `use-service` may name.</summary>
    public ImmutableArray<string> Services { get; init; } = [];

    public FetchSignature? Fetch(string name) => _fetches.GetValueOrDefault(name);

    public ConverterSignature? Converter(string name) => _converters.GetValueOrDefault(name);

    /// <summary>The action of that name in that rule set, or null.</summary>
    public ActionSignature? Action(RuleSets set, string name)
    {
        foreach (var action in _actions)
            if ((action.RuleSets & set) != 0 && action.Matches(name)) return action;
        return null;
    }
}
