using System.Text;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Persistence;
using Evenkeel.Tests.Unit.Proxy.Http1;
using HttpMethod = Evenkeel.Proxy.Message.HttpMethod;

namespace Evenkeel.Tests.Unit.Proxy.Servers.Persistence;

/// <summary>What requests and responses look like behind `cookie`; every expectation was taken from HAProxy 3.5 on the wire.</summary>
public sealed class PersistenceCookieTests
{
    /// <summary>A Friday in 2026; the date "awk2/" of the cookies below.</summary>
    private const long Now = 1_795_766_012;
    private readonly byte[] _work = new byte[16_384];

    private static Backend With(CookieModel cookie) => ABackend.Of(
        ABackend.Named("be", ABackend.Server(1) with { Cookie = "one" }, ABackend.Server(2) with { Cookie = "two" }, ABackend.Server(3)) with
        {
            Mode = ProxyMode.Http, Persistence = new PersistenceModel { Cookie = cookie },
        });

    private string Read(CookieModel cookie, string header, bool isUnused = false)
    {
        var request = Received.Request($"GET / HTTP/1.1\r\nCookie: {header}\r\n\r\n");
        var finding = With(cookie).Setup.Cookie!.Read(request, isUnused, takesDownServers: false, Now, _work);
        var at = request.Find(KnownHeader.Cookie);
        return $"{(char)finding.Flag} {finding.Server?.Name ?? "-"} [{(at < 0 ? "" : Encoding.Latin1.GetString(request.Value(at)))}]";
    }

    private string Answer(CookieModel cookie, string headers, int server = 1, CookieFinding finding = default, bool isDirect = false, bool isIgnored = false,
        HttpMethod method = HttpMethod.Get)
    {
        var backend = With(cookie);
        var response = Received.Response($"HTTP/1.1 200 OK\r\n{headers}\r\n");
        var flag = backend.Setup.Cookie!.Answer(response, backend.FindServer(server)!, in finding, isDirect, isIgnored, method, Now, _work);
        return $"{(char)flag} {Received.Text(response)["HTTP/1.1 200 OK\r\n".Length..^2].Replace("\r\n", "\n")}";
    }

    private static CookieModel Cookie(CookieMode mode) => new("SRV", mode);

    [Theory]
    [InlineData("a=b", "N - [a=b]")]
    [InlineData("SRV=two", "V s2 [SRV=two]")]
    [InlineData("a=b; SRV=one; c=d", "V s1 [a=b; SRV=one; c=d]")]
    [InlineData("SRV=bad", "I - [SRV=bad]")]
    [InlineData("SRV=one; SRV=two", "V s1 [SRV=one; SRV=two]")]
    [InlineData("x=SRV=one", "N - [x=SRV=one]")]
    [InlineData("srv=one", "N - [srv=one]")]
    [InlineData("SRV", "N - [SRV]")]
    [InlineData("a=\"x;SRV=two\"; c=d", "N - [a=\"x;SRV=two\"; c=d]")]
    [InlineData("a = b ; SRV = one", "V s1 [a=b ; SRV=one]")]
    public void A_cookie_that_names_a_server_leads_to_it(string header, string expected) => Assert.Equal(expected, Read(Cookie(CookieMode.Insert), header));

    [Theory]
    [InlineData("SRV=one", "V s1 []")]
    [InlineData("SRV=one;", "V s1 []")]
    [InlineData("a=b; SRV=one; c=d", "V s1 [a=b; c=d]")]
    [InlineData("SRV=one; ;b=c", "V s1 [;b=c]")]
    [InlineData("a=b;;SRV=two;;c=d", "V s2 [a=b;; ;c=d]")]
    [InlineData("a=b; SRV=two;", "V s2 [a=b; ]")]
    [InlineData("a=x;SRV=two,b=3; c=d", "V s2 [a=x, b=3; c=d]")]
    [InlineData("SRV=two; SRV=one", "V s2 []")]
    [InlineData("$Version=1; SRV=one; $Path=/; z=1", "V s1 [$Version=1; z=1]")]
    [InlineData(" SRV=two ; x=y", "V s2 [x=y]")]
    public void An_indirect_cookie_is_hidden_from_the_server(string header, string expected) =>
        Assert.Equal(expected, Read(Cookie(CookieMode.Insert) with { IsIndirect = true }, header));

