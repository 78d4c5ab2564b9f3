namespace Evenkeel.Tests.Unit.Proxy.Samples;

/// <summary>Each expected value was taken from HAProxy 3.5 with the same request and expression.</summary>
public sealed class RequestFetchTests
{
    [Theory]
    [InlineData("method", "GET")]
    [InlineData("path", "/7/Some/Path")]
    [InlineData("pathq", "/7/Some/Path?x=1&y=b%20c&x=2")]
    [InlineData("url", "/7/Some/Path?x=1&y=b%20c&x=2")]
    [InlineData("query", "x=1&y=b%20c&x=2")]
    [InlineData("base", "Example.com:8080/7/Some/Path")]
    [InlineData("url_port", "")]
    [InlineData("req.ver", "1.1")]
    [InlineData("hdr(host)", "Example.com:8080")]
    [InlineData("hdr(x-a)", "four")]
    [InlineData("hdr(x-a,1)", "one")]
    [InlineData("hdr(x-a,-1)", "four")]
    [InlineData("hdr(x-a,-2)", "three")]
    [InlineData("hdr(none)", "")]
    [InlineData("hdr", "")]
    [InlineData("req.fhdr", "")]
    [InlineData("req.fhdr(x-a)", "four")]
    [InlineData("req.fhdr(x-a,1)", "one, two,three")]
    [InlineData("hdr_cnt(x-a)", "4")]
    [InlineData("req.fhdr_cnt(x-a)", "2")]
    [InlineData("urlp(x)", "1")]
    [InlineData("urlp(y)", "b%20c")]
    [InlineData("url_param(x,&)", "2")]
    [InlineData("urlp(nope)", "")]
    [InlineData("cook(a)", "1")]
    [InlineData("cook(c)", "\"q\"")]
    [InlineData("cook_cnt(a)", "1")]
    [InlineData("req.cook_names", "a,b,c")]
    [InlineData("req.hdr_names", "host,x-a,x-a,cookie,user-agent")]
    public void A_request_gives(string fetch, string expected) => Assert.Equal(expected, new AnEvaluation().Write($"%[{fetch}]"));

    /// <summary>What the client said, although all of them are spoken to as HTTP/1.1.</summary>
    [Theory]
    [InlineData("HTTP/1.0", "1.0")]
    [InlineData("HTTP/1.2", "1.2")]
    [InlineData("HTTP/9.1", "9.1")]
    public void The_version_is_that_of_the_request_line(string version, string expected) =>
        Assert.Equal($"{expected} {expected}", new AnEvaluation($"GET / {version}\r\nhost: a\r\n\r\n").Write("%[req.ver] %[req_ver]"));

    [Theory]
    [InlineData("a=1, b=2", "1|2|2|a,b")]
    [InlineData("a=\"x;y\"; b=2", "\"x;y\"|2|2|a,b")]
    [InlineData("a=\"x,y; b=2", "\"x,y; b=2||1|a")]
    [InlineData("a=\"x\\\";y\"; b=2", "\"x\\\";y\"|2|2|a,b")]
    [InlineData("b,a=1", "1||1|a")]
    [InlineData("a=3; b=4; a=5", "5|4|3|a,b,a")]
    [InlineData("$Version=1; a = 1 ,, b=2", "1|2|2|a,b")]
    [InlineData("a=1;b=2\";c=3", "1|2\";c=3|2|a,b")]
    public void Cookies_lie_between_semicolons_or_commas_that_no_quotes_surround(string header, string expected) =>
        Assert.Equal(expected, new AnEvaluation($"GET / HTTP/1.1\r\nhost: a\r\ncookie: {header}\r\n\r\n")
            .Write("%[cook(a)]|%[cook(b)]|%[cook_cnt]|%[req.cook_names]"));

    [Fact]
    public void The_hashes_of_base_and_url_are_the_originals()
    {
        var evaluation = new AnEvaluation(AnEvaluation.GoldenRequest.Replace("/7/", "/4/", StringComparison.Ordinal));
        Assert.Equal("1358841379 3089934863", evaluation.Write("%[base32] %[url32]"));
    }

