using Evenkeel.Config.Haproxy.Keywords;

namespace Evenkeel.Tests.Unit.Config.Haproxy;

public sealed class KeywordCompletenessTests
{
    private static readonly string[] Kinds = ["section", "global", "proxy", "option", "stats", "bind", "server"];

    [Theory]
    [InlineData("section")]
    [InlineData("global")]
    [InlineData("proxy")]
    [InlineData("option")]
    [InlineData("stats")]
    [InlineData("bind")]
    [InlineData("server")]
    public void Every_keyword_of_the_original_has_a_row_that_says_what_becomes_of_it(string kind)
    {
        var ours = CompatibilityReport.Rows.Where(row => row.Kind == kind).Select(row => row.Name).ToHashSet();
        Assert.Equal([], OriginalKeywords.OfKind(kind).Except(ours));
    }

    [Fact]
    public void No_row_claims_a_keyword_the_original_does_not_have()
    {
        // Refused by HAProxy 3.5 with a text of its own: it knows them without listing them.
        var strangers = CompatibilityReport.Rows
            .Where(row => Kinds.Contains(row.Kind) && row.Support != KeywordSupport.Removed && !OriginalKeywords.Contains(row.Kind, row.Name))
            .Select(row => $"{row.Kind} {row.Name}");
        Assert.Equal([], strangers);
    }

    [Fact]
    public void No_keyword_has_two_rows() =>
        Assert.Empty(CompatibilityReport.Rows.GroupBy(row => (row.Kind, row.Name)).Where(group => group.Count() > 1).Select(group => group.Key));

    [Fact]
    public void What_is_accepted_without_effect_or_kept_says_why() =>
        Assert.DoesNotContain(CompatibilityReport.Rows, row => row.Support is KeywordSupport.WithoutEffect or KeywordSupport.Kept && row.Note.Length == 0);
}
