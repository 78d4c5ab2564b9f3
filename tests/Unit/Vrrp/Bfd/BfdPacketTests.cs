using Evenkeel.Vrrp.Bfd;

namespace Evenkeel.Tests.Unit.Vrrp.Bfd;

public sealed class BfdPacketTests
{
    /// <summary>Captured from Keepalived 2.2.7: state Up, 50 ms, multiplier 5.</summary>
    private const string Captured = "20c00518f4b85430f4b854300000c3500000c35000000000";

    [Fact]
    public void A_captured_packet_is_read_and_written_byte_for_byte()
    {
        var bytes = Convert.FromHexString(Captured);
        Assert.Equal(BfdVerdict.Valid, BfdPacket.Parse(bytes, out var packet));
        Assert.Equal((BfdState.Up, (byte)5, 0xf4b85430u, 50_000u), (packet.State, packet.Multiplier, packet.MyDiscriminator, packet.MinimumTransmitUs));
        var written = new byte[BfdPacket.Length];
        packet.Write(written);
        Assert.Equal(bytes, written);
    }

    [Theory]
    [InlineData(0, 0x40, BfdVerdict.WrongVersion)]
    [InlineData(3, 0x17, BfdVerdict.BadLength)]
    [InlineData(3, 0x19, BfdVerdict.BadLength)]
    [InlineData(2, 0x00, BfdVerdict.ZeroMultiplier)]
    [InlineData(1, 0xc1, BfdVerdict.MultiPoint)]
    [InlineData(1, 0xc4, BfdVerdict.Authenticated)]
    public void A_packet_that_breaks_a_rule_is_refused(int at, byte value, BfdVerdict verdict)
    {
        var bytes = Convert.FromHexString(Captured);
        bytes[at] = value;
        Assert.Equal(verdict, BfdPacket.Parse(bytes, out _));
    }

    [Fact]
    public void Discriminators_of_zero_are_refused_where_they_mean_nothing()
    {
        var bytes = Convert.FromHexString(Captured);
        bytes.AsSpan(8, 4).Clear();
        Assert.Equal(BfdVerdict.NoSession, BfdPacket.Parse(bytes, out _));
        bytes[1] = 0x40;
        Assert.Equal(BfdVerdict.Valid, BfdPacket.Parse(bytes, out _));
        bytes.AsSpan(4, 4).Clear();
        Assert.Equal(BfdVerdict.NoDiscriminator, BfdPacket.Parse(bytes, out _));
    }

    [Fact]
    public void Any_bytes_are_judged_without_a_fault()
    {
        var random = new Random(5880);
        var bytes = new byte[40];
        var valid = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var length = random.Next(bytes.Length);
            if (i % 2 == 0)
                random.NextBytes(bytes);
            else
                Convert.FromHexString(Captured).CopyTo(bytes, 0);
            bytes[random.Next(24)] ^= (byte)(1 << random.Next(8));
            if (BfdPacket.Parse(bytes.AsSpan(0, i % 3 == 0 ? length : 24), out _) == BfdVerdict.Valid)
                valid++;
        }
        Assert.InRange(valid, 1, 150_000);
    }
}
