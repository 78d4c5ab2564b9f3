using System.Runtime.CompilerServices;
using Evenkeel.Config.Haproxy.Keywords;
using Evenkeel.Daemon.Haproxy;

namespace Evenkeel.Tests.Golden.Haproxy;

public sealed class CompatibilityFileTests
{
    /// <summary>With EVENKEEL_WRITE_DOCS set the file is written instead of compared.</summary>
    [Fact]
    public void The_committed_report_is_what_the_tables_say()
    {
        var path = Path.Combine(Path.GetDirectoryName(Here())!, "../../../docs/compat/haproxy.md");
        var report = CompatibilityReport.Haproxy(Signatures.Registry);
        if (Environment.GetEnvironmentVariable("EVENKEEL_WRITE_DOCS") is not null) File.WriteAllText(path, report);
        Assert.Equal(report, File.ReadAllText(path));
    }

    [Fact]
    public void The_committed_report_on_commands_is_what_the_tables_say()
    {
        var path = Path.Combine(Path.GetDirectoryName(Here())!, "../../../docs/compat/runtime-api.md");
        var report = CommandReport.Markdown(OriginalCommands());
        if (Environment.GetEnvironmentVariable("EVENKEEL_WRITE_DOCS") is not null) File.WriteAllText(path, report);
        Assert.Equal(report, File.ReadAllText(path));
    }

    [Fact]
    public void Every_command_of_the_original_is_answered_or_refused_by_its_name() => Assert.Empty(CommandReport.Missing(OriginalCommands()));

    /// <summary>What is in no list of the original must be meant to be ours.</summary>
    [Fact]
    public void Every_command_is_one_of_the_originals_or_known_as_our_own()
    {
        string[] own = ["add ssl ech", "debug dev", "dump ssl ech"];
        Assert.Subset(new HashSet<string>(own), CommandReport.Own(OriginalCommands()).ToHashSet());
    }

    /// <summary>What `haproxy -dKcli` of 3.5 lists.</summary>
    private static string[] OriginalCommands() => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Haproxy", "runtime-commands.list"));

    private static string Here([CallerFilePath] string path = "") => path;
}
