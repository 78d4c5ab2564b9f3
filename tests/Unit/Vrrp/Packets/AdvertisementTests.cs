using CsCheck;
using Evenkeel.Vrrp.Packets;

namespace Evenkeel.Tests.Unit.Vrrp.Packets;

/// <summary>The bytes are those captured from Keepalived 2.2.7 and 2.4.3: router 51, priority 150, address 10.99.0.100, sent by 10.99.0.1.</summary>
public sealed class AdvertisementTests
{
    private static readonly NodeAddress Sender = NodeAddress.Parse("10.99.0.1");
    private static readonly NodeAddress Peer = NodeAddress.Parse("10.99.0.2");
    private static readonly NodeAddress Group4 = NodeAddress.Parse("224.0.0.18");
    private static readonly NodeAddress Group6 = NodeAddress.Parse("ff02::12");
    private static readonly NodeAddress[] OneAddress = [NodeAddress.Parse("10.99.0.100")];

    [Theory]
    [InlineData(2, 100, null, ChecksumForm.Plain, "224.0.0.18", "2133960100013e030a6300640000000000000000")]
    [InlineData(2, 100, "secret12", ChecksumForm.Plain, "224.0.0.18", "213396010101cf840a6300647365637265743132")]
    [InlineData(3, 100, null, ChecksumForm.PseudoHeader, "224.0.0.18", "31339601006442ad0a630064")]
    [InlineData(3, 10, null, ChecksumForm.PseudoHeader, "224.0.0.18", "31339601000a43070a630064")]
    [InlineData(3, 100, null, ChecksumForm.PseudoHeader, "10.99.0.2", "313396010064185b0a630064")]
    [InlineData(3, 100, null, ChecksumForm.Plain, "224.0.0.18", "3133960100642da00a630064")]
    public void A_built_packet_equals_the_captured_one_and_is_read_back(
        int version, int intervalCs, string? password, ChecksumForm form, string destination, string expected)
    {
        var to = NodeAddress.Parse(destination);
        var secret = password is null ? null : System.Text.Encoding.ASCII.GetBytes(password);
        var writer = new AdvertisementWriter(version, 51, intervalCs, OneAddress, secret, form);

        var packet = writer.Build(150, Sender, to).ToArray();

        Assert.Equal(expected, Convert.ToHexStringLower(packet));
        Assert.Equal(AdvertisementStatus.Valid, Advertisement.Parse(packet, Sender, to, Group4, out var read));
        Assert.Equal((version, 51, 150, 1, intervalCs), (read.Version, read.VirtualRouterId, read.Priority, read.AddressCount, read.IntervalCs));
        Assert.Equal(form, read.Checksum);
        Assert.True(read.Announces([10, 99, 0, 100]));
        Assert.False(read.Announces([10, 99, 0, 101]));
        Assert.Equal(password is null ? 0 : 1, read.AuthenticationType);
    }

    [Fact]
    public void A_unicast_sum_over_the_multicast_group_is_taken_from_old_senders()
    {
        var packet = Convert.FromHexString("31339601006442ad0a630064");
        Assert.Equal(AdvertisementStatus.Valid, Advertisement.Parse(packet, Sender, Peer, Group4, out var read));
        Assert.Equal(ChecksumForm.OldUnicast, read.Checksum);
    }

    [Fact]
    public void Old_unicast_checksum_sends_the_sum_over_the_multicast_group()
    {
        NodeAddress[] addresses = [NodeAddress.Parse("10.77.0.102"), NodeAddress.Parse("10.77.1.102")];
        var writer = new AdvertisementWriter(3, 53, 10, addresses, null, ChecksumForm.OldUnicast, Group4);
        var packet = writer.Build(100, NodeAddress.Parse("10.77.0.1"), NodeAddress.Parse("10.77.0.2")).ToArray();
        Assert.Equal("31356402000a69770a4d00660a4d0166", Convert.ToHexStringLower(packet));
    }

    [Fact]
    public void Two_ipv6_addresses_make_forty_bytes_with_a_pseudo_header()
    {
        var from = NodeAddress.Parse("fe80::1");
        var writer = new AdvertisementWriter(3, 51, 100, [NodeAddress.Parse("fe80::99:100"), NodeAddress.Parse("fd99::100")], null, ChecksumForm.Plain);

        var packet = writer.Build(150, from, Group6).ToArray();

        Assert.Equal(40, packet.Length);
        Assert.Equal("313396020064", Convert.ToHexStringLower(packet.AsSpan(0, 6)));
        Assert.Equal(AdvertisementStatus.Valid, Advertisement.Parse(packet, from, Group6, Group6, out var read));
        Assert.Equal(ChecksumForm.PseudoHeader, read.Checksum);
        Assert.Equal(AdvertisementStatus.BadChecksum, Advertisement.Parse(packet, NodeAddress.Parse("fe80::2"), Group6, Group6, out _));
    }

