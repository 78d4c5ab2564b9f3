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

    private static string Here([CallerFilePath] string path = "") => path;
}
