using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Text;
using Evenkeel.Model;

namespace Evenkeel.Config.Haproxy;

/// <summary>
/// Turns one file into statements: cuts lines into words, follows `.if` blocks and gives out `.notice` and the like.
/// bytes -> LineReader -> Tokenizer -> <b>Preprocessor</b> -> statements -> sections.
/// </summary>
/// <param name="sectionName">Name of the section that is open, for `.SECTION`.</param>
/// <param name="isEarlyPass">Messages are left for the second pass.</param>
internal sealed class Preprocessor
{
    /// <summary>Errors in one file after which the rest of it is not read.</summary>
    private const int MaxErrors = 50;

    private enum BlockState { Taken, NotYetTaken, Done }

    private sealed class Block
    {
        public BlockState State { get; set; }

        public bool HasElse { get; set; }
    }

    private readonly ParseContext _context;
    private readonly Func<string> _sectionName;
    private readonly bool _isEarlyPass;
    private readonly string _file;
    private readonly LineReader _lines;
    private readonly Tokenizer _tokenizer;
    private readonly ConditionalExpression _conditions;
    private const int MostNested = 100;
    private readonly Stack<Block> _blocks = new();
    private int _skippedBlocks;
    private readonly int _alertsBefore;
    private bool _saidEmptyWord;
    private SourceSection _place;

    public Preprocessor(ParseContext context, string file, byte[] bytes, Func<string> sectionName, bool isEarlyPass)
    {
        (_context, _sectionName, _isEarlyPass, _file) = (context, sectionName, isEarlyPass, file);
        _alertsBefore = context.Diagnostics.Alerts;
        _lines = new LineReader(bytes);
        _place = new SourceSection(file, 1);
        _tokenizer = new Tokenizer(Variable);
        _conditions = new ConditionalExpression(name => context.World.EnvironmentVariable(name) is not null);
    }

    private string? Variable(string name) => name switch
    {
        ".FILE" => _file,
        ".LINE" => LineNumber(),
        ".SECTION" => _sectionName(),
        _ => _context.World.EnvironmentVariable(name),
    };

    /// <summary>Where the next line begins, in bytes.</summary>
    public int Offset => _lines.Offset;

    /// <summary>Where the line of the last statement began, in bytes.</summary>
    public int StatementOffset => _lines.LineOffset;

    /// <summary>The number of the next line.</summary>
    public int NextLine => _lines.Line + 1;

    /// <summary>Passes by lines that need not be read.</summary>
    public void Pass(int length) => _lines.Pass(length);

    /// <summary>Counts the lines of the section that a statement opens from that statement on.</summary>
    public Statement BeginSection(Statement statement, out SourceSection place)
    {
        _place = place = new SourceSection(_file, _lines.Line);
        _context.Position = new SourcePosition(place, _lines.Line);
        return statement with { Position = _context.Position };
    }

