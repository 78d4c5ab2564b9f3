using System.Text;

namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>
/// Cuts `(a,"b c",d)` into words: the second level of quoting (configuration.txt 2.2), under which single quotes keep everything, double quotes keep all but
/// backslash escapes, and outside both a comma or a closing parenthesis delimits.
/// </summary>
internal static class ArgumentList
{
    /// <summary>Reads from just behind the opening parenthesis; <paramref name="next"/> ends behind the closing one.</summary>
    /// <param name="limit">How many arguments the keyword takes; a comma behind the last one is an error.</param>
    /// <param name="error">The original's complaint about the list's form, or null.</param>
    public static List<string> Read(string text, ref int next, int limit, out string? error)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quote = '\0';
        error = null;
        var wordStart = next;
        for (; next < text.Length; next++)
        {
            var c = text[next];
            if (quote != '\0' && c == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && c is '"' or '\'' && quote == '\0')
            {
                quote = c;
            }
            else if (c == '\\' && quote != '\'' && next + 1 < text.Length && Escape(text[next + 1]) is { } escaped)
            {
                word.Append(escaped);
                next++;
            }
            else if (quote == '\0' && c is ',' or ')' && quote == '\0')
            {
                if (words.Count == limit && !(c == ')' && limit == 0 && word.Length == 0))
                {
                    error = $"expected ')' before '{text[(limit == 0 ? wordStart : wordStart - 1)..]}'";
                    return words;
                }
                if (limit > 0) words.Add(word.ToString());
                word.Clear();
                wordStart = next + 1;
                if (c == ')')
                {
                    next++;
                    return words;
                }
            }
            else
            {
                word.Append(c);
            }
        }
        error = limit == 0 ? $"expected ')' before '{text[wordStart..]}'" : "expected ')'";
        return words;
    }

    private static char? Escape(char c) => c switch
    {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '\\' or ' ' or '"' or '\'' => c,
        _ => null,
    };
}
