using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Samples.Patterns;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>`map_MATCH_OUT(FILE[,DEFAULT])`: the value of a key of a file (configuration.txt 7.3.1 "map").</summary>
internal static class MapConverters
{
    private static readonly (string Name, MatchMethod Match)[] Matches =
    [
        ("str", MatchMethod.String), ("beg", MatchMethod.Prefix), ("end", MatchMethod.Suffix), ("sub", MatchMethod.Substring), ("dir", MatchMethod.Directory),
        ("dom", MatchMethod.Domain), ("int", MatchMethod.Integer), ("ip", MatchMethod.Address), ("reg", MatchMethod.Regex),
    ];

    public static readonly ConverterRow[] Rows = [.. All()];

    private static IEnumerable<ConverterRow> All()
    {
        yield return Row("map", MatchMethod.String, SampleType.String);
        foreach (var (name, match) in Matches)
        {
            yield return Row($"map_{name}", match, SampleType.String);
            yield return Row($"map_{name}_int", match, SampleType.Integer);
            yield return Row($"map_{name}_ip", match, SampleType.Address);
            yield return Row($"map_{name}_key", match, SampleType.String, keyOnly: true);
        }
        yield return Row("map_regm", MatchMethod.Regex, SampleType.String, groupReferences: true);
    }

    private static ConverterRow Row(string name, MatchMethod match, SampleType output, bool keyOnly = false, bool groupReferences = false)
    {
        var input = match switch { MatchMethod.Integer => SampleType.Integer, MatchMethod.Address => SampleType.Address, _ => SampleType.String };
        return new ConverterRow(new ConverterSignature(name, input, output, [new ArgumentSpec(ArgumentKind.Map), Takes.Text.Optional()])
        {
            Map = new MapSignature(match, output, keyOnly, groupReferences),
        }, groupReferences ? FindTemplate : Find(output))
        {
            Prepare = (arguments, binder) => new PatternMap(arguments[0].Map!, match, keyOnly, binder.Patterns, binder.Position),
        };
    }

    private static SampleFunction Find(SampleType output) => (context, arguments, ref sample) =>
    {
        if (!((PatternMap)arguments.State!).TryFind(sample, context, out var value))
        {
            if (!arguments.Has(1)) return false;
            value = arguments.Bytes(1);
        }
        sample.SetString(value);
        return SampleCast.TryCast(ref sample, output, context.Scratch);
    };

    /// <summary>`map_regm`: the value names groups of the key's expression.</summary>
    private static bool FindTemplate(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (!((PatternMap)arguments.State!).TryFind(sample, context, out var template))
        {
            sample.SetString(arguments.Bytes(1));
            return arguments.Has(1);
        }
        if (!RegexTemplate.TryExpand(template, sample.Bytes, context.Match, context.Scratch.Free, out var length)) return false;
        sample.SetString(context.Scratch.Keep(length));
        return true;
    }
}
