using Evenkeel.Proxy.Samples.Patterns;

namespace Evenkeel.Proxy.Samples;

/// <summary>What a condition or a part of it says; `Unknown` when more data may still change it.</summary>
public enum Truth : byte { False, True, Unknown }

/// <summary>An ACL ready to run: alternatives, each an expression and its patterns. Shared by all rules that name it and by all workers.</summary>
public sealed class BoundAcl
{
    private readonly List<Test> _tests = [];

    /// <param name="iteratesValues">All values of a header are tried, not only one.</param>
    internal void Add(BoundExpression expression, PatternSet patterns, bool iteratesValues) => _tests.Add(new Test(expression, patterns, iteratesValues));

    public bool Matches(SampleContext context) => Evaluate(context) == Truth.True;

    public Truth Evaluate(SampleContext context)
    {
        var result = Truth.False;
        foreach (var test in _tests)
        {
            var truth = test.Evaluate(context);
            if (truth == Truth.True) return truth;
            if (truth == Truth.Unknown) result = truth;
        }
        return result;
    }

    private sealed record Test(BoundExpression Expression, PatternSet Patterns, bool IteratesValues)
    {
        public Truth Evaluate(SampleContext context)
        {
            // The expression of an outer ACL may be in the middle of its own values: acl() nests.
            var (iterates, hasMore) = (context.IteratesValues, context.HasMoreValues);
            var (header, offset) = (context.NextHeader, context.NextOffset);
            context.IteratesValues = IteratesValues;
            context.NextHeader = context.NextOffset = 0;
            context.MayChange = false;
            var mark = context.Scratch.Mark;
            var matches = AnyValueMatches(context);
            context.Scratch.Release(mark);
            (context.IteratesValues, context.HasMoreValues) = (iterates, hasMore);
            (context.NextHeader, context.NextOffset) = (header, offset);
            return matches ? Truth.True : context.MayChange && !context.IsFinal ? Truth.Unknown : Truth.False;
        }

        private bool AnyValueMatches(SampleContext context)
        {
            var sample = default(Sample);
            do
            {
                context.HasMoreValues = false;
                if (!Expression.TryEvaluate(context, ref sample)) return false;
                var hasMore = context.HasMoreValues;
                if (SampleCast.TryCast(ref sample, Patterns.Wants, context.Scratch) && Patterns.Matches(sample, context)) return true;
                context.HasMoreValues = hasMore;
            }
            while (context.HasMoreValues);
            return false;
        }
    }
}
