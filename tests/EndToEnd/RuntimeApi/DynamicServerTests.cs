using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.RuntimeApi;

/// <summary>Servers and backends that come and go while requests run (management.txt 9.3 "add server", "add backend").</summary>
public sealed class DynamicServerTests
{
    [Fact]
    public void A_server_is_added_serves_is_removed_and_serves_no_more()
    {
        using var first = ScriptedServer.Answering("first");
        using var second = ScriptedServer.Answering("second");
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                balance roundrobin
                server first 127.0.0.1:{{first.Port}}
            """);
        Assert.Equal("New server registered.\n\n", balancer.Command($"add server web/second 127.0.0.1:{second.Port} weight 1"));
        // It waits in maintenance until somebody enables it.
        Assert.EndsWith("first", balancer.Get("/"));
        Assert.EndsWith("first", balancer.Get("/"));
        balancer.Command("enable server web/second");
        Assert.Equal(["first", "second"], Answers(balancer, 4));
        Assert.Equal("Only servers in maintenance mode can be deleted.\n\n", balancer.Command("del server web/second"));
        balancer.Command("disable server web/second");
        Assert.Equal("Server deleted.\n\n", balancer.Command("del server web/second"));
        Assert.Equal(["first"], Answers(balancer, 4));
        Assert.DoesNotContain("second", balancer.Command("show stat"));
        Assert.Equal("No such server.\n\n", balancer.Command("del server web/second"));
    }

    [Fact]
    public void Default_servers_are_listed_unless_they_were_taken_back()
    {
        using var balancer = new Balancer("""
            listen web
                bind 127.0.0.1:{port}
                default-server weight 3
                default-server name x weight 10
                server s 127.0.0.1:9
            backend named
                default-server name other weight 10
            backend taken_back
                default-server check
                default-server from none
            """);
        Assert.Equal("* web\n  web/x\n* named/other\n\n", balancer.Command("show default-server"));
    }

    [Fact]
    public void Idle_connections_do_not_keep_a_server_from_being_removed()
    {
        using var only = ScriptedServer.Answering("only");
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                http-reuse always
                server only 127.0.0.1:{{only.Port}}
            """);
        using var client = balancer.Connect();
        client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.EndsWith("only", client.ReadResponse());
        balancer.Command("disable server web/only");
        Assert.Equal("Server deleted.\n\n", balancer.Command("del server web/only"));
        Assert.StartsWith("HTTP/1.1 503 ", balancer.Get("/"));
    }

    [Fact]
    public void The_check_of_an_added_server_runs_when_it_is_enabled()
    {
        using var alive = ScriptedServer.Answering("alive");
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                balance roundrobin
                server alive 127.0.0.1:{{alive.Port}}
            """);
        balancer.Command($"add server web/dead 127.0.0.1:{Ports.Free()} check inter 50ms fall 1");
        balancer.Command("enable server web/dead");
        Assert.Contains(" web 2 dead 127.0.0.1 2 0 ", State(balancer));
        balancer.Command("enable health web/dead");
        balancer.Program.WaitUntil(() => State(balancer).Contains(" dead 127.0.0.1 0 0 ", StringComparison.Ordinal), "the check finds the server dead");
        balancer.Command("disable server web/dead");
        Assert.Equal("Server deleted.\n\n", balancer.Command("del server web/dead"));
        Assert.Equal(["alive"], Answers(balancer, 3));
    }

    [Fact]
    public void A_backend_is_added_published_and_removed()
    {
        using var server = ScriptedServer.Answering("new");
        using var balancer = new Balancer("""
            global
                stats socket {dir}/stats.sock level admin
            defaults base
                mode http
                timeout connect 2s
                timeout client 5s
                timeout server 5s
            frontend in
                bind 127.0.0.1:{port}
                force-be-switch if { req.hdr(x-admin) 1 }
                use_backend %[req.hdr(x-be)]
            """);
        Assert.Equal("New backend registered.\n\n", balancer.Command("add backend be from base"));
        Assert.Equal("New server registered.\n\n", balancer.Command($"add server be/s 127.0.0.1:{server.Port}"));
        balancer.Command("enable server be/s");
        Assert.StartsWith("HTTP/1.1 503 ", balancer.Get("/", "x-be: be"));
        Assert.EndsWith("new", balancer.Get("/", "x-be: be", "x-admin: 1"));
        Assert.Equal("Backend published.\n\n", balancer.Command("publish backend be"));
        Assert.EndsWith("new", balancer.Get("/", "x-be: be"));
        Assert.Equal("Backend must be unpublished prior to its deletion.\n\n", balancer.Command("del backend be"));
        balancer.Command("unpublish backend be");
        Assert.Equal("Only a backend without server can be deleted.\n\n", balancer.Command("del backend be"));
        balancer.Command("disable server be/s");
        Assert.Equal("Server deleted.\n\n", balancer.Command("del server be/s"));
        Assert.Equal("Backend deleted.\n\n", balancer.Command("del backend be"));
        Assert.StartsWith("HTTP/1.1 503 ", balancer.Get("/", "x-be: be", "x-admin: 1"));
    }

    [Fact]
    public void What_the_configuration_names_stays_and_keeps_its_name()
    {
        using var balancer = new Balancer("""
            frontend in
                bind 127.0.0.1:{port}
                use_backend named if { nbsrv(counted) ge 0 }
            backend named
                server used 127.0.0.1:1
                server tracked 127.0.0.1:1 check
                server follower 127.0.0.1:1 track tracked
                use-server used if { always_true }
            backend counted
            """);
        const string Points = "cannot be removed at runtime due to other configuration elements pointing to it.\n\n";
        foreach (var server in new[] { "used", "tracked" })
        {
            balancer.Command($"disable server named/{server}");
            Assert.Equal("This server " + Points, balancer.Command($"del server named/{server}"));
            Assert.Contains("statically referenced", balancer.Command($"set server named/{server} name other"));
        }
        Assert.Equal("This proxy " + Points, balancer.Command("unpublish backend named;del backend named")[^("This proxy ".Length + Points.Length)..]);
        Assert.Equal("This proxy " + Points, balancer.Command("del backend counted"));
    }

    private static string State(Balancer balancer) => balancer.Command("show servers state web");

    private static string[] Answers(Balancer balancer, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => balancer.Get("/").Split("\r\n\r\n")[1]).Distinct().Order()];
}
