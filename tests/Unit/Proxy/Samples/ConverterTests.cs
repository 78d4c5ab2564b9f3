namespace Evenkeel.Tests.Unit.Proxy.Samples;

/// <summary>Each expected value was taken from HAProxy 3.5 with the same expression.</summary>
public sealed class ConverterTests
{
    [Theory]
    [InlineData("int(5),add(3)", "8")]
    [InlineData("int(5),sub(7)", "-2")]
    [InlineData("int(5),div(0)", "9223372036854775807")]
    [InlineData("int(-5),div(2)", "-2")]
    [InlineData("int(5),mod(0)", "0")]
    [InlineData("int(-5),mod(3)", "-2")]
    [InlineData("int(5),neg", "-5")]
    [InlineData("int(5),not", "0")]
    [InlineData("int(0),bool", "0")]
    [InlineData("int(5),odd", "1")]
    [InlineData("int(5),cpl", "-6")]
    [InlineData("int(6),and(3)", "2")]
    [InlineData("int(6),or(9)", "15")]
    [InlineData("int(6),xor(3)", "5")]
    [InlineData("int(9223372036854775807),add(1)", "9223372036854775807")]
    [InlineData("int(9223372036854775807),mul(2)", "9223372036854775807")]
    public void Arithmetic_saturates(string expression, string expected) => Evaluates(expression, expected);

    [Theory]
    [InlineData("str(12abc),add(1)", "13")]
    [InlineData("str(abc),add(1)", "1")]
    [InlineData("str(-12),add(1)", "-11")]
    [InlineData("str( 12),add(1)", "1")]
    [InlineData("str(),add(1)", "")]
    [InlineData("str(0x10),add(1)", "1")]
    [InlineData("str(99999999999999999999),add(1)", "9223372036854775807")]
    [InlineData("int(1),hex", "0000000000000001")]
    [InlineData("bool(1),hex", "0000000000000001")]
    [InlineData("int(5),base64", "AAAAAAAAAAU=")]
    [InlineData("ipv4(127.0.0.1),hex", "7F000001")]
    [InlineData("bin(41004200),length", "1")]
    public void Values_are_cast_to_what_a_converter_wants(string expression, string expected) => Evaluates(expression, expected);

    [Theory]
    [InlineData("str(hello),djb2", "261238937")]
    [InlineData("str(hello),djb2(1)", "1119739105")]
    [InlineData("str(hello),sdbm(1)", "2061535398")]
    [InlineData("str(hello),wt6", "3538347703")]
    [InlineData("str(hello),wt6(1)", "140457739")]
    [InlineData("str(hello),crc32", "907060870")]
    [InlineData("str(hello),crc32c", "2591144780")]
    [InlineData("str(hello),xxh32", "4211111929")]
    [InlineData("str(hello),xxh64", "2794345569481354659")]
    [InlineData("str(hello),xxh3", "-7685981735718036227")]
    [InlineData("str(hello),xxh32(5)", "3191799670")]
    [InlineData("str(hello),xxh64(5)", "5588056476589539108")]
    [InlineData("str(hello),xxh3(5)", "-5040988036188159185")]
    [InlineData("str(hello),sha1,hex", "AAF4C61DDCC5E8A2DABEDE0F3B482CD9AEA9434D")]
    [InlineData("str(hello),sha2(224),hex", "EA09AE9CC6768C50FCEE903ED054556E5BFC8347907F12598AA24193")]
    [InlineData("str(hello),digest(md5),hex", "5D41402ABC4B2A76B9719D911017C592")]
    [InlineData("str(hello),hmac(sha256,a2V5),hex", "9307B3B915EFB5171FF14D8CB55FBCC798C6C0EF1456D66DED1A6AA723A58B7B")]
    public void Hashes_are_equal_to_the_bit(string expression, string expected) => Evaluates(expression, expected);

