using System.Text;
using Evenkeel.Model.Rules;
using Evenkeel.Config.Haproxy.Expressions;

namespace Evenkeel.Tests.Unit.Proxy.Samples;

/// <summary>Tables of expressions with the values and complaints of HAProxy 3.5.</summary>
/// <remarks>
/// A line is `set VARIABLE EXPRESSION`, `file PATH BASE64`, `is EXPRESSION VALUE` or `no EXPRESSION COMPLAINT`, with tabs between. Values were taken with
/// `http-request return lf-string`, one rule for each expression.
/// </remarks>
public sealed class SampleTableTests
{
    [Theory]
    [InlineData("samples-crypto.tsv", 40)]
    [InlineData("samples-json.tsv", 60)]
    [InlineData("samples-protobuf-fix.tsv", 100)]
    [InlineData("samples-forwarded.tsv", 150)]
    [InlineData("samples-packets-mqtt.tsv", 500)]
    [InlineData("samples-jwt.tsv", 40)]
    [InlineData("samples-jwe.tsv", 120)]
    [InlineData("samples-x509.tsv", 90)]
    public void Expressions_have_the_originals_values(string table, int atLeast)
    {
        var evaluation = new AnEvaluation();
        var wrong = new List<string>();
        var count = 0;
        foreach (var line in Lines(table))
        {
            var cells = line.Split('\t');
            switch (cells[0])
            {
                case "file":
                    evaluation.World.Files[cells[1]] = Convert.FromBase64String(cells[2]);
                    break;
                case "set":
                    evaluation.Write($"%[{cells[2]},set-var({cells[1]})]");
                    break;
                case "is":
                    count++;
                    var value = evaluation.Write($"%[{cells[1]}]", LogFormatUse.Plain);
                    if (value != cells[2]) wrong.Add($"{cells[1]} is '{value}' instead of '{cells[2]}'");
                    break;
                default:
                    count++;
                    var complaint = Complaint(evaluation, cells[1]);
                    if (!complaint.Contains(cells[2], StringComparison.Ordinal)) wrong.Add($"{cells[1]}: '{complaint}' instead of '{cells[2]}'");
                    break;
            }
        }
        Assert.Equal([], wrong);
        Assert.True(count >= atLeast, $"{count} expressions");
    }

    [Fact]
    public void A_variable_of_the_process_exists_from_the_start()
    {
        var evaluation = new AnEvaluation();
        evaluation.Write("%[int(3),set-var(proc.known,ifexists)]%[int(4),set-var(proc.known,ifnotexists)]%[int(5),set-var(sess.known,ifexists)]");
        Assert.Equal("3", evaluation.Write("%[var(proc.known)]%[var(sess.known)]"));
    }

    private static string Complaint(AnEvaluation evaluation, string expression) =>
        LogFormatParser.TryParse($"%[{expression}]", evaluation.Scope, LogFormatUse.Plain, default, out var error) is null ? error : "no complaint";

    private static IEnumerable<string> Lines(string table)
    {
        using var stream = typeof(SampleTableTests).Assembly.GetManifestResourceStream(table)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line) yield return line;
    }
}
