using System.Net;
using CsCheck;
using Evenkeel.Linux.Netlink;

namespace Evenkeel.Tests.Unit.Linux.Netlink;

public sealed class NetlinkTests
{
    [Fact]
    public void An_address_event_is_read()
    {
        var bytes = Convert.FromHexString("0218800002000000" + "080001000a630064" + "080002000a630064" + "0b000300657468303a310000" + "0800080080020000");
        Assert.True(AddressRecord.TryParse(bytes, out var record));
        Assert.Equal((2, IPAddress.Parse("10.99.0.100"), 24, 0x280u), (record.InterfaceIndex, record.Address, record.PrefixLength, record.Flags));
        Assert.True(record.IsUsable);
    }

    [Fact]
    public void With_a_peer_the_local_address_is_the_interface_s_own()
    {
        var bytes = Convert.FromHexString("0220800002000000" + "080001000a000002" + "080002000a000001");
        Assert.True(AddressRecord.TryParse(bytes, out var record));
        Assert.Equal(IPAddress.Parse("10.0.0.1"), record.Address);
    }

    [Fact]
    public void A_tentative_address_cannot_be_used_yet()
    {
        var bytes = Convert.FromHexString("0a40c0fd02000000" + "14000100fe800000000000000000000000000001" + "08000800c0000000");
        Assert.True(AddressRecord.TryParse(bytes, out var record));
        Assert.False(record.IsUsable);
    }

    [Fact]
    public void A_link_event_is_read()
    {
        var bytes = Convert.FromHexString(
            "00000100" + "02000000" + "43100100" + "00000000" + "0900030065746830" + "00000000" + "08000400dc050000" + "0a000100021122334455" + "0000");
        Assert.True(LinkRecord.TryParse(bytes, out var link));
        Assert.Equal((2, "eth0", 1500, true), (link.Index, link.Name, link.Mtu, link.IsUsable));
        var mac = new byte[6];
        link.WriteHardwareAddress(mac);
        Assert.Equal("021122334455", Convert.ToHexStringLower(mac));
    }

    [Fact]
    public void A_link_without_a_carrier_cannot_be_used()
    {
        var bytes = Convert.FromHexString("00000100" + "02000000" + "03100100" + "00000000" + "0900030065746830" + "00000000");
        Assert.True(LinkRecord.TryParse(bytes, out var link));
        Assert.False(link.IsUsable);
    }

    [Fact]
    public void A_request_is_read_back_as_what_was_asked()
    {
        var broadcast = IPAddress.Parse("192.168.1.255");
        var request = new AddressRequest(7, IPAddress.Parse("192.168.1.100"), 32) { Scope = 253, Label = "eth0:v", Broadcast = broadcast };
        var message = RouteNetlink.BuildChange(new byte[256], 20, 0x505, 9, request);

        var reader = new NetlinkReader(message);
        Assert.True(reader.Next());
        Assert.Equal((20, 9u), (reader.Type, reader.Sequence));
        Assert.True(AddressRecord.TryParse(reader.Payload, out var record));
        Assert.Equal((7, request.Address, 32, (byte)253), (record.InterfaceIndex, record.Address, record.PrefixLength, record.Scope));
        Assert.False(reader.Next());
    }

    [Fact]
    public void An_ipv6_address_that_shall_not_be_a_source_is_added_with_no_preferred_lifetime()
    {
        var request = new AddressRequest(7, IPAddress.Parse("fd99::100"), 128) { Flags = AddressRecord.IFA_F_NODAD, PreferredSeconds = 0 };
        var text = Convert.ToHexStringLower(RouteNetlink.BuildChange(new byte[256], 20, 0x505, 9, request));
        Assert.Contains("1400060000000000ffffffff0000000000000000", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_datagram_is_walked_without_an_exception()
    {
        var sink = new SilentSink();
        Gen.Byte.Array[0, 200].Sample(bytes => Walk(bytes, sink), iter: 20_000);
        var good = RouteNetlink.BuildChange(new byte[256], 20, 0, 1, new AddressRequest(7, IPAddress.Loopback, 8) { Label = "lo" }).ToArray();
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte).Sample(
            (index, value) =>
            {
                var changed = (byte[])good.Clone();
                changed[index] = value;
                Walk(changed, sink);
            },
            iter: 20_000);
    }

    private static void Walk(byte[] bytes, SilentSink sink)
    {
        var reader = new NetlinkReader(bytes);
        while (reader.Next())
            RouteNetlink.Tell(reader.Type, reader.Payload, sink);
        _ = LinkRecord.TryParse(bytes, out _);
        _ = AddressRecord.TryParse(bytes, out _);
    }

    private sealed class SilentSink : IRouteSink
    {
        public void LinkChanged(in LinkRecord link) => Assert.NotEmpty(link.Name);

        public void LinkRemoved(in LinkRecord link) => Assert.NotEmpty(link.Name);

        public void AddressAdded(in AddressRecord address) => Assert.True(address.InterfaceIndex > 0);

        public void AddressRemoved(in AddressRecord address) => Assert.True(address.InterfaceIndex > 0);
    }
}
