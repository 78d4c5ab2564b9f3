using System.Security.Cryptography;
using System.Text;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Tls;

/// <summary>Bytes through TLS on both sides: large, in both directions, slowly read, and ended one direction at a time.</summary>
public sealed class TlsTransferTests : IDisposable
{
    private const int Megabyte = 1 << 20;

    private readonly Certificates _files = new();

    /// <summary>TLS, then TLS again, then a plain server.</summary>
    private Balancer Chain(string mode, int server)
    {
        var certificate = _files.Create("a.test");
        return new Balancer($$"""
            defaults
                mode {{mode}}
                timeout connect 2s
                timeout client 10s
                timeout server 10s
            listen first
                bind 127.0.0.1:{port} ssl crt {{certificate}}
                server s unix@{dir}/tls.sock ssl verify none
            listen second
                bind unix@{dir}/tls.sock ssl crt {{certificate}}
                server s 127.0.0.1:{{server}}
            """);
    }

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Large_bodies_arrive_whole_in_both_directions()
    {
        using var server = new ScriptedServer(side =>
        {
            if (side.ReadHead() is null) return;
            var body = side.ReadBytes(8 * Megabyte);
            side.Send($"HTTP/1.1 200 OK\r\ncontent-length: {body.Length}\r\nconnection: close\r\n\r\n");
            side.Send(body);
        });
        using var balancer = Chain("http", server.Port);
        using var client = new TlsClient(balancer.Port);
        var sent = RandomNumberGenerator.GetBytes(8 * Megabyte);
        client.Send($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {sent.Length}\r\nConnection: close\r\n\r\n");
        client.Stream.Write(sent);
        var answer = client.ReadToEnd();
        var body = Encoding.Latin1.GetBytes(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(body));
    }

    [Fact]
    public void A_slow_reader_gets_everything()
    {
        var sent = RandomNumberGenerator.GetBytes(4 * Megabyte);
        using var server = new ScriptedServer(side => side.Send(sent));
        using var balancer = Chain("tcp", server.Port);
        using var client = new TlsClient(balancer.Port);
        using var received = new MemoryStream();
        var buffer = new byte[100_000];
        for (int count; (count = client.Stream.Read(buffer)) > 0; received.Write(buffer, 0, count))
            if (received.Length % 7 == 0) Thread.Sleep(2);
        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(received.ToArray()));
    }

    [Fact]
    public async Task Both_directions_flow_at_once()
    {
        using var server = new ScriptedServer(side => side.Echo());
        using var balancer = Chain("tcp", server.Port);
        using var client = new TlsClient(balancer.Port);
        var sent = RandomNumberGenerator.GetBytes(4 * Megabyte);
        var writing = client.Stream.WriteAsync(sent, TestContext.Current.CancellationToken);
        var received = new byte[sent.Length];
        await client.Stream.ReadExactlyAsync(received, TestContext.Current.CancellationToken);
        await writing;
        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(received));
    }

    [Fact]
    public async Task The_end_of_one_direction_leaves_the_other_open()
    {
        using var server = new ScriptedServer(side => side.Send("read " + side.ReadToEnd()));
        using var balancer = Chain("tcp", server.Port);
        using var client = new TlsClient(balancer.Port);
        client.Send("hello");
        await client.Stream.ShutdownAsync();
        Assert.Equal("read hello", client.ReadToEnd());
    }
}
