using System.Text;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy;
using Evenkeel.Daemon.Haproxy;

namespace Evenkeel.Tests.Golden.Haproxy;

/// <summary>Whatever bytes stand in the file: no exception, an end, a bounded number of messages, and the verdict HAProxy 3.5 has for the same file.</summary>
public sealed class HostileTextTests
{
    private const string Defaults = "defaults\n timeout client 1s\n timeout server 1s\n timeout connect 1s\n";

    [Fact]
    public void A_megabyte_of_random_bytes_is_refused()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var bytes = new byte[1 << 20];
            new Random(seed).NextBytes(bytes);
            Assert.InRange(ErrorsOf(bytes).Count, 1, 1_000);
        }
    }

    [Fact]
    public void A_line_of_a_megabyte_is_read_and_one_of_half_a_million_words_is_refused()
    {
        Assert.Empty(ErrorsOf("global\n description " + new string('x', 1 << 20) + "\n"));
        Assert.Contains(ErrorsOf("global\n description " + string.Concat(Enumerable.Repeat("x ", 1 << 19)) + "\n"), error => error.Contains("too many words"));
    }

    [Fact]
    public void Conditionals_nest_to_a_hundred()
    {
        string Nested(int depth) => string.Concat(Enumerable.Repeat(".if 1\n", depth)) + "global\n" + string.Concat(Enumerable.Repeat(".endif\n", depth));
        Assert.Empty(ErrorsOf(Nested(99)));
        Assert.Contains(ErrorsOf(Nested(100_000)), error => error.EndsWith("parsing [x.cfg:100]: too many nested '.if', max is 100."));
    }

    [Fact]
    public void Parentheses_and_negations_of_a_condition_exhaust_no_stack()
    {
        Assert.NotEmpty(ErrorsOf($".if {new string('(', 100_000)}1{new string(')', 100_000)}\n.endif\n"));
        Assert.Empty(ErrorsOf($".if {new string('!', 100_000)}1\n.endif\n"));
    }

    [Fact]
    public void A_hundred_thousand_backends_and_converters_are_read()
    {
        Assert.Empty(ErrorsOf(Defaults + string.Concat(Enumerable.Range(0, 100_000).Select(i => $"backend b{i}\n server s 127.0.0.1:80\n"))));
        Assert.Empty(ErrorsOf(Defaults + " mode http\nfrontend f\n bind 127.0.0.1:9\n http-request set-header a %[str(a)"
            + string.Concat(Enumerable.Repeat(",lower", 100_000)) + "]\n"));
    }

    private static List<string> ErrorsOf(string configuration) => ErrorsOf(Encoding.Latin1.GetBytes(configuration));

    private static List<string> ErrorsOf(byte[] configuration)
    {
        var diagnostics = new DiagnosticList();
        HaproxyParser.Parse(["x.cfg"], new HaproxyOptions(), new ReferenceMachine("x.cfg", configuration), Signatures.Registry, diagnostics);
        return [.. diagnostics.Items.Where(item => item.Severity == Severity.Alert).Select(item => item.HaproxyLine)];
    }
}
