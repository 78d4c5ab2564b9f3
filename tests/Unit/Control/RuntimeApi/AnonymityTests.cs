using System.Net;
using Evenkeel.Model.Process;

namespace Evenkeel.Tests.Unit.Control.RuntimeApi;

/// <summary>Hashes as HAProxy 3.5 gave them for the same key.</summary>
public sealed class AnonymityTests
{
    [Fact]
    public void Names_are_hashed_as_the_original_does()
    {
        Assert.Equal("8e6cb7", new Anonymizer(77).Name("hello"));
        Assert.Equal("3c31d9", new Anonymizer(123).Name("l"));
        Assert.Equal("hello", new Anonymizer(0).Name("hello"));
    }

    [Fact]
    public void An_address_of_this_machine_is_shown()
    {
        Assert.Equal("127.0.0.1", new Anonymizer(123).Address(IPAddress.Loopback));
        Assert.Equal("IPV4(b6e8ee)", new Anonymizer(123).Address(IPAddress.Parse("10.9.8.7")));
    }

    [Theory]
    [InlineData("10.0.0.1:514", "IPV4(00fdaf):514")]
    [InlineData("ipv4@127.0.0.1:9999", "ipv4@127.0.0.1:9999")]
    [InlineData("[fe80::1]:80", "IPV6(c6dea2):80")]
    [InlineData("[2001:db8::1]:443", "IPV6(281a59):443")]
    [InlineData("ipv6@[::1]:80", "ipv6@[::1]:80")]
    [InlineData("::1:8080", "::1:8080")]
    [InlineData("1.2.3.4", "IPV4(83c34b)")]
    [InlineData("example.com:80", "e007c8")]
    [InlineData("localhost:80", "localhost:80")]
    [InlineData("/dev/log", "eeadaa")]
    [InlineData("abns@foo", "db8963")]
    [InlineData("*:80", "*:80")]
    [InlineData(":10001", ":10001")]
    [InlineData(":8080,[::1]:8081", "17e4f9")]
    [InlineData("fd@3", "fd@3")]
    public void Places_keep_their_form_and_port(string text, string hidden) => Assert.Equal(hidden, new Anonymizer(123).Place(text));

    [Fact]
    public void A_session_hides_names_until_it_is_told_to_show_them()
    {
        var answer = AProcess.Ask("set anon on 123; show anon; show servers conn be1; set anon off; show anon\n");
        Assert.Contains("Anonymized mode enabled\nKey : 123\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("be1/", answer, StringComparison.Ordinal);
        Assert.Contains(new Anonymizer(123).Name("be1") + "/" + new Anonymizer(123).Name("s1"), answer, StringComparison.Ordinal);
        Assert.EndsWith("Anonymized mode disabled\n\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_key_of_its_own_a_session_takes_the_global_one_or_one_by_chance()
    {
        Assert.Contains("Key : 7\n", AProcess.Ask("set anon global-key 7; set anon on; show anon\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("Key : 0\n", AProcess.Ask("set anon global-key 0; set anon on; show anon\n"), StringComparison.Ordinal);
        Assert.Contains("Value out of range", AProcess.Ask("set anon on 0\n"), StringComparison.Ordinal);
        Assert.Contains("Permission denied", AProcess.Ask("set anon global-key 7\n", Evenkeel.Model.Proxy.CommandLevel.Operator), StringComparison.Ordinal);
    }
}
