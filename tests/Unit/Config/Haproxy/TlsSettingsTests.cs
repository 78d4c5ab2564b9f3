using Evenkeel.Model.Proxy;

namespace Evenkeel.Tests.Unit.Config.Haproxy;

public sealed class TlsSettingsTests
{
    [Fact]
    public void Nothing_said_means_the_two_versions_that_are_sound()
    {
        Assert.Equal((TlsProtocol.Tls12, TlsProtocol.Tls13), new TlsSettings().Range);
    }

    [Fact]
    public void Exclusions_narrow_the_range_until_nothing_is_left()
    {
        Assert.Equal((TlsProtocol.Tls13, TlsProtocol.Tls13), new TlsSettings { Excluded = [TlsProtocol.Tls12] }.Range);
        Assert.Equal((TlsProtocol.Tls12, TlsProtocol.Tls12), new TlsSettings { Excluded = [TlsProtocol.Tls13] }.Range);
        Assert.Null(new TlsSettings { Excluded = [TlsProtocol.Tls12, TlsProtocol.Tls13] }.Range);
    }

    [Fact]
    public void Exclusions_say_nothing_beside_a_limit()
    {
        var settings = new TlsSettings { Least = TlsProtocol.Tls11, Excluded = [TlsProtocol.Tls12] };
        Assert.True(settings.IgnoresExclusions);
        Assert.Equal((TlsProtocol.Tls11, TlsProtocol.Tls13), settings.Range);
    }

    [Fact]
    public void A_greatest_version_below_the_default_brings_the_least_down_with_it()
    {
        var settings = new TlsSettings { Most = TlsProtocol.Tls11 };
        Assert.True(settings.IsBelowDefault);
        Assert.Equal((TlsProtocol.Tls11, TlsProtocol.Tls11), settings.Range);
    }

    [Fact]
    public void Ssl3_alone_is_nothing()
    {
        Assert.Null(new TlsSettings { Least = TlsProtocol.Ssl3, Most = TlsProtocol.Ssl3 }.Range);
        Assert.Equal((TlsProtocol.Tls10, TlsProtocol.Tls13), new TlsSettings { Least = TlsProtocol.Ssl3 }.Range);
    }

    [Fact]
    public void Servers_keep_older_versions_when_the_sound_ones_are_excluded()
    {
        Assert.Equal((TlsProtocol.Tls10, TlsProtocol.Tls11), new TlsSettings { Excluded = [TlsProtocol.Tls12, TlsProtocol.Tls13] }.ServerRange);
    }

    [Fact]
    public void A_line_counts_before_the_defaults()
    {
        var defaults = new TlsSettings { Least = TlsProtocol.Tls13, Ciphers = "A", NoTickets = true };
        var merged = new TlsSettings { Least = TlsProtocol.Tls12, NoTickets = false }.Over(defaults);
        Assert.Equal((TlsProtocol.Tls12, "A", false), (merged.Least, merged.Ciphers, merged.NoTickets));
    }
}
