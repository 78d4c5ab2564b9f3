using System.Text.RegularExpressions;
using Evenkeel.Model.Samples;
using Evenkeel.Tests.EndToEnd.Harness;
using Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

namespace Evenkeel.Tests.EndToEnd.Parity.Differential;

/// <summary>
/// What rule sets are made of is frozen, so that a seed stays what it is; and it is whole: every name that our program registers is either made by the
/// generator or left out on purpose, with a reason, in `left-out.txt`.
/// </summary>
public sealed partial class VocabularyTests
{
    private const int Sets = 3_000;

    // A rule or an option is named by two words, or three: the second says which.
    private static readonly string[] Families =
        ["http-request", "http-response", "http-after-response", "tcp-request connection", "tcp-request session", "tcp-request content",
            "tcp-response content", "option", "timeout"];

    [Theory]
    [InlineData("smp", "fetch")]
    [InlineData("cnv", "converter")]
    public void Every_fetch_and_converter_is_used_or_left_out_for_a_reason(string classOfNames, string kind)
    {
        var vocabulary = Vocabulary.Of(Original.Followed);
        HashSet<string> used = [.. kind == "fetch" ? vocabulary.Fetches.Select(fetch => fetch.Name) : vocabulary.Converters.Select(one => one.Name)];
        var registered = Printed(classOfNames).Select(line => RegisteredName().Match(line))
            .Where(match => match.Success).Select(match => match.Groups[1].Value);
        AssertWhole(kind, [.. registered], used);
    }

    [Fact]
    public void Every_rule_and_option_is_made_or_left_out_for_a_reason()
    {
        var vocabulary = Vocabulary.Of(Original.Followed);
        var made = new HashSet<string>();
        for (var seed = 0; seed < Sets; seed++)
            foreach (var line in new RuleSetGenerator(vocabulary, new Chance(seed)).Next().Text.Split('\n').Where(line => line.StartsWith(' ')))
                made.UnionWith(Names(line.Trim()));
        var registered = Printed("cfg").SkipWhile(line => line != "listen").Skip(1).TakeWhile(line => line.StartsWith('\t')).Select(line => line.Trim());
        AssertWhole("keyword", [.. registered.Where(name => !Families.Contains(name))], made);
    }

    private static void AssertWhole(string kind, HashSet<string> registered, HashSet<string> used)
    {
        Assert.NotEmpty(registered);
        var leftOut = Vocabulary.LeftOut().Where(one => one.Kind == kind).Select(one => one.Name).ToList();
        bool IsLeftOut(string name) => leftOut.Any(one => one.EndsWith('*') ? name.StartsWith(one[..^1], StringComparison.Ordinal) : name == one);
        var forgotten = registered.Where(name => !used.Contains(name) && !IsLeftOut(name)).Order(StringComparer.Ordinal);
        Assert.True(!forgotten.Any(), $"neither used nor left out: {string.Join(", ", forgotten)}");
        var both = used.Where(leftOut.Contains).Order(StringComparer.Ordinal);
        Assert.True(!both.Any(), $"left out and yet used: {string.Join(", ", both)}");
        var gone = leftOut.Where(one => !registered.Any(name => one.EndsWith('*') ? name.StartsWith(one[..^1], StringComparison.Ordinal) : name == one));
        Assert.True(!gone.Any(), $"left out, but not registered: {string.Join(", ", gone)}");
    }

    /// <summary>What a line may be called in the list of keywords: by its first words; words of a server or a bind line have a form of their own.</summary>
    private static IEnumerable<string> Names(string line)
    {
        if (line.StartsWith("no ", StringComparison.Ordinal)) line = line[3..];
        var words = line.Split(' ');
        for (var count = 1; count <= Math.Min(3, words.Length); count++) yield return string.Join(' ', words.Take(count)).Split('(')[0];
        if (words[0] == "bind") foreach (var word in words.Skip(2)) yield return "bind <addr> " + word;
        if (words[0] == "server") foreach (var word in words.Skip(3)) yield return "server <name> <addr> " + word;
    }

    private static IEnumerable<string> Printed(string classOfNames) =>
        RunningProgram.Run(Published.Haproxy, "-dK" + classOfNames, "-q", "-c", "-f", "/dev/null").Output.Split('\n').Select(line => line.TrimEnd());

    [GeneratedRegex(@"^(?:\[[ Y.]*\]\s*)?([a-zA-Z0-9_.+-]+)(?:\([^)]*\))?: ")]
    private static partial Regex RegisteredName();
}
