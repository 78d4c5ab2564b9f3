using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Packages;

/// <summary>The Debian package, from the published binary. `./dev package check` goes further and lives with it in a Debian root of its own.</summary>
public sealed class PackageTests(PackageTests.Built built) : IClassFixture<PackageTests.Built>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The package, built once for all tests of the class.</summary>
    public sealed class Built : IDisposable
    {
        public Built()
        {
            var (code, output) = RunningProgram.RunWithin(
                Patience, Path.Combine(Published.Root, "packaging/deb/build"), Published.Evenkeel, "0.1.0", Folder.FullName);
            Assert.True(code == 0, output);
            File = output.Trim();
        }

        public DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("evenkeel-package.");

        public string File { get; }

        public void Dispose() => Folder.Delete(recursive: true);
    }

    [Fact]
    public void Lintian_finds_nothing_to_complain_of()
    {
        var (code, output) = RunningProgram.RunWithin(Patience, "lintian", "--allow-root", "--fail-on", "error,warning", built.File);
        Assert.True(code == 0, output);
    }

    [Fact]
    public void The_program_answers_to_its_three_names_from_the_package()
    {
        var root = Path.Combine(built.Folder.FullName, "root");
        Assert.Equal(0, RunningProgram.Run("dpkg-deb", "-x", built.File, root).ExitCode);
        Assert.StartsWith("HAProxy version", RunningProgram.Run(Path.Combine(root, "usr/lib/evenkeel/haproxy"), "-v").Output, StringComparison.Ordinal);
        Assert.StartsWith("Keepalived v", RunningProgram.Run(Path.Combine(root, "usr/lib/evenkeel/keepalived"), "--version").Output, StringComparison.Ordinal);
        Assert.StartsWith("Evenkeel", RunningProgram.Run(Path.Combine(root, "usr/sbin/evenkeel"), "--version").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_configuration_of_the_package_is_valid_but_for_its_user()
    {
        var proxy = File.ReadAllText(Path.Combine(Published.Root, "packaging/etc/haproxy.cfg"))
            .Replace("user evenkeel", "user root").Replace("group evenkeel", "group root");
        var file = Path.Combine(built.Folder.FullName, "haproxy.cfg");
        File.WriteAllText(file, proxy);
        var (code, output) = RunningProgram.Run(Published.Evenkeel, "check", "-f", file, "-k", Path.Combine(Published.Root, "packaging/etc/keepalived.conf"));
        Assert.True(code == 0, output);
    }

    [Fact]
    public void Bash_and_the_maintainer_scripts_read_what_is_theirs()
    {
        foreach (var script in (string[])["postinst", "prerm", "postrm", "alternatives"])
            Assert.Equal((0, ""), RunningProgram.Run("sh", "-n", Path.Combine(Published.Root, "packaging/deb", script)));
        var (_, words) = RunningProgram.Run(
            "bash", "-c", $". {Published.Root}/packaging/completions/evenkeel.bash; COMP_WORDS=(evenkeel st); COMP_CWORD=1; _evenkeel; echo ${{COMPREPLY[@]}}");
        Assert.Equal("status", words.Trim());
    }
}