    [Theory]
    [InlineData("a=b; SRV=two~abc; c=d", "V s2 [a=b; SRV=abc; c=d]")]
    [InlineData("SRV=one~", "V s1 [SRV=]")]
    [InlineData("SRV=bad~abc", "I - [SRV=abc]")]
    [InlineData("SRV=two", "V s2 [SRV=two]")]
    public void A_prefix_is_taken_off_before_the_server_sees_it(string header, string expected) =>
        Assert.Equal(expected, Read(Cookie(CookieMode.Prefix), header));

    [Theory]
    [InlineData("SRV=two|awk2/|awk2/", "V s2")]
    [InlineData("SRV=two", "V s2")]
    [InlineData("SRV=two|xx|yy", "V s2")]
    [InlineData("SRV=two|awkvj|awka2", "E -")]
    [InlineData("SRV=two|awk2v|awi4a", "O -")]
    [InlineData("SRV=two|awqWi|awk2+", "E -")]
    [InlineData("SRV=two|awk2+|awqWi", "O -")]
    public void A_cookie_lives_as_long_as_its_dates_allow(string header, string expected) => Assert.StartsWith(expected,
        Read(Cookie(CookieMode.Insert) with { MaxIdleSeconds = 1_800, MaxLifeSeconds = 28_800 }, header));

    [Fact]
    public void A_cookie_that_is_not_asked_for_is_noted_only()
    {
        Assert.Equal("U - []", Read(Cookie(CookieMode.Insert) with { IsIndirect = true }, "SRV=two", isUnused: true));
        Assert.Equal("N - [a=b]", Read(Cookie(CookieMode.Insert), "a=b", isUnused: true));
    }

    [Fact]
    public void A_cookie_of_a_server_that_is_down_is_told_from_an_unknown_one()
    {
        var backend = With(Cookie(CookieMode.Insert));
        backend.FindServer("s2")!.EnterMaintenance(nowMs: 0);
        var request = Received.Request("GET / HTTP/1.1\r\nCookie: SRV=two\r\n\r\n");
        var finding = backend.Setup.Cookie!.Read(request, false, takesDownServers: false, Now, _work);
        Assert.Equal(('D', null), ((char)finding.Flag, finding.Server));
        finding = backend.Setup.Cookie!.Read(request, false, takesDownServers: true, Now, _work);
        Assert.Equal(('D', "s2"), ((char)finding.Flag, finding.Server!.Name));
    }

    [Fact]
    public void An_inserted_cookie_replaces_the_servers_own()
    {
        var insert = Cookie(CookieMode.Insert);
        Assert.Equal("I set-cookie: SRV=one; path=/\n", Answer(insert, ""));
        Assert.Equal("I a: b\nset-cookie: SRV=one; path=/\n", Answer(insert, "Set-Cookie: SRV=x; path=/y\r\nA: b\r\n"));
        Assert.Equal("D ", Answer(insert, "Set-Cookie: SRV=x\r\n", isDirect: true));
        Assert.Equal("I set-cookie: SRV=; Expires=Thu, 01-Jan-1970 00:00:01 GMT; path=/\n", Answer(insert, "", server: 3));
        Assert.Equal("N ", Answer(insert, "", isIgnored: true));
    }

    [Fact]
    public void Words_of_the_line_become_attributes_of_the_cookie() => Assert.Equal(
        "I set-cookie: SRV=one|awk2/|awk2/; path=/; domain=.a.com; domain=b; HttpOnly; Secure; SameSite=None; x=y\n",
        Answer(Cookie(CookieMode.Insert) with
        {
            MaxIdleSeconds = 1, MaxLifeSeconds = 1, Domains = [".a.com", "b"], HttpOnly = true, Secure = true, Attributes = ["SameSite=None", "x=y"],
        }, ""));

