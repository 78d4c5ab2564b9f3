using System.Buffers;

namespace Evenkeel.Config.Keepalived.Language;

/// <summary>What a line's quotes, escapes, comments and braces are, looked at character by character.</summary>
/// <remarks>Only the double quote shields a comment sign or a brace; the single quote is an ordinary character outside script parameters (seen in
/// 2.4.3).</remarks>
internal static class LineText
{
    /// <summary>Takes the comment (`#` or `!` outside double quotes and not escaped) and the surrounding white space off.</summary>
    /// <param name="unterminated">True when a double quote is still open at the end of the line.</param>
    public static string WithoutComment(ReadOnlySpan<char> line, out bool unterminated)
    {
        bool quoted = false;
        int end = line.Length;
        int escapedComments = 0;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '\\' && i + 1 < line.Length)
            {
                if (!quoted && line[i + 1] is '#' or '!') escapedComments++;
                i++;
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && c is '#' or '!')
            {
                end = i;
                break;
            }
        }
        unterminated = quoted;
        var kept = line[..end].Trim(WhiteSpace);
        return escapedComments == 0 ? kept.ToString() : kept.ToString().Replace("\\#", "#", StringComparison.Ordinal).Replace("\\!", "!",
            StringComparison.Ordinal);
    }

    private const string WhiteSpace = " \t\r\n\v\f";

    private static readonly SearchValues<char> WhiteSpaces = SearchValues.Create(WhiteSpace);

    public static bool IsWhiteSpace(char c) => WhiteSpace.Contains(c, StringComparison.Ordinal);

    public static int IndexOfWhiteSpace(ReadOnlySpan<char> text) => text.IndexOfAny(WhiteSpaces);

    /// <summary>
    /// Cuts a line at its braces outside double quotes: `a { b } c` becomes the five lines `a`, `{`, `b`, `}`, `c`.
    /// A brace that continues a word (`a{b`) cuts too.
    /// </summary>
    public static void SplitAtBraces(string line, Queue<string> parts)
    {
        if (line.AsSpan().IndexOfAny('{', '}') < 0)
        {
            parts.Enqueue(line);
            return;
        }
        bool quoted = false;
        int start = 0;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '"' && (i == 0 || line[i - 1] != '\\')) quoted = !quoted;
            if (quoted || c is not ('{' or '}')) continue;
            AddPart(line.AsSpan(start, i - start), parts);
            parts.Enqueue(c == '{' ? "{" : "}");
            start = i + 1;
        }
        AddPart(line.AsSpan(start), parts);
    }

    private static void AddPart(ReadOnlySpan<char> part, Queue<string> parts)
    {
        part = part.Trim(WhiteSpace);
        if (!part.IsEmpty) parts.Enqueue(part.ToString());
    }

    /// <summary>Whether a double quote stays open at the end of the line; an escaped one does not count.</summary>
    public static bool HasOpenQuote(ReadOnlySpan<char> line)
    {
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\') i++;
            else if (line[i] == '"') quoted = !quoted;
        }
        return quoted;
    }
}
