using System.Text;

namespace Evenkeel.Config.Keepalived.Language;

/// <summary>
/// The tokenizer of lines that name scripts. First level: words in `"` or `'`, with the shell's escapes; second level: inside one quoted word, white space
/// separates the script's parameters and unescaped quotes of the other kind hold one together (keepalived.conf(5), "Quoted strings").
/// </summary>
/// <remarks>Both levels are one walk, because an escaped blank or quote must stay an ordinary character on the second.</remarks>
internal static class ScriptWords
{
    /// <summary>One first-level word: its text, and the parameters it has when it is run as a command.</summary>
    public sealed record Word(string Text, IReadOnlyList<string> Parameters, bool Quoted);

    /// <param name="problem">The text with a quote that misses its end and that quote, as the original says it; null when all is well.</param>
    public static List<Word> Split(string line, out string? problem)
    {
        var words = new List<Word>(4);
        problem = null;
        int i = 0;
        while (problem == null)
        {
            while (i < line.Length && LineText.IsWhiteSpace(line[i])) i++;
            if (i >= line.Length || line[i] is '#' or '!') break;
            var word = ReadWord(line, ref i, out problem);
            if (problem == null) words.Add(word);
        }
        return words;
    }

    private static Word ReadWord(string line, ref int i, out string? problem)
    {
        problem = null;
        var text = new StringBuilder();
        var parameter = new StringBuilder();
        var parameters = new List<string>();
        bool inParameter = false, quoted = false;
        char outer = '\0', inner = '\0';
        for (; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '\\' && i + 1 < line.Length)
            {
                char escaped = Escape(line, ref i);
                text.Append(escaped);
                parameter.Append(escaped);
                inParameter = true;
            }
            else if (outer == '\0' && c is '"' or '\'' && inner == '\0')
            {
                outer = c;
                quoted = true;
            }
            else if (c == outer)
            {
                if (inner != '\0') break;
                outer = '\0';
            }
            else if (outer == '\0' && LineText.IsWhiteSpace(c))
            {
                break;
            }
            else if (c is '"' or '\'')
            {
                // Unescaped and not the outer quote: it groups parameters and vanishes from them, but stays in the word's own text.
                inner = inner == c ? '\0' : inner == '\0' ? c : inner;
                text.Append(c);
                inParameter = true;
            }
            else
            {
                text.Append(c);
                if (!LineText.IsWhiteSpace(c) || inner != '\0' || outer == '\0')
                {
                    parameter.Append(c);
                    inParameter = true;
                }
                else if (inParameter)
                {
                    parameters.Add(parameter.ToString());
                    parameter.Clear();
                    inParameter = false;
                }
            }
        }
        if (inner != '\0') problem = $"String '{text}': missing terminating {inner}";
        else if (outer != '\0') problem = $"String '{line}': missing terminating {outer}";
        if (inParameter) parameters.Add(parameter.ToString());
        return new Word(text.ToString(), parameters, quoted);
    }

    /// <summary>Reads the escape at <paramref name="i"/> (a backslash with a character after it) and leaves the index on its last character.</summary>
    private static char Escape(string line, ref int i)
    {
        char c = line[++i];
        switch (c)
        {
            case 'a': return '\a';
            case 'b': return '\b';
            case 'E': return '\x1b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'v': return '\v';
            case 'x': return Digits(line, ref i, 16, 2, 'x');
            case >= '0' and <= '7':
                i--;
                return Digits(line, ref i, 8, 3, c);
            case 'c' when i + 1 < line.Length: return (char)(line[++i] & 0x1f);
            default: return c;
        }
    }

    private static char Digits(string line, ref int i, int radix, int most, char otherwise)
    {
        int value = 0, count = 0;
        while (count < most && i + 1 < line.Length && Uri.IsHexDigit(line[i + 1]))
        {
            int digit = Convert.ToInt32(line[i + 1].ToString(), 16);
            if (digit >= radix) break;
            value = value * radix + digit;
            i++;
            count++;
        }
        return count == 0 ? otherwise : (char)(value & 0xff);
    }
}
