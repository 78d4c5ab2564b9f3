using System.Text;

namespace Evenkeel.Config.Text;

/// <summary>One argument inside parentheses: the second level of quoting of configuration.txt 2.2, where `\#`, `\$` and `\xNN` mean nothing.</summary>
public static class ArgumentText
{
    /// <summary>Reads up to an unquoted comma or closing parenthesis, which <paramref name="at"/> then points to (or the end).</summary>
    public static string Read(string text, ref int at)
    {
        var value = new StringBuilder();
        var quote = '\0';
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (quote == '\0' && c is ',' or ')' && quote == '\0') break;
            if (c is '"' or '\'' && (quote == '\0' || quote == c)) quote = quote == '\0' ? c : '\0';
            else if (c == '\\' && quote != '\'' && at + 1 < text.Length) value.Append(Unescape(text[++at]));
            else value.Append(c);
        }
        return value.ToString();
    }

    private static string Unescape(char c) => c switch
    {
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        ' ' or ',' or '(' or ')' or '\\' or '"' or '\'' => c.ToString(),
        _ => "\\" + c,
    };
}
