using System.Text;
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

    public static PatternSet Create(AclTestModel test)
    {
        byte[][] patterns = [.. test.Patterns.Select(Encoding.Latin1.GetBytes)];
        return test.Method switch
        {
            MatchMethod.Found => new FoundPattern(),
            MatchMethod.Boolean => new BooleanPattern(),
            MatchMethod.Integer => new IntegerPatterns([.. test.Ranges]),
            MatchMethod.Length => new LengthPatterns([.. test.Ranges]),
            MatchMethod.Address => new AddressPatterns(test.Networks),
            MatchMethod.String => new StringPatterns(patterns, test.IgnoreCase),
            MatchMethod.Prefix => new PrefixPatterns(patterns, test.IgnoreCase),
            MatchMethod.Suffix => new SuffixPatterns(patterns, test.IgnoreCase),
            MatchMethod.Binary => new BinaryPatterns([.. test.Patterns.Select(Convert.FromHexString)]),
            MatchMethod.Method => new StringPatterns(patterns, ignoreCase: false),
            MatchMethod.Regex => new RegexPatterns([.. patterns.Select(pattern => PcreRegex.TryCompile(pattern, test.IgnoreCase, out _)!)]),
            MatchMethod.Substring => new SubstringPatterns(patterns, test.IgnoreCase),
            MatchMethod.Directory => new DelimitedPatterns(patterns, test.IgnoreCase, "/?"u8.ToArray(), "/"u8.ToArray()),
            _ => new DelimitedPatterns(patterns, test.IgnoreCase, "/?.:"u8.ToArray(), "/?.:"u8.ToArray()),
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

/// <summary>`-m int`.</summary>
internal sealed class IntegerPatterns(IntegerRange[] ranges) : PatternSet
{
    public override SampleType Wants => SampleType.Integer;

    public override bool Matches(in Sample sample, SampleContext context) => Contain(ranges, sample.Integer);

    internal static bool Contain(IntegerRange[] ranges, long value)
    {
        foreach (ref readonly var range in ranges.AsSpan())
            if (range.Contains(value)) return true;
        return false;
    }
}

/// <summary>`-m len`.</summary>
internal sealed class LengthPatterns(IntegerRange[] ranges) : PatternSet
{
    public override SampleType Wants => SampleType.String;

    public override bool Matches(in Sample sample, SampleContext context) => IntegerPatterns.Contain(ranges, sample.Bytes.Length);
}

/// <summary>`-m reg`.</summary>
internal sealed class RegexPatterns(PcreRegex[] expressions) : PatternSet
{
    public override SampleType Wants => SampleType.String;

    public override bool Matches(in Sample sample, SampleContext context)
    {
        foreach (var expression in expressions)
            if (expression.TryMatch(sample.Bytes, context.Match)) return true;
        return false;
    }
}
