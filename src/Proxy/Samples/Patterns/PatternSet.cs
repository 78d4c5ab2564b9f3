using Evenkeel.Linux.Pcre;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>The patterns of one ACL test ready to be matched (configuration.txt 7.1). Bound once, shared by all workers.</summary>
public abstract class PatternSet
{
    /// <summary>What a value is cast to before it is matched; Any takes it as it is.</summary>
    public abstract SampleType Wants { get; }

    public abstract bool Matches(in Sample sample, SampleContext context);

    internal static PatternSet Create(MatchMethod method, bool ignoreCase, IReadOnlyList<PatternEntry> entries)
    {
        byte[][] patterns = [.. entries.Select(static entry => entry.KeyBytes)];
        return method switch
        {
            MatchMethod.Found => new FoundPattern(),
            MatchMethod.Boolean => new BooleanPattern(),
            MatchMethod.Integer => new IntegerPatterns([.. entries.Select(static entry => entry.AsRange())], SampleType.Integer),
            MatchMethod.Length => new IntegerPatterns([.. entries.Select(static entry => entry.AsRange())], SampleType.String),
            MatchMethod.Address => new AddressPatterns([.. entries.Select(static entry => Network.From(entry.AsNetwork()))]),
            MatchMethod.Binary => new TextPatterns([.. entries.Select(static entry => Convert.FromHexString(entry.Key))], method, ignoreCase: false),
            MatchMethod.Regex => new RegexPatterns(patterns, ignoreCase),
            _ => new TextPatterns(patterns, method, ignoreCase && method != MatchMethod.Method),
        };
    }
}

/// <summary>`-m found`.</summary>
internal sealed class FoundPattern : PatternSet
{
    public override SampleType Wants => SampleType.Any;

    public override bool Matches(in Sample sample, SampleContext context) => true;
}

/// <summary>`-m bool`.</summary>
internal sealed class BooleanPattern : PatternSet
{
    public override SampleType Wants => SampleType.Boolean;

    public override bool Matches(in Sample sample, SampleContext context) => sample.Integer != 0;
}

/// <summary>`-m int`, and `-m len` for the lengths of strings.</summary>
internal sealed class IntegerPatterns(IntegerRange[] ranges, SampleType wants) : PatternSet
{
    /// <summary>Up to this many are compared one by one, which costs less than a search.</summary>
    private const int Few = 8;

    private readonly RangeIndex? _index = ranges.Length > Few ? new RangeIndex(ranges, wants == SampleType.String) : null;

    public override SampleType Wants => wants;

    public override bool Matches(in Sample sample, SampleContext context)
    {
        var value = wants == SampleType.String ? sample.Bytes.Length : sample.Integer;
        if (_index is not null) return _index.Find(value, removed: null) >= 0;
        foreach (ref readonly var range in ranges.AsSpan())
            if (range.Contains(value)) return true;
        return false;
    }
}

/// <summary>`-m ip`.</summary>
internal sealed class AddressPatterns(Network[] networks) : PatternSet
{
    private readonly NetworkIndex _index = new(networks);

    public override SampleType Wants => SampleType.Address;

    public override bool Matches(in Sample sample, SampleContext context) => _index.Find(sample, context, any: true, removed: null) >= 0;
}

/// <summary>`-m reg`.</summary>
internal sealed class RegexPatterns(byte[][] patterns, bool ignoreCase) : PatternSet
{
    private readonly PcreRegex[] _expressions = RegexUnion.Compile(patterns, ignoreCase);
    private readonly long _number = patterns.Length > MatchCache.Few ? MatchCache.NextNumber() : 0;

    public override SampleType Wants => SampleType.String;

    public override bool Matches(in Sample sample, SampleContext context)
    {
        if (_number == 0) return AnyMatches(sample.Bytes, context);
        ref var known = ref context.Matches.Of(_number, sample.Bytes, out var isKnown);
        if (!isKnown) known = AnyMatches(sample.Bytes, context) ? 0 : -1;
        return known >= 0;
    }

    private bool AnyMatches(ReadOnlySpan<byte> text, SampleContext context)
    {
        foreach (var expression in _expressions)
            if (expression.TryMatch(text, context.Match)) return true;
        return false;
    }
}
