using System.Text;
using Evenkeel.Proxy.Samples.Fetches;

namespace Evenkeel.Tests.Unit.Proxy.Samples;

/// <summary>The hello whose parts HAProxy 3.5 reported the same way: `a.b`, `h2` and `http/1.1`, two groups, a session ticket.</summary>
public sealed class ClientHelloTests
{
    private static readonly byte[] Whole = Convert.FromHexString(
        "160301008B010000870303000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F0461626364000613" + "01C02F009F0100" +
        "0054" + "0000" + "0008" + "0006" + "00" + "0003" + "612E62" + "000A00060004001D0017" + "000B00020100" + "000D0006000404030804" +
        "0010000E000C02683208687474702F312E31" + "00230000" + "0033000D000B001D0002AABB00170001CC" + "002B0003020304");

    [Fact]
    public void A_whole_hello_gives_its_parts()
    {
        Assert.Equal(HelloState.Complete, ClientHello.Read(Whole, out var hello));
        Assert.Equal(1, hello.Type);
        Assert.Equal(196_611, hello.Version);
        Assert.Equal("1301C02F009F", Convert.ToHexString(hello.CipherSuites));
        Assert.True(hello.TryExtension(16, out var alpn));
        Assert.Contains("h2", Encoding.ASCII.GetString(alpn), StringComparison.Ordinal);
        Assert.True(hello.TryExtension(35, out var ticket));
        Assert.True(ticket.IsEmpty);
        Assert.False(hello.TryExtension(99, out _));
    }

    [Fact]
    public void Every_beginning_of_a_hello_waits_for_more()
    {
        for (var length = 0; length < Whole.Length; length++) Assert.Equal(HelloState.Incomplete, ClientHello.Read(Whole.AsSpan(0, length), out _));
    }

    [Theory]
    [InlineData("474554202F20485454502F312E300D0A")]
    [InlineData("160201008B010000870303")]
    [InlineData("160301008B01FFFFFF0303")]
    [InlineData("1603010004010000050303")]
    public void What_is_no_hello_is_told_from_one_that_is_cut(string bytes) =>
        Assert.Equal(HelloState.NotTls, ClientHello.Read(Convert.FromHexString(bytes), out _));

    [Fact]
    public void Damaged_hellos_never_throw()
    {
        var random = new Random(20_260_828);
        for (var round = 0; round < 50_000; round++)
        {
            var bytes = Whole.AsSpan(0, random.Next(Whole.Length + 1)).ToArray();
            for (var i = random.Next(6); i > 0 && bytes.Length > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (ClientHello.Read(bytes, out var hello) != HelloState.Complete) continue;
            for (var type = 0; type < 60; type++) hello.TryExtension(type, out _);
            Assert.True(hello.Version >= 0);
        }
    }
}
