using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Tls;

/// <summary>`ssl` of servers that take lines: those of a `ring` and of a backend in `mode log`. Who decrypts is the balancer itself.</summary>
public sealed class LogTlsTests : IDisposable
{
    private readonly Certificates _files = new();
    private readonly TcpSink _lines = new();
    private readonly int _tls = Ports.Free();

    public void Dispose()
    {
        _files.Dispose();
        _lines.Dispose();
    }

    private Balancer Logging(string target, string sections, string certificate) => new($$"""
        {{sections}}
        listen tls
            mode tcp
            bind 127.0.0.1:{{_tls}} ssl crt {{certificate}}
            tcp-request content reject unless { ssl_fc_sni log.test }
            server plain 127.0.0.1:{{_lines.Port}}
        listen web
            bind 127.0.0.1:{port}
            option dontlognull
            log {{target}} len 12000 format raw local0
            log-format "line %HU %[var(txn.long)]"
            http-request set-var(txn.long) req.hdr(long)
            http-request return status 204
        """);

    [Fact]
    public void Lines_of_a_ring_go_out_encrypted_to_whom_the_authority_knows()
    {
        var certificate = _files.Create("log", "log.test");
        using var balancer = Logging("ring@kept", $"ring kept\n format raw\n maxlen 12000\n size 65536\n"
            + $" server s 127.0.0.1:{_tls} ssl verify required ca-file {certificate} sni str(log.test) log-proto octet-count", certificate);
        balancer.Get("/1");
        balancer.Get("/2", "long: " + new string('x', 8_000));
        balancer.Get("/3");
        Assert.Matches("^[0-9]+ line /1 -[0-9]+ line /2 x{8000}[0-9]+ line /3 -$", _lines.ReadUntil("/3 -"));
    }

    [Fact]
    public void Lines_of_a_log_backend_go_out_encrypted()
    {
        var certificate = _files.Create("log", "log.test");
        using var balancer = Logging("backend@kept",
            $"backend kept\n mode log\n server s tcp@127.0.0.1:{_tls} ssl verify none sni str(log.test)", certificate);
        balancer.Get("/1");
        Assert.Equal("line /1 -\n", _lines.ReadUntil("\n"));
    }

    [Fact]
    public void A_server_that_another_authority_vouches_for_is_told_nothing()
    {
        var certificate = _files.Create("log", "log.test");
        var other = _files.Create("other", "log.test");
        using var balancer = Logging("ring@kept",
            $"ring kept\n format raw\n server s 127.0.0.1:{_tls} ssl verify required ca-file {other} sni str(log.test)", certificate);
        balancer.Get("/1");
        balancer.Program.WaitUntil(() => Statistic(balancer, "tls,FRONTEND", "conn_tot") > 0, "the ring's server is tried");
        Assert.Equal(0, Statistic(balancer, "tls,BACKEND", "stot"));
    }

    private static int Statistic(Balancer balancer, string row, string column)
    {
        var rows = balancer.Command("show stat").Split('\n');
        var at = Array.IndexOf(rows[0].Split(','), column);
        return int.Parse(rows.Single(each => each.StartsWith(row + ",", StringComparison.Ordinal)).Split(',')[at]);
    }
}
