using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy;
using Evenkeel.Daemon.Haproxy;
using Evenkeel.Model.Process;
using Evenkeel.Model.Samples;
using Evenkeel.Tests.Unit.Config;

namespace Evenkeel.Tests.Unit.Daemon;

/// <summary>`maxconn`, `maxsock` and `maxpipes` as HAProxy 3.5 told them (`show info`) for the same files and limits.</summary>
public sealed class ConnectionLimitTests
{
    private const string Plain = "frontend f\n bind 127.0.0.1:1\n default_backend b\nbackend b\n server s 127.0.0.1:9\n";
    private const string Tls = "frontend f\n bind 127.0.0.1:1 ssl crt /x\n default_backend b\nbackend b\n server s 127.0.0.1:9\n";
    private const string BothTls = "frontend f\n bind 127.0.0.1:1 ssl crt /x\n default_backend b\nbackend b\n server s 127.0.0.1:9 ssl verify none\n";

    [Theory]
    [InlineData("nbthread 1", Plain, 20_000, 9_987, 19_999, 0)]
    [InlineData("nbthread 2", Plain, 20_000, 9_986, 20_000, 0)]
    [InlineData("nbthread 8", Plain, 20_000, 9_977, 20_000, 0)]
    [InlineData("nbthread 4\n thread-groups 2", Plain, 20_000, 9_982, 20_000, 0)]
    [InlineData("nbthread 1", Plain, 300, 137, 299, 0)]
    [InlineData("nbthread 1", Plain, 224, 100, 225, 0)]
    [InlineData("nbthread 1", "frontend f\n bind 127.0.0.1:1-3\n default_backend b\nbackend b\n server s 127.0.0.1:9\n", 20_000, 9_986, 19_999, 0)]
    [InlineData("nbthread 2", "listen f\n bind 127.0.0.1:1 shards by-thread\n server s 127.0.0.1:9\n", 20_000, 9_985, 19_999, 0)]
    [InlineData("nbthread 1", "listen l\n bind 127.0.0.1:1\n server s 127.0.0.1:9 check\n server t 127.0.0.1:9 check\n", 20_000, 9_986, 19_999, 0)]
    [InlineData("nbthread 1", "listen l\n bind 127.0.0.1:1\n server s 127.0.0.1:9 check agent-check agent-port 7\n", 20_000, 9_986, 20_000, 0)]
    [InlineData("nbthread 1", "listen l\n bind 127.0.0.1:1\n option splice-auto\n server s 127.0.0.1:9\n", 20_000, 7_990, 19_999, 1_997)]
    [InlineData("nbthread 1\n maxpipes 100", Plain, 20_000, 9_887, 19_999, 100)]
    [InlineData("nbthread 1\n maxconn 1000", "listen l\n bind 127.0.0.1:1\n option splice-auto\n server s 127.0.0.1:9\n", 20_000, 1_000, 2_525, 250)]
    [InlineData("nbthread 1\n maxconn 5000", Plain, 20_000, 5_000, 10_025, 0)]
    [InlineData("nbthread 1\n fd-hard-limit 5000", Plain, 20_000, 2_487, 4_999, 0)]
    [InlineData("nbthread 1\n fd-hard-limit 50000", Plain, 20_000, 9_987, 19_999, 0)]
    [InlineData("nbthread 1\n fd-hard-limit 3000\n maxconn 1000", Plain, 20_000, 1_000, 2_025, 0)]
    [InlineData("nbthread 1\n stats maxconn 50", Plain, 20_000, 9_967, 19_999, 0)]
    public void Connections_follow_descriptors(string global, string proxies, int limit, int connections, int sockets, int pipes)
    {
        var found = Of(global, proxies, null, limit);
        Assert.Equal((connections, sockets, pipes), (found.MaxConnections, (int)found.Sockets, found.Pipes));
    }

    [Theory]
    [InlineData("nbthread 1", Plain, 100, 2_800)]
    [InlineData("nbthread 1", Plain, 50, 1_400)]
    [InlineData("nbthread 1", Plain, 20, 560)]
    [InlineData("nbthread 1\n tune.bufsize 32768", Plain, 200, 2_900)]
    [InlineData("nbthread 1", Tls, 200, 1_500)]
    [InlineData("nbthread 1", Tls, 400, 3_100)]
    [InlineData("nbthread 1", BothTls, 200, 1_300)]
    [InlineData("nbthread 1", BothTls, 400, 2_700)]
    public void Connections_follow_memory(string global, string proxies, int megabytes, int connections) =>
        Assert.Equal(connections, Of(global, proxies, megabytes, 20_000).MaxConnections);

    [Fact]
    public void A_limit_on_descriptors_does_not_make_fewer_connections()
    {
        var found = Of("nbthread 1\n ulimit-n 3000", Plain, null, 20_000);
        Assert.Equal((9_987, 3_000ul, 19_999ul), (found.MaxConnections, found.Descriptors, found.Sockets));
    }

    private static ConnectionLimit Of(string global, string proxies, int? megabytes, int descriptors)
    {
        var said = new DiagnosticList();
        var text = $"global\n stats socket /s\n {global}\ndefaults\n mode http\n timeout client 1s\n timeout server 1s\n timeout connect 1s\n{proxies}";
        var model = HaproxyParser.Parse(["a.cfg"], new HaproxyOptions(), new FakeWorld().With("a.cfg", text).With("/x", ""), SignatureRegistry.Empty, said);
        Assert.True(model is not null, string.Join('\n', said.Items.Select(static item => item.HaproxyLine)));
        return ConnectionLimit.Of(model, ThreadLayout.Of(model.Global.Threads, 2), null, megabytes, (ulong)descriptors);
    }
}