    private string LineNumber()
    {
        // The same section says something else further down.
        _context.Text.IsOfNoUse = true;
        return _lines.Line.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The next statement that is not left out by a condition; false at the end of the file or when reading was aborted.</summary>
    public bool TryNext(out Statement statement)
    {
        statement = default;
        while (!_context.IsAborted && _lines.TryRead(out var text))
        {
            _context.Position = new SourcePosition(_place, _lines.Line);
            if (_context.Diagnostics.Alerts - _alertsBefore >= MaxErrors)
            {
                _context.AlertTight($"too many fatal errors ({MaxErrors}), stopping now.");
                return false;
            }
            if (_lines.IsTruncated)
            {
                _context.AlertTight($"Missing LF on last line, file might have been truncated at position {text.Length + 1}.");
                return false;
            }
            if (_lines.HasNul)
            {
                _context.AlertTight($"Stray NUL character at position {text.Length + 1}.");
                return false;
            }
            var line = _tokenizer.Cut(text);
            if (line.Error != TokenError.None)
            {
                SayWhere(line, text);
                continue;
            }
            if (line.Words.Length == 0 || line.Words[0].Length == 0) continue;
            if (line.Words[0][0] == '.')
            {
                Directive(line.Words);
                continue;
            }
            if (IsSkipping) continue;
            if (line.EmptyWordColumn >= 0 && !_isEarlyPass)
            {
                SayEmptyWord(line, text);
                continue;
            }
            statement = new Statement(line.Words, _context.Position);
            return true;
        }
        if (!_context.IsAborted && _blocks.Count + _skippedBlocks > 0) Abort("non-terminated '.if' block.");
        return false;
    }

    private bool IsSkipping => _skippedBlocks > 0 || (_blocks.Count > 0 && _blocks.Peek().State != BlockState.Taken);

    /// <summary>An empty argument would end the list for the original: whatever stands behind it would be lost without a word.</summary>
    private void SayEmptyWord(TokenizedLine line, string text)
    {
        const string Advice = "\nAborting to prevent all subsequent arguments from being silently ignored. If this is caused by an environment variable "
            + "expansion, please have a look at section 2.3 of the configuration manual to find solutions to address this.";
        var start = text.Length - text.TrimStart(' ', '\t').Length;
        var number = Array.IndexOf(line.Words, "");
        _context.AlertTight($"argument number {number} at position {line.EmptyWordColumn + 1} is empty and marks the end of the argument "
            + $"list:\n  {text[start..]}\n  {new string(' ', line.EmptyWordColumn - start)}^{(_saidEmptyWord ? "" : Advice)}");
        _saidEmptyWord = true;
    }

    private void SayWhere(TokenizedLine line, string text)
    {
        if (line.Error == TokenError.TooManyWords)
        {
            _context.AlertTight($"too many words, truncating after word {Tokenizer.MaxWords}, position {line.Column}: <{line.Words[^1]}>.");
            return;
        }
        var start = text.Length - text.TrimStart(' ', '\t').Length;
        var end = Math.Max(line.ShownLength, start);
        var cut = text.IndexOf('\r', start);
        if (cut >= 0 && cut < end) end = cut;
        _context.AlertTight($"{line.ErrorText} at position {line.Column + 1}:\n  {text[start..end]}\n  {new string(' ', Math.Max(0, line.Column - start))}^");
    }

    private void Abort(string text)
    {
        _context.AlertTight(text);
        _context.IsAborted = true;
    }

    private void Directive(string[] words)
    {
        // What is read depends on more than the text of its section.
        _context.Text.IsOfNoUse = true;
        switch (words[0])
        {
            case ".if":
                If(words);
                break;
            case ".elif":
                ElseIf(words);
                break;
            case ".else":
                if (HasNoArguments(words)) Else();
                break;
            case ".endif":
                if (HasNoArguments(words)) EndIf();
                break;
            default:
                if (!IsSkipping) Message(words);
                break;
        }
    }

    private bool HasNoArguments(string[] words)
    {
        if (words.Length == 1) return true;
        Abort($"Unexpected argument '{words[1]}' for '{words[0]}'.");
        // The original then also misses the block's end.
        if (_blocks.Count + _skippedBlocks > 0) _context.AlertTight("non-terminated '.if' block.");
        return false;
    }

    private void If(string[] words)
    {
        if (IsSkipping)
        {
            _skippedBlocks++;
            return;
        }
        if (_blocks.Count >= MostNested - 1) Abort($"too many nested '.if', max is {MostNested}.");
        else if (Evaluate(words) is { } holds) _blocks.Push(new Block { State = holds ? BlockState.Taken : BlockState.NotYetTaken });
    }

    private void ElseIf(string[] words)
    {
        if (_skippedBlocks > 0) return;
        if (_blocks.Count == 0)
        {
            Abort("lone '.elif' with no matching '.if'.");
            return;
        }
        var block = _blocks.Peek();
        if (block.HasElse) Abort("'.elif' after '.else' is not permitted.");
        else if (block.State != BlockState.NotYetTaken) block.State = BlockState.Done;
        else if (Evaluate(words) == true) block.State = BlockState.Taken;
    }

    private void Else()
    {
        if (_skippedBlocks > 0) return;
        if (_blocks.Count == 0)
        {
            Abort("lone '.else' with no matching '.if'.");
            return;
        }
        var block = _blocks.Peek();
        if (block.HasElse)
        {
            Abort("'.else' after '.else' is not permitted.");
            return;
        }
        block.HasElse = true;
        block.State = block.State == BlockState.NotYetTaken ? BlockState.Taken : BlockState.Done;
    }

    private void EndIf()
    {
        if (_skippedBlocks > 0) _skippedBlocks--;
        else if (_blocks.Count > 0) _blocks.Pop();
        else Abort("lone '.endif' with no matching '.if'.");
    }

    private bool? Evaluate(string[] words)
    {
        var text = string.Join(' ', words.Skip(1));
        var value = _conditions.Evaluate(text, out var failure);
        if (value is null)
        {
            Abort($"{failure.Text} in '{words[0]}' at position {failure.Position}:\n  {words[0]} {text}\n"
                + $"  {new string(' ', words[0].Length + failure.Position)}^");
        }
        return value;
    }

    private void Message(string[] words)
    {
        if (words[0] is not (".alert" or ".warning" or ".notice" or ".diag"))
        {
            _context.AlertTight($"unknown directive '{words[0]}'.");
            return;
        }
        if (_isEarlyPass) return;
        if (words.Length > 2)
        {
            _context.AlertTight($"Unexpected argument '{words[2]}' for '{words[0]}'. Use quotes if the message should contain spaces.");
            return;
        }
        var severity = words[0] switch { ".alert" => Severity.Alert, ".warning" => Severity.Warning, ".notice" => Severity.Notice, _ => Severity.Diag };
        if (severity == Severity.Diag && !_context.Options.IsDiagnostic) return;
        var text = words.Length > 1 ? words[1] : "";
        _context.Diagnostics.Say(severity, _context.Position, $"config : parsing [{_context.Position}]: '{text}'.");
        if (severity == Severity.Alert) _context.IsAborted = true;
    }
}