    [Theory]
    [InlineData("str(f1_f2_f3__f5),field(4,_)", "")]
    [InlineData("str(f1_f2_f3__f5),field(4,_),length", "0")]
    [InlineData("str(f1_f2_f3__f5),field(6,_),length", "")]
    [InlineData("str(f1_f2_f3__f5),field(-6,_),length", "")]
    [InlineData("str(f1_f2_f3__f5),field(5,_)", "f5")]
    [InlineData("str(f1_f2_f3__f5),field(2,_,0)", "f2_f3__f5")]
    [InlineData("str(f1_f2_f3__f5),field(2,_,2)", "f2_f3")]
    [InlineData("str(f1_f2_f3__f5),field(-2,_,3)", "f2_f3_")]
    [InlineData("str(f1_f2_f3__f5),field(-3,_,0)", "f1_f2_f3")]
    [InlineData("str(f1_f2_f3__f5),word(4,_)", "f5")]
    [InlineData("str(f1_f2_f3__f5),word(5,_)", "")]
    [InlineData("str(f1_f2_f3__f5),word(2,_,0)", "f2_f3__f5")]
    [InlineData("str(f1_f2_f3__f5),word(3,_,2)", "f3__f5")]
    [InlineData("str(f1_f2_f3__f5),word(-2,_,3)", "f1_f2_f3")]
    [InlineData("str(f1_f2_f3__f5),word(-3,_,0)", "f1_f2")]
    [InlineData("str(/f1/f2/f3/f4),word(1,/)", "f1")]
    [InlineData("str(_a_b_),word(2,_,0)", "b_")]
    [InlineData("str(abc),bytes(1)", "bc")]
    [InlineData("str(abc),bytes(5)", "")]
    [InlineData("str(a=b&c=d),param(c)", "d")]
    [InlineData("str(a&b=c),param(a)", "")]
    [InlineData("str(xx..),rtrim(.)", "xx")]
    public void Pieces_are_cut_out(string expression, string expected) => Evaluates(expression, expected);

    [Theory]
    [InlineData("str(example.com:80),host_only", "example.com")]
    [InlineData("str([::1]:80),host_only", "[::1]")]
    [InlineData("str([::1]),port_only", "0")]
    [InlineData("str(a:81),port_only", "81")]
    [InlineData("str(a.b.c),reverse_dom", "c.b.a")]
    [InlineData("str(a..c),reverse_dom", "")]
    [InlineData("str(ab cd),reverse", "dc ba")]
    [InlineData("str(AbC),lower", "abc")]
    [InlineData("str(AbC),lower,,upper", "ABC")]
    [InlineData("str(x),concat(<,txn.none,>)", "x<>")]
    [InlineData("bool(1),iif(yes,no)", "yes")]
    [InlineData("bool(0),iif(yes,no)", "no")]
    public void Texts_are_changed(string expression, string expected) => Evaluates(expression, expected);

    [Theory]
    [InlineData("str(01020304050607),hex2i", "283686952306183")]
    [InlineData("str(zz),hex2i", "")]
    [InlineData("str(YWJ),ub64dec", "ab")]
    [InlineData("int(-7),ub64dec,hex", "FB")]
    [InlineData("str(YR==),b64dec", "a")]
    [InlineData("str(Y),ub64dec", "")]
    [InlineData("int(-7),b64dec", "")]
    [InlineData("int(4294967296),hex2i", "285960729238")]
    [InlineData("bin(01020304050607),be2dec(:,2)", "258:772:1286:7")]
    [InlineData("bin(01020304050607),le2dec(:,2)", "513:1027:1541:7")]
    [InlineData("bin(01020304050607),be2hex(:,2)", "0102:0304:0506:07")]
    [InlineData("bin(01020304050607),be2hex(--,2,1)", "0102--0304--0506")]
    [InlineData("bin(0102),base2", "0000000100000010")]
    [InlineData("str(YWJj),b64dec", "abc")]
    [InlineData("str(YWJ),b64dec", "")]
    [InlineData("str(YW Jj),b64dec", "")]
    [InlineData("str(YWI),ub64dec", "ab")]
    [InlineData("str(a?>),ub64enc", "YT8-")]
    [InlineData("str(a b%c&d/e?f=g),url_enc", "a%20b%25c%26d%2Fe%3Ff%3Dg")]
    [InlineData("str(a%20b+c),url_dec", "a b+c")]
    [InlineData("str(a%20b+c),url_dec(1)", "a b c")]
    [InlineData("str(a+b?c+d),url_dec", "a+b?c d")]
    [InlineData("str(a%2),url_dec", "")]
    [InlineData("str(a%zz),url_dec", "")]
    [InlineData("bin(c3a9225c2f),json(utf8s)", "\\u00e9\\\"\\\\\\/")]
    public void Encodings_are_the_originals(string expression, string expected) => Evaluates(expression, expected);

