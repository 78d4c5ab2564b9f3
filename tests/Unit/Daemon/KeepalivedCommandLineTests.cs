using Evenkeel.Daemon.Keepalived;

namespace Evenkeel.Tests.Unit.Daemon;

public sealed class KeepalivedCommandLineTests
{
    [Fact]
    public void The_line_of_a_test_bench_is_understood()
    {
        var line = KeepalivedCommandLine.Parse(["-n", "-l", "-D", "-f", "conf", "-p", "main.pid", "-r", "vrrp.pid", "-c", "check.pid"]);
        Assert.True(line is { Foreground: true, LogConsole: true, LogDetail: true, File: "conf" });
        Assert.True(line is { PidFile: "main.pid", VrrpPidFile: "vrrp.pid", CheckersPidFile: "check.pid" });
        Assert.Null(line.Error);
    }

    [Theory]
    [InlineData("-f", "k.conf")]
    [InlineData("-fk.conf", "")]
    [InlineData("--use-file=k.conf", "")]
    [InlineData("--use-file", "k.conf")]
    [InlineData("--use-f=k.conf", "")]
    public void A_value_may_stand_in_every_place_getopt_knows(string first, string second) =>
        Assert.Equal("k.conf", KeepalivedCommandLine.Parse(second.Length == 0 ? [first] : [first, second]).File);

    [Fact]
    public void An_optional_value_is_only_taken_when_attached()
    {
        Assert.Equal("log", KeepalivedCommandLine.Parse(["-tlog"]).TestLog);
        Assert.Equal("log", KeepalivedCommandLine.Parse(["--config-test=log"]).TestLog);
        var line = KeepalivedCommandLine.Parse(["-t", "k.conf"]);
        Assert.True(line.TestConfiguration);
        Assert.Null(line.TestLog);
        Assert.Equal(["k.conf"], line.Unexpected);
    }

    [Theory]
    [InlineData("-z", "Unknown option -z")]
    [InlineData("-nz", "Unknown option -z")]
    [InlineData("--foo", "Unknown option --foo")]
    [InlineData("--dont", "Unknown option --dont")]
    [InlineData("-f", "Missing parameter for option -f")]
    [InlineData("--signum", "Missing parameter for option --signum")]
    public void What_is_wrong_is_named(string word, string error) => Assert.Equal(error, KeepalivedCommandLine.Parse([word]).Error);

    /// <summary>As 2.4.3 does.</summary>
    [Theory]
    [InlineData("-S9", "Invalid log facility '9'")]
    [InlineData("-u888", "Invalid --umask option 888")]
    public void A_value_that_means_nothing_is_named_and_left_out(string word, string mistake)
    {
        var line = KeepalivedCommandLine.Parse([word, "-n"]);
        Assert.True(line is { Error: null, Foreground: true, LogFacility: 3, FileModeMask: null });
        Assert.Equal([mistake], line.Mistakes);
    }

    [Theory]
    [InlineData("3", 19)]
    [InlineData("local7", 23)]
    [InlineData("user", 1)]
    [InlineData("daemon", 3)]
    public void Facilities_have_their_syslog_numbers(string word, int expected) =>
        Assert.Equal(expected, KeepalivedCommandLine.Parse(["-S", word]).LogFacility);

    [Fact]
    public void Letters_can_be_joined()
    {
        var line = KeepalivedCommandLine.Parse(["-nlDGRf", "k.conf"]);
        Assert.True(line is { Foreground: true, LogConsole: true, LogDetail: true, NoSyslog: true, NoRespawn: true, File: "k.conf" });
    }

    [Fact]
    public void Every_option_is_explained_and_every_explained_option_exists()
    {
        var usage = KeepalivedBanner.Usage("keepalived");
        foreach (var option in KeepalivedOption.All) Assert.Contains("--" + option.Name, usage);
        foreach (System.Text.RegularExpressions.Match match in System.Text.RegularExpressions.Regex.Matches(usage, "--([a-z_-]+)"))
            Assert.NotNull(KeepalivedOption.FindName(match.Groups[1].Value));
    }

    [Fact]
    public void Signals_have_the_numbers_scripts_expect()
    {
        Assert.Equal(15, KeepalivedBanner.SignalOf("STOP"));
        Assert.Equal(1, KeepalivedBanner.SignalOf("RELOAD"));
        Assert.Equal(10, KeepalivedBanner.SignalOf("DATA"));
        Assert.Equal(12, KeepalivedBanner.SignalOf("STATS"));
        Assert.Null(KeepalivedBanner.SignalOf("HUP"));
    }
}
