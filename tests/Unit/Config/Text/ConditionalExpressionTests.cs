using CsCheck;
using Evenkeel.Config.Text;

namespace Evenkeel.Tests.Unit.Config.Text;

public sealed class ConditionalExpressionTests
{
    /// <summary>One for each use: it keeps its place in the text it reads.</summary>
    private static ConditionalExpression Conditions => new(name => name == "HOME");

    [Theory]
    [InlineData("", false)]
    [InlineData("0", false)]
    [InlineData("1", true)]
    [InlineData("-1", true)]
    [InlineData("00", false)]
    [InlineData("0x1", true)]
    [InlineData("!0", true)]
    [InlineData("!!1", true)]
    [InlineData("1 && 0 || 1", true)]
    [InlineData("0||1", true)]
    [InlineData("1&&(0||!1)", false)]
    [InlineData("defined(HOME)", true)]
    [InlineData("defined( HOME )", false)]
    [InlineData("defined", false)]
    [InlineData("streq(a,a)", true)]
    [InlineData("streq('a,b',\"a,b\")", true)]
    [InlineData("streq(,)", true)]
    [InlineData("strneq(a,b)", true)]
    [InlineData("strstr(abc,b)", true)]
    [InlineData("feature(THREAD)", true)]
    [InlineData("feature(NOPE)", false)]
    [InlineData("enabled(EPOLL)", true)]
    [InlineData("enabled(KQUEUE)", false)]
    [InlineData("version_atleast(3.5-dev4)", true)]
    [InlineData("version_atleast(3.5)", false)]
    [InlineData("version_atleast(v9.9)", true)]
    [InlineData("version_atleast(3.5-dev5-1)", false)]
    [InlineData("version_atleast(x)", true)]
    [InlineData("version_before(3.6)", true)]
    [InlineData("version_before(3.5-dev5)", false)]
    public void A_condition_has_a_value(string text, bool expected) => Assert.Equal(expected, Conditions.Evaluate(text, out _));

    [Theory]
    [InlineData("foo", "unparsable conditional expression 'foo'", 1)]
    [InlineData("1a", "unexpected character 'a' at the end of conditional expression '1a'", 2)]
    [InlineData("(1", "expected ')' after conditional expression '(1'", 1)]
    [InlineData("((1)", "expected ')' after conditional expression '((1)'", 1)]
    [InlineData("1 || (0", "expected ')' after conditional expression '(0'", 6)]
    [InlineData("1 &&", "unparsable conditional expression '&&'", 3)]
    [InlineData("1 ||", "unparsable conditional expression '1 ||'", 3)]
    [InlineData("1 && && 1", "unparsable conditional expression '&& 1'", 6)]
    [InlineData("!foo", "unparsable conditional expression '!foo'", 1)]
    [InlineData("streq(a)",
        "missing arguments (got 1/2), type 'string' expected in argument 1 of predicate 'streq' used in conditional expression", 8)]
    [InlineData("streq(a,b,c)", "expected ')' before ',c)' in argument 1 of predicate 'streq' used in conditional expression", 10)]
    [InlineData("defined(A", "expected ')' in argument 1 of predicate 'defined' used in conditional expression", 10)]
    public void A_condition_that_is_not_understood_says_where(string text, string expected, int position)
    {
        Assert.Null(Conditions.Evaluate(text, out var failure));
        Assert.Equal((expected, position), (failure.Text, failure.Position));
    }

    [Fact]
    public void A_side_that_no_longer_matters_is_read_all_the_same() => Assert.Null(Conditions.Evaluate("0 && foo", out _));

    [Fact]
    public void Deep_nesting_is_refused_and_not_followed() => Assert.Null(Conditions.Evaluate(new string('(', 100_000) + "1", out _));

    [Fact]
    public void No_text_makes_the_evaluator_throw() =>
        Gen.String[Gen.Char["01!&|() ,'\"\\astreqdfin"], 0, 40].Sample(text => Conditions.Evaluate(text, out var failure) is not null || failure.Position > 0);
}
