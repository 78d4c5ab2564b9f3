using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Proxy;

/// <summary>The PROXY protocol from the client's side to the server's: accept-proxy, expect-proxy, send-proxy.</summary>
public sealed class ProxyProtocolTests
{
    private const string Timeouts = """
        defaults
            mode http
            timeout connect 1s
            timeout client 2s
            timeout server 2s
            unique-id-format %[src]-%[src_port]
        """;

    private static Balancer Telling(string bindOptions, string rules = "") => new($$"""
        {{Timeouts}}
        frontend f
            bind 127.0.0.1:{port} {{bindOptions}}
            {{rules}}
            http-request return status 200 hdr told "%[src]:%[src_port] %[dst]:%[dst_port] %[fc_rcvd_proxy] %[fc_src] %[fc_pp_tlv(0xE1)]"
        """);

    private static string Ask(Balancer balancer, string before)
    {
        using var client = balancer.Connect();
        client.Send(before + "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        return client.ReadToEnd();
    }

    [Fact]
    public void The_addresses_of_the_header_are_those_rules_see()
    {
        using var balancer = Telling("accept-proxy");
        Assert.Contains("told: 1.2.3.4:1111 5.6.7.8:2222 1 127.0.0.1", Ask(balancer, "PROXY TCP4 1.2.3.4 5.6.7.8 1111 2222\r\n"), StringComparison.Ordinal);
        const string binary = "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x11\x01\x02\x03\x04\x05\x06\x07\x08\0\x50\0\x51\xE1\0\x02hi";
        Assert.Contains("told: 1.2.3.4:80 5.6.7.8:81 1 127.0.0.1 hi", Ask(balancer, binary), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_header_the_connection_is_refused()
    {
        using var balancer = Telling("accept-proxy");
        Assert.Equal("", Ask(balancer, ""));
        Assert.Equal("", Ask(balancer, "PROXY TCP4 1.2.3.4 5.6.7.8 1111\r\n"));
    }

    [Fact]
    public void A_NetScaler_tells_the_client_before_a_proxy_does()
    {
        const string cip = "\0\0\x12\x34\0\0\0\x28" + "\x45\0\0\x28\0\0\0\0\x40\x06\0\0\x01\x02\x03\x04\x05\x06\x07\x08"
            + "\x04\x57\x08\xAE\0\0\0\x01\0\0\0\x01\x50\x02\0\0\0\0\0\0";
        using var one = Telling("accept-netscaler-cip 4660");
        Assert.Contains("told: 1.2.3.4:1111 5.6.7.8:2222 0", Ask(one, cip), StringComparison.Ordinal);
        Assert.Equal("", Ask(one, ""));
        using var both = Telling("accept-proxy accept-netscaler-cip 4660");
        Assert.Contains("told: 9.9.9.9:7 8.8.8.8:8 1", Ask(both, cip + "PROXY TCP4 9.9.9.9 8.8.8.8 7 8\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Segments_are_signed_on_both_sides_or_nobody_hears_anybody()
    {
        Assert.SkipUnless(KernelSigns(), "the kernel has no TCP_MD5SIG");
        using var last = Telling("", "bind 127.0.0.2:{port} tcp-md5sig secret");
        string Through(string password)
        {
            using var first = new Balancer($$"""
                {{Timeouts}}
                    timeout connect 1s
                    retries 0
                listen l
                    bind 127.0.0.1:{port}
                    server s 127.0.0.2:{{last.Port}} {{password}}
                """);
            return Ask(first, "");
        }
        Assert.Contains("told: 127.0.0.1", Through("tcp-md5sig secret"), StringComparison.Ordinal);
        Assert.Contains("503", Through("tcp-md5sig other"), StringComparison.Ordinal);
        Assert.Contains("503", Through(""), StringComparison.Ordinal);
    }

    /// <summary>Asks for an unsigned socket to be signed with "a" for 127.0.0.1.</summary>
    private static bool KernelSigns()
    {
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream,
            System.Net.Sockets.ProtocolType.Tcp);
        var request = new byte[216];
        (request[0], request[4], request[7], request[130], request[136]) = (2, 127, 1, 1, (byte)'a');
        try
        {
            socket.SetRawSocketOption(6, 14, request);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    [Fact]
    public void A_rule_chooses_who_must_send_a_header()
    {
        using var expected = Telling("", "tcp-request connection expect-proxy layer4 if { src 127.0.0.1 }");
        Assert.Contains("told: 1.2.3.4:1111", Ask(expected, "PROXY TCP4 1.2.3.4 5.6.7.8 1111 2222\r\n"), StringComparison.Ordinal);
        using var notExpected = Telling("", "tcp-request connection expect-proxy layer4 if { src 127.0.0.2 }");
        Assert.Contains(" 0 127.0.0.1", Ask(notExpected, ""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("send-proxy", "")]
    [InlineData("send-proxy-v2", "")]
    [InlineData("send-proxy-v2 proxy-v2-options crc32c,unique-id set-proxy-v2-tlv-fmt(0xE1) from-%[src]", "from-1.2.3.4")]
    public void A_chain_of_two_carries_the_client_to_the_end(string server, string tlv)
    {
        using var last = Telling("accept-proxy");
        using var first = new Balancer($$"""
            {{Timeouts}}
            listen l
                bind 127.0.0.1:{port} accept-proxy
                server s 127.0.0.1:{{last.Port}} {{server}}
            """);
        var answer = Ask(first, "PROXY TCP4 1.2.3.4 5.6.7.8 1111 2222\r\n");
        Assert.Contains(("told: 1.2.3.4:1111 5.6.7.8:2222 1 127.0.0.1 " + tlv).TrimEnd(), answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_clients_never_share_a_connection_that_introduced_one_of_them()
    {
        using var last = Telling("accept-proxy");
        using var first = new Balancer($$"""
            {{Timeouts}}
                http-reuse always
            listen l
                bind 127.0.0.1:{port} accept-proxy
                server s 127.0.0.1:{{last.Port}} send-proxy
            """);
        for (var port = 1001; port < 1005; port++)
            Assert.Contains($"told: 1.2.3.4:{port} ", Ask(first, $"PROXY TCP4 1.2.3.4 5.6.7.8 {port} 80\r\n"), StringComparison.Ordinal);
    }
}
