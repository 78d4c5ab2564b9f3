using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Rules;

namespace Evenkeel.Tests.Unit.Config.Haproxy.Expressions;

/// <summary>What is wrong is said in HAProxy 3.5's words; each text was taken from it.</summary>
public sealed class ExpressionErrorTests
{
    private readonly DiagnosticList _diagnostics = new();
    private readonly ParseScope _scope;

    public ExpressionErrorTests() => _scope = new ParseScope
    {
        Registry = RuleBinder.CreateRegistry(),
        Diagnostics = _diagnostics,
        World = new FakeWorld(),
        References = new PendingReferences(),
        ProxyName = "f",
        Mode = ProxyMode.Http,
        Sides = ProxySides.Frontend,
    };

    [Theory]
    [InlineData("a", "error detected while parsing ACL 'a' : missing fetch method in ACL expression ''.")]
    [InlineData("a path_foo /x", "error detected while parsing ACL 'a' : unknown fetch method 'path_foo' in ACL expression 'path_foo'.")]
    [InlineData("a path -m foo /x", "error detected while parsing ACL 'a' : unknown matching method 'foo' when parsing ACL expression.")]
    [InlineData("a path -f /nofile", "error detected while parsing ACL 'a' : failed to open pattern file </nofile>.")]
    [InlineData("a path -z /x", "error detected while parsing ACL 'a' : '-z' is not a valid ACL option. Please use '--' before any pattern beginning " +
        "with a '-'.")]
    [InlineData("a path,foo /x", "error detected while parsing ACL 'a' : ACL keyword 'path' : unknown converter 'foo'.")]
    [InlineData("a path,lower(1) /x", "error detected while parsing ACL 'a' : ACL keyword 'path' : invalid arg 1 in converter 'lower' : expected ')' " +
        "before '1)'.")]
    [InlineData("a src 1.2.3.4/33", "error detected while parsing ACL 'a' : '1.2.3.4/33' is not a valid IPv4 or IPv6 address.")]
    [InlineData("a dst_port abc", "error detected while parsing ACL 'a' : 'abc' is not a number.")]
    [InlineData("a dst_port 10:5", "error detected while parsing ACL 'a' : '10:5' is not a valid number range.")]
    [InlineData("a hdr(host,1,2) x", "error detected while parsing ACL 'a' : ACL keyword 'hdr' : expected ')' before ',2)'.")]
    [InlineData("a hdr( x", "error detected while parsing ACL 'a' : ACL keyword 'hdr' : expected ')'.")]
    [InlineData("a path -m bin zz", "error detected while parsing ACL 'a' : an hex digit is expected (found 'z').")]
    [InlineData("a path -m bin abc", "error detected while parsing ACL 'a' : an even number of hex digit is expected.")]
    [InlineData("or path /x", "acl name 'or' will never match. 'or' is used to express a logical disjunction within a condition.")]
    [InlineData("a,b path /x", "character ',' is not permitted in acl name 'a,b'.")]
    [InlineData("a req.body x",
        "error detected while parsing ACL 'a' : matching method must be specified first (using '-m') when using a sample fetch of this type ('req.body').")]
    [InlineData("a src -m int 3", "error detected while parsing ACL 'a' : matching method 'int' cannot be used with fetch keyword 'src'.")]
    [InlineData("a rand(abc) x", "error detected while parsing ACL 'a' : fetch method 'rand' : failed to parse 'abc' as type 'integer' at position 1 in " +
        "ACL expression 'rand(abc)'.")]
    [InlineData("a path_beg -m end /x", "original matching method 'path_beg' was overwritten and will not be applied as expected.")]
    public void An_acl_is_refused(string words, string text)
    {
        _scope.Acls.Define(words.Split(' '), _scope);
        Assert.Equal(text, Assert.Single(_diagnostics.Items).Text);
    }

