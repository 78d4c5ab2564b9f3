using System.Globalization;
using System.Text.RegularExpressions;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.RuntimeApi;

/// <summary>What the stats socket tells of running streams and of messages that broke the protocol.</summary>
public sealed class DiagnosisTests
{
    [Fact]
    public void The_last_invalid_request_and_response_are_kept_with_the_byte_at_fault()
    {
        using var server = new ScriptedServer(static side =>
        {
            if (side.ReadHead() is not null) side.Send("HTTP/1.1 200 OK\r\nBad Header: x\r\nContent-Length: 0\r\n\r\n");
        });
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                server s 127.0.0.1:{{server.Port}}
            """);
        Assert.Contains(" : 0\n", balancer.Command("show errors"));
        Assert.Contains("400", balancer.Ask("GET / HTTP/1.1\r\nHost: a\r\nBa\x01" + new string('x', 80) + ": y\r\n\r\n"));
        Assert.Contains("502", balancer.Get("/"));
        var errors = balancer.Command("show errors");
        Assert.Contains(" : 2\n", errors);
        Assert.Matches(@"\n \n\[.*\] frontend web \(#2\): invalid request\n", errors);
        Assert.Matches(@"\n  backend <NONE> \(#-1\), server <NONE> \(#-1\), event #0, src 127.0.0.1:\d+\n", errors);
        Assert.Contains("error at position 27\n", errors);
        Assert.Matches(@"  00025  [Bb]a\\x01x{64}\n  00092\+ x{16}: y\\r\\n\n", errors);
        Assert.Matches(@"\] backend web \(#2\): invalid response\n  frontend web \(#2\), server s \(#1\), event #1, src 127.0.0.1:\d+\n", errors);
        Assert.Contains("error at position 20\n", errors);
        Assert.DoesNotContain("invalid response", balancer.Command("show errors web request"));
        Assert.StartsWith("No such proxy.", balancer.Command("show errors nobody"));
    }

    [Fact]
    public void What_streams_cost_is_measured_while_profiling_is_on()
    {
        using var server = ScriptedServer.Answering("ok");
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                http-after-response set-header Cost "%[cpu_calls] %[cpu_ns_tot] %[cpu_ns_avg] %[lat_ns_tot] %[lat_ns_avg]"
                server s 127.0.0.1:{{server.Port}}
            """);
        Assert.Matches("cost: [23] 0 0 0 0\r\n", balancer.Get("/"));
        Assert.Equal("\n", balancer.Command("set profiling tasks on"));
        Assert.Matches("cost: [23] [1-9][0-9]+ [1-9][0-9]+ [1-9][0-9]+ [1-9][0-9]*\r\n", balancer.Get("/"));
        var shown = balancer.Command("show profiling");
        Assert.Contains("Per-task CPU profiling              : on            # set profiling tasks {on|auto|off}\n", shown);
        Assert.Matches(@"\n  stream +[0-9]+ +[0-9.]+[num]s +[0-9.]+[num]s      -         -         -    +[0-9.]+[num]s\n", shown);
    }

    [Fact]
    public void Any_stream_can_be_shown_and_ended_by_its_number()
    {
        using var server = new ScriptedServer(static side => side.ReadToEnd());
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                server s 127.0.0.1:{{server.Port}}
            """);
        var clients = Enumerable.Range(0, 6).Select(_ => balancer.Connect()).ToList();
        foreach (var client in clients) client.Send("GET /waits HTTP/1.1\r\nHost: a\r\n\r\n");
        var deadline = DateTime.UtcNow.AddSeconds(5);
        string list;
        while (Regex.Count(list = balancer.Command("show sess show-uri server web/s"), "uri=\"GET /waits\"") < clients.Count)
            Assert.True(DateTime.UtcNow < deadline, list);
        foreach (var id in Regex.Matches(list, "^0x[0-9a-f]+", RegexOptions.Multiline).Select(match => match.Value))
        {
            Assert.Matches($@"^{id}: \[.*\] id={Convert.ToInt64(id, 16).ToString(CultureInfo.InvariantCulture)} proto=tcpv4 source=127.0.0.1:\d+\n",
                balancer.Command($"show sess {id}"));
            Assert.Equal("\n", balancer.Command($"shutdown session {id}"));
        }
        foreach (var client in clients)
        {
            client.ReadToEnd();
            client.Dispose();
        }
        Assert.DoesNotContain("0x", balancer.Command("show sess"));
        Assert.StartsWith("No such session", balancer.Command("shutdown session 0x1"));
    }

    [Fact]
    public void Descriptors_are_listed_by_what_they_are_for()
    {
        using var server = new ScriptedServer(static side => side.ReadToEnd());
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                server s 127.0.0.1:{{server.Port}}
            """);
        using var client = balancer.Connect();
        client.Send("GET /waits HTTP/1.1\r\nHost: a\r\n\r\n");
        var deadline = DateTime.UtcNow.AddSeconds(10);
        while (!balancer.Command("show fd b").Contains("sv=web/s", StringComparison.Ordinal))
            Assert.True(DateTime.UtcNow < deadline, balancer.Command("show fd"));
        Assert.Matches(@"^ +\d+ : listener fam=ipv4 lport=\d+ fe=web\n", balancer.Command("show fd l").Split('\n').First(line => line.Contains("ipv4")) + "\n");
        var fronts = balancer.Command("show fd f");
        Assert.Contains("connection back=0 fam=ipv4", fronts);
        Assert.DoesNotContain("listener", fronts);
        Assert.DoesNotContain("back=1", fronts);
        Assert.DoesNotContain("web", balancer.Command("set anon on; show fd"));
        Assert.StartsWith("Invalid FD type", balancer.Command("show fd x"));
    }

    [Fact]
    public void Rules_see_how_busy_the_threads_are()
    {
        using var balancer = new Balancer("""
            global
                nbthread 1
            defaults
                mode http
                timeout connect 5s
                timeout client 5s
                timeout server 5s
            listen web
                bind 127.0.0.1:{port}
                http-request return status 200 content-type text/plain lf-string "usage %[cpu_usage_thr] %[cpu_usage_grp] %[cpu_usage_proc]."
            """);
        var deadline = DateTime.UtcNow.AddSeconds(10);
        Match told;
        do
        {
            told = Regex.Match(balancer.Get("/"), @"usage (\d+) (\d+) (\d+)\.");
            Assert.True(told.Success);
            // One thread is its group and the process; it cannot be idle while it is asked without end.
            Assert.Equal(told.Groups[1].Value, told.Groups[2].Value);
            Assert.Equal(told.Groups[1].Value, told.Groups[3].Value);
            Assert.True(DateTime.UtcNow < deadline, told.Value);
        }
        while (told.Groups[1].Value == "0");
        Assert.InRange(int.Parse(told.Groups[1].Value, CultureInfo.InvariantCulture), 1, 100);
    }

    [Fact]
    public void Dynamic_cookies_are_switched_and_renamed_at_run_time()
    {
        using var server = ScriptedServer.Answering("ok");
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                cookie SRV insert dynamic
                dynamic-cookie-key first
                server s 127.0.0.1:{{server.Port}}
            """);
        string Cookie() => Regex.Match(balancer.Get("/"), "set-cookie: SRV=([^;\r]*)", RegexOptions.IgnoreCase).Groups[1].Value;
        var first = Cookie();
        Assert.Equal("\n", balancer.Command("set dynamic-cookie-key backend web second"));
        var second = Cookie();
        Assert.NotEqual(first, second);
        Assert.NotEqual("", second);
        Assert.Equal("\n", balancer.Command("disable dynamic-cookie backend web"));
        Assert.Equal("", Cookie());
        Assert.Equal("\n", balancer.Command("enable dynamic-cookie backend web"));
        Assert.Equal(second, Cookie());
        Assert.StartsWith("No such backend.", balancer.Command("enable dynamic-cookie backend nobody"));
    }
}
