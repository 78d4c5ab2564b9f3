using System.Diagnostics;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>`option splice-auto`: bytes that go from socket to socket without being seen.</summary>
public sealed class SpliceTests
{
    private const int Exchanges = 20;

    /// <summary>The kernel keeps a piece back for 200 ms when it is told that more will follow (tcp(7) "TCP_CORK").</summary>
    private const int KeptBackMs = 200;

    [Fact]
    public void The_end_of_an_answer_is_not_kept_back_where_nobody_knows_that_it_is_the_end()
    {
        var body = new string('x', 1_000_003);
        using var server = ScriptedServer.Answering(body);
        using var balancer = new Balancer($$"""
            listen relay
                mode tcp
                bind 127.0.0.1:{port}
                option splice-auto
                server s1 127.0.0.1:{{server.Port}}
            """);
        using var client = balancer.Connect();
        var best = double.MaxValue;
        for (var i = 0; i < Exchanges; i++)
        {
            var clock = Stopwatch.StartNew();
            client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            Assert.EndsWith(body, client.ReadResponse());
            best = Math.Min(best, clock.Elapsed.TotalMilliseconds);
        }

        Assert.True(best < KeptBackMs * 3 / 4, $"the quickest of {Exchanges} answers took {best:F0} ms");
    }
}