    [Theory]
    [InlineData("int(784111777),http_date", "Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("str(\"Sun, 06 Nov 1994 08:49:37 GMT\"),date", "784111777")]
    [InlineData("str(\"Sun Nov  6 08:49:37 1994\"),date", "784111777")]
    [InlineData("str(\"Sunday, 06-Nov-94 08:49:37 GMT\"),date", "784111777")]
    [InlineData("int(784111777),utime(\"%Y-%m-%d %H:%M:%S\")", "1994-11-06 08:49:37")]
    [InlineData("int(784111777123),ms_utime(\"%H:%M:%S.%3N\")", "08:49:37.123")]
    [InlineData("int(784111777123456),us_utime(\"%S.%N %6N\")", "37.123456000 123456")]
    public void Moments_are_written_and_read(string expression, string expected) => Evaluates(expression, expected);

    [Theory]
    [InlineData("str(1.2.3.4),ipmask(24)", "1.2.3.0")]
    [InlineData("str(::1),ipmask(24)", "0.0.0.0")]
    [InlineData("str(2001:db8::1),ipmask(24,32)", "2001:db8::")]
    [InlineData("str(1.2.3.4),ipmask(255.255.0.0)", "1.2.0.0")]
    [InlineData("str(1.2.3),ipmask(24)", "")]
    [InlineData("str(::ffff:1.2.3.4),ipmask(24,128)", "::ffff:1.2.3.4")]
    public void Addresses_are_masked(string expression, string expected) => Evaluates(expression, expected);

    [Theory]
    [InlineData("str(a/b),regsub(/,-)", "a-b")]
    [InlineData("str(aXbXc),regsub(x,-,gi)", "a-b-c")]
    [InlineData("str(foobar),regsub(\"(foo)(bar)\",\"\\2\\1\")", "barfoo")]
    [InlineData("str(abc),regsub(x*,-,g)", "-a-b-c-")]
    [InlineData("str(a.b),regsub(\\.,\\0\\0)", "a..b")]
    public void Expressions_are_replaced(string expression, string expected) => Evaluates(expression, expected);

    [Fact]
    public void A_variable_is_set_in_the_middle_and_read_later()
    {
        var evaluation = new AnEvaluation();
        Assert.Equal("AB ab", evaluation.Write("%[str(ab),set-var(txn.x),upper] %[var(txn.x)]"));
        Assert.Equal("default", evaluation.Write("%[var(txn.nothing,default)]"));
        Assert.Equal("ab-1", evaluation.Write("%[int(1),set-var(req.n)]%[var(txn.x),concat(-,req.n)]")[1..]);
    }

    [Fact]
    public void A_variable_is_set_only_when_its_conditions_hold()
    {
        var evaluation = new AnEvaluation();
        evaluation.Write("%[int(5),set-var(txn.n)]%[int(3),set-var(txn.n,ifless)]".Replace("ifless", "iflt", StringComparison.Ordinal));
        Assert.Equal("5", evaluation.Write("%[var(txn.n)]"));
        evaluation.Write("%[int(3),set-var(txn.n,ifgt)]");
        Assert.Equal("3", evaluation.Write("%[var(txn.n)]"));
        evaluation.Write("%[int(9),set-var(txn.n,ifnotexists)]%[int(9),set-var(txn.m,ifexists)]");
        Assert.Equal("3.", evaluation.Write("%[var(txn.n)].%[var(txn.m)]"));
    }

    [Theory]
    [InlineData("str(a),map(/m)", "one")]
    [InlineData("str(A),map(/m)", "")]
    [InlineData("str(A),map(/m,none)", "none")]
    [InlineData("str(abcd),map_beg(/m)", "two words")]
    [InlineData("str(xx.ab),map_end(/m)", "two words")]
    [InlineData("str(a),map_str_key(/m)", "a")]
    [InlineData("str(1.10.2.3),map_ip(/ips)", "")]
    [InlineData("str(10.1.2.3),map_ip(/ips)", "ten")]
    [InlineData("int(5),map_int(/numbers)", "few")]
    [InlineData("str(foo12),map_regm(/expressions)", "12-foo")]
    [InlineData("str(a),map_str_int(/counts,7),add(1)", "42")]
    [InlineData("str(b),map_str_int(/counts,7),add(1)", "8")]
    public void Maps_give_the_value_of_a_key(string expression, string expected)
    {
        var evaluation = new AnEvaluation();
        evaluation.World.With("/m", "# key value\na one\nab  two words \n").With("/ips", "10.0.0.0/8 ten\n").With("/numbers", "1:9 few\n")
            .With("/counts", "a 41\n")
            .With("/expressions", "^(foo)([0-9]+)$ \\2-\\1\n");
        Assert.Equal(expected, evaluation.Write($"%[{expression}]"));
    }

    private static void Evaluates(string expression, string expected) => Assert.Equal(expected, new AnEvaluation().Write($"%[{expression}]"));
}
