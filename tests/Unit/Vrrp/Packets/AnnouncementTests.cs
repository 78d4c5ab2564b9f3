using Evenkeel.Vrrp.Packets;

namespace Evenkeel.Tests.Unit.Vrrp.Packets;

public sealed class AnnouncementTests
{
    private static readonly byte[] Mac = [0x02, 0x11, 0x22, 0x33, 0x44, 0x55];

    [Fact]
    public void A_gratuitous_arp_is_a_broadcast_request_of_the_address_for_itself()
    {
        var frame = new byte[GratuitousArp.Length];
        GratuitousArp.Write(frame, Mac, NodeAddress.Parse("10.99.0.100"));
        Assert.Equal(
            "ffffffffffff0211223344550806" + "0001080006040001" + "021122334455" + "0a630064" + "ffffffffffff" + "0a630064", Convert.ToHexStringLower(frame));
    }

    [Theory]
    [InlineData(false, "20")]
    [InlineData(true, "a0")]
    public void An_unsolicited_neighbour_advertisement_overrides_and_names_the_link_layer_address(bool isRouter, string flags)
    {
        var frame = new byte[UnsolicitedNeighbourAdvertisement.Length];
        UnsolicitedNeighbourAdvertisement.Write(frame, Mac, NodeAddress.Parse("fd99::100"), isRouter);

        Assert.Equal("333300000001021122334455" + "86dd" + "6000000000203aff", Convert.ToHexStringLower(frame.AsSpan(0, 22)));
        Assert.Equal("8800", Convert.ToHexStringLower(frame.AsSpan(54, 2)));
        Assert.Equal(flags + "000000" + "fd990000000000000000000000000100" + "0201" + "021122334455", Convert.ToHexStringLower(frame.AsSpan(58)));
        var sum = InternetChecksum.AddPseudoHeader(0, NodeAddress.Parse("fd99::100"), NodeAddress.Parse("ff02::1"), 32, 58);
        Assert.Equal(0, InternetChecksum.Finish(InternetChecksum.Add(sum, frame.AsSpan(54))));
    }

    [Fact]
    public void Addresses_are_ordered_as_unsigned_network_bytes()
    {
        Assert.True(NodeAddress.Parse("200.0.0.1") > NodeAddress.Parse("10.255.255.255"));
        Assert.True(NodeAddress.Parse("fe80::ffff") > NodeAddress.Parse("fe80::1"));
        Assert.Equal("224.0.0.18", NodeAddress.Parse("224.0.0.18").ToString());
        Assert.True(NodeAddress.Parse("224.0.0.18").IsMulticast && NodeAddress.Parse("ff02::12").IsMulticast && !NodeAddress.Parse("10.0.0.1").IsMulticast);
    }
}
