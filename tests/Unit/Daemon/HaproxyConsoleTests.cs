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
    public void A_new_start_says_version_and_executable_again_and_keeps_only_its_own_words()
    {
        var console = Console(quiet: false);
        console.Warning("one");
        console.BeginAnew();
        console.Note("[NOTICE]   (43) : a worker's words\n");
        console.Warning("two");
        Assert.Equal(
            "[NOTICE]   (43) : a worker's words\n"
            + $"[NOTICE]   (42) : haproxy version is {ProductVersion.Haproxy}\n[NOTICE]   (42) : path to executable is /usr/sbin/haproxy\n"
            + "[WARNING]  (42) : two\n",
            console.Said);
        Assert.DoesNotContain(_said, text => text.Contains("a worker's words", StringComparison.Ordinal));
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
