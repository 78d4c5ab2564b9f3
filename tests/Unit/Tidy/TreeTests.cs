using System.Text.RegularExpressions;

namespace Evenkeel.Tests.Unit.Tidy;

/// <summary>What no analyzer says: the arrows between projects, sizes, where dangerous things may stand, and that the documents name what exists.</summary>
public sealed partial class TreeTests
{
    private const int MostLinesInAFile = 800;
    private const int MostLinesInAMethod = 70;
    private const int MostColumns = 160;

    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Linux"] = [],
        ["Model"] = [],
        ["Config"] = ["Model"],
        ["Proxy"] = ["Model", "Linux"],
        ["Vrrp"] = ["Model", "Linux"],
        ["Control"] = ["Model", "Proxy", "Vrrp"],
        ["Daemon"] = ["Linux", "Model", "Config", "Proxy", "Vrrp", "Control"],
    };

    /// <summary>Files outside Linux/ and Proxy/Memory/ in which unsafe code is allowed, each with its reason.</summary>
    private static readonly Dictionary<string, string> UnsafeFiles = new()
    {
    };

    private static readonly string[] AtticNames = ["Utilities", "Utils", "Helpers", "Common", "Infrastructure", "Misc", "Shared"];

    [Fact]
    public void Projects_only_know_those_the_arrows_allow()
    {
        foreach (var (project, allowed) in Arrows)
        {
            var text = SourceTree.Read($"src/{project}/{project}.csproj");
            var known = ProjectReference().Matches(text).Select(match => match.Groups[1].Value).ToArray();
            Assert.True(known.All(allowed.Contains), $"{project} knows {string.Join(", ", known.Except(allowed))}");
        }
        Assert.Equal(Arrows.Keys.Order(), Directory.GetDirectories(Path.Combine(SourceTree.Root, "src")).Select(d => Path.GetFileName(d)!).Order());
    }

    [Fact]
    public void No_file_is_longer_than_a_reader_can_hold()
    {
        var tooLong = SourceTree.Files("", ".cs").Where(file => !file.EndsWith(".g.cs", StringComparison.Ordinal))
            .Select(file => (file, lines: SourceTree.Lines(file).Length)).Where(f => f.lines > MostLinesInAFile);
        Assert.Empty(tooLong.Select(f => $"{f.file}: {f.lines} lines"));
    }

    [Fact]
    public void No_line_is_wider_than_the_limit()
    {
        var wide = SourceTree.Files("", ".cs").Where(file => !file.EndsWith(".g.cs", StringComparison.Ordinal))
            .SelectMany(file => SourceTree.Lines(file).Select((line, index) => (file, line, index)))
            .Where(l => l.line.Length > MostColumns);
        Assert.Empty(wide.Select(l => $"{l.file}:{l.index + 1}: {l.line.Length} columns"));
    }

    [Fact]
    public void No_method_of_the_product_is_longer_than_a_screen()
    {
        var found = new List<string>();
        foreach (var file in SourceTree.Files("src", ".cs").Where(file => !file.EndsWith(".g.cs", StringComparison.Ordinal)))
            foreach (var (name, line, length) in MethodLengths.Of(SourceTree.CodeOnly(SourceTree.Read(file))))
                if (length > MostLinesInAMethod)
                    found.Add($"{file}:{line} {name}: {length} lines");
        Assert.Empty(found);
    }

    [Fact]
    public void Unsafe_code_stands_only_where_it_may()
    {
        var found = SourceTree.Files("src", ".cs")
            .Where(file => !file.StartsWith("src/Linux/", StringComparison.Ordinal) && !file.StartsWith("src/Proxy/Memory/", StringComparison.Ordinal))
            .Where(file => UnsafeWord().IsMatch(SourceTree.CodeOnly(SourceTree.Read(file))))
            .Where(file => !UnsafeFiles.ContainsKey(file));
        Assert.Empty(found);
        Assert.All(UnsafeFiles.Keys, file => Assert.True(File.Exists(Path.Combine(SourceTree.Root, file)), file));
    }

    [Fact]
    public void Native_calls_are_declared_only_in_Linux()
    {
        var found = SourceTree.Files("src", ".cs")
            .Where(file => !file.StartsWith("src/Linux/", StringComparison.Ordinal))
            .Where(file => NativeImport().IsMatch(SourceTree.CodeOnly(SourceTree.Read(file))));
        Assert.Empty(found);
    }

    [Fact]
    public void No_folder_is_an_attic()
    {
        var found = Directory.EnumerateDirectories(Path.Combine(SourceTree.Root, "src"), "*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateDirectories(Path.Combine(SourceTree.Root, "tests"), "*", SearchOption.AllDirectories))
            .Where(folder => !folder.Contains("/obj/") && !folder.Contains("/bin/") && AtticNames.Contains(Path.GetFileName(folder)));
        Assert.Empty(found);
    }

    [Fact]
    public void Every_namespace_says_where_its_file_lies()
    {
        var found = new List<string>();
        foreach (var file in SourceTree.Files("src", ".cs"))
        {
            var declared = NamespaceLine().Match(SourceTree.Read(file));
            if (!declared.Success) continue;
            var folder = "Evenkeel." + Path.GetDirectoryName(file)!["src/".Length..].Replace('/', '.');
            if (declared.Groups[1].Value != folder) found.Add($"{file}: {declared.Groups[1].Value}, not {folder}");
        }
        Assert.Empty(found);
    }

    [Fact]
    public void Every_symbol_that_a_document_names_exists()
    {
        var code = string.Join('\n', SourceTree.Files("", ".cs").Select(SourceTree.Read));
        var words = new HashSet<string>(Identifier().Matches(code).Select(match => match.Value));
        var folders = SourceTree.Files("src", ".cs").SelectMany(file => Path.GetDirectoryName(file)!.Split('/')).ToHashSet();
        var missing = new List<string>();
        foreach (var file in Documents())
            foreach (Match match in QuotedSymbol().Matches(SourceTree.Read(file)))
                foreach (var part in match.Groups[1].Value.Split('.'))
                    if (!words.Contains(part) && !folders.Contains(part))
                        missing.Add($"{file}: `{match.Groups[1].Value}`");
        Assert.Empty(missing.Distinct());
    }

    [Fact]
    public void Every_path_that_a_document_links_to_exists()
    {
        var missing = new List<string>();
        foreach (var file in Documents())
            foreach (Match match in Link().Matches(SourceTree.Read(file)))
            {
                var target = match.Groups[1].Value.Split('#')[0];
                if (target.Length == 0 || target.Contains("://")) continue;
                var path = Path.GetFullPath(Path.Combine(SourceTree.Root, Path.GetDirectoryName(file)!, target));
                if (!File.Exists(path) && !Directory.Exists(path)) missing.Add($"{file}: {target}");
            }
        Assert.Empty(missing);
    }

    [Fact]
    public void Sources_end_with_a_newline_and_carry_no_tabs()
    {
        var found = SourceTree.Files("", ".cs").Where(file =>
        {
            var text = SourceTree.Read(file);
            var code = SourceTree.CodeOnly(text);
            return text.Length > 0 && (text[^1] != '\n' || code.Contains('\t') || code.Contains('\r'));
        });
        Assert.Empty(found);
    }

    private static IEnumerable<string> Documents() =>
        SourceTree.Files("", ".md").Where(file => !file.StartsWith("docs/compat/", StringComparison.Ordinal) && file != "CHANGELOG.md");

    [GeneratedRegex("ProjectReference Include=\"\\.\\./([A-Za-z]+)/")]
    private static partial Regex ProjectReference();

    [GeneratedRegex(@"\bunsafe\b")]
    private static partial Regex UnsafeWord();

    [GeneratedRegex(@"\b(?:LibraryImport|DllImport)\b")]
    private static partial Regex NativeImport();

    [GeneratedRegex(@"^namespace ([A-Za-z0-9_.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"[A-Za-z_][A-Za-z0-9_]*")]
    private static partial Regex Identifier();

    /// <summary>A word in back quotes that looks like one of our types or members: PascalCase with a small letter, dots allowed.</summary>
    [GeneratedRegex(@"`([A-Z][a-z][A-Za-z0-9]*(?:\.[A-Z][a-z][A-Za-z0-9]*)*)`")]
    private static partial Regex QuotedSymbol();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
