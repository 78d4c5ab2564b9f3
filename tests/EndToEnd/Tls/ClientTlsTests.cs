using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Tls;

/// <summary>`bind ... ssl`: which certificate clients get, what they may ask for, and what rules know of it.</summary>
public sealed class ClientTlsTests
{
    private const string Facts = "%[ssl_fc] %[ssl_fc_sni] %[ssl_fc_protocol] %[ssl_fc_alpn] %[ssl_fc_is_resumed] %sslv";

    private static Balancer Telling(string bindOptions, string rules = "", string globals = "") => new($$"""
        global
            stats socket {dir}/stats.sock level admin
            {{globals}}
        defaults
            mode http
            timeout client 5s
        frontend f
            bind 127.0.0.1:{port} ssl {{bindOptions}}
            {{rules}}
            http-request return status 200 content-type text/plain lf-string "{{Facts}}"
        """);

    [Fact]
    public void The_name_asked_for_chooses_the_certificate_and_the_first_is_for_everybody_else()
    {
        using var files = new Certificates();
        using var balancer = Telling($"crt {files.Create("first")} crt {files.Create("second", "b.test", "*.c.test")}");
        string SubjectFor(string name)
        {
            using var client = new TlsClient(balancer.Port, name);
            return client.Subject;
        }

        Assert.Equal("CN=second", SubjectFor("b.test"));
        Assert.Equal("CN=second", SubjectFor("B.TEST"));
        Assert.Equal("CN=second", SubjectFor("www.c.test"));
        Assert.Equal("CN=first", SubjectFor("www.www.c.test"));
        Assert.Equal("CN=first", SubjectFor("c.test"));
        Assert.Equal("CN=first", SubjectFor("unknown.test"));
        Assert.Equal("CN=first", SubjectFor(""));
    }

    [Fact]
    public void Strict_sni_refuses_names_it_does_not_know()
    {
        using var files = new Certificates();
        using var balancer = Telling($"crt {files.Create("a.test")} strict-sni");
        using var known = new TlsClient(balancer.Port, "a.test");
        Assert.Contains("a.test", known.Get(), StringComparison.Ordinal);
        Assert.Throws<AuthenticationException>(() => new TlsClient(balancer.Port, "b.test"));
        Assert.Throws<AuthenticationException>(() => new TlsClient(balancer.Port));
    }

    [Fact]
    public void A_folder_and_keys_in_files_of_their_own_serve_too()
    {
        using var files = new Certificates();
        files.Create("a.test");
        files.CreateSplit("b.test");
        using var balancer = Telling($"crt {files.Folder}");
        using var a = new TlsClient(balancer.Port, "a.test");
        using var b = new TlsClient(balancer.Port, "b.test");
        Assert.Equal(("CN=a.test", "CN=b.test"), (a.Subject, b.Subject));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, "TLSv1.2")]
    [InlineData(SslProtocols.Tls13, "TLSv1.3")]
    public void Rules_and_logs_know_the_connection(SslProtocols protocol, string name)
    {
        using var files = new Certificates();
        using var balancer = Telling($"crt {files.Create("a.test")} alpn h2,http/1.1");
        using var client = new TlsClient(balancer.Port, "a.test", protocol, null, "h2", "http/1.1");
        Assert.EndsWith($"\r\n\r\n1 a.test {name} http/1.1 0 {name}", client.Get(), StringComparison.Ordinal);
    }

    [Fact]
    public void Versions_outside_the_range_are_refused()
    {
        using var files = new Certificates();
        using var balancer = Telling($"crt {files.Create("a.test")} ssl-min-ver TLSv1.3");
        Assert.Throws<AuthenticationException>(() => new TlsClient(balancer.Port, "", SslProtocols.Tls12));
        using var client = new TlsClient(balancer.Port, "", SslProtocols.Tls13);
        Assert.StartsWith("HTTP/1.1 200 ", client.Get(), StringComparison.Ordinal);
    }

    [Fact]
    public void Clients_show_a_certificate_where_it_is_required()
    {
        using var files = new Certificates();
        var trusted = files.Create("user.test");
        using var balancer = Telling($"crt {files.Create("a.test")} ca-file {trusted} verify required ssl-max-ver TLSv1.2");
        Assert.ThrowsAny<Exception>(() =>
        {
            using var stranger = new TlsClient(balancer.Port);
            return stranger.Get();
        });
        using var certificate = X509Certificate2.CreateFromPemFile(trusted);
        using var client = new TlsClient(balancer.Port, "", SslProtocols.None, certificate);
        Assert.StartsWith("HTTP/1.1 200 ", client.Get(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-tls1_2", "")]
    [InlineData("-tls1_2", "no-tls-tickets")]
    public void Sessions_are_resumed(string version, string option)
    {
        using var files = new Certificates();
        using var balancer = Telling($"crt {files.Create("a.test")} {option}");
        var output = OpenSsl.Client(balancer.Port, version, "-reconnect");
        Assert.Equal(5, output.Split('\n').Count(line => line.StartsWith("Reused,", StringComparison.Ordinal)));
    }

    [Fact]
    public void Sessions_of_the_newest_version_are_resumed()
    {
        using var files = new Certificates();
        using var balancer = Telling($"crt {files.Create("a.test")}");
        var session = Path.Combine(files.Folder, "session");
        // Tickets come behind the handshake: they have been read when an answer has.
        OpenSsl.Client(balancer.Port, "GET / HTTP/1.0\r\n\r\n", ["-tls1_3", "-ign_eof", "-sess_out", session]);
        Assert.Contains("Reused, TLSv1.3", OpenSsl.Client(balancer.Port, "-tls1_3", "-sess_in", session), StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_requests_are_sent_to_the_encrypted_door()
    {
        using var balancer = new Balancer("""
            frontend f
                bind 127.0.0.1:{port}
                http-request redirect scheme https code 301 if !{ ssl_fc }
                http-request return status 200
            """);
        Assert.Contains("location: https://test.example/here\r\n", balancer.Get("/here"), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_connections_are_counted()
    {
        using var files = new Certificates();
        using var balancer = Telling($"crt {files.Create("a.test")}");
        using (new TlsClient(balancer.Port)) Assert.Contains("\nCurrSslConns: 1\n", balancer.Command("show info"), StringComparison.Ordinal);
        balancer.Program.WaitUntil(() => balancer.Command("show info").Contains("\nCurrSslConns: 0\n", StringComparison.Ordinal),
            "the connection is no longer counted");
        Assert.DoesNotContain("\nCumSslConns: 0\n", balancer.Command("show info"), StringComparison.Ordinal);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Keys_are_read_before_rights_are_dropped()
    {
        if (!Environment.IsPrivilegedProcess) Assert.Skip("only root has rights to drop");
        using var files = new Certificates();
        var path = files.Create("a.test");
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        using var balancer = Telling($"crt {path}", "", "user nobody");
        using var client = new TlsClient(balancer.Port);
        Assert.StartsWith("HTTP/1.1 200 ", client.Get(), StringComparison.Ordinal);
    }
}
