using System.Collections.Immutable;
using Evenkeel.Model.Samples;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

/// <summary>The frozen list of fetches and converters that rule sets are made of, as `vocabulary.txt` has them.</summary>
internal sealed class Vocabulary
{
    private static readonly string Folder = Path.Combine(Published.Root, "tests", "EndToEnd", "Parity", "Differential", "Generation");

    private Vocabulary(Version version)
    {
        var words = Lines("vocabulary.txt").Select(line => line.Split(' ')).Where(line => Version.Parse(line[2]) <= version).ToList();
        Fetches = [.. words.Where(word => word[0] == "fetch").Select(word => new FetchSignature(word[1], Enum.Parse<SampleType>(word[3]),
            Enum.Parse<SampleSource>(word[4]), Arguments(word)))];
        Converters = [.. words.Where(word => word[0] == "converter").Select(word => new ConverterSignature(word[1], Enum.Parse<SampleType>(word[3]),
            Enum.Parse<SampleType>(word[4]), Arguments(word)))];
        NeedsNumbers = version >= Original.Followed;
    }

    public IReadOnlyList<FetchSignature> Fetches { get; }

    public IReadOnlyList<ConverterSignature> Converters { get; }

    /// <summary>Numbers that may be left out are always given: the development version reads what an optional number was before.</summary>
    public bool NeedsNumbers { get; }

    /// <summary>What an original of this version has.</summary>
    public static Vocabulary Of(Version version) => new(version);

    /// <summary>What is left out on purpose, with the reason: `KIND NAME because ...`, the name perhaps with a star at its end.</summary>
    public static IEnumerable<(string Kind, string Name, string Reason)> LeftOut() => Lines("left-out.txt").Select(line => line.Split(" because ", 2))
        .SelectMany(parts => parts[0].Split(' ', 2) is [var kind, var names] ? names.Split(", ").Select(name => (kind, name, parts[1])) : []);

    private static IEnumerable<string> Lines(string file) =>
        File.ReadLines(Path.Combine(Folder, file)).Where(line => line.Length > 0 && line[0] != '#');

    private static ImmutableArray<ArgumentSpec> Arguments(string[] word) =>
        [.. word.Skip(5).Select(form => new ArgumentSpec(Enum.Parse<ArgumentKind>(form.TrimEnd('?')), form.EndsWith('?')))];
}
