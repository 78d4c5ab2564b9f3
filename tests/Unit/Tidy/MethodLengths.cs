using System.Text.RegularExpressions;

namespace Evenkeel.Tests.Unit.Tidy;

/// <summary>Finds methods and their sizes by counting braces; good enough for one house style, no compiler needed.</summary>
internal static partial class MethodLengths
{
    /// <summary>Name, first line (1-based) and number of lines of every method with a body in braces.</summary>
    public static IEnumerable<(string Name, int Line, int Length)> Of(string code)
    {
        foreach (Match match in Signature().Matches(code))
        {
            int open = match.Index + match.Length - 1, depth = 0, at = open;
            for (; at < code.Length; at++)
            {
                if (code[at] == '{') depth++;
                else if (code[at] == '}' && --depth == 0) break;
            }
            int first = 1 + code.AsSpan(0, match.Index).Count('\n') + match.Value.TakeWhile(char.IsWhiteSpace).Count(c => c == '\n');
            int lines = 1 + code.AsSpan(open, Math.Min(at, code.Length - 1) - open).Count('\n');
            yield return (match.Groups[1].Value, first, lines);
        }
    }

    [GeneratedRegex(@"^[ ]{4,12}(?:public|private|internal|protected|static)[^;={}()]*?\b([A-Za-z_][A-Za-z0-9_]*)(?:<[^>(]*>)?" +
        @"\([^;{}]*\)\s*(?:where[^{;]*)?\{", RegexOptions.Multiline)]
    private static partial Regex Signature();
}
