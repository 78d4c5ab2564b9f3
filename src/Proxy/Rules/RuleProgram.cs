using Evenkeel.Model;
using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;
using static Evenkeel.Proxy.Rules.Actions.HintActions;

namespace Evenkeel.Proxy.Rules;

/// <summary>The rules of one rule set of one section as a flat list, run from the top until one of them is final.</summary>
internal sealed class RuleProgram
{
    private readonly BoundRule[] _rules;
    private readonly int _redirects;

    /// <param name="redirects">How many rules at the end are a set of their own.</param>
    public RuleProgram(IReadOnlyList<RuleModel> models, RuleBinder binder, int redirects = 0)
    {
        _redirects = models.Count - redirects;
        _rules = new BoundRule[models.Count];
        for (var i = 0; i < _rules.Length; i++)
        {
            _rules[i] = binder.Bind(models[i]);
            if (i > 0 && _rules[i] is { Condition: null, Action: EarlyHint } && _rules[i - 1].Action is EarlyHint before) before.IsLast = false;
        }
    }

    public bool IsEmpty => _rules.Length == 0;

    /// <summary>Goes on from the stream's <see cref="Stream.ResumeRule"/>; a rule that has to wait keeps its place there.</summary>
    public RuleVerdict Run(SampleContext context, Stream stream)
    {
        for (var i = stream.ResumeRule; i < _rules.Length; i++)
        {
            // `redirect` lines come behind the names that may be refused, and behind the statistics page.
            if (i == _redirects && (stream.IsRejectedForNames || stream.AsksForPage)) break;
            ref readonly var rule = ref _rules[i];
            var mark = context.Scratch.Mark;
            var verdict = Apply(rule, context, stream);
            context.Scratch.Release(mark);
            if (verdict == RuleVerdict.Continue) continue;
            stream.ResumeRule = verdict == RuleVerdict.Yield ? i : 0;
            stream.RuleState.WaitingRule = verdict == RuleVerdict.Yield ? rule.Position : default;
            // A `redirect` line is no rule to the original's `last_rule_line`.
            if (verdict != RuleVerdict.Yield && i < _redirects) stream.RuleState.LastRule = rule.Position;
            if (verdict != RuleVerdict.Allow || i >= _redirects || _redirects == _rules.Length) return verdict;
            i = _redirects - 1;
        }
        stream.ResumeRule = 0;
        stream.RuleState.WaitingRule = default;
        return RuleVerdict.Continue;
    }

    /// <summary>Runs on a connection that has no stream: nothing can wait.</summary>
    public RuleVerdict RunOnConnection(SampleContext context, ClientSession session)
    {
        foreach (ref readonly var rule in _rules.AsSpan())
        {
            if (rule.Condition is { } condition && !condition.Holds(context)) continue;
            var verdict = rule.Action.RunOnConnection(context, session);
            if (verdict != RuleVerdict.Continue) return verdict;
        }
        return RuleVerdict.Continue;
    }

    private static RuleVerdict Apply(in BoundRule rule, SampleContext context, Stream stream)
    {
        // A rule that waits has already been chosen; its condition may have changed since.
        if (rule.Condition is { } condition && stream.RuleState.WaitingSinceMs == 0)
        {
            var truth = condition.Evaluate(context);
            if (truth == Truth.False) return RuleVerdict.Continue;
            if (truth == Truth.Unknown) return RuleVerdict.Yield;
        }
        return rule.Action.Run(context, stream);
    }
}

/// <summary>One rule, ready to run. Shared by all workers.</summary>
internal readonly record struct BoundRule(BoundCondition? Condition, RuleAction Action, SourcePosition Position);
