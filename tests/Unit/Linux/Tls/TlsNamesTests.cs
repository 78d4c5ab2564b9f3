using Evenkeel.Linux.Tls;

namespace Evenkeel.Tests.Unit.Linux.Tls;

public sealed class TlsNamesTests
{
    private static readonly TlsContext First = TlsContext.Create(isServer: true)!;
    private static readonly TlsContext Second = TlsContext.Create(isServer: true)!;

    private static TlsNames Names()
    {
        var names = new TlsNames(isStrict: false);
        names.Add("a.test", First);
        names.Add("*.a.test", Second);
        names.Add("exact.a.test", First);
        names.Add("a.test", Second);
        return names;
    }

    [Fact]
    public void The_first_certificate_of_a_name_keeps_it() => Assert.Same(First, Names().Find("a.test"u8));

    [Fact]
    public void Case_does_not_count() => Assert.Same(First, Names().Find("A.Test"u8));

    [Fact]
    public void A_wildcard_stands_for_one_label()
    {
        Assert.Same(Second, Names().Find("www.a.test"u8));
        Assert.Null(Names().Find("www.www.a.test"u8));
    }

    [Fact]
    public void An_exact_name_comes_before_the_wildcard() => Assert.Same(First, Names().Find("exact.a.test"u8));

    [Fact]
    public void Strange_names_find_nothing()
    {
        Assert.Null(Names().Find(""u8));
        Assert.Null(Names().Find("."u8));
        Assert.Null(Names().Find(".a.test"u8));
        Assert.Null(Names().Find(new byte[255]));
        Assert.Null(Names().Find(new byte[10_000]));
        Assert.Null(Names().Find("\xFF\xFE.a.tes"u8));
    }
}
