using System.Globalization;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>Which thread accepts what, where it runs, and whose idle server connections it may use.</summary>
public sealed class ThreadTests
{
    /// <summary>Two ports, each with a thread of its own; answers tell the thread.</summary>
    private static Balancer TwoThreads(ScriptedServer server, out int second, string reuse = "always", string global = "", string options = "")
    {
        second = Ports.Free();
        return new Balancer($$"""
            global
                nbthread 2
                stats socket {dir}/stats.sock level admin
                {{global}}
            defaults
                mode http
                timeout connect 2s
                timeout client 5s
                timeout server 5s
            listen web
                bind 127.0.0.1:{port} thread 1
                bind 127.0.0.1:{{second}} thread 2
                http-reuse {{reuse}}
                http-response set-header x-thread %[thread]
                server s1 127.0.0.1:{{server.Port}} {{options}}
            """);
    }

    private static string Ask(RawClient client)
    {
        client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        return client.ReadResponse();
    }

    private static string AskOnce(int port)
    {
        using var client = new RawClient(port);
        return Ask(client);
    }

    [Fact]
    public void A_bind_line_is_served_by_the_threads_it_names()
    {
        using var server = ScriptedServer.Answering("x");
        using var balancer = TwoThreads(server, out var second);
        for (var i = 0; i < 10; i++)
        {
            Assert.Contains("x-thread: 0\r\n", AskOnce(balancer.Port), StringComparison.Ordinal);
            Assert.Contains("x-thread: 1\r\n", AskOnce(second), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_thread_without_an_idle_connection_takes_another_threads()
    {
        using var server = ScriptedServer.Answering("x");
        using var balancer = TwoThreads(server, out var second);
        for (var i = 0; i < 20; i++)
        {
            Assert.EndsWith("x", AskOnce(balancer.Port), StringComparison.Ordinal);
            Assert.EndsWith("x", AskOnce(second), StringComparison.Ordinal);
        }

        Assert.Equal(1, server.Connections);
        Assert.Matches(@"(?m)^web/s1 .* -1 1 (0 1|1 0)\s*$", balancer.Command("show servers conn"));
    }

    /// <summary>Not shared, kept for the own thread, not proven to survive a reuse, or a first request.</summary>
    [Theory]
    [InlineData("always", "tune.idle-pool.shared off", "", 2)]
    [InlineData("always", "thread-groups 2", "", 2)]
    [InlineData("always", "thread-groups 2", "pool-low-conn 0", 2)]
    [InlineData("always", "", "pool-low-conn 2", 2)]
    [InlineData("aggressive", "", "", 2)]
    [InlineData("safe", "", "", 2)]
    [InlineData("never", "", "", 2)]
    [InlineData("always", "thread-groups 2\n    tune.idle-pool.shared full", "", 1)]
    [InlineData("always", "", "pool-low-conn 1", 1)]
    public void Sharing_has_its_limits(string reuse, string global, string options, int connections)
    {
        using var server = ScriptedServer.Answering("x");
        using var balancer = TwoThreads(server, out var second, reuse, global, options);
        AskOnce(balancer.Port);
        AskOnce(second);
        Assert.Equal(connections, server.Connections);
    }

    [Fact]
    public void Safe_reuse_shares_what_later_requests_need()
    {
        using var server = ScriptedServer.Answering("x");
        using var balancer = TwoThreads(server, out var second, "safe");
        using var first = new RawClient(balancer.Port);
        using var other = new RawClient(second);
        Ask(first);
        Ask(first);
        // A first request brings a connection of its own; then there are two for everybody.
        Ask(other);
        for (var i = 0; i < 5; i++)
        {
            Ask(first);
            Ask(other);
        }

        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public void A_limit_of_idle_connections_holds_for_all_threads_together()
    {
        using var server = ScriptedServer.Answering("x");
        using var balancer = TwoThreads(server, out var second, "safe", "", "pool-max-conn 1");
        AskOnce(balancer.Port);
        AskOnce(second);
        Assert.Equal(2, server.Connections);
        Assert.Matches(@"(?m)^web/s1 .* 1 1 (0 1|1 0)\s*$", balancer.Command("show servers conn"));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("shards by-thread", 3)]
    [InlineData("shards 2", 2)]
    [InlineData("shards 9", 3)]
    [InlineData("thread 2-3 shards by-thread", 2)]
    [InlineData("shards by-group", 1)]
    public void Shards_are_sockets_of_their_own(string options, int sockets)
    {
        using var balancer = new Balancer($$"""
            global
                nbthread 3
            defaults
                mode http
                timeout connect 2s
                timeout client 5s
                timeout server 5s
            listen web
                bind 127.0.0.1:{port} {{options}}
                http-request return status 200
            """);
        var end = $":{balancer.Port:X4}";
        int Listening() => File.ReadLines("/proc/net/tcp").Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Count(fields => fields.Length > 3 && fields[1].EndsWith(end, StringComparison.Ordinal) && fields[3] == "0A");
        // The first one answers before the last is open.
        Assert.Contains(" 200 ", AskOnce(balancer.Port), StringComparison.Ordinal);
        Assert.Equal(sockets, Listening());
        for (var i = 0; i < 8; i++) Assert.Contains(" 200 ", AskOnce(balancer.Port), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cpu-map 1/1 0", "0")]
    [InlineData("cpu-map auto:1/1-2 0-1", "0")]
    [InlineData("cpu-set only-cpu 0", "0")]
    public void A_thread_runs_where_it_is_told(string line, string processors)
    {
        using var balancer = new Balancer($$"""
            global
                nbthread 1
                {{line}}
            defaults
                mode http
                timeout connect 2s
                timeout client 5s
                timeout server 5s
            listen web
                bind 127.0.0.1:{port}
                http-request return status 200
            """);
        AskOnce(balancer.Port);
        Assert.Equal(processors, ProcessorsOf(balancer.Program.Id, "worker-0"));
    }

    [Fact]
    public void One_thread_for_each_processor_has_each_its_own()
    {
        using var balancer = new Balancer("""
            listen web
                bind 127.0.0.1:{port}
                http-request return status 200
            """);
        balancer.Program.WaitUntil(() => Directory.GetDirectories($"/proc/{balancer.Program.Id}/task")
            .Count(static folder => File.ReadAllText(Path.Combine(folder, "comm")).StartsWith("worker-", StringComparison.Ordinal))
            == Environment.ProcessorCount, "all threads run");
        for (var i = 0; i < 4; i++) AskOnce(balancer.Port);
        var all = Enumerable.Range(0, Environment.ProcessorCount).Select(index => ProcessorsOf(balancer.Program.Id, $"worker-{index}")).ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
        Assert.All(all, static processors => Assert.True(int.TryParse(processors, CultureInfo.InvariantCulture, out _), processors));
    }

    private static string ProcessorsOf(int process, string thread)
    {
        foreach (var folder in Directory.GetDirectories($"/proc/{process}/task"))
        {
            if (File.ReadAllText(Path.Combine(folder, "comm")).Trim() != thread) continue;
            const string Field = "Cpus_allowed_list:";
            return File.ReadLines(Path.Combine(folder, "status")).First(static line => line.StartsWith(Field, StringComparison.Ordinal))[Field.Length..].Trim();
        }

        throw new InvalidOperationException("no thread " + thread);
    }
}