    [Theory]
    [InlineData("", AdvertisementStatus.TooShort)]
    [InlineData("21339601000100", AdvertisementStatus.TooShort)]
    [InlineData("1133960100013e030a6300640000000000000000", AdvertisementStatus.UnknownVersion)]
    [InlineData("4133960100013e030a6300640000000000000000", AdvertisementStatus.UnknownVersion)]
    [InlineData("2233960100013e030a6300640000000000000000", AdvertisementStatus.UnknownType)]
    [InlineData("2133960200013e030a6300640000000000000000", AdvertisementStatus.BadLength)]
    [InlineData("2133960100013e030a63006400000000000000", AdvertisementStatus.BadLength)]
    [InlineData("2133960100013e030a630064000000000000000000000000", AdvertisementStatus.BadLength)]
    [InlineData("2133960100013e040a6300640000000000000000", AdvertisementStatus.BadChecksum)]
    [InlineData("31339601000043110a630064", AdvertisementStatus.ZeroInterval)]
    public void Each_defect_has_its_own_name(string hex, AdvertisementStatus expected) =>
        Assert.Equal(expected, Advertisement.Parse(Convert.FromHexString(hex), Sender, Group4, Group4, out _));

    [Fact]
    public void Any_bytes_are_answered_without_an_exception() =>
        Gen.Byte.Array[0, 80].Sample(
            bytes =>
            {
                Advertisement.Parse(bytes, Sender, Group4, Group4, out _);
                Advertisement.Parse(bytes, Group6, Group6, Group6, out _);
                _ = IPv4Header.TryParse(bytes, out _);
            },
            iter: 20_000);

    [Fact]
    public void One_changed_bit_is_never_taken_for_the_original()
    {
        var original = Convert.FromHexString("213396010101cf840a6300647365637265743132");
        Gen.Int[0, (original.Length * 8) - 1].Sample(bit =>
        {
            var packet = (byte[])original.Clone();
            packet[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(AdvertisementStatus.Valid, Advertisement.Parse(packet, Sender, Group4, Group4, out _));
        });
    }

    [Fact]
    public void What_is_written_is_read_for_every_router_priority_and_number_of_addresses()
    {
        var gen = Gen.Select(Gen.Int[2, 3], Gen.Byte[1, 255], Gen.Byte, Gen.Int[0, 255], Gen.Int[1, 40], Gen.Bool);
        gen.Sample((version, router, priority, count, intervalS, plain) =>
        {
            var addresses = Enumerable.Range(0, count).Select(i => NodeAddress.OfIPv4(0x0a000000u + (uint)i)).ToArray();
            var writer = new AdvertisementWriter(version, router, intervalS * 100, addresses, null, plain ? ChecksumForm.Plain : ChecksumForm.PseudoHeader);
            var packet = writer.Build(priority, Sender, Group4);
            Assert.Equal(AdvertisementStatus.Valid, Advertisement.Parse(packet, Sender, Group4, Group4, out var read));
            Assert.Equal((router, priority, count, intervalS * 100), (read.VirtualRouterId, read.Priority, read.AddressCount, read.IntervalCs));
        });
    }

    [Fact]
    public void The_ip_header_is_keepalived_s()
    {
        var header = new byte[IPv4Header.Length];
        IPv4Header.Write(header, Sender, Group4, payloadLength: 20, identification: 1, Advertisement.TimeToLive);

        Assert.Equal("45c0002800010000ff70", Convert.ToHexStringLower(header.AsSpan(0, 10)));
        Assert.Equal("0a630001e0000012", Convert.ToHexStringLower(header.AsSpan(12)));
        Assert.Equal(0, InternetChecksum.Finish(InternetChecksum.Add(0, header)));
        Assert.True(IPv4Header.TryParse([.. header, .. new byte[20]], out var read));
        Assert.Equal((Sender, Group4, (byte)255), (read.Source, read.Destination, read.TimeToLive));
        Assert.False(IPv4Header.TryParse(header, out _));
    }
}
