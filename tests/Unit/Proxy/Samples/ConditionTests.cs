namespace Evenkeel.Tests.Unit.Proxy.Samples;

public sealed class ConditionTests
{
    [Theory]
    [InlineData("{ path /7/Some/Path }", true)]
    [InlineData("{ path /7/some/path }", false)]
    [InlineData("{ path -i /7/some/path }", true)]
    [InlineData("{ path_beg /x /7/ }", true)]
    [InlineData("{ path_beg -i /7/SOME }", true)]
    [InlineData("{ path_beg /7/Some/Path/More }", false)]
    [InlineData("{ path_end Path }", true)]
    [InlineData("{ path_end .gif .jpg }", false)]
    [InlineData("{ path_sub om }", true)]
    [InlineData("{ path_dir Some }", true)]
    [InlineData("{ path_dir Some/Path }", true)]
    [InlineData("{ path_dir So }", false)]
    [InlineData("{ path_reg ^/[0-9]+/S }", true)]
    [InlineData("{ path_reg -i ^/[0-9]+/s }", true)]
    [InlineData("{ path_len gt 3 }", true)]
    [InlineData("{ path_len lt 3 }", false)]
    [InlineData("{ hdr_dom(host) Example.com }", true)]
    [InlineData("{ hdr_dom(host) -i EXAMPLE }", true)]
    [InlineData("{ hdr_dom(host) xample }", false)]
    [InlineData("{ str(/q) -m dom / }", false)]
    [InlineData("{ str(q//r) -m dir / }", false)]
    [InlineData("{ str(q/) -m dir / }", true)]
    [InlineData("{ hdr_beg(host) -i example. }", true)]
    [InlineData("{ hdr(x-a) two }", true)]
    [InlineData("{ req.fhdr(x-a) two }", false)]
    [InlineData("{ hdr(x-a) -m found }", true)]
    [InlineData("{ hdr(none) -m found }", false)]
    [InlineData("{ urlp(x) 2 }", true)]
    [InlineData("{ cook(b) two }", true)]
    [InlineData("{ method GET POST }", true)]
    [InlineData("{ url_param(x) -m int 2:5 }", true)]
    [InlineData("{ req.hdr_cnt(x-a) eq 4 }", true)]
    [InlineData("{ int(5) 1:3 5 }", true)]
    [InlineData("{ int(-5) lt 0 }", true)]
    [InlineData("{ str(abc) -m bin 616263 }", true)]
    [InlineData("{ bool(1) }", true)]
    [InlineData("{ bool(0) }", false)]
    [InlineData("{ int(3) -m bool }", true)]
    public void Patterns_match_as_the_method_says(string condition, bool expected) => Assert.Equal(expected, new AnEvaluation().Holds(condition));

    [Theory]
    [InlineData("{ ipv4(10.1.2.3) 10.0.0.0/8 }", true)]
    [InlineData("{ ipv4(10.1.2.3) 10.1.2.3 }", true)]
    [InlineData("{ ipv4(10.1.2.3) 11.0.0.0/8 192.168.0.0/16 }", false)]
    [InlineData("{ ipv4(10.0.0.12) 10.12 }", true)]
    [InlineData("{ ipv6(2001:db8::5) 2001:db8::/32 }", true)]
    [InlineData("{ ipv6(::ffff:10.1.2.3) 10.0.0.0/8 }", true)]
    [InlineData("{ ipv6(2002:0a01:0203::) 10.0.0.0/8 }", true)]
    [InlineData("{ ipv4(10.1.2.3) ::ffff:10.0.0.0/104 }", true)]
    [InlineData("{ str(10.1.2.3) -m ip 10.0.0.0/8 }", true)]
    [InlineData("{ ipv4(127.0.0.1) 255.0.0.0/0 }", true)]
    public void Addresses_match_networks_of_both_families(string condition, bool expected) => Assert.Equal(expected, new AnEvaluation().Holds(condition));

    [Theory]
    [InlineData("TRUE", true)]
    [InlineData("!TRUE", false)]
    [InlineData("! FALSE", true)]
    [InlineData("TRUE FALSE", false)]
    [InlineData("FALSE or TRUE", true)]
    [InlineData("FALSE || FALSE || TRUE TRUE", true)]
    [InlineData("METH_GET !METH_POST { path_beg /7 }", true)]
    [InlineData("HTTP_1.1 HTTP_URL_SLASH", true)]
    [InlineData("LOCALHOST", false)]
    public void Terms_are_joined_by_and_before_or(string condition, bool expected) => Assert.Equal(expected, new AnEvaluation().Holds(condition));

    [Fact]
    public void Lines_of_one_name_are_alternatives_even_behind_the_rule_that_uses_it()
    {
        var evaluation = new AnEvaluation();
        evaluation.Scope.Acls.Define(["a", "path", "/x"], evaluation.Scope);
        var model = Evenkeel.Config.Haproxy.Expressions.ConditionParser.Parse(["a"], unless: false, evaluation.Scope)!;
        evaluation.Scope.Acls.Define(["a", "path_beg", "/7/"], evaluation.Scope);
        Assert.Equal(2, model.AnyOf[0][0].Acl.AnyOf.Count);
        Assert.True(evaluation.Holds("a"));
    }

    [Fact]
    public void Patterns_come_from_files_without_comments_and_blank_lines()
    {
        var evaluation = new AnEvaluation();
        evaluation.World.With("/list", "# hosts\n\n  /no \r\n/7/Some/Path\n");
        Assert.True(evaluation.Holds("{ path -f /list }"));
        Assert.False(evaluation.Holds("{ url -f /list }"));
    }

    [Fact]
    public void An_acl_can_be_asked_inside_an_expression()
    {
        var evaluation = new AnEvaluation();
        evaluation.Scope.Acls.Define(["a", "hdr(x-a)", "three"], evaluation.Scope);
        Assert.True(evaluation.Holds("{ acl(a) }"));
        Assert.False(evaluation.Holds("{ acl(a,!a) }"));
    }

    [Fact]
    public void A_thousand_prefixes_cost_one_look_up_for_each_length()
    {
        var prefixes = string.Join(' ', Enumerable.Range(0, 1_000).Select(i => $"/p{i}/"));
        Assert.False(new AnEvaluation().Holds($"{{ path_beg {prefixes} }}"));
        Assert.True(new AnEvaluation("GET /p999/x HTTP/1.1\r\nhost: a\r\n\r\n").Holds($"{{ path_beg {prefixes} }}"));
    }
}
