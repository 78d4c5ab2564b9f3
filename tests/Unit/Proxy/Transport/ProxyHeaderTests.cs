using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Transport.ProxyProtocol;

namespace Evenkeel.Tests.Unit.Proxy.Transport;

/// <summary>The verdicts are those of HAProxy 3.5 on the same bytes.</summary>
public sealed class ProxyHeaderTests
{
    private static readonly byte[] TwoIPv4Ends = [1, 2, 3, 4, 5, 6, 7, 8, 0x04, 0x57, 0x08, 0xAE];

    [Theory]
    [InlineData("PROXY TCP4 1.2.3.4 5.6.7.8 1111 2222\r\n", "1.2.3.4:1111", "5.6.7.8:2222")]
    [InlineData("PROXY TCP6 ::1 2001:db8::2 11 22\r\n", "[::1]:11", "[2001:db8::2]:22")]
    [InlineData("PROXY TCP4 01.2.3.4 5.6.7.8 01111 2222\r\n", "1.2.3.4:1111", "5.6.7.8:2222")]
    [InlineData("PROXY TCP4 1.2.3.4 5.6.7.8 70000 2222\r\n", "1.2.3.4:4464", "5.6.7.8:2222")]
    public void A_line_tells_both_ends(string line, string source, string destination)
    {
        Assert.Equal(ProxyHeaderStatus.Done, ProxyHeader.Read(Encoding.ASCII.GetBytes(line + "GET / HTTP/1.1"), out var header));
        Assert.Equal((line.Length, true, source, destination), (header.Length, header.HasAddresses, header.Source.ToString(), header.Destination.ToString()));
    }

    [Theory]
    [InlineData("PROXY TCP4 1.2.3.4 5.6.7.8 1111 2222\nGET", ProxyHeaderStatus.Invalid)]
    [InlineData("PROXY TCP4 1.2.3.4 5.6.7.8 1111 2222 \r\nGET", ProxyHeaderStatus.Invalid)]
    [InlineData("PROXY TCP4  1.2.3.4 5.6.7.8 1111 2222\r\nGET", ProxyHeaderStatus.Invalid)]
    [InlineData("PROXY TCP4 1.2.3.4 5.6.7.8 1111\r\nGET", ProxyHeaderStatus.Invalid)]
    [InlineData("PROXY TCP4 ::1 ::1 1111 2222\r\nGET", ProxyHeaderStatus.Invalid)]
    [InlineData("PROXY TCP6 1.2.3.4 5.6.7.8 1111 2222\r\nGET", ProxyHeaderStatus.Invalid)]
    [InlineData("PROXY UDP4 1.2.3.4 5.6.7.8 1111 2222\r\nGET", ProxyHeaderStatus.Unhandled)]
    [InlineData("PROXY UNKNOWN ff::1 ff::2 1 2\r\nGET", ProxyHeaderStatus.Unhandled)]
    [InlineData("GET / HTTP/1.1\r\n", ProxyHeaderStatus.NotAHeader)]
    [InlineData("PRO", ProxyHeaderStatus.Truncated)]
    [InlineData("PROXY TCP4 ", ProxyHeaderStatus.Truncated)]
    [InlineData("\r\n\r\n\0", ProxyHeaderStatus.Truncated)]
    public void A_line_that_is_not_exactly_right_is_refused(string line, ProxyHeaderStatus verdict) =>
        Assert.Equal(verdict, ProxyHeader.Read(Encoding.ASCII.GetBytes(line), out _));

    [Theory]
    [InlineData(0x21, 0x11, ProxyHeaderStatus.Done)]
    [InlineData(0x20, 0x11, ProxyHeaderStatus.Invalid)] // LOCAL: the addresses are no TLVs
    [InlineData(0x22, 0x11, ProxyHeaderStatus.Invalid)]
    [InlineData(0x21, 0x12, ProxyHeaderStatus.Invalid)]
    [InlineData(0x21, 0x41, ProxyHeaderStatus.Invalid)]
    [InlineData(0x11, 0x11, ProxyHeaderStatus.NotAHeader)]
    public void A_binary_header_is_for_TCP_over_IPv4_or_IPv6(byte command, byte family, ProxyHeaderStatus verdict)
    {
        Assert.Equal(verdict, ProxyHeader.Read(Binary(command, family, TwoIPv4Ends), out var header));
        if (verdict == ProxyHeaderStatus.Done) Assert.Equal("1.2.3.4:1111", header.Source.ToString());
    }

