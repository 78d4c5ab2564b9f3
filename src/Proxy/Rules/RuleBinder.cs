using System.Collections.Immutable;
using System.Text;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Rules.Actions;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Samples.Converters;
using Evenkeel.Proxy.Samples.Fetches;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Resolvers;
using Evenkeel.Proxy.Services;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules;

/// <summary>
/// Binds everything a configuration says about rules, once at start: <see cref="ConfigurationModel"/> -> <b>RuleBinder</b> -> the
/// <see cref="ProxyRules"/> of each frontend and backend.
/// </summary>
public sealed class RuleBinder
{
    private readonly SampleContext[] _contexts;
    private readonly ProcessVariables _processVariables;
    private readonly Dictionary<string, Dictionary<RuleModel, BoundRule>> _ofListens = new(StringComparer.Ordinal);
    private Dictionary<RuleModel, BoundRule>? _shared;

    private RuleBinder(ProxySet proxies, int workers, RuleBinder? before)
    {
        Samples = new Binder(FetchTable.Rows, ConverterTable.Rows, proxies, before?.Samples);
        _processVariables = before?._processVariables ?? new ProcessVariables();
        Services = before?.Services ?? new ServiceRegistry();
        Names = before?.Names ?? new NameResolution();
        ProcessVariables = new ProcessVariableAccess(Samples, _processVariables, proxies);
        _contexts = new SampleContext[workers];
        var limits = VariableLimits.From(proxies.Model.Global.VariableLimits);
        for (var i = 0; i < workers; i++) _contexts[i] = new SampleContext { ProcessVariables = _processVariables, Proxies = proxies, Limits = limits };
    }

    public Binder Samples { get; }

    /// <summary>What `use-service` finds; the same for every configuration of the process.</summary>
    public ServiceRegistry Services { get; }

    /// <summary>Asks nameservers; the same for every configuration of the process.</summary>
    public NameResolution Names { get; }

    /// <summary>The variables of the process, for those who have no stream.</summary>
    public ProcessVariableAccess ProcessVariables { get; }

    /// <summary>The section whose rules are being bound.</summary>
    public ProxyModel Section { get; private set; } = null!;

    /// <summary>What exists, for the parser (see <see cref="SignatureRegistry"/>).</summary>
    public static SignatureRegistry CreateRegistry() => new(
        FetchTable.Rows.Select(row => row.Signature), ConverterTable.Rows.Select(row => row.Signature), ActionTable.Rows.Select(row => row.Signature))
    {
        Services = ServiceRegistry.Names,
    };

    /// <summary>Gives every frontend and backend its rules.</summary>
    /// <param name="before">Of the configuration that this one follows: variables keep their places and the process's keep their values, patterns what
    /// operators made of them as long as their file says the same.</param>
    public static RuleBinder BindAll(ProxySet proxies, int workers, RuleBinder? before = null)
    {
        var binder = new RuleBinder(proxies, workers, before);
        binder.SetProcessVariables(proxies.Model.Global.Variables);
        foreach (var frontend in proxies.FrontendSetups) frontend.Rules = binder.Bind(frontend.Model);
        foreach (var backend in proxies.BackendSetups)
            if (proxies.IsNew(backend) || backend.Rules is not null) backend.Rules = binder.Bind(backend.Model) is { IsEmpty: false } rules ? rules : null;
        binder.Samples.Patterns.Number();
        return binder;
    }

    /// <summary>The rules of a backend that is added while workers run. One call at a time.</summary>
    public IStreamRules BindLate(ProxyModel model)
    {
        var rules = Bind(model);
        Samples.Patterns.Number();
        return rules;
    }

    /// <summary>`set-var` of the global section.</summary>
    private void SetProcessVariables(ImmutableArray<ProcessVariableModel> variables)
    {
        var context = _contexts[0];
        foreach (var variable in variables)
        {
            var sample = default(Sample);
            var mark = context.Scratch.Mark;
            if (variable.Format is { } format)
            {
                var text = context.Scratch.Reserve(int.MaxValue);
                sample.SetString(text[..Samples.Bind(format).Write(context, text)]);
            }
            else if (!Samples.Bind(variable.Expression!).TryEvaluate(context, ref sample))
            {
                continue;
            }
            context.TrySetVariable(Samples.Variables.Find(variable.Name), VariableConditions.None, sample);
            context.Scratch.Release(mark);
        }
    }

    /// <summary>The rules of a proxy's statistics page.</summary>
    public PageRules? BindPage(ProxyModel proxy, StatsModel stats)
    {
        if (stats.HttpRequest.IsEmpty && stats.Admin.IsEmpty) return null;
        Section = proxy;
        Samples.SectionName = proxy.Name;
        var rules = new PageRules(stats, this);
        Samples.Patterns.Number();
        return rules;
    }

    /// <summary>The context of a worker: used by the rules, and by the log when a stream ends.</summary>
    public SampleContext Context(int worker) => _contexts[worker];

    /// <summary>A rule is bound once for both sides of a `listen`: it is one user of its maps and files, as `show map` counts them.</summary>
    internal BoundRule Bind(RuleModel model)
    {
        if (_shared is not null && _shared.TryGetValue(model, out var known)) return known;
        Samples.Position = model.Position;
        var bound = new BoundRule(Samples.BindOptional(model.Condition), Bind(model.Action), model.Position);
        // What captures looks at the frontend that it is bound for.
        if (model.Action.Signature.Name != "capture") _shared?.Add(model, bound);
        return bound;
    }

    internal RuleAction Bind(ActionModel model) => ActionTable.Find(model.Signature).Bind(model, this);

    internal static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private ProxyRules Bind(ProxyModel model)
    {
        Section = model;
        Samples.SectionName = model.Name;
        _shared = null;
        if (model.IsListen && !_ofListens.TryGetValue(model.Name, out _shared))
            _ofListens[model.Name] = _shared = new Dictionary<RuleModel, BoundRule>(ReferenceEqualityComparer.Instance);
        return new ProxyRules(model, this);
    }
}
