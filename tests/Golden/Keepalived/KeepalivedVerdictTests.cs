using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Keepalived;

namespace Evenkeel.Tests.Golden.Keepalived;

/// <summary>
/// `keepalived -t` of 2.4.3 was asked about every case; the answers lie beside the cases and must be ours: exit code and the set of distinct messages.
/// </summary>
public sealed class KeepalivedVerdictTests
{
    private const string Security = "global_defs {\nscript_user root\nenable_script_security\n}\n";
    private const string Address = "virtual_ipaddress {\n1.2.3.4\n}\n";

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Keepalived");

    public static TheoryData<string> Files() => [.. ReadExpected("configtest.expected.txt").Keys];

    public static TheoryData<string> Patterns() => [.. ReadExpected("patterns.expected.txt").Keys];

    public static TheoryData<string> Cases() => [.. ReadExpected("cases.expected.txt").Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_configtest_file_gets_the_verdict_of_the_original(string file)
    {
        string text = File.ReadAllText(Path.Combine(Folder, "configtest", file));
        AssertVerdict(ReadExpected("configtest.expected.txt")[file], file, text, configId: null);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_keyword_case_gets_the_verdict_of_the_original(string line) =>
        AssertVerdict(ReadExpected("cases.expected.txt")[line], "p.conf", Build(line), "node1");

    /// <summary>Forty-odd small files with the habits and mistakes of real ones.</summary>
    [Theory]
    [MemberData(nameof(Patterns))]
    public void Every_pattern_of_real_files_gets_the_verdict_of_the_original(string line) =>
        AssertVerdict(ReadExpected("patterns.expected.txt")[line], "p.conf", Build(line), "node1");

    private static void AssertVerdict((int ExitCode, string[] Messages) expected, string file, string text, string? configId)
    {
        var (exitCode, messages) = Verdict(file, text, configId);
        Assert.Equal(string.Join('\n', expected.Messages.Order(StringComparer.Ordinal)), string.Join('\n', messages.Order(StringComparer.Ordinal)));
        Assert.Equal(expected.ExitCode, exitCode);
    }

    internal static (int ExitCode, string[] Messages) Verdict(string file, string text, string? configId)
    {
        var diagnostics = new DiagnosticList();
        var world = new ReferenceMachine("/etc/keepalived", new Dictionary<string, string> { [file] = text });
        var result = KeepalivedParser.Parse(file, new KeepalivedOptions { ConfigId = configId }, world, diagnostics);
        return (result.ExitCode, [.. diagnostics.Items.Where(d => d.Severity > Severity.Notice).Select(d => d.Text)]);
    }

    /// <summary>`I|` lines stand in an instance, `G|` in global_defs, `T|` before two instances (with lines for each after `@@`), `V|` behind the
    /// security lines, `P|` on their own.</summary>
    private static string Build(string line)
    {
        string body = line[2..].Replace("\\\\n", "\0", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal).Replace("\0", "\\\n",
            StringComparison.Ordinal);
        string[] parts = body.Split("@@");
        return line[0] switch
        {
            'I' => $"{Security}vrrp_instance V {{\ninterface eth0\nvirtual_router_id 51\n{body}\n"
                + (body.StartsWith("virtual_ipaddress {", StringComparison.Ordinal) ? "" : Address) + "}\n",
            'G' => $"global_defs {{\n{body}\n}}\nvrrp_instance V {{\ninterface eth0\nvirtual_router_id 51\n{Address}}}\n",
            'T' => $"{Security}{parts[0]}\nvrrp_instance V {{\ninterface eth0\nvirtual_router_id 51\n{parts.ElementAtOrDefault(1)}\n{Address}}}\n"
                + $"vrrp_instance W {{\ninterface eth0\nvirtual_router_id 52\n{parts.ElementAtOrDefault(2)}\nvirtual_ipaddress {{\n1.2.3.5\n}}\n}}\n",
            'P' => $"{body}\n",
            _ => $"{Security}{body}\n",
        };
    }

    private static Dictionary<string, (int ExitCode, string[] Messages)> ReadExpected(string name)
    {
        var expected = new Dictionary<string, (int, string[])>(StringComparer.Ordinal);
        foreach (string block in ("\n" + File.ReadAllText(Path.Combine(Folder, name))).Split("\n== ", StringSplitOptions.RemoveEmptyEntries))
        {
            string[] lines = block.TrimEnd('\n').Split('\n');
            expected[lines[0]] = (int.Parse(lines[1], System.Globalization.CultureInfo.InvariantCulture), lines[2..]);
        }
        return expected;
    }
}
