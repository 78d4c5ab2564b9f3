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
    [InlineData("%{+Q}[str()],%{+Q}[str(a\\\"b)],%{+E}[str(\"a]c\")],%{+Q,+E}[str(\"a]b\")]", "\"\",\"a\"b\",a\\]c,\"a\\]b\"")]
    [InlineData("%[str(a b   c)]  x   y", "a b   c  x   y")]
    [InlineData("%{+Q}[str(a)],%{+X}[int(255)],%{+X}[ipv4(1.2.3.4)]", "\"a\",255,1.2.3.4")]
    [InlineData("a%%b", "a%b")]
    public void A_format_for_http_writes(string format, string expected) => Assert.Equal(expected, new AnEvaluation().Write(format));

    [Theory]
    [InlineData("a  b   %[str(x)]", "a b x")]
    [InlineData("%[hdr(none)] %{+Q}[hdr(none)]", "- \"\"")]
    [InlineData("%[str(a\\tb\")]", "")]
    [InlineData("%ci:%cp %b/%s %ST %ts", "-:- -/<NOSRV> -1 --")]
    public void A_format_for_logs_merges_blanks_and_marks_what_is_missing(string format, string expected)
    {
        var evaluation = new AnEvaluation();
        if (expected.Length > 0) Assert.Equal(expected, evaluation.Write(format, LogFormatUse.Log));
        else Assert.Null(Evenkeel.Config.Haproxy.Expressions.LogFormatParser.Parse(format, evaluation.Scope, LogFormatUse.Log));
    }

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
        format.Write(evaluation.Context, bytes);
        condition.Holds(evaluation.Context);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            format.Write(evaluation.Context, bytes);
            Assert.True(condition.Holds(evaluation.Context));
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
