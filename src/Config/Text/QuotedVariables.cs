using System.Text;

namespace Evenkeel.Config.Text;

/// <summary>The environment variables in the double quotes of a `-cc` condition, which no tokenizer has seen before: `"$NAME"`, `"${NAME}"`.</summary>
public static class QuotedVariables
{
    /// <param name="variable">The value of a variable; null when there is none, which reads as empty.</param>
    public static string Expand(string text, Func<string, string?> variable)
    {
        var expanded = new StringBuilder();
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && i + 1 < text.Length && quote != '\'') expanded.Append(c).Append(text[++i]);
            else if (c == '$' && quote == '"') expanded.Append(variable(TakeName(text, ref i)));
            else expanded.Append(c);
            if (quote == '\0' && c is '"' or '\'') quote = c;
            else if (c == quote) quote = '\0';
        }
        return expanded.ToString();
    }

    /// <summary>The name behind a dollar sign; the position moves to its last character.</summary>
    private static string TakeName(string text, ref int at)
    {
        var inBraces = at + 1 < text.Length && text[at + 1] == '{';
        var start = at + (inBraces ? 2 : 1);
        var end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')) end++;
        at = inBraces && end < text.Length && text[end] == '}' ? end : end - 1;
        return text[start..end];
    }
}
