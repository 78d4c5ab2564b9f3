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
