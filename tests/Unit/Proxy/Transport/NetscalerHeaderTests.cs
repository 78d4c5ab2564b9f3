using CsCheck;
using Evenkeel.Proxy.Transport.ProxyProtocol;

namespace Evenkeel.Tests.Unit.Proxy.Transport;

/// <summary>The verdicts are those of HAProxy 3.5, but for headers that end before the ports: it reads on into what follows, here they are refused.</summary>
public sealed class NetscalerHeaderTests
{
    private const string Magic = "00001234";
    private const string IPv4 = "45000028" + "00000000" + "4006" + "0000" + "01020304" + "05060708";
    private const string IPv6 = "60000000" + "0014" + "06" + "40" + "20010DB8000000000000000000000001" + "20010DB8000000000000000000000002";
    private const string Tcp = "04570050" + "00000001" + "00000001" + "50020000" + "00000000";

    [Theory]
    [InlineData(Magic + "00000028" + IPv4 + Tcp, 48, "1.2.3.4:1111", "5.6.7.8:80")]
    [InlineData(Magic + "0000003C" + IPv6 + Tcp, 68, "[2001:db8::1]:1111", "[2001:db8::2]:80")]
    [InlineData(Magic + "00000034" + "0001" + "0028" + IPv4 + Tcp, 52, "1.2.3.4:1111", "5.6.7.8:80")]
    [InlineData(Magic + "00000048" + "0001" + "003C" + IPv6 + Tcp, 72, "[2001:db8::1]:1111", "[2001:db8::2]:80")]
    [InlineData(Magic + "0000002C" + IPv4 + Tcp + "61626364", 52, "1.2.3.4:1111", "5.6.7.8:80")]
    public void Both_forms_tell_both_ends(string hex, int length, string source, string destination)
    {
        var bytes = Convert.FromHexString(hex + "474554");
        Assert.Equal(NetscalerStatus.Done, NetscalerHeader.Read(bytes, 0x1234, out var header));
        Assert.Equal((length, source, destination), (header.Length, header.Source.ToString(), header.Destination.ToString()));
    }

    [Theory]
    [InlineData("00001235" + "00000028" + IPv4 + Tcp, NetscalerStatus.WrongMagic)]
    [InlineData("474554202F20485454502F312E310D0A", NetscalerStatus.WrongMagic)]
    [InlineData(Magic + "00000028" + "45000028" + "00000000" + "4011" + "0000" + "0102030405060708" + Tcp, NetscalerStatus.Unhandled)]
    [InlineData(Magic + "00000028" + "55000028" + "00000000" + "4006" + "0000" + "0102030405060708" + Tcp, NetscalerStatus.Unhandled)]
    [InlineData(Magic + "00000028" + IPv4, NetscalerStatus.Truncated)]
    [InlineData(Magic + "00000014" + IPv4 + Tcp, NetscalerStatus.Truncated)]
    [InlineData(Magic + "FFFFFFFF" + IPv4 + Tcp, NetscalerStatus.Truncated)]
    [InlineData(Magic + "00000000" + IPv4 + Tcp, NetscalerStatus.Truncated)]
    [InlineData("0000", NetscalerStatus.Truncated)]
    public void What_is_no_header_is_told_apart(string hex, NetscalerStatus status) =>
        Assert.Equal(status, NetscalerHeader.Read(Convert.FromHexString(hex), 0x1234, out _));

    [Fact]
    public void No_bytes_whatever_throw() => Gen.Byte.Array[0, 90].Sample(bytes =>
    {
        if (bytes.Length > 3) (bytes[0], bytes[1], bytes[2], bytes[3]) = (0, 0, 0x12, 0x34);
        if (NetscalerHeader.Read(bytes, 0x1234, out var header) == NetscalerStatus.Done) Assert.InRange(header.Length, 1, bytes.Length);
    }, iter: 2_000);
}
