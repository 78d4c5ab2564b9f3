using System.Text;
using Evenkeel.Control.Web;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Tests.Unit.Control.Web;

public sealed class StatsPageRequestTests
{
    [Theory]
    [InlineData("GET", "/stats", true)]
    [InlineData("HEAD", "/stats;csv", true)]
    [InlineData("POST", "/statsfoo", true)]
    [InlineData("GET", "http://h:1/stats", true)]
    [InlineData("DELETE", "/stats", false)]
    [InlineData("GET", "/stat", false)]
    [InlineData("GET", "/x/stats", false)]
    [InlineData("GET", "*", false)]
    public void A_page_is_found_by_the_beginning_of_its_uri(string method, string target, bool found) => Assert.Equal(found,
        StatsPageService.IsFor(new StatsModel { Uri = "/stats" }, Encoding.ASCII.GetBytes(method), Encoding.ASCII.GetBytes(target)));

    [Fact]
    public void Options_and_scope_are_read_behind_the_uri()
    {
        var request = StatsPageRequest.Parse("/haproxy?stats", "/haproxy?stats;csv;up;norefresh;st=DONE?scope=a%20b+c");
        Assert.Equal((StatsPageForm.Csv, true, true, "DONE", "a b c"), (request.Form, request.OnlyUp, request.NoRefresh, request.Outcome, request.Scope));
        Assert.Equal("be1", StatsPageRequest.Parse("/haproxy?stats", "/haproxy?stats=&scope=be1").Scope);
        Assert.Equal(20, StatsPageRequest.Parse("/s", "/s?scope=" + new string('x', 99)).Scope.Length);
        Assert.Equal("", StatsPageRequest.Parse("/stats", "/").Scope);
        Assert.Equal(StatsPageForm.Csv, StatsPageRequest.Parse("/", "/haproxy?stats;csv").Form);
    }

    [Fact]
    public void Links_keep_what_was_chosen()
    {
        var request = StatsPageRequest.Parse("/stats", "/stats;norefresh?scope=be&x=y");
        Assert.Equal("/stats;st=DONE;norefresh?scope=be", request.Link(";st=DONE"));
        Assert.Equal("/stats;up?scope=be", request.Link("", onlyUp: true, noRefresh: false));
    }

    [Theory]
    [InlineData("Basic dTpw", true)]
    [InlineData("basic  dTpw ", true)]
    [InlineData("Basic dTpx", false)]
    [InlineData("Basic dTpwcA==", false)]
    [InlineData("Basic !!", false)]
    [InlineData("Basic ", false)]
    [InlineData("Bearer dTpw", false)]
    public void Credentials_are_compared_whole(string header, bool match) =>
        Assert.Equal(match, BasicCredentials.Match(Encoding.ASCII.GetBytes(header), [("x", "y"), ("u", "p")]));

    [Theory]
    [InlineData("a+b%3Cc", "a b<c")]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz", "%zz")]
    public void Form_text_is_decoded_leniently(string text, string decoded) => Assert.Equal(decoded, FormText.Decode(text));
}
