using Evenkeel.Daemon.Machine;
using Evenkeel.Model;

namespace Evenkeel.Tests.Unit.Daemon.Machine;

public sealed class ScriptPathTests
{
    [Fact]
    public void A_command_that_links_into_a_merged_directory_may_run()
    {
        // Debian: /usr/bin/pidof -> /sbin/killall5, and /sbin -> usr/sbin.
        var pidof = new FileInfo("/usr/bin/pidof");
        Assert.SkipUnless(pidof.LinkTarget is not null, "pidof is no link on this machine");
        Assert.Equal(ScriptPathVerdict.Secure, new ThisMachine().CheckScript("/usr/bin/pidof"));
    }

    [Fact]
    public void A_path_that_is_written_through_a_linked_directory_is_refused()
    {
        Assert.SkipUnless(new DirectoryInfo("/bin").LinkTarget is not null, "/bin is a directory on this machine");
        Assert.Equal(ScriptPathVerdict.SymlinkedDirectory, new ThisMachine().CheckScript("/bin/true"));
    }
}
