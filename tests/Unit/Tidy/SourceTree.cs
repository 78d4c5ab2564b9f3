using System.Text.RegularExpressions;

namespace Evenkeel.Tests.Unit.Tidy;

/// <summary>The repository as files, for the tests that look at the tree itself.</summary>
internal static partial class SourceTree
{
    private static readonly string[] NotOurs = ["/artifacts/", "/obj/", "/bin/", "/.git/", "/lab-work/"];

    public static readonly string Root = FindRoot();

    /// <summary>Files with one of the endings below a folder of the repository, as paths relative to the root with forward slashes.</summary>
    public static IEnumerable<string> Files(string folder, params string[] endings) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
            .Select(path => path.Replace('\\', '/'))
            .Where(path => endings.Any(path.EndsWith) && !NotOurs.Any(path[Root.Length..].Contains))
            .Select(path => Path.GetRelativePath(Root, path))
            .Order(StringComparer.Ordinal);

    public static string Read(string relative) => File.ReadAllText(Path.Combine(Root, relative));

    public static string[] Lines(string relative) => File.ReadAllLines(Path.Combine(Root, relative));

    /// <summary>The text without comments and string contents, so that a word in prose does not count as code. Line breaks stay.</summary>
    public static string CodeOnly(string text) => CommentsAndStrings().Replace(text, match => new string('\n', match.Value.Count(c => c == '\n')));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "evenkeel.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests must run inside the repository");
    }

    [GeneratedRegex("\"\"\"[\\s\\S]*?\"\"\"|@\"(?:[^\"]|\"\")*\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])+'|//[^\\n]*|/\\*[\\s\\S]*?\\*/")]
    private static partial Regex CommentsAndStrings();
}