    [Fact]
    public void LOCAL_keeps_the_ends_of_the_connection()
    {
        Assert.Equal(ProxyHeaderStatus.Done, ProxyHeader.Read(Binary(0x20, 0, []), out var header));
        Assert.False(header.HasAddresses);
    }

    [Fact]
    public void TLVs_fill_the_header_exactly_and_keep_their_limits()
    {
        ProxyHeaderStatus With(byte[] tlvs) => ProxyHeader.Read(Binary(0x21, 0x11, [.. TwoIPv4Ends, .. tlvs]), out _);
        Assert.Equal(ProxyHeaderStatus.Done, With(Tlv(2, 255)));
        Assert.Equal(ProxyHeaderStatus.Invalid, With(Tlv(2, 256)));
        Assert.Equal(ProxyHeaderStatus.Done, With(Tlv(5, 128)));
        Assert.Equal(ProxyHeaderStatus.Invalid, With(Tlv(5, 129)));
        Assert.Equal(ProxyHeaderStatus.Done, With(Tlv(0xE1, 1_024)));
        Assert.Equal(ProxyHeaderStatus.Invalid, With(Tlv(0xE1, 1_025)));
        Assert.Equal(ProxyHeaderStatus.Invalid, With([0xE1, 0, 5, 1, 2]));
        Assert.Equal(ProxyHeaderStatus.Invalid, With([0xE1, 0]));
        Assert.Equal(ProxyHeaderStatus.Invalid, With([3, 0, 2, 1, 2]));
    }

    [Fact]
    public void The_first_TLV_of_a_type_is_found_and_the_next_after_it()
    {
        byte[] tlvs = [0xE1, 0, 1, 7, 2, 0, 0, 0xE1, 0, 2, 8, 9];
        var offset = 0;
        Assert.True(ProxyHeader.TryFindTlv(tlvs, 0xE1, ref offset, out var value));
        Assert.Equal([7], value.ToArray());
        Assert.True(ProxyHeader.TryFindTlv(tlvs, 0xE1, ref offset, out value));
        Assert.Equal([8, 9], value.ToArray());
        Assert.False(ProxyHeader.TryFindTlv(tlvs, 0xE1, ref offset, out _));
    }

    [Fact]
    public void What_is_written_is_read_back_and_one_wrong_bit_breaks_the_checksum() =>
        Gen.Select(Gen.Bool, Gen.UInt, Gen.UInt, Gen.Int[0, 65535], Gen.Byte.Array[0, 60], Gen.Int[0, 99]).Sample((six, from, to, port, value, flip) =>
        {
            IpEndpoint End(uint address) => six ? new IpEndpoint(EndpointFamily.IPv6, address, ~(ulong)address, port)
                : new IpEndpoint(EndpointFamily.IPv4, 0, address, port);
            var writer = new ProxyHeaderWriter(new byte[256]);
            writer.Begin(End(from), End(to));
            writer.AddTlv(0xE1, value);
            writer.AddChecksum();
            writer.Finish();
            var bytes = writer.Written.ToArray();
            Assert.Equal(ProxyHeaderStatus.Done, ProxyHeader.Read(bytes, out var header));
            Assert.Equal((End(from).ToString(), End(to).ToString(), bytes.Length), (header.Source.ToString(), header.Destination.ToString(), header.Length));
            var broken = ProxyHeader.FixedLength + flip % 8;
            bytes[broken] ^= 1;
            Assert.Equal(ProxyHeaderStatus.Invalid, ProxyHeader.Read(bytes, out _));
        });

    [Fact]
    public void Whatever_comes_is_judged() => Gen.Select(Gen.Int[0, 2], Gen.Byte.Array[0, 120]).Sample((start, bytes) =>
    {
        byte[] all = start switch { 0 => bytes, 1 => [.. "PROXY TCP4 "u8, .. bytes], _ => [.. ProxyHeader.Signature, 0x21, .. bytes] };
        var status = ProxyHeader.Read(all, out var header);
        Assert.True(status != ProxyHeaderStatus.Done || (header.Length <= all.Length && header.TlvOffset <= header.Length));
    });

    private static byte[] Binary(byte command, byte family, byte[] rest)
    {
        byte[] header = [.. ProxyHeader.Signature, command, family, 0, 0, .. rest];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), (ushort)rest.Length);
        return header;
    }

    private static byte[] Tlv(byte type, int length) => [type, (byte)(length >> 8), (byte)length, .. new byte[length]];
}
