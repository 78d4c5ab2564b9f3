using Evenkeel.Daemon.Machine;

namespace Evenkeel.Tests.Unit.Daemon.Machine;

public sealed class InheritedListenersTests
{
    [Theory]
    [InlineData("/run/h.sock.31582.tmp", "/run/h.sock")]
    [InlineData("/run/h.sock", "/run/h.sock")]
    [InlineData("/run/a.tmp", "/run/a.tmp")]
    [InlineData("/run/a.b1.tmp", "/run/a.b1.tmp")]
    [InlineData(".1.tmp", ".1.tmp")]
    [InlineData("/run/a..tmp", "/run/a..tmp")]
    public void The_name_a_unix_socket_was_bound_under_leads_to_its_path(string bound, string path) =>
        Assert.Equal(path, InheritedListeners.WithoutTemporaryEnding(bound));
}