    [Theory]
    [InlineData("deny if foo", "error detected while parsing an 'http-request deny' condition : no such ACL : 'foo'.")]
    [InlineData("deny if { path /x", "error detected while parsing an 'http-request deny' condition : missing closing '}' in condition.")]
    [InlineData("deny if TRUE && FALSE", "error detected while parsing an 'http-request deny' condition : no such ACL : '&&'.")]
    [InlineData("deny { path /x }", "config : parsing []: 'http-request deny' expects either 'if' or 'unless' followed by a condition but found '{'.")]
    [InlineData("deny if { status 200 }",
        "anonymous acl will never match because it uses keyword 'status' which is incompatible with 'frontend http-request header rule'.")]
    [InlineData("set-header a", Rule + "'http-request set-header' rule : expects exactly 2 arguments.")]
    [InlineData("set-header a b c", "config : parsing []: 'http-request set-header' expects either 'if' or 'unless' followed by a condition but found 'c'.")]
    [InlineData("set-header a %[nosuch]", Rule + "'http-request set-header' rule : failed to parse sample expression <nosuch]> : unknown fetch method " +
        "'nosuch'.")]
    [InlineData("set-header a %[path,lower(]",
        Rule + "'http-request set-header' rule : failed to parse sample expression <path,lower(]> : invalid arg 1 in converter 'lower' : expected ')' " +
            "before ']'.")]
    [InlineData("set-header a %[path", Rule + "'http-request set-header' rule : missing ']' after 'path'.")]
    [InlineData("set-header a %zz",
        Rule + "'http-request set-header' rule : no such format alias 'zz'. If you wanted to emit the '%' character verbatim, you need to use '%%'.")]
    [InlineData("set-header a %[res.hdr(x)]", Rule + "'http-request set-header' rule : sample fetch <res.hdr> may not be reliably used here " +
        "because it needs 'HTTP response headers' which is not available here.")]
    [InlineData("set-header a %[src,add(1)]",
        Rule + "'http-request set-header' rule : failed to parse sample expression <src,add(1)]> : converter 'add' cannot be applied.")]
    [InlineData("set-header a %[path,field(1)]", Rule + "'http-request set-header' rule : failed to parse sample expression <path,field(1)]> : " +
        "invalid arg 2 in converter 'field' : missing arguments (got 1/2), type 'string' expected.")]
    [InlineData("set-header a %[path,field]", Rule + "'http-request set-header' rule : failed to parse sample expression <path,field]> : " +
        "invalid arg 1 in converter 'field' : expected type 'integer' at position 1, but got nothing.")]
    [InlineData("set-header a %[path,add(x.y)]", Rule + "'http-request set-header' rule : failed to parse sample expression <path,add(x.y)]> : " +
        "invalid args in converter 'add' : expects an integer or a variable name.")]
    [InlineData("deny deny_status 999", Rule + "'http-request deny' rule : Unexpected status code '999'.")]
    [InlineData("return status 200 string x", Rule + "'http-request return' rule : a content type must be defined when non-empty payload is configured.")]
    [InlineData("redirect", Rule + "'http-request redirect' rule : redirection type expected ('prefix', 'location', or 'scheme').")]
    [InlineData("redirect location / code 200", Rule + "'http-request redirect' rule : 'code': unsupported HTTP code '200' (must be one of 301, 302, " +
        "303, 307 or 308).")]
    [InlineData("set-var(foo) path", Rule + "'http-request set-var(foo)' rule : invalid variable name 'foo'. A variable name must start with its scope. " +
        "The scope can be 'proc', '(p)sess', '(p)txn', '(p)req', '(p)res' or 'check'.")]
    [InlineData("set-var(txn.foo,bad) path", Rule + "'http-request set-var(txn.foo,bad)' rule : unknown condition \"bad\".")]
    [InlineData("set-var(txn.fo-o) path", Rule + "'http-request set-var(txn.fo-o)' rule : invalid syntax at char '-'.")]
    [InlineData("capture path", Rule + "'http-request capture' rule : expects <expression> [ 'len' <length> | id <idx> ].")]
    [InlineData("set-log-level foo", Rule + "'http-request set-log-level' rule : expects exactly 1 argument (log level name or 'silent').")]
    [InlineData("strict-mode foo", Rule + "'http-request strict-mode' rule : Unexpected value 'foo'. Only 'on' and 'off' are supported.")]
    [InlineData("wait-for-body", Rule + "'http-request wait-for-body' rule : expects time <time> [ at-least <bytes> ].")]
    public void An_http_request_rule_is_refused(string words, string text)
    {
        RuleParser.Parse(RuleSets.HttpRequest, words.Split(' '), _scope);
        Assert.Equal(text, Assert.Single(_diagnostics.Items).Text);
    }

    [Fact]
    public void A_backend_that_an_expression_names_must_exist_in_the_end()
    {
        _scope.Acls.Define(["a", "nbsrv(nob)", "gt", "1"], _scope);
        Assert.Empty(_diagnostics.Items);
        _scope.References.Check([], [], [], _diagnostics);
        Assert.Equal("parsing []: unable to find backend 'nob' referenced in arg 1 of ACL keyword 'nbsrv' in proxy 'f'.",
            Assert.Single(_diagnostics.Items).Text);
    }

    private const string Rule = "error detected in frontend 'f' while parsing ";
}