    [Theory]
    [InlineData("http://1.2.3.4:81/p?q", "/p", "81")]
    [InlineData("http://1.2.3.4/p?q", "/p", "80")]
    [InlineData("https://1.2.3.4/p?q", "/p", "443")]
    [InlineData("http://a.b:81/p?q", "/p", "")]
    [InlineData("http://[::1]:81/p?q", "/p", "")]
    [InlineData("*", "", "")]
    public void The_path_of_an_absolute_target_is_without_its_authority(string target, string path, string port)
    {
        var evaluation = new AnEvaluation($"OPTIONS {target} HTTP/1.1\r\nhost: a.b\r\n\r\n");
        Assert.Equal($"{path} {port}", evaluation.Write("%[path] %[url_port]"));
    }

    [Theory]
    [InlineData("Basic YTpi", "Basic")]
    [InlineData("basic YTpi", "Basic")]
    [InlineData("Basic ???", "")]
    [InlineData("Basic YWI=", "")]
    [InlineData("Bearer abc", "Bearer")]
    [InlineData("Digest username=x", "")]
    [InlineData("Token abc", "")]
    public void The_type_of_authentication_is_one_that_can_be_read(string header, string type) =>
        Assert.Equal(type, new AnEvaluation($"GET / HTTP/1.1\r\nhost: a.b\r\nauthorization: {header}\r\n\r\n").Write("%[http_auth_type]"));

    [Theory]
    [InlineData("42", "42")]
    [InlineData("-4294967297a", "-1")]
    [InlineData("9223372036854775808", "0")]
    [InlineData("2147483648", "-2147483648")]
    [InlineData("+5", "0")]
    public void A_number_in_a_header_cookie_or_parameter_has_32_bits(string value, string expected) =>
        Assert.Equal($"{expected} {expected} {expected}", new AnEvaluation($"GET /?a={value} HTTP/1.1\r\nhost: a\r\nx: {value}\r\ncookie: a={value}\r\n\r\n")
            .Write("%[hdr_val(x)] %[urlp_val(a)] %[cook_val(a)]"));

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("10.0.0.1:80", "10.0.0.1")]
    [InlineData("[2001:db8::1]:80", "2001:db8::1")]
    [InlineData("2001:DB8::1", "2001:db8::1")]
    [InlineData("nonsense", "")]
    public void A_header_may_hold_an_address(string value, string expected) =>
        Assert.Equal(expected, new AnEvaluation($"GET / HTTP/1.1\r\nhost: a\r\nx-ip: {value}\r\n\r\n").Write("%[hdr_ip(x-ip)]"));

    [Theory]
    [InlineData("Basic dXNlcjpwYTpzcw==", "user pa:ss")]
    [InlineData("Bearer abc", " ")]
    [InlineData("Basic !!", " ")]
    public void Credentials_are_read_from_basic_authentication(string header, string expected) =>
        Assert.Equal(expected, new AnEvaluation($"GET / HTTP/1.1\r\nhost: a\r\nauthorization: {header}\r\n\r\n").Write("%[http_auth_user] %[http_auth_pass]"));

    [Theory]
    [InlineData("X: y", "1 0")]
    [InlineData("Token: Bearer abc", "1 3")]
    [InlineData("Token: bearer  abc", "1 3")]
    [InlineData("Token: Bearer", "1 0")]
    [InlineData("Token: Basic abc", "0 ")]
    [InlineData("Token: abc", "0 ")]
    public void A_token_in_a_named_header_is_that_of_its_scheme(string header, string expected)
    {
        var evaluation = new AnEvaluation($"GET / HTTP/1.1\r\n{header}\r\n\r\n");
        var found = evaluation.Condition("{ http_auth_bearer(token) -m found }").Holds(evaluation.Context);
        Assert.Equal(expected, $"{(found ? 1 : 0)} {evaluation.Write("%[http_auth_bearer(token),length]", Evenkeel.Model.Rules.LogFormatUse.Plain)}");
    }
}
