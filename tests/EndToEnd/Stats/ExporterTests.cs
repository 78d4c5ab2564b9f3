using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Stats;

public sealed class ExporterTests
{
    [Fact]
    public void The_exporter_answers_where_a_rule_says_so_and_nowhere_else()
    {
        using var server = ScriptedServer.Answering("mine");
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                http-request use-service prometheus-exporter if { path /metrics }
                server s 127.0.0.1:{{server.Port}}
            """);
        Assert.EndsWith("mine", balancer.Get("/other"));
        var answer = balancer.Get("/metrics?scope=server&metrics=haproxy_server_sessions_total");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer);
        Assert.Contains("content-type: text/plain; version=0.0.4\r\n", answer);
        Assert.Contains("# TYPE haproxy_server_sessions_total counter\nhaproxy_server_sessions_total{proxy=\"web\",server=\"s\"} 1\n", answer);
        Assert.DoesNotContain("haproxy_frontend", answer);
    }
}
