using System.Runtime.CompilerServices;
using Evenkeel.Config.Keepalived;

namespace Evenkeel.Tests.Golden.Keepalived;

public sealed class KeywordDocumentTests
{
    private static string Committed([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "compat", "keepalived.md");

    [Fact]
    public void The_committed_document_is_the_one_the_tables_write()
    {
        string path = Committed();
        string written = KeywordDocument.Write();
        // Set the variable to write it anew after a change of the tables.
        if (Environment.GetEnvironmentVariable("EVENKEEL_WRITE_DOCS") is not null) File.WriteAllText(path, written);
        Assert.Equal(File.ReadAllText(path), written);
    }
}
