namespace Evenkeel.Tests.Unit.Tidy;

public sealed class MethodLengthsTests
{
    [Fact]
    public void A_method_is_as_long_as_from_its_opening_to_its_closing_brace()
    {
        const string Code = """
            class A
            {
                public int Long(int a)
                {
                    if (a > 0)
                    {
                        a--;
                    }
                    return a;
                }
            }

            """;
        var only = Assert.Single(MethodLengths.Of(Code));
        Assert.Equal(("Long", 3, 7), only);
    }

    [Fact]
    public void Prose_that_looks_like_code_does_not_count()
    {
        Assert.DoesNotContain("unsafe", SourceTree.CodeOnly("// unsafe\nvar a = \"unsafe\"; /* unsafe */"));
    }
}