    [Fact]
    public void A_cookie_with_an_older_date_is_sent_again_with_its_first_date()
    {
        var dated = Cookie(CookieMode.Insert) with { MaxIdleSeconds = 1_800, MaxLifeSeconds = 28_800 };
        var backend = With(dated);
        var finding = backend.Setup.Cookie!.Read(Received.Request("GET / HTTP/1.1\r\nCookie: SRV=one|awk2v|awka2\r\n\r\n"), false, false, Now, _work);
        Assert.True(finding.NeedsUpdate);
        Assert.Equal("U set-cookie: SRV=one|awk2/|awka2; path=/\n", Answer(dated, "", finding: finding, isDirect: true));
        finding = backend.Setup.Cookie!.Read(Received.Request("GET / HTTP/1.1\r\nCookie: SRV=one|awk2/|awka2\r\n\r\n"), false, false, Now, _work);
        Assert.Equal("N ", Answer(dated, "", finding: finding, isDirect: true));
    }

    [Fact]
    public void A_server_may_be_left_to_set_the_cookie_itself()
    {
        var preserve = Cookie(CookieMode.Insert) with { Preserves = true };
        Assert.Equal("P set-cookie: SRV=abc; path=/x\n", Answer(preserve, "Set-Cookie: SRV=abc; path=/x\r\n"));
        Assert.Equal("I set-cookie: SRV=one; path=/\n", Answer(preserve, ""));
    }

    [Fact]
    public void Only_a_post_gets_a_cookie_that_is_for_posts()
    {
        var postOnly = Cookie(CookieMode.Insert) with { PostOnly = true };
        Assert.Equal("N ", Answer(postOnly, ""));
        Assert.Equal("I set-cookie: SRV=one; path=/\n", Answer(postOnly, "", method: HttpMethod.Post));
    }

    [Fact]
    public void The_servers_cookie_is_rewritten_or_prefixed()
    {
        Assert.Equal("R set-cookie: SRV=one; path=/x\n", Answer(Cookie(CookieMode.Rewrite), "Set-Cookie: SRV=abc; path=/x\r\n"));
        Assert.Equal("R set-cookie: SRV=one~5 ; Path=/\n", Answer(Cookie(CookieMode.Prefix), "Set-Cookie: SRV =  5 ; Path=/\r\n"));
        Assert.Equal("P set-cookie: SRV=\"abc\"; path=/x\n", Answer(Cookie(CookieMode.Prefix), "Set-Cookie: SRV=\"abc\"; path=/x\r\n", server: 3));
        Assert.Equal("N set-cookie: x=1, SRV=2\n", Answer(Cookie(CookieMode.Rewrite), "Set-Cookie: x=1, SRV=2\r\n"));
    }

    [Theory]
    [InlineData("ETag: \"x\"\r\n", true)]
    [InlineData("Cache-Control: s-maxage=3\r\n", true)]
    [InlineData("Cache-Control: public\r\n", false)]
    [InlineData("Cache-Control: max-age=30, private\r\n", false)]
    [InlineData("Cache-Control: max-age=30, no-cache=\"set-cookie\"\r\n", true)]
    [InlineData("Cache-Control: max-age=30\r\nPragma: no-cache\r\n", false)]
    [InlineData("", false)]
    public void A_response_that_a_cache_would_keep_becomes_private(string headers, bool isMarked)
    {
        var answer = Answer(Cookie(CookieMode.Insert) with { NoCache = true }, headers);
        Assert.Equal(isMarked, answer.EndsWith("\ncache-control: private\n", StringComparison.Ordinal));
    }

    [Fact]
    public void A_dynamic_cookie_is_a_hash_that_other_balancers_make_too()
    {
        var model = ABackend.Named("be", ABackend.Server(1) with { Address = new(SocketFamily.IPv4, System.Net.IPAddress.Parse("10.1.2.3"), 80) },
            ABackend.Server(2) with { Address = new(SocketFamily.IPv6, System.Net.IPAddress.IPv6Loopback, 80) },
            ABackend.Server(3) with { Cookie = "own" }) with
        {
            Persistence = new PersistenceModel { Cookie = Cookie(CookieMode.Insert) with { IsDynamic = true }, DynamicCookieKey = "k" },
        };
        var backend = ABackend.Of(model);
        Assert.Equal(["1e68a3f706f93e8a", "87b0d403a76d072c", "own"], backend.Servers.Select(server => Encoding.ASCII.GetString(server.CookieValue!)));
        backend.Servers[0].Address = new(SocketFamily.IPv4, System.Net.IPAddress.Parse("10.1.2.3"), 8080);
        Assert.Equal("92dc13445c61fc63", Encoding.ASCII.GetString(backend.Servers[0].CookieValue!));
    }
}
