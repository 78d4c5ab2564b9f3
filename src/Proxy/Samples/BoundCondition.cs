namespace Evenkeel.Proxy.Samples;

/// <summary>`if` or `unless` ready to run: alternatives of ACLs that must all hold (configuration.txt 7.2).</summary>
public sealed class BoundCondition
{
    private readonly Term[][] _anyOf;
    private readonly bool _unless;

    internal BoundCondition(Term[][] anyOf, bool unless)
    {
        _anyOf = anyOf;
        _unless = unless;
    }

    public bool Holds(SampleContext context) => Evaluate(context) == Truth.True;

    public Truth Evaluate(SampleContext context)
    {
        var result = Truth.False;
        foreach (var allOf in _anyOf)
        {
            var truth = All(allOf, context);
            if (truth == Truth.False) continue;
            result = truth;
            if (truth == Truth.True) break;
        }
        return _unless ? Negate(result) : result;
    }

    private static Truth All(Term[] terms, SampleContext context)
    {
        var result = Truth.True;
        foreach (ref readonly var term in terms.AsSpan())
        {
            var truth = term.Acl.Evaluate(context);
            if (term.Negated) truth = Negate(truth);
            if (truth == Truth.False) return truth;
            if (truth == Truth.Unknown) result = truth;
        }
        return result;
    }

    private static Truth Negate(Truth truth) => truth switch { Truth.True => Truth.False, Truth.False => Truth.True, _ => truth };

    internal readonly record struct Term(bool Negated, BoundAcl Acl);
}
