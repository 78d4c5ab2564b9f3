using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Tls;

/// <summary>Clients that do not shake hands as they should: what the log says of them, and that nothing of them stays.</summary>
public sealed class TlsFailureTests : IDisposable
{
    private readonly Certificates _files = new();
    private readonly SyslogSink _log = new();

    private Balancer Serving(string options = "", string timeouts = "timeout client 5s") => new($$"""
        global
            log 127.0.0.1:{{_log.Port}} local0
            stats socket {dir}/stats.sock level admin
        defaults
            mode http
            log global
            option httplog
            option dontlognull
            {{timeouts}}
        frontend f
            bind 127.0.0.1:{port} ssl crt {{_files.Create("a.test")}} {{options}}
            http-request return status 200
        """);

    public void Dispose()
    {
        _files.Dispose();
        _log.Dispose();
    }

    [Theory]
    [InlineData("GET / HTTP/1.0\r\n\r\n", "SSL handshake failure (error:0A00009C:SSL routines::http request)")]
    [InlineData("\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007", "SSL handshake failure (error:0A00010B:SSL routines::wrong version number)")]
    public void Something_else_than_a_handshake_is_refused_with_a_line(string sent, string reason)
    {
        using var balancer = Serving();
        using var client = balancer.Connect();
        client.Send(sent);
        Assert.DoesNotContain("HTTP/", client.ReadToEnd(), StringComparison.Ordinal);
        Assert.EndsWith("f/1: " + reason, _log.ReadLineWith("handshake").TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_handshake_cut_short_is_logged()
    {
        using var balancer = Serving();
        using var client = balancer.Connect();
        client.Send("\u0016\u0003\u0001\u0002\0\u0001");
        client.Reset();
        Assert.Contains("Connection closed during SSL handshake", _log.ReadLineWith("handshake"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("timeout client 300ms")]
    [InlineData("timeout client 30s\n    timeout client-hs 300ms")]
    public void A_handshake_that_does_not_go_on_is_ended(string timeouts)
    {
        using var balancer = Serving("", timeouts);
        using var client = balancer.Connect();
        client.Send("\u0016\u0003\u0001\u0002\0\u0001");
        Assert.Equal("", client.ReadToEnd());
        Assert.Contains("Timeout during SSL handshake", _log.ReadLineWith("handshake"), StringComparison.Ordinal);
    }

    [Fact]
    public void Renegotiation_is_refused()
    {
        using var balancer = Serving();
        var output = OpenSsl.Client(balancer.Port, "R\n", ["-tls1_2"]);
        Assert.Contains("RENEGOTIATING", output, StringComparison.Ordinal);
        Assert.Contains("no renegotiation", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_log_marks_encrypted_frontends()
    {
        using var balancer = Serving();
        using var client = new TlsClient(balancer.Port);
        client.Get("/marked");
        Assert.Contains(" f~ f/<NOSRV> ", _log.ReadLineWith("/marked"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_thousand_handshakes_leave_nothing_behind()
    {
        using var balancer = Serving();
        void Shake(int times)
        {
            for (var i = 0; i < times; i++)
            {
                using var client = new TlsClient(balancer.Port);
                if (i % 3 == 0) client.Get();
                if (i % 5 == 0) using (var liar = balancer.Connect()) liar.Send("\u0016\u0003\u0001\0\u0005garbage");
            }
        }

        Shake(200);
        balancer.Program.WaitUntil(() => Connections(balancer) == 0, "all connections are closed");
        var (descriptors, memory) = (Descriptors(balancer), Memory(balancer));
        Shake(1_000);
        balancer.Program.WaitUntil(() => Connections(balancer) == 0, "all connections are closed");
        Assert.Equal(descriptors, Descriptors(balancer));
        // 1,000 sessions of OpenSSL's cache take some of it, at most a few KB each.
        Assert.InRange(Memory(balancer) - memory, long.MinValue, 12_000);
    }

    private static int Connections(Balancer balancer) =>
        int.Parse(balancer.Command("show info").Split('\n')
            .Single(line => line.StartsWith("CurrSslConns:", StringComparison.Ordinal))["CurrSslConns: ".Length..]);

    private static int Descriptors(Balancer balancer) => Directory.GetFiles($"/proc/{balancer.Program.Id}/fd").Length;

    /// <summary>Resident, kilobytes.</summary>
    private static long Memory(Balancer balancer) =>
        long.Parse(File.ReadLines($"/proc/{balancer.Program.Id}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
}
