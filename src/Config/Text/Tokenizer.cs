using System.Text;

namespace Evenkeel.Config.Text;

public enum TokenError { None, UnmatchedQuote, BadHexadecimal, BadVariableName, UnmatchedBrace, BadWordExpansion, TooManyWords }

/// <summary>The words of one line, or why it cannot be cut (configuration.txt 2.2 and 2.3).</summary>
/// <param name="Column">0-based place of the error in the line.</param>
/// <param name="ShownLength">How much of the line an error message shows.</param>
public readonly record struct TokenizedLine(string[] Words, TokenError Error, int Column, int ShownLength)
{
    /// <summary>0-based place behind the opening of the first word that is there but empty, such as `""`; -1 without one.</summary>
    public int EmptyWordColumn { get; init; } = -1;

    public string ErrorText => Error switch
    {
        TokenError.UnmatchedQuote => "unmatched quote",
        TokenError.BadHexadecimal => "truncated or invalid hexadecimal sequence",
        TokenError.BadVariableName => "forbidden first char in environment variable name",
        TokenError.UnmatchedBrace => "unmatched brace in environment variable name",
        TokenError.BadWordExpansion => "truncated or invalid word expansion sequence",
        _ => "",
    };
}

/// <summary>
/// Cuts a line into words: quotes, escapes, comments and environment variables, which are replaced inside double quotes only.
/// A line -> <b>Tokenizer</b> -> words -> preprocessor or section.
/// </summary>
/// <param name="variable">Value of an environment variable or pseudo-variable (`.LINE`), null when it is unset.</param>
public sealed class Tokenizer(Func<string, string?> variable)
{
    /// <summary>Words a line may have; the original's own limit.</summary>
    public const int MaxWords = 64;

    private readonly List<string> _words = [];
    private readonly StringBuilder _word = new();
    private bool _hasWord;
    private TokenError _error;
    private int _errorColumn;
    private int _shownLength;
    private char _quote;
    private int _lastWordColumn;
    private int _openingColumn;
    private int _emptyWordColumn;

    public TokenizedLine Cut(string line)
    {
        _words.Clear();
        _word.Clear();
        _hasWord = false;
        _error = TokenError.None;
        _shownLength = line.Length;
        _quote = '\0';
        _emptyWordColumn = -1;
        var quoteColumn = 0;
        var at = 0;
        while (at < line.Length && _error == TokenError.None)
        {
            var c = line[at];
            if (c == '\r') break;
            if (_quote == '\'')
            {
                if (c == '\'') _quote = '\0';
                else _word.Append(c);
                at++;
            }
            else if (c == '"' || (c == '\'' && _quote == '\0'))
            {
                // The opening quote makes a word, be it empty; the closing one must not, when `[*]` left nothing between them.
                if (_quote == '\0') (_quote, quoteColumn, _hasWord, _openingColumn) = (c, at, true, at + 1);
                else _quote = '\0';
                at++;
            }
            else if (c == '\\') at = Escape(line, at);
            else if (c == '$' && _quote == '"') at = Expand(line, at);
            else if (_quote == '\0' && c == '#') break;
            else if (_quote == '\0' && IsBlank(c))
            {
                EndWord(at);
                at++;
            }
            else
            {
                _word.Append(c);
                _hasWord = true;
                at++;
            }
        }
        if (_error == TokenError.None && _quote != '\0') Fail(TokenError.UnmatchedQuote, quoteColumn);
        if (_error == TokenError.None) EndWord(at);
        return new TokenizedLine([.. _words], _error, _errorColumn, _shownLength) { EmptyWordColumn = _emptyWordColumn };
    }

    private static bool IsBlank(char c) => c is ' ' or (>= '\t' and <= '\r');

    private void EndWord(int column)
    {
        if (!_hasWord) return;
        if (_words.Count == MaxWords)
        {
            Fail(TokenError.TooManyWords, _lastWordColumn);
            return;
        }
        _lastWordColumn = column - _word.Length;
        if (_word.Length == 0 && _emptyWordColumn < 0) _emptyWordColumn = _openingColumn;
        _words.Add(_word.ToString());
        _word.Clear();
        _hasWord = false;
    }

    private void Fail(TokenError error, int column)
    {
        _error = error;
        _errorColumn = column;
    }

    private int Escape(string line, int at)
    {
        _hasWord = true;
        var next = at + 1 < line.Length ? line[at + 1] : '\0';
        switch (next)
        {
            case ' ' or '\\' or '#' or '\'' or '"':
                _word.Append(next);
                return at + 2;
            case '$' when _quote == '"': // outside double quotes a dollar is no variable, and the backslash stays
                _word.Append('$');
                return at + 2;
            case '\t':
                _word.Append('\t');
                return at + 2;
            case 'n' or 'r' or 't':
                _word.Append(next == 'n' ? '\n' : next == 'r' ? '\r' : '\t');
                return at + 2;
            case 'x':
                if (at + 3 >= line.Length || !char.IsAsciiHexDigit(line[at + 2]) || !char.IsAsciiHexDigit(line[at + 3]))
                {
                    Fail(TokenError.BadHexadecimal, at);
                    return at;
                }
                _word.Append((char)Convert.ToInt32(line.Substring(at + 2, 2), 16));
                return at + 4;
            default:
                _word.Append('\\');
                return at + 1;
        }
    }

    /// <summary>Replaces `$NAME`, `${NAME}`, `${NAME-default}` or `${NAME[*]}` that starts at the dollar.</summary>
    private int Expand(string line, int at)
    {
        var start = at + 1;
        var brace = start < line.Length && line[start] == '{';
        if (brace) start++;
        var end = start;
        if (end < line.Length && line[end] == '.') end++;
        while (end < line.Length && (char.IsAsciiLetterOrDigit(line[end]) || line[end] == '_')) end++;
        var name = line[start..end];
        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || (name[0] == '.' && name is not (".FILE" or ".LINE" or ".SECTION")))
        {
            Fail(TokenError.BadVariableName, start);
            if (name.StartsWith('.')) _shownLength = end;
            return at;
        }
        if (_word.Length == 0) _openingColumn = start;
        var value = variable(name);
        if (!brace)
        {
            Append(value);
            return end;
        }
        var split = false;
        if (end < line.Length && line[end] == '[')
        {
            if (string.CompareOrdinal(line, end, "[*]", 0, 3) != 0)
            {
                Fail(TokenError.BadWordExpansion, end);
                return at;
            }
            split = true;
            end += 3;
        }
        else if (end < line.Length && line[end] == '-')
        {
            var close = line.IndexOf('}', end);
            if (close < 0) end = line.Length;
            else
            {
                value ??= line[(end + 1)..close];
                end = close;
            }
        }
        if (end >= line.Length || line[end] != '}')
        {
            Fail(TokenError.UnmatchedBrace, at + 1);
            return at;
        }
        if (split) AppendWords(value, end);
        else Append(value);
        return end + 1;
    }

    private void Append(string? value)
    {
        _word.Append(value);
        _hasWord = true;
    }

    /// <summary>Blanks inside the value separate words; an empty value leaves no word of its own.</summary>
    private void AppendWords(string? value, int column)
    {
        var wasEmpty = _word.Length == 0;
        foreach (var c in value ?? "")
        {
            if (!IsBlank(c))
            {
                _word.Append(c);
                _hasWord = true;
            }
            else if (_word.Length > 0) EndWord(column);
        }
        if (wasEmpty && _word.Length == 0) _hasWord = false;
    }
}
