using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>`source` and `usesrc`: which address a server sees. The server is another balancer that answers with the source it saw.</summary>
public sealed class SourceTests : IDisposable
{
    private readonly Balancer _server = new("""
        frontend echo
            bind 127.0.0.1:{port}
            http-request return status 200 content-type text/plain lf-string "seen %[src] %[src_port]"
        """);

    public void Dispose() => _server.Dispose();

    private Balancer Before(string backendLine, string serverOptions) => new($$"""
        listen l
            bind 127.0.0.1:{port}
            {{backendLine}}
            server s 127.0.0.1:{{_server.Port}} {{serverOptions}}
        """);

    [Theory]
    [InlineData("source 127.0.0.3", "", "seen 127.0.0.3 ")]
    [InlineData("", "source 127.0.0.3", "seen 127.0.0.3 ")]
    [InlineData("source 127.0.0.3", "source 127.0.0.4", "seen 127.0.0.4 ")]
    [InlineData("", "source 127.0.0.3 usesrc 127.0.0.5", "seen 127.0.0.5 ")]
    [InlineData("source 0.0.0.0 usesrc clientip", "", "seen 127.0.0.1 ")]
    [InlineData("source 127.0.0.3 usesrc hdr_ip(x-forwarded-for)", "", "seen 127.0.0.8 ")]
    [InlineData("source 127.0.0.3 usesrc hdr_ip(X-Forwarded-For,1)", "", "seen 127.0.0.7 ")]
    [InlineData("source 127.0.0.3 usesrc hdr_ip(x-forwarded-for,3)", "", "seen 127.0.0.3 ")]
    [InlineData("source 127.0.0.3 usesrc hdr_ip(x-none)", "", "seen 127.0.0.3 ")]
    [InlineData("source 127.0.0.6 interface lo", "", "seen 127.0.0.6 ")]
    public void A_server_sees_the_address_the_configuration_asks_for(string backendLine, string serverOptions, string seen)
    {
        using var balancer = Before(backendLine, serverOptions);
        Assert.Contains(seen, balancer.Get("/", "X-Forwarded-For: 127.0.0.7, 127.0.0.8"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_that_shows_one_clients_address_serves_no_other_client()
    {
        using var balancer = Before("http-reuse always", "source 0.0.0.0 usesrc hdr_ip(x-from)");
        Assert.Contains("seen 127.0.0.7 ", balancer.Get("/", "X-From: 127.0.0.7"), StringComparison.Ordinal);
        Assert.Contains("seen 127.0.0.8 ", balancer.Get("/", "X-From: 127.0.0.8"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_ports_of_a_range_are_taken_in_turn()
    {
        var first = Ports.Free();
        using var balancer = Before("http-reuse never", $"source 127.0.0.6:{first}-{first + 2}");
        Assert.Contains($"seen 127.0.0.6 {first}", balancer.Get("/"), StringComparison.Ordinal);
        Assert.Contains($"seen 127.0.0.6 {first + 1}", balancer.Get("/"), StringComparison.Ordinal);
    }
}
