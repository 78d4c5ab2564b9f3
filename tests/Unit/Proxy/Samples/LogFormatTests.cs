using Evenkeel.Model.Rules;

namespace Evenkeel.Tests.Unit.Proxy.Samples;

/// <summary>Each expected value was taken from HAProxy 3.5 with the same format.</summary>
public sealed class LogFormatTests
{
    [Theory]
    [InlineData("%[str(a\\\\b\\n\\r\\t\\ \\x41)]", "a\\b%0A%0D\t \\x41")]
    [InlineData("%[str(\"a\\,b\\\"c\")]", "a\\,b\"c")]
    [InlineData("%[str('a)b')]", "a)b")]
    [InlineData("%[str(\"a'b\")]", "a'b")]
    [InlineData("%[str( a b )]", " a b ")]
    [InlineData("%[str(a\"b,c\"d)]", "ab,cd")]
    [InlineData("%{+Q}[str()],%{+Q}[str(a\\\"b)],%{+E}[str(\"a]c\")],%{+Q,+E}[str(\"a]b\")]", ",a\"b,a\\]c,a\\]b")]
    [InlineData("%[str(a b   c)]  x   y", "a b   c  x   y")]
    [InlineData("%{+Q}[str(a)],%{+X}[int(255)],%{+X}[ipv4(1.2.3.4)]", "a,255,1.2.3.4")]
    [InlineData("a%%b", "a%b")]
    public void A_format_for_http_writes(string format, string expected) => Assert.Equal(expected, new AnEvaluation().Write(format));

    [Fact]
    public void Quotes_are_put_around_expressions_in_texts_but_not_in_what_becomes_part_of_a_head()
    {
        Assert.Equal("x", new AnEvaluation().Write("%{+Q}[str(x)]"));
        Assert.Equal("\"x\"", new AnEvaluation().Write("%{+Q}[str(x)]", LogFormatUse.Plain));
    }

    [Theory]
    [InlineData("a  b   %[str(x)]", "a b x")]
    [InlineData("%[hdr(none)] %{+Q}[hdr(none)]", "- \"\"")]
    [InlineData("%[str(a\\tb\")]", "")]
    [InlineData("%ci:%cp %b/%s %ST %ts", "-:- -/<NOSRV> 0 --")]
    public void A_format_for_logs_merges_blanks_and_marks_what_is_missing(string format, string expected)
    {
        var evaluation = new AnEvaluation();
        if (expected.Length > 0) Assert.Equal(expected, evaluation.Write(format, LogFormatUse.Log));
        else Assert.Null(Evenkeel.Config.Haproxy.Expressions.LogFormatParser.Parse(format, evaluation.Scope, LogFormatUse.Log));
    }

    [Theory]
    [InlineData("%{+json}o %(a)[str(x)] left %[str(out)] %(b)[int(-5)] %(c)[bool(true)] %(d)[hdr(none)] %(e)[path]",
        """{"a": "x", "b": -5, "c": true, "d": "", "e": "/7/Some/Path"}""")]
    [InlineData("%{+json}o %(a:str)[int(5)] %(b:sint)[str(12)] %(c:sint)[str(abc)] %(d:bool)[int(1)] %(e:bool)[str(true)] %(f:bool)[str(x)]",
        """{"a": "5", "b": 12, "c": 0, "d": true, "e": false, "f": false}""")]
    [InlineData("%{+json}o %(a)ci %(b)cp %(c)ST %(d)b %(e)hr %(f)hrl %(g)tsc", """{"a": "", "b": "", "c": 0, "d": "", "e": null, "f": null, "g": "----"}""")]
    [InlineData("%(a){+json}[hdr(cookie)] x %{+json}[int(5)] %{+json}[hdr(none)] .", "\"a=1; b=two; c=\\\"q\\\"\" x 5 \"\" .")]
    [InlineData("%{+cbor}o %(a)[str(x)] %(d)[int(200)] %(g)[int(-12)] %(h)[bool(true)] %(i)[hdr(none)] %(k)[str(ab),sha1]",
        "BF616161786164" + "18C8" + "6167" + "2B" + "6168F56169F6616B54" + "DA23614E02469A0D7C7BD1BDAB5C9C474B1904DC" + "FF")]
    [InlineData("%{+cbor}[int(70000)] %{+cbor}[int(65535)] %{+cbor}[int(4294967296)] %{+cbor,+bin}[str(a)]", "1A00011170 19FFFF 1B0000000100000000 6161")]
    public void A_structured_format_writes_values_of_their_type(string format, string expected) =>
        Assert.Equal(expected, new AnEvaluation().Write(format, LogFormatUse.Log));

    [Fact]
    public void Cbor_with_bin_is_not_made_printable() =>
        Assert.Equal("\u00BFaaaxad\u0018\u00C8\u00FF", new AnEvaluation().Write("%{+cbor,+bin}o%(a)[str(x)]%(d)[int(200)]"));

    [Fact]
    public void Only_what_would_end_a_line_is_encoded_in_the_value_of_an_expression() =>
        Assert.Equal("a\\\"\\\\\\]|{#09.", new AnEvaluation("GET / HTTP/1.1\r\nX-B: a\"\\]|{\t.\r\n\r\n").Write("%{+E}[hdr(x-b)]", LogFormatUse.Log));

    [Fact]
    public void A_line_is_cut_where_the_room_ends()
    {
        var evaluation = new AnEvaluation();
        var bytes = new byte[5];
        Assert.Equal(5, evaluation.Format("%[path]").Write(evaluation.Context, bytes));
        Assert.Equal("/7/So"u8, bytes);
    }

    [Fact]
    public void Every_alias_the_parser_knows_can_be_written() =>
        Assert.Equal(LogAliases.All.Where(name => name != "o").Order(), Evenkeel.Proxy.Samples.Formats.LogAliasTable.Names.Order());

    [Fact]
    public void Evaluation_allocates_nothing()
    {
        var evaluation = new AnEvaluation();
        var format = evaluation.Format("%[hdr(host),lower,field(1,:)] %[path,regsub(o,0,g)] %[urlp(x),add(5)] %[url,sha1,hex] %[base32] %[var(txn.a)] %tr");
        var condition = evaluation.Condition("{ path_beg /a /b } or { hdr(x-a) -i FOUR } { path_reg ^/7 }");
        var bytes = new byte[1_024];
        Allocations.AreNone(() =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                format.Write(evaluation.Context, bytes);
                Assert.True(condition.Holds(evaluation.Context));
            }
        });
    }
}
