using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

public sealed class ServerChoiceTests
{
    [Fact]
    public void Roundrobin_honours_weights()
    {
        using var a = ScriptedServer.Answering("a");
        using var b = ScriptedServer.Answering("b");
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                balance roundrobin
                server a 127.0.0.1:{{a.Port}} weight 3
                server b 127.0.0.1:{{b.Port}} weight 1
            """);
        var answers = Enumerable.Range(0, 40).Select(_ => balancer.Get("/")[^1]).ToList();
        Assert.Equal(30, answers.Count(c => c == 'a'));
        Assert.Equal(10, answers.Count(c => c == 'b'));
    }

    [Fact]
    public void A_number_that_is_to_be_taken_as_the_hash_decides_by_itself()
    {
        using var a = ScriptedServer.Answering("a");
        using var b = ScriptedServer.Answering("b");
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                balance hash url_param(k),add(0)
                hash-type map-based none
                server a 127.0.0.1:{{a.Port}}
                server b 127.0.0.1:{{b.Port}}
            """);
        Assert.Equal("abbaab", string.Concat(new uint[] { 0, 1, 7, 8, uint.MaxValue - 1, uint.MaxValue }.Select(k => balancer.Get($"/?k={k}")[^1])));
    }

    [Theory]
    [InlineData("http-reuse never\n    option prefer-last-server", "aaaa")]
    [InlineData("http-reuse never", "abab")]
    [InlineData("option prefer-last-server", "abab")]
    public void A_client_stays_with_the_server_it_has_a_connection_of_its_own_to_where_that_is_preferred(string option, string expected)
    {
        using var a = ScriptedServer.Answering("a");
        using var b = ScriptedServer.Answering("b");
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                balance roundrobin
                {{option}}
                server a 127.0.0.1:{{a.Port}}
                server b 127.0.0.1:{{b.Port}}
            """);
        using var client = new RawClient(balancer.Port);
        var answers = "";
        for (var i = 0; i < 4; i++)
        {
            client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            answers += client.ReadResponse()[^1];
        }

        Assert.Equal(expected, answers);
    }

    [Fact]
    public void A_backup_works_only_when_nobody_else_does()
    {
        using var main = ScriptedServer.Answering("main");
        using var backup = ScriptedServer.Answering("backup");
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                server main 127.0.0.1:{{main.Port}}
                server backup 127.0.0.1:{{backup.Port}} backup
            """);
        Assert.EndsWith("main", balancer.Get("/"));
        balancer.Command("disable server web/main");
        Assert.EndsWith("backup", balancer.Get("/"));
        balancer.Command("enable server web/main");
        Assert.EndsWith("main", balancer.Get("/"));
    }

    [Fact]
    public void A_server_that_refuses_is_retried_and_then_another_one_serves()
    {
        using var alive = ScriptedServer.Answering("alive");
        int closed = Ports.Free();
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                balance roundrobin
                retries 2
                option redispatch
                server dead 127.0.0.1:{{closed}}
                server alive 127.0.0.1:{{alive.Port}}
            """);
        for (int i = 0; i < 4; i++) Assert.EndsWith("alive", balancer.Get("/"));
    }

    [Fact]
    public void Nobody_there_is_a_503()
    {
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                retries 0
                server dead 127.0.0.1:{{Ports.Free()}}
            """);
        var answer = balancer.Get("/");
        Assert.StartsWith("HTTP/1.1 503 Service Unavailable\r\n", answer);
        Assert.Contains("No server is available to handle this request.", answer);
    }

    [Fact]
    public void A_health_check_takes_a_dead_server_out_and_a_live_one_back_in()
    {
        using var alive = ScriptedServer.Answering("alive");
        using var flapping = new SwitchedServer("flapping");
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                balance roundrobin
                option httpchk GET /health
                default-server check inter 50ms rise 1 fall 1
                server alive 127.0.0.1:{{alive.Port}}
                server flapping 127.0.0.1:{{flapping.Port}}
            """);
        balancer.Program.WaitUntil(() => Served(balancer, 4).Contains("flapping"), "both serve");
        flapping.Healthy = false;
        balancer.Program.WaitUntil(() => StatusOf(balancer, "flapping").StartsWith("DOWN", StringComparison.Ordinal), "the sick server is down");
        Assert.DoesNotContain("flapping", Served(balancer, 6));
        flapping.Healthy = true;
        balancer.Program.WaitUntil(() => StatusOf(balancer, "flapping").StartsWith("UP", StringComparison.Ordinal), "the healed server is up");
        Assert.Contains("flapping", Served(balancer, 6));
    }

    [Fact]
    public void Rules_choose_the_backend()
    {
        using var api = ScriptedServer.Answering("api");
        using var web = ScriptedServer.Answering("web");
        using var host = ScriptedServer.Answering("host");
        using var balancer = new Balancer($$"""
            frontend in
                bind 127.0.0.1:{port}
                acl is_api path_beg /api/
                acl is_host hdr_dom(host) -i special.example
                use_backend api if is_api METH_GET
                use_backend host if is_host
                default_backend web
            backend api
                server s 127.0.0.1:{{api.Port}}
            backend host
                server s 127.0.0.1:{{host.Port}}
            backend web
                server s 127.0.0.1:{{web.Port}}
            """);
        Assert.EndsWith("api", balancer.Get("/api/x"));
        Assert.EndsWith("web", balancer.Get("/"));
        Assert.EndsWith("host", balancer.Ask("GET / HTTP/1.1\r\nHost: www.SPECIAL.example\r\nConnection: close\r\n\r\n"));
        Assert.EndsWith("web", balancer.Ask("POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
    }

    [Fact]
    public void A_server_at_its_maxconn_makes_the_next_request_wait_its_turn()
    {
        int now = 0, most = 0;
        using var server = new ScriptedServer(side =>
        {
            while (side.ReadHead() is not null)
            {
                int here = Interlocked.Increment(ref now);
                most = Math.Max(most, here);
                Thread.Sleep(50);
                Interlocked.Decrement(ref now);
                side.Send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
            }
        });
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                timeout queue 5s
                server s 127.0.0.1:{{server.Port}} maxconn 2
            """);
        var answers = new string[12];
        Parallel.For(0, answers.Length, new ParallelOptions { MaxDegreeOfParallelism = 12 }, i => answers[i] = balancer.Get("/"));
        Assert.All(answers, answer => Assert.EndsWith("ok", answer));
        Assert.InRange(most, 1, 2);
    }

    private static List<string> Served(Balancer balancer, int times) =>
        [.. Enumerable.Range(0, times).Select(_ => balancer.Get("/").Split("\r\n\r\n")[^1])];

    private static string StatusOf(Balancer balancer, string server)
    {
        var row = balancer.Command("show stat").Split('\n').First(line => line.StartsWith($"web,{server},", StringComparison.Ordinal));
        return row.Split(',')[17];
    }

    /// <summary>A server whose health the test switches; requests other than /health are always answered.</summary>
    private sealed class SwitchedServer : IDisposable
    {
        private readonly ScriptedServer _server;

        public SwitchedServer(string name) => _server = new ScriptedServer(side =>
        {
            while (side.ReadHead() is { } head)
            {
                bool sick = head.StartsWith("GET /health ", StringComparison.Ordinal) && !Healthy;
                side.Send(sick ? "HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n" : $"HTTP/1.1 200 OK\r\ncontent-length: {name.Length}\r\n\r\n{name}");
            }
        });

        public volatile bool Healthy = true;

        public int Port => _server.Port;

        public void Dispose() => _server.Dispose();
    }
}
