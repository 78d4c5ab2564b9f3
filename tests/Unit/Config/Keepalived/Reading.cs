using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Keepalived;
using Evenkeel.Config.Keepalived.Language;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Tests.Unit.Config.Keepalived;

/// <summary>Reads configurations that exist only in the test.</summary>
internal static class Reading
{
    public const string File = "/etc/keepalived/keepalived.conf";

    /// <summary>The lines a pass sees, cut at braces.</summary>
    public static List<string> Lines(string text, string configId = "node1", FakeWorld? world = null) => Lines(text, out _, configId, world);

    public static List<string> Lines(string text, out List<string> complaints, string configId = "node1", FakeWorld? world = null)
    {
        world = (world ?? new FakeWorld()).With(File, text);
        var diagnostics = new DiagnosticList();
        var said = new Complaints(diagnostics);
        var source = new SourceReader(world, said);
        source.ReadMain(File);
        var reader = new LineReader(source.Lines, world, configId, said);
        var lines = new List<string>();
        while (reader.Next(out string line)) lines.Add(line);
        reader.Finish();
        complaints = [.. diagnostics.Items.Select(d => d.Text)];
        return lines;
    }

    public static KeepalivedModel Model(string text, FakeWorld? world = null) => Result(text, out _, world).Model!;

    public static KeepalivedResult Result(string text, out DiagnosticList diagnostics, FakeWorld? world = null)
    {
        diagnostics = new DiagnosticList();
        return KeepalivedParser.Parse(File, new KeepalivedOptions(), (world ?? new FakeWorld()).With(File, text), diagnostics);
    }
}
