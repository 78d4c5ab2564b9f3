using Evenkeel.Daemon.Haproxy;

namespace Evenkeel.Tests.Unit.Daemon;

public sealed class HaproxyCommandLineTests
{
    [Fact]
    public void Files_are_kept_in_the_order_they_were_named()
    {
        var line = HaproxyCommandLine.Parse(["-f", "a", "-V", "-f", "b", "--", "c", "-V"]);
        Assert.Equal(["a", "b", "c", "-V"], line.Files);
        Assert.True(line.Verbose);
    }

    [Fact]
    public void Without_a_file_there_is_nothing_to_do_but_explain() => Assert.Equal(HaproxyRequest.Usage, HaproxyCommandLine.Parse(["-c"]).Request);

    [Theory]
    [InlineData("foo")]
    [InlineData("-h")]
    [InlineData("-")]
    [InlineData("-sx")]
    public void A_word_that_is_no_option_explains_the_usage(string word) =>
        Assert.Equal(HaproxyRequest.Usage, HaproxyCommandLine.Parse(["-f", "a", word]).Request);

    [Theory]
    [InlineData("-v", HaproxyRequest.Version)]
    [InlineData("-vx", HaproxyRequest.Version)]
    [InlineData("-vv", HaproxyRequest.VersionDetails)]
    [InlineData("-vq", HaproxyRequest.VersionWord)]
    [InlineData("-vqs", HaproxyRequest.BranchWord)]
    [InlineData("-vqb", HaproxyRequest.BranchWord)]
    public void A_version_request_wins_at_once(string word, HaproxyRequest expected) =>
        Assert.Equal(expected, HaproxyCommandLine.Parse(["-f", "a", word, "nonsense"]).Request);

    [Fact]
    public void What_the_regression_tests_pass_is_understood()
    {
        var line = HaproxyCommandLine.Parse(["-d", "-dM", "-dI", "-dW", "-f", "cfg", "-p", "pid"]);
        Assert.Equal(HaproxyRequest.Run, line.Request);
        Assert.True(line is { Debug: true, InsecureFork: true, ZeroWarning: true, PidFile: "pid" });
    }

    [Fact]
    public void Letters_behind_an_option_are_ignored_as_the_original_does()
    {
        var line = HaproxyCommandLine.Parse(["-Vc", "-dWx", "-ff", "a"]);
        Assert.True(line is { Request: HaproxyRequest.Run, Verbose: true, ZeroWarning: true });
        Assert.Equal(["a"], line.Files);
    }

    [Fact]
    public void A_condition_needs_no_file()
    {
        var line = HaproxyCommandLine.Parse(["-cc", "feature(OPENSSL)"]);
        Assert.Equal((HaproxyRequest.EvaluateCondition, "feature(OPENSSL)"), (line.Request, line.Condition));
        Assert.Equal(HaproxyRequest.Usage, HaproxyCommandLine.Parse(["-cc"]).Request);
        Assert.Equal(HaproxyRequest.Usage, HaproxyCommandLine.Parse(["-cc", "1", "extra"]).Request);
    }

    [Fact]
    public void Old_processes_are_read_until_the_next_option()
    {
        var line = HaproxyCommandLine.Parse(["-sf", "12", "34 56", "-f", "a"]);
        Assert.Equal([12, 34, 56], line.OldProcesses);
        Assert.False(line.TerminateOldProcesses);
        Assert.Equal("-st option: some bytes unconsumed in PID list {abc}", HaproxyCommandLine.Parse(["-st", "abc", "-f", "a"]).Error);
        Assert.Null(HaproxyCommandLine.Parse(["-sf", "-f", "a"]).Error);
    }

    [Fact]
    public void A_missing_value_is_an_error_that_names_the_option() => Assert.Contains("'-p'", HaproxyCommandLine.Parse(["-f", "a", "-p"]).Error!);

    [Fact]
    public void Memory_debugging_is_accepted_but_not_its_misspellings()
    {
        Assert.Null(HaproxyCommandLine.Parse(["-dM5,no-fail", "-f", "a"]).Error);
        Assert.Null(HaproxyCommandLine.Parse(["-dM0x50", "-f", "a"]).Error);
        Assert.Equal("-dM: unknown pool debugging feature <zz>", HaproxyCommandLine.Parse(["-dMzz", "-f", "a"]).Error);
        Assert.Equal(HaproxyRequest.MemoryDebugHelp, HaproxyCommandLine.Parse(["-dMhelp"]).Request);
    }

    [Fact]
    public void Nonsense_for_a_number_means_not_given()
    {
        var line = HaproxyCommandLine.Parse(["-n", "-5", "-N", "abc", "-m", "100x", "-f", "a"]);
        Assert.True(line is { MaxConnections: null, ProxyMaxConnections: null, MemoryLimitMegabytes: 100 });
    }
}
