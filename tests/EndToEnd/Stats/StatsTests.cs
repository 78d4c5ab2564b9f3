using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Stats;

public sealed class StatsTests
{
    [Fact]
    public void The_socket_answers_what_tools_ask()
    {
        using var server = ScriptedServer.Answering("x");
        using var balancer = new Balancer($$"""
            frontend in
                bind 127.0.0.1:{port}
                default_backend out
            backend out
                server s1 127.0.0.1:{{server.Port}}
                server s2 127.0.0.1:{{server.Port}} disabled
            """);
        balancer.Get("/");
        var info = balancer.Command("show info");
        Assert.Contains($"Pid: {balancer.Program.Id}\n", info);
        var stat = balancer.Command("show stat");
        Assert.StartsWith("# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,", stat);
        Assert.Contains("\nin,FRONTEND,", stat);
        Assert.Contains("\nout,BACKEND,", stat);
        Assert.Contains(",MAINT,", stat.Split('\n').First(line => line.StartsWith("out,s2,", StringComparison.Ordinal)));
        var state = balancer.Command("show servers state");
        Assert.StartsWith("1\n# be_id be_name srv_id srv_name srv_addr srv_op_state ", state);
        Assert.Contains(" out 1 s1 127.0.0.1 2 ", state);
        balancer.Command("set server out/s1 weight 50");
        Assert.Contains(",50,", balancer.Command("show stat").Split('\n').First(line => line.StartsWith("out,s1,", StringComparison.Ordinal)));
        balancer.Command("set server out/s1 state drain");
        Assert.Contains(",DRAIN,", balancer.Command("show stat").Split('\n').First(line => line.StartsWith("out,s1,", StringComparison.Ordinal)));
        Assert.Contains("Unknown command", balancer.Command("no such thing"));
    }

    [Fact]
    public void The_page_asks_for_a_password_shows_everything_and_changes_nothing_it_may_not()
    {
        using var server = ScriptedServer.Answering("x");
        using var balancer = new Balancer($$"""
            listen stats
                bind 127.0.0.1:{port}
                stats enable
                stats uri /stats
                stats auth admin:secret
                stats hide-version
            backend out
                server s1 127.0.0.1:{{server.Port}}
            """);
        var refused = balancer.Get("/stats");
        Assert.StartsWith("HTTP/1.1 401 ", refused);
        Assert.Contains("www-authenticate: Basic realm=", refused);
        var page = balancer.Get("/stats", "Authorization: Basic " + Convert.ToBase64String("admin:secret"u8));
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", page);
        Assert.Contains("s1", page);
        var csv = balancer.Get("/stats;csv", "Authorization: Basic " + Convert.ToBase64String("admin:secret"u8));
        Assert.Contains("# pxname,svname,", csv);
        Assert.Contains("out,s1,", csv);
    }

    [Fact]
    public void The_rules_of_the_page_say_who_sees_it_and_who_acts()
    {
        using var server = ScriptedServer.Answering("x");
        using var balancer = new Balancer($$"""
            listen stats
                bind 127.0.0.1:{port}
                stats uri /stats
                stats http-request deny if { hdr(x-who) stranger }
                stats http-request auth realm keys if { hdr(x-who) guest }
                stats admin if { hdr(x-who) keeper }
                stats admin unless { hdr(x-who) -m found }
            backend out
                server s1 127.0.0.1:{{server.Port}}
                server s2 127.0.0.1:{{server.Port}}
            """);
        Assert.StartsWith("HTTP/1.1 403 ", balancer.Get("/stats", "X-Who: stranger"));
        Assert.Contains("www-authenticate: Basic realm=\"keys\"", balancer.Get("/stats", "X-Who: guest"));
        Assert.DoesNotContain("name=\"action\"", balancer.Get("/stats", "X-Who: visitor"));
        Assert.Contains("name=\"action\"", balancer.Get("/stats", "X-Who: keeper"));
        Assert.Contains("name=\"action\"", balancer.Get("/stats"));

        string Post(string who, string form) =>
            balancer.Ask($"POST /stats HTTP/1.1\r\nHost: a\r\nX-Who: {who}\r\nContent-Length: {form.Length}\r\nConnection: close\r\n\r\n{form}");
        string StateOf(string name) =>
            balancer.Command("show stat").Split('\n').First(line => line.StartsWith($"out,{name},", StringComparison.Ordinal)).Split(',')[17];
        Assert.Contains("location: /stats;st=DENY\r\n", Post("visitor", "s=s1&action=drain&b=out"));
        Assert.Equal("no check", StateOf("s1"));
        Assert.Equal("HTTP/1.1 303 See Other|cache-control: no-cache|content-type: text/plain|content-length: 0|location: /stats;st=DONE|connection: close",
            Post("keeper", "s=s1&action=drain&b=out").Split("\r\n\r\n")[0].Replace("\r\n", "|", StringComparison.Ordinal));
        Assert.Equal("DRAIN", StateOf("s1"));
        Assert.Equal("no check", StateOf("s2"));
        Assert.Contains("location: /stats;st=ERRP\r\n", Post("keeper", "s=nosuch&action=drain&b=nosuch"));
    }
}
