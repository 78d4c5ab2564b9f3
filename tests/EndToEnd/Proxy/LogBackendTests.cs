using System.Net;
using System.Net.Sockets;
using System.Text;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>Backends in `mode log`, and `log-forward` sections.</summary>
public sealed class LogBackendTests
{
    [Fact]
    public void A_sticky_backend_keeps_its_server_until_it_goes()
    {
        using var first = new SyslogSink();
        using var second = new SyslogSink();
        using var spare = new SyslogSink();
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                option dontlognull
                log backend@logs format raw local0
                log-format "line %HU end"
                http-request return status 204
            backend logs
                mode log
                balance sticky
                server a udp@127.0.0.1:{{first.Port}}
                server b udp@127.0.0.1:{{second.Port}}
                server c udp@127.0.0.1:{{spare.Port}} backup
            """);
        balancer.Get("/1");
        first.ReadLineWith("line /1 end");
        balancer.Command("disable server logs/a");
        balancer.Get("/2");
        second.ReadLineWith("line /2 end");
        balancer.Command("enable server logs/a");
        balancer.Get("/3");
        Assert.Contains("line /3 end", second.ReadLine());
        balancer.Command("disable server logs/b");
        balancer.Get("/4");
        Assert.Contains("line /4 end", first.ReadLine());
        balancer.Command("disable server logs/a");
        balancer.Get("/5");
        Assert.Contains("line /5 end", spare.ReadLine());
    }

    [Fact]
    public void Lines_are_hashed_by_what_converters_take_from_their_message()
    {
        using var even = new SyslogSink();
        using var odd = new SyslogSink();
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                option dontlognull
                log backend@logs local0
                log-format "[%HU] end"
                http-request return status 204
            backend logs
                mode log
                balance log-hash 'field(2,/),field(1,])'
                hash-type map-based none
                server a udp@127.0.0.1:{{even.Port}}
                server b udp@127.0.0.1:{{odd.Port}}
            """);
        for (var i = 0; i < 6; i++) balancer.Get("/" + i);
        foreach (var number in new[] { 0, 2, 4 }) Assert.Contains($"[/{number}] end", even.ReadLine());
        foreach (var number in new[] { 1, 3, 5 }) Assert.Contains($"[/{number}] end", odd.ReadLine());
    }

    [Fact]
    public void Lines_for_a_tcp_server_wait_until_it_is_there()
    {
        var port = Ports.FreeForLater(1)[0];
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                option dontlognull
                log backend@logs format raw local0
                log-format "line %HU"
                http-request return status 204
            backend logs
                mode log
                server t 127.0.0.1:{{port}} log-proto octet-count
            """);
        balancer.Get("/early");
        using var sink = new TcpSink(port);
        balancer.Get("/late");
        Assert.Equal("11 line /early10 line /late", sink.ReadUntil("late"));
    }

    [Fact]
    public void Messages_come_as_datagrams_and_on_streams_and_go_out_reformatted()
    {
        using var sink = new SyslogSink();
        using var raw = new SyslogSink();
        var forward = Ports.FreeForLater(1)[0];
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                http-request return status 204
            log-forward fwd
                dgram-bind 127.0.0.1:{{forward}}
                bind 127.0.0.1:{{forward}}
                timeout client 5s
                log 127.0.0.1:{{sink.Port}} format rfc5424 local0
                log 127.0.0.1:{{raw.Port}} format raw local0
            """);
        using var datagrams = new UdpClient();
        datagrams.Connect(IPAddress.Loopback, forward);
        datagrams.Send("<34>Oct 11 22:14:15 mymachine su[123]: failed\n"u8);
        Assert.Matches(@"^<34>1 \d{4}-10-11T22:14:15-00:00 mymachine su 123 - - failed\n$", sink.ReadLine());
        Assert.Equal("failed\n", raw.ReadLine());

        using var stream = new RawClient(forward);
        stream.Send("11 <34>counted<34>a line\n<34>in ");
        Assert.Equal(["counted\n", "a line\n"], new[] { raw.ReadLine(), raw.ReadLine() });
        stream.Send("parts\n");
        Assert.Equal("in parts\n", raw.ReadLine());
        stream.Send("no framing\n");
        Assert.Equal("", stream.ReadToEnd());
    }

    [Fact]
    public void Hostile_senders_cost_a_forwarder_nothing_but_their_own_connection()
    {
        using var sink = new SyslogSink();
        var forward = Ports.FreeForLater(1)[0];
        using var balancer = new Balancer($$"""
            listen web
                bind 127.0.0.1:{port}
                http-request return status 204
            log-forward fwd
                dgram-bind 127.0.0.1:{{forward}}
                bind 127.0.0.1:{{forward}}
                maxconn 20
                timeout client 30s
                log 127.0.0.1:{{sink.Port}} format rfc3164 local0 err
            """);
        var random = new Random(7);
        using var datagrams = new UdpClient();
        datagrams.Connect(IPAddress.Loopback, forward);
        for (var round = 0; round < 200; round++)
        {
            var bytes = new byte[random.Next(1, 2_000)];
            random.NextBytes(bytes);
            if (round % 2 == 0) Encoding.ASCII.GetBytes("<191>").CopyTo(bytes.AsSpan()[..Math.Min(5, bytes.Length)]);
            datagrams.Send(bytes);
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, forward);
            client.Client.Send(bytes);
        }
        datagrams.Send("<11>still here"u8);
        sink.ReadLineWith("still here");
        Assert.Contains("204", balancer.Get("/"));
    }
}
