using System.Collections.Immutable;
using Evenkeel.Model;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Samples.Patterns;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Proxy.Samples;

/// <summary>
/// Turns checked models into what runs: expressions into flat programs, names into places and living objects. Used once for each configuration, at start.
/// </summary>
public sealed class Binder
{
    private readonly Dictionary<string, FetchRow> _fetches;
    private readonly Dictionary<string, ConverterRow> _converters;
    private readonly Dictionary<AclModel, BoundAcl> _acls = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, UserTable> _userLists = new(StringComparer.Ordinal);

    /// <param name="proxies">Null where expressions stand alone; those that name proxies then have no value.</param>
    /// <param name="before">Of the configuration that this one follows; null at the start.</param>
    public Binder(IEnumerable<FetchRow> fetches, IEnumerable<ConverterRow> converters, ProxySet? proxies, Binder? before = null)
    {
        Variables = before?.Variables ?? new VariableNames();
        Patterns = new PatternLists(before?.Patterns);
        _fetches = fetches.ToDictionary(row => row.Signature.Name, StringComparer.Ordinal);
        _converters = converters.ToDictionary(row => row.Signature.Name, StringComparer.Ordinal);
        Proxies = proxies;
        foreach (var list in proxies?.Model.UserLists ?? []) _userLists[list.Name] = new UserTable(list);
    }

    internal static Binder Empty { get; } = new([], [], null);

    public ProxySet? Proxies { get; }

    public VariableNames Variables { get; }

    /// <summary>What operators may change of ACLs and maps.</summary>
    public PatternLists Patterns { get; }

    /// <summary>Public keys that tokens may be verified with, by path.</summary>
    internal Converters.KeyFiles PublicKeys { get; } = new();

    /// <summary>Keys of certificates that tokens may be verified with, by path.</summary>
    internal Converters.KeyFiles CertificateKeys { get; } = new();

    /// <summary>The statement being bound.</summary>
    internal SourcePosition Position { get; set; }

    /// <summary>The section whose rules are being bound: what a server's name without its backend means.</summary>
    internal string SectionName { get; set; } = "";

    public BoundExpression Bind(SampleExpressionModel model)
    {
        var fetch = _fetches[model.Fetch.Name];
        var steps = new BoundExpression.Step[model.Converters.Length];
        for (var i = 0; i < steps.Length; i++)
        {
            var call = model.Converters[i];
            var row = _converters[call.Converter.Name];
            steps[i] = new BoundExpression.Step(call.Converter.Input, row.Function, Bind(call.Arguments, row.Prepare));
        }
        return new BoundExpression(model, fetch.Function, Bind(model.Arguments, fetch.Prepare), steps);
    }

    public BoundCondition Bind(ConditionModel model) => new(
        [.. model.AnyOf.Select(allOf => allOf.Select(term => new BoundCondition.Term(term.Negated, Bind(term.Acl))).ToArray())], model.Unless);

    public BoundCondition? BindOptional(ConditionModel? model) => model is null ? null : Bind(model);

    public BoundAcl Bind(AclModel model)
    {
        if (_acls.TryGetValue(model, out var known)) return known;
        // Known before its tests are bound, so that acl() of itself ends.
        var acl = _acls[model] = new BoundAcl();
        foreach (var tests in AclTests.Alike(model.AnyOf))
            acl.Add(Bind(tests[0].Expression), new LivePatterns(tests, Patterns), iteratesValues: tests[0].Method != MatchMethod.Found);
        return acl;
    }

    public BoundLogFormat Bind(LogFormatModel model) => BoundLogFormat.Create(model, this);

    public UserTable? UserList(string name) => _userLists.GetValueOrDefault(name);

    /// <summary>`backend/server`, or a server of the section being bound.</summary>
    public Server? Server(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return Proxies?.FindServer(slash < 0 ? SectionName : path[..slash], path[(slash + 1)..]);
    }

    private BoundArguments Bind(ImmutableArray<SampleArgument> arguments, PrepareArguments? prepare) => new(arguments, prepare?.Invoke(arguments, this), this);
}
