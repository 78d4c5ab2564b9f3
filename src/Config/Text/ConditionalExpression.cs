namespace Evenkeel.Config.Text;

/// <summary>Why a condition has no value. <see cref="Position"/> is 1-based in the condition's text.</summary>
public readonly record struct ConditionFailure(string Text, int Position);

/// <summary>
/// The conditions of `.if`, `.elif` and `-cc` (configuration.txt 2.4): integers, predicates, `!`, `&amp;&amp;`, `||` and parentheses.
/// Words joined by one space -> <b>ConditionalExpression</b> -> true, false or a failure in the original's words.
/// </summary>
/// <param name="isDefined">Whether an environment variable exists.</param>
public sealed class ConditionalExpression(Func<string, bool> isDefined)
{
    /// <summary>Parentheses and negations may nest this deep; the bound keeps hostile text from exhausting the stack.</summary>
    private const int MaxDepth = 256;

    private string _text = "";
    private int _at;
    private int _depth;
    private ConditionFailure? _failure;

    /// <summary>Evaluates a condition; an empty one is false. Null with <paramref name="failure"/> set when it is not understood.</summary>
    public bool? Evaluate(string text, out ConditionFailure failure)
    {
        (_text, _at, _depth, _failure) = (text, 0, 0, null);
        failure = default;
        SkipBlanks();
        if (_at == _text.Length) return false;
        var value = Or(evaluate: true);
        SkipBlanks();
        if (_failure is null && _at < _text.Length)
            Fail($"unexpected character '{_text[_at]}' at the end of conditional expression '{_text}'", _at);
        if (_failure is null) return value;
        failure = _failure.Value;
        return null;
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t') _at++;
    }

    private bool Fail(string text, int at)
    {
        _failure ??= new ConditionFailure(text, at + 1);
        return false;
    }

    /// <summary>Both sides are always read; a side whose value no longer matters is not evaluated, so that its predicates cannot complain.</summary>
    private bool Or(bool evaluate)
    {
        var start = _at;
        var value = And(evaluate);
        while (_failure is null && TakeOperator("||", start)) value |= And(evaluate && !value);
        return value;
    }

    private bool And(bool evaluate)
    {
        var value = Term(evaluate);
        while (_failure is null && TakeOperator("&&", -1)) value &= Term(evaluate && value);
        return value;
    }

    /// <summary>Takes an operator; one with nothing behind it is reported from <paramref name="shownFrom"/> (or from itself when negative).</summary>
    private bool TakeOperator(string sign, int shownFrom)
    {
        SkipBlanks();
        if (string.CompareOrdinal(_text, _at, sign, 0, 2) != 0) return false;
        var at = _at;
        _at += 2;
        SkipBlanks();
        if (_at < _text.Length) return true;
        return Fail($"unparsable conditional expression '{_text[(shownFrom < 0 ? at : shownFrom)..]}'", at);
    }

    private bool Term(bool evaluate)
    {
        var start = _at;
        var negated = false;
        while (_at < _text.Length && _text[_at] == '!')
        {
            negated = !negated;
            _at++;
            SkipBlanks();
        }
        if (_at < _text.Length && _text[_at] == '(') return Parenthesis(evaluate) != negated;
        if (TryInteger(out var number)) return number != negated;
        if (TryPredicate(evaluate, out var value)) return value != negated;
        return _failure is null && Fail($"unparsable conditional expression '{_text[start..]}'", start);
    }

    private bool Parenthesis(bool evaluate)
    {
        var open = _at++;
        if (++_depth > MaxDepth) return Fail($"unparsable conditional expression '{_text[open..]}'", open);
        SkipBlanks();
        var value = Or(evaluate);
        SkipBlanks();
        if (_at >= _text.Length || _text[_at] != ')')
        {
            // The outermost unclosed parenthesis is the one named, whatever an inner one thought.
            if (_failure is null || _failure.Value.Text.StartsWith("expected ')' after", StringComparison.Ordinal)) _failure = null;
            return Fail($"expected ')' after conditional expression '{_text[open..]}'", open);
        }
        _at++;
        _depth--;
        return value;
    }

    private bool TryInteger(out bool isNonZero)
    {
        var at = _at;
        isNonZero = false;
        if (at < _text.Length && _text[at] is '+' or '-') at++;
        var first = at;
        var (hexadecimal, octal) = (false, false);
        if (at + 2 < _text.Length && _text[at] == '0' && _text[at + 1] is 'x' or 'X' && char.IsAsciiHexDigit(_text[at + 2]))
        {
            hexadecimal = true;
            at += 2;
        }
        else if (at < _text.Length && _text[at] == '0') octal = true;
        for (; at < _text.Length; at++)
        {
            var c = _text[at];
            if (!(hexadecimal ? char.IsAsciiHexDigit(c) : octal ? c is >= '0' and <= '7' : char.IsAsciiDigit(c))) break;
            isNonZero |= c != '0';
        }
        if (at == first) return false;
        _at = at;
        return true;
    }

    private bool TryPredicate(bool evaluate, out bool value)
    {
        value = false;
        var end = _at;
        while (end < _text.Length && (char.IsAsciiLetterOrDigit(_text[end]) || _text[end] == '_')) end++;
        var name = _text[_at..end];
        if (ConditionalPredicate.Find(name) is not { } predicate) return false;
        _at = end;
        var arguments = new List<string>();
        if (_at < _text.Length && _text[_at] == '(')
        {
            _at++;
            if (!TryArguments(predicate, arguments)) return false;
        }
        else if (predicate.Required > 0)
        {
            return Fail(Missing(predicate, 1), _at);
        }
        if (!evaluate) return true;
        while (arguments.Count < predicate.Accepted) arguments.Add("");
        var answer = predicate.Answer(arguments, isDefined);
        if (answer is null)
            return Fail($"invalid argument to conditional expression predicate '{name}': '{arguments[0]}'", _at);
        value = answer.Value;
        return true;
    }

    private static string Missing(ConditionalPredicate predicate, int got) =>
        $"missing arguments (got {got}/{predicate.Required}), type 'string' expected in argument 1 of predicate '{predicate.Name}' used in "
            + "conditional expression";

    /// <summary>Reads `a,b)`: a second level of quoting, where commas and parentheses inside quotes are plain characters.</summary>
    private bool TryArguments(ConditionalPredicate predicate, List<string> arguments)
    {
        var end = _at;
        if (predicate.Accepted > 0)
        {
            for (; ; end++)
            {
                arguments.Add(ArgumentText.Read(_text, ref end));
                if (end >= _text.Length || _text[end] != ',' || arguments.Count == predicate.Accepted) break;
            }
        }
        if (arguments.Count < predicate.Required)
        {
            _at = end;
            return Fail(Missing(predicate, arguments.Count), end);
        }
        if (end < _text.Length && _text[end] == ')')
        {
            _at = end + 1;
            return true;
        }
        var before = end < _text.Length ? $" before '{_text[end..]}'" : "";
        _at = end;
        return Fail($"expected ')'{before} in argument {Math.Min(predicate.Accepted, 1)} of predicate '{predicate.Name}' used in conditional expression", end);
    }
}
