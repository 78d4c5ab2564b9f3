using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Evenkeel.Control.Metrics;

namespace Evenkeel.Tests.Unit.Control;

public sealed partial class PrometheusServiceTests
{
    private static string[] Scrape(string target)
    {
        var body = new ArrayBufferWriter<byte>();
        new PrometheusService(AProcess.Plane()).Write(target, body, 5_000);
        return Encoding.Latin1.GetString(body.WrittenSpan).Split('\n')[..^1];
    }

    [Theory]
    [InlineData("haproxy_process_nbthread 2")]
    [InlineData("haproxy_process_build_info{version=\"3.5.0-test\"} 1")]
    [InlineData("# TYPE haproxy_frontend_sessions_total counter")]
    [InlineData("haproxy_frontend_limit_sessions{proxy=\"web\"} 100")]
    [InlineData("haproxy_frontend_status{proxy=\"web\",state=\"UP\"} 1")]
    [InlineData("haproxy_frontend_http_responses_total{proxy=\"web\",code=\"2xx\"} 0")]
    [InlineData("haproxy_listener_status{proxy=\"web\",listener=\"sock-1\",state=\"OPEN\"} 1")]
    [InlineData("haproxy_backend_queue_time_average_seconds{proxy=\"be1\"} 0.000000")]
    [InlineData("haproxy_server_status{proxy=\"be1\",server=\"s2\",state=\"UP\"} 1")]
    [InlineData("haproxy_server_status{proxy=\"be1\",server=\"s3\",state=\"MAINT\"} 1")]
    [InlineData("haproxy_server_limit_sessions{proxy=\"be1\",server=\"s2\"} NaN")]
    [InlineData("haproxy_server_last_session_seconds{proxy=\"be1\",server=\"s1\"} -1")]
    public void Samples_have_the_names_dashboards_know(string line) => Assert.Contains(line, Scrape("/metrics"));

    [Fact]
    public void Every_line_is_well_formed_and_every_metric_stands_together_once()
    {
        var lines = Scrape("/metrics");
        Assert.All(lines, line => Assert.Matches(Line(), line));
        var names = lines.Where(line => line[0] != '#').Select(line => line[..line.IndexOfAny(['{', ' '])]).ToList();
        var runs = names.Where((name, index) => index == 0 || names[index - 1] != name).ToList();
        Assert.Equal(runs.Distinct().Count(), runs.Count);
        Assert.DoesNotContain(lines, line => line.Contains("http_requests_total{proxy=\"both\"}", StringComparison.Ordinal));
    }

    [Fact]
    public void A_scrape_can_be_narrowed()
    {
        Assert.All(Scrape("/metrics?scope=server&no-maint"), line => Assert.Contains("haproxy_server_", line, StringComparison.Ordinal));
        Assert.DoesNotContain(Scrape("/metrics?scope=server&no-maint"), line => line.Contains("\"s3\"", StringComparison.Ordinal));
        Assert.Equal(3, Scrape("/metrics?metrics=haproxy_process_nbthread").Length);
        Assert.DoesNotContain(Scrape("/metrics?metrics=-haproxy_process_nbthread"), line => line.Contains("process_nbthread", StringComparison.Ordinal));
        Assert.Empty(Scrape("/metrics?scope="));
    }

    [GeneratedRegex("""^(# (HELP|TYPE) haproxy_\w+ .+|haproxy_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? (-?[0-9.]+|NaN))$""")]
    private static partial Regex Line();
}
