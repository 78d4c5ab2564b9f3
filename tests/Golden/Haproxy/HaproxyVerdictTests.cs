using System.Text;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy;
using Evenkeel.Daemon.Haproxy;
using Evenkeel.Proxy.Transport.Tls;

namespace Evenkeel.Tests.Golden.Haproxy;

/// <summary>
/// Configurations with the verdict and the messages of HAProxy 3.5, recorded once. Ours must be the same, but for what is refused as "not supported yet".
/// </summary>
public sealed class HaproxyVerdictTests
{
    private sealed record Case(string Name, string Configuration, bool IsRefused, int ExitCode, string[] Messages);

    [Theory]
    [InlineData("language.txt")]
    [InlineData("global.txt")]
    [InlineData("bind-and-server.txt")]
    [InlineData("proxy.txt")]
    [InlineData("sections.txt")]
    [InlineData("families.txt")]
    [InlineData("transport.txt")]
    [InlineData("logs.txt")]
    [InlineData("log-backends.txt")]
    [InlineData("warnings.txt")]
    [InlineData("tls.txt")]
    [InlineData("checks.txt")]
    [InlineData("rules.txt")]
    [InlineData("threads.txt")]
    [InlineData("http-modes.txt")]
    [InlineData("balance.txt")]
    [InlineData("names.txt")]
    [InlineData("values.txt")]
    [InlineData("tuning.txt")]
    [InlineData("rule-words.txt")]
    [InlineData("field.txt")]
    public void Each_configuration_gets_the_originals_verdict_in_its_words(string file)
    {
        var wrong = new StringBuilder();
        var cases = Read(Path.Combine(AppContext.BaseDirectory, "Haproxy", file)).ToList();
        foreach (var one in cases)
        {
            var (exitCode, messages) = Judge(one.Configuration);
            if (one.IsRefused && exitCode == 1 && messages.Any(message => message.Contains("not supported yet", StringComparison.Ordinal))) continue;
            if (exitCode == one.ExitCode && messages.Order(StringComparer.Ordinal).SequenceEqual(one.Messages.Order(StringComparer.Ordinal))) continue;
            // What was refused when the case was recorded may be supported by now; then only the verdict is compared.
            if (one.IsRefused && exitCode == one.ExitCode) continue;
            wrong.AppendLine($"{one.Name}: expected exit {one.ExitCode}").AppendJoin('\n', one.Messages).AppendLine();
            wrong.AppendLine($"got exit {exitCode}").AppendJoin('\n', messages).AppendLine();
        }
        Assert.True(cases.Count > 10);
        Assert.True(wrong.Length == 0, wrong.ToString());
    }

    private static (int ExitCode, string[] Messages) Judge(string configuration)
    {
        var diagnostics = new DiagnosticList();
        var machine = new ReferenceMachine("x.cfg", Encoding.Latin1.GetBytes(configuration));
        var model = HaproxyParser.Parse(["x.cfg"], new HaproxyOptions(), machine, Signatures.Registry, diagnostics);
        var lines = diagnostics.Items.Where(item => item.Severity != Severity.Diag)
            .SelectMany(item => $"{item.Severity.ToString()[0]} {item.HaproxyLine}".Split('\n', '\r'))
            .Where(line => !string.IsNullOrWhiteSpace(line));
        var all = lines.ToList();
        // The reference machine's certificates are not on the disk: contexts are made of the configurations that name none.
        if (model is not null && !configuration.Contains("/tls", StringComparison.Ordinal)
            && !TlsSetup.Check(model, machine, alert => all.Add("A " + alert), warning => all.Add("W " + warning))) model = null;
        return (model is null ? 1 : 0, [.. all]);
    }

    /// <summary>`=== name`, the configuration, `--- [truncated,] exit N` or `--- refused (exit N)`, the messages. Truncated: no final newline.</summary>
    private static IEnumerable<Case> Read(string path)
    {
        var text = File.ReadAllText(path, Encoding.Latin1);
        foreach (var part in text.Split("\n=== ").Skip(1))
        {
            var end = part.IndexOf('\n');
            var verdict = part.LastIndexOf("\n--- ", StringComparison.Ordinal);
            var lines = part[(verdict + 5)..].Split('\n', '\r');
            var configuration = verdict > end ? part[(end + 1)..(verdict + 1)] : "";
            if (lines[0].StartsWith("truncated", StringComparison.Ordinal)) configuration = configuration[..^1];
            var isRefused = lines[0].Contains("refused", StringComparison.Ordinal);
            var exitCode = lines[0].Contains("exit 1", StringComparison.Ordinal) ? 1 : 0;
            yield return new Case(part[..end], configuration, isRefused, exitCode, [.. lines.Skip(1).Where(line => !string.IsNullOrWhiteSpace(line))]);
        }
    }
}
