using Evenkeel.Config.Text;

namespace Evenkeel.Tests.Unit.Config.Text;

public sealed class QuotedVariablesTests
{
    [Theory]
    [InlineData("streq(\"$A\",1)", "streq(\"one\",1)")]
    [InlineData("streq(\"${A}x\",1)", "streq(\"onex\",1)")]
    [InlineData("streq($A,1)", "streq($A,1)")]
    [InlineData("streq('$A',\"$B\")", "streq('$A',\"\")")]
    [InlineData("streq(\"\\$A\",1)", "streq(\"\\$A\",1)")]
    [InlineData("\"$", "\"")]
    [InlineData("\"${A", "\"one")]
    public void Only_double_quotes_expand(string text, string expanded) =>
        Assert.Equal(expanded, QuotedVariables.Expand(text, static name => name == "A" ? "one" : null));
}
