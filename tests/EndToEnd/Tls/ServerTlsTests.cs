using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Tls;

/// <summary>
/// `server ... ssl`: whom connections to servers trust, what they ask for, and what they keep. One balancer is client and server of its own TLS.
/// </summary>
public sealed class ServerTlsTests : IDisposable
{
    private readonly Certificates _files = new();

    /// <summary>Requests go from the frontend, through TLS, to a second one that tells what it saw.</summary>
    private Balancer Through(string server, string certificate, string rules = "") => new($$"""
        global
            nbthread 1
            stats socket {dir}/stats.sock level admin
        defaults
            mode http
            timeout connect 2s
            timeout client 5s
            timeout server 5s
        frontend f
            bind 127.0.0.1:{port}
            default_backend b
        backend b
            retries 0
            server s unix@{dir}/tls.sock ssl {{server}}
            http-response set-header answered "%[ssl_bc] %[ssl_bc_protocol] %[ssl_bc_is_resumed]"
        frontend t
            bind unix@{dir}/tls.sock ssl crt {{certificate}}
            {{rules}}
            http-request return status 200 content-type text/plain lf-string "sni=%[ssl_fc_sni] resumed=%[ssl_fc_is_resumed]"
        """);

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("verify none", "sni=test.example")]
    [InlineData("verify none sni str(other.test)", "sni=other.test")]
    [InlineData("verify none sni req.hdr(x-name)", "sni=chosen.test")]
    [InlineData("verify none no-sni-auto", "sni= ")]
    public void The_name_asked_for_is_chosen(string server, string expected)
    {
        using var balancer = Through(server, _files.Create("a.test"));
        var answer = balancer.Get("/", "x-name: chosen.test");
        Assert.Contains("answered: 1 TLSv1.3 0\r\n", answer, StringComparison.Ordinal);
        Assert.Contains(expected, answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_must_be_whom_its_authority_says()
    {
        var good = _files.Create("a.test", "a.test");
        var other = _files.Create("b.test", "b.test");
        string StatusFor(string options)
        {
            using var balancer = Through(options, good);
            return balancer.Get("/")[..12];
        }

        Assert.Equal("HTTP/1.1 200", StatusFor($"verify required ca-file {good} sni str(a.test)"));
        Assert.Equal("HTTP/1.1 200", StatusFor($"verify required ca-file {good} verifyhost a.test"));
        Assert.Equal("HTTP/1.1 503", StatusFor($"verify required ca-file {good} sni str(c.test)"));
        Assert.Equal("HTTP/1.1 503", StatusFor($"verify required ca-file {good} verifyhost b.test sni str(a.test)"));
        Assert.Equal("HTTP/1.1 503", StatusFor($"verify required ca-file {other} sni str(a.test)"));
        Assert.Equal("HTTP/1.1 200", StatusFor($"verify none ca-file {other} sni str(a.test)"));
    }

    [Fact]
    public void A_server_that_asks_gets_our_certificate()
    {
        var mine = _files.Create("proxy.test");
        using var without = Through("verify none", $"{_files.Create("a.test")} ca-file {mine} verify required");
        Assert.StartsWith("HTTP/1.1 50", without.Get("/"), StringComparison.Ordinal);
        using var with = Through($"verify none crt {mine}", $"{_files.Create("a.test")} ca-file {mine} verify required");
        Assert.StartsWith("HTTP/1.1 200 ", with.Get("/"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "resumed=1")]
    [InlineData("no-ssl-reuse", "resumed=0")]
    [InlineData("ssl-max-ver TLSv1.2", "resumed=1")]
    public void The_next_connection_resumes_the_session(string option, string expected)
    {
        using var balancer = Through($"verify none pool-max-conn 0 {option}", _files.Create("a.test"));
        Assert.Contains("resumed=0", balancer.Get("/"), StringComparison.Ordinal);
        Assert.Contains(expected, balancer.Get("/"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.test", ",L6OK,")]
    [InlineData("wrong.test", ",L6RSP,")]
    public void Probes_speak_it_too(string name, string status)
    {
        using var balancer = Through($"verify none check inter 100 check-sni {name}", _files.Create("a.test", "a.test") + " strict-sni");
        balancer.Program.WaitUntil(() => balancer.Command("show stat").Contains(status, StringComparison.Ordinal), status);
    }

    [Theory]
    [InlineData("a.test:443", "", ",L7OK,")]
    [InlineData("a.test", "no-check-sni-auto", ",L6RSP,")]
    [InlineData("wrong.test", "", ",L6RSP,")]
    [InlineData("wrong.test", "check-sni a.test", ",L7OK,")]
    public void An_HTTP_probe_asks_for_the_host_it_names(string host, string option, string status)
    {
        using var balancer = Through($"verify none check inter 100 {option}\n option httpchk GET / HTTP/1.1\n http-check send hdr Host {host}",
            _files.Create("a.test", "a.test") + " strict-sni");
        balancer.Program.WaitUntil(() => balancer.Command("show stat").Contains(status, StringComparison.Ordinal), status);
    }

    [Fact]
    public void A_connection_is_not_used_for_another_name()
    {
        using var balancer = Through("verify none sni req.hdr(x-name)", _files.Create("a.test"));
        for (var i = 0; i < 3; i++)
        {
            Assert.Contains("sni=a.test", balancer.Get("/", "x-name: a.test"), StringComparison.Ordinal);
            Assert.Contains("sni=b.test", balancer.Get("/", "x-name: b.test"), StringComparison.Ordinal);
        }
    }
}
