using Evenkeel.Config.Diagnostics;
using Evenkeel.Daemon.Haproxy;
using Evenkeel.Model.Process;

namespace Evenkeel.Tests.Unit.Daemon;

public sealed class HaproxyConsoleTests
{
    private readonly List<string> _said = [];

    [Fact]
    public void Version_and_executable_come_once_before_the_first_warning_or_alert()
    {
        var console = Console(quiet: false);
        console.Notice("early");
        console.Warning("one");
        console.Alert("two");
        Assert.Equal(
            [
                "2:[NOTICE]   (42) : early\n",
                $"2:[NOTICE]   (42) : haproxy version is {ProductVersion.Haproxy}\n",
                "2:[NOTICE]   (42) : path to executable is /usr/sbin/haproxy\n",
                "2:[WARNING]  (42) : one\n",
                "2:[ALERT]    (42) : two\n",
            ],
            _said);
        Assert.Equal(1, console.Warnings);
    }

    [Fact]
    public void Further_lines_of_a_message_stand_as_they_are()
    {
        Console(quiet: false).Say(Severity.Diag, "first\nsecond\n   | third");
        Assert.Equal(["2:[DIAG]     (42) : first\nsecond\n   | third\n"], _said);
    }

    [Fact]
    public void Quiet_means_quiet()
    {
        var console = Console(quiet: true);
        console.Alert("nothing");
        console.Answer("nothing");
        Assert.Empty(_said);
    }

    private HaproxyConsole Console(bool quiet) => new(42, "/usr/sbin/haproxy", quiet, (descriptor, text) => _said.Add($"{descriptor}:{text}"));
}
