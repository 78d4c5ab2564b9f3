using System.Buffers;
using System.Text;
using Evenkeel.Control;
using Evenkeel.Control.Web;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Tests.Unit.Control.Web;

public sealed class StatsPageTests
{
    private readonly ControlPlane _plane = AProcess.Plane();

    private string Page(string target = "/stats", StatsModel? model = null, bool admin = false)
    {
        model ??= new StatsModel { Uri = "/stats" };
        var body = new ArrayBufferWriter<byte>();
        new StatsPageService(_plane, _plane.Proxies.Frontends[0].Model, model).Answer(StatsPageRequest.Parse(model.Uri, target), admin, body, 5_000);
        return Encoding.Latin1.GetString(body.WrittenSpan);
    }

    [Fact]
    public void The_page_says_whose_it_is()
    {
        var page = Page(model: new StatsModel { Uri = "/stats", ShowNode = "", ShowDescription = "", HideVersion = false });
        Assert.Contains("<h2>Statistics Report for pid 4242 on nodeA: the demo</h2>", page, StringComparison.Ordinal);
        Assert.Contains($"<h1>HAProxy version {AProcess.Version}, released 2026/11/22</h1>", page, StringComparison.Ordinal);
        Assert.Contains("<h1>HAProxy</h1>\n<h2>Statistics Report for pid 4242</h2>", Page(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_row_fills_the_columns_of_the_head()
    {
        var rows = Page(admin: true).Split("<tr class=").Skip(1).ToList();
        Assert.Equal(9, rows.Count);
        foreach (var row in rows)
        {
            var line = row[..row.IndexOf("</tr>", StringComparison.Ordinal)];
            var cells = line.Split("<td").Length + line.Split("<th").Length - 2 + (line.Contains("colspan=\"8\"", StringComparison.Ordinal) ? 7 : 0)
                - (line.Contains("class=\"tick\"", StringComparison.Ordinal) ? 1 : 0);
            Assert.Equal(31, cells);
        }
    }

    [Theory]
    [InlineData("be1/s1", "active_going_down")]
    [InlineData("be1/s2", "backup_no_check")]
    [InlineData("be1/s3", "maintain")]
    [InlineData("be1/Backend", "backend")]
    [InlineData("web/Frontend", "frontend")]
    [InlineData("web/second", "socket")]
    public void Rows_have_the_colour_of_their_state(string id, string style) => Assert.Matches(
        "<tr class=\"" + style + "\">(<td class=\"tick\">[^/]*</td>)?<th scope=\"row\" id=\"" + id + "\"", Page());

    [Fact]
    public void Only_an_admin_gets_boxes_and_actions()
    {
        Assert.DoesNotContain("<form method=\"post\"", Page(), StringComparison.Ordinal);
        var page = Page(admin: true);
        Assert.Equal(1, page.Split("<form method=\"post\"").Length - 1);
        Assert.Contains("<input type=\"checkbox\" name=\"s\" value=\"s2\"", page, StringComparison.Ordinal);
        Assert.Contains("<input type=\"hidden\" name=\"b\" value=\"#3\">", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_escaped_wherever_they_stand()
    {
        const string Evil = "<script>\"'&";
        var plane = AProcess.Plane(new BackendModel
        {
            Name = Evil, Id = 9, Position = AProcess.At(90), Servers = [AProcess.Server(Evil, 1, 1) with { Cookie = Evil }],
        });
        var model = new StatsModel { Uri = "/\"><b>", ShowNode = Evil, ShowDescription = Evil, ShowLegends = true };
        var body = new ArrayBufferWriter<byte>();
        new StatsPageService(plane, plane.Proxies.Frontends[0].Model, model)
            .Answer(StatsPageRequest.Parse(model.Uri, model.Uri + ";st=<em>?scope=%3Cs"), true, body, 5_000);
        var page = Encoding.Latin1.GetString(body.WrittenSpan);
        Assert.DoesNotContain("<script>\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<em>", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;&quot;&#39;&amp;", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scope_narrows_what_is_shown()
    {
        Assert.DoesNotContain("id=\"web\"", Page("/stats?scope=BE"), StringComparison.Ordinal);
        Assert.Contains("id=\"be1\"", Page("/stats?scope=BE"), StringComparison.Ordinal);
        var scoped = Page(model: new StatsModel { Uri = "/stats", Scope = [".", "both"] });
        Assert.Contains("id=\"web\"", scoped, StringComparison.Ordinal);
        Assert.Contains("id=\"both\"", scoped, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"be1\"", scoped, StringComparison.Ordinal);
        Assert.DoesNotContain("be1,", Page("/stats;csv", new StatsModel { Uri = "/stats", Scope = ["both"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Exports_are_those_of_the_socket()
    {
        var open = new StatsModel { Uri = "/stats", ShowLegends = true };
        Assert.Equal(AProcess.Ask(_plane, "show stat\n", nowMs: 5_000).TrimEnd('\n'), Page("/stats;csv;norefresh", open).TrimEnd('\n'));
        Assert.Equal(AProcess.Ask(_plane, "show stat json\n", nowMs: 5_000).TrimEnd('\n'), Page("/stats;json", open).TrimEnd('\n'));
        Assert.DoesNotContain("127.0.0.1:8080", Page("/stats;csv"), StringComparison.Ordinal);
        Assert.DoesNotContain("be1,s3,", Page("/stats;csv;up"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DONE", "Action processed successfully.")]
    [InlineData("DENY", "Action denied.")]
    [InlineData("zork", "Unexpected result.")]
    public void The_outcome_of_an_action_is_told(string outcome, string text) =>
        Assert.Contains(text, Page("/stats;st=" + outcome), StringComparison.Ordinal);

    [Theory]
    [InlineData(999, "999")]
    [InlineData(9_999, "10.0 k")]
    [InlineData(684_000, "684 k")]
    [InlineData(999_500, "1.00 M")]
    [InlineData(19_122_210_000, "19.1 G")]
    [InlineData(long.MaxValue, "9.22 E")]
    public void Large_numbers_are_shortened_to_three_digits(long number, string text) => Assert.Equal(text, StatsPageRow.Short(number));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(59, "59s")]
    [InlineData(60, "1m")]
    [InlineData(1187, "19m47s")]
    [InlineData(3600, "1h")]
    [InlineData(93784, "1d2h")]
    [InlineData(86405, "1d")]
    public void Spans_show_their_two_largest_units(long seconds, string text) => Assert.Equal(text, StatsPageRow.Span(seconds));
}
