using System.Text;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules;

/// <summary>`use_backend` and `use-server`: the first rule that applies names the target, plainly or by a format.</summary>
internal sealed class Switching<T> where T : class
{
    private const int MaxNameLength = 256;

    private readonly Rule[] _rules;
    private readonly Func<string, T?> _find;
    private readonly Func<SampleContext, T, bool> _accepts;

    /// <param name="accepts">Whether a target may be chosen now; rules with another one are passed by.</param>
    public Switching(IReadOnlyList<SwitchingRuleModel> models, Func<string, T?> find, Func<SampleContext, T, bool> accepts, Binder binder)
    {
        _find = find;
        _accepts = accepts;
        _rules = new Rule[models.Count];
        for (var i = 0; i < _rules.Length; i++)
        {
            var literal = models[i].Target.Literal;
            _rules[i] = new Rule(binder.BindOptional(models[i].Condition), literal is null ? null : find(literal),
                literal is null ? binder.Bind(models[i].Target) : null, models[i].Position);
        }
    }

    public bool IsEmpty => _rules.Length == 0;

    /// <summary>Null when no rule applies, or the name it makes does not exist.</summary>
    public T? Choose(SampleContext context, Stream stream)
    {
        foreach (ref readonly var rule in _rules.AsSpan())
        {
            if (rule.Condition is { } condition && !condition.Holds(context)) continue;
            var target = rule.Target ?? FindByFormat(rule, context);
            if (target is not null && !_accepts(context, target)) continue;
            return target;
        }
        return null;
    }

    /// <summary>Names made per request are few: the string is the price of asking the living table of backends.</summary>
    private T? FindByFormat(in Rule rule, SampleContext context)
    {
        if (rule.Format is not { } format) return null;
        Span<byte> name = stackalloc byte[MaxNameLength];
        return _find(Encoding.Latin1.GetString(name[..format.Write(context, name)]));
    }

    private readonly record struct Rule(BoundCondition? Condition, T? Target, BoundLogFormat? Format, Model.SourcePosition Position);
}
