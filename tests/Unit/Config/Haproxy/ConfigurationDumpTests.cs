using System.Text;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy;
using Evenkeel.Model.Process;
using Evenkeel.Model.Samples;

namespace Evenkeel.Tests.Unit.Config.Haproxy;

public sealed class ConfigurationDumpTests
{
    private const string Text = """
        # said to nobody
        global
            node secretnode
            dynamic-cookie-key not known here # comment
        defaults base
            mode http
            no option httplog
        listen web from base
            bind 10.0.0.1:80 name "a b"
            acl secretacl path /secretpath
            stats auth tom:secretword
            server secretserver 10.0.0.1:8080 cookie secretcookie
            somethingnew /secret/file secretvalue
        """;

    private static string Dump(uint key)
    {
        var text = new StringBuilder();
        var options = new HaproxyOptions { Dump = new ConfigurationDump(new Anonymizer(key), line => text.Append(line)) };
        _ = HaproxyParser.Parse(["a.cfg"], options, new FakeWorld().With("a.cfg", Text + "\n"), SignatureRegistry.Empty, new DiagnosticList());
        return text.ToString();
    }

    [Fact]
    public void Every_statement_is_printed_once_without_comments_and_quotes()
    {
        var dump = Dump(0);
        Assert.StartsWith("global\n\tnode secretnode\n", dump, StringComparison.Ordinal);
        Assert.Contains("listen web from base\n\tbind 10.0.0.1:80 name a b\n", dump, StringComparison.Ordinal);
        Assert.Contains("\tno option httplog\n", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("comment", dump, StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_key_nothing_secret_is_left_and_the_form_still_is()
    {
        var dump = Dump(123);
        Assert.DoesNotContain("secret", dump, StringComparison.Ordinal);
        Assert.Contains("defaults ID(f4c449)\n\tmode http\n\tno option httplog\n", dump, StringComparison.Ordinal);
        Assert.Contains("\tbind IPV4(00fdaf):80 [...]\n", dump, StringComparison.Ordinal);
        Assert.Contains("IPV4(00fdaf):8080 [...]\n", dump, StringComparison.Ordinal);
        Assert.Matches(@"\tsomethingnew PATH\([0-9a-f]{6}\) \[\.\.\.\]\n", dump);
    }
}
