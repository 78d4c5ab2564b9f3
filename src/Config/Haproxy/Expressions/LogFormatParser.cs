using System.Collections.Immutable;
using System.Text;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>Reads the log-format language (configuration.txt 8.2.6): literals, `%alias`, `%[expression]`, each with `%(name:type){flags}` in front.</summary>
public static class LogFormatParser
{
    /// <summary>Reads a format and reports what is wrong with it.</summary>
    /// <param name="places">Where it will be evaluated; an expression that has no value there is an error.</param>
    /// <param name="what">The keyword, as in "failed to parse log-format".</param>
    /// <returns>Null after an error.</returns>
    public static LogFormatModel? Parse(string text, ParseScope scope, LogFormatUse use, SamplePlaces places = SamplePlaces.Log, string what = "log-format")
    {
        var format = TryParse(text, scope, use, places, out var error);
        if (format is null) scope.Alert($"failed to parse {what} : {error}.");
        return format;
    }

    /// <summary>Reads a format; what is wrong with it comes back in <paramref name="error"/>, for keywords that say it in words of their own.</summary>
    public static LogFormatModel? TryParse(string text, ParseScope scope, LogFormatUse use, SamplePlaces places, out string error) =>
        new LogFormatReader(text, scope, use, places).Read(out error);
}

/// <summary>The cursor of <see cref="LogFormatParser"/>.</summary>
internal sealed class LogFormatReader(string text, ParseScope scope, LogFormatUse use, SamplePlaces places)
{
    private readonly ImmutableArray<LogFormatPart>.Builder _parts = ImmutableArray.CreateBuilder<LogFormatPart>();
    private readonly StringBuilder _literal = new();
    private LogFormatOptions _defaults = use == LogFormatUse.Log ? LogFormatOptions.Mandatory : LogFormatOptions.None;
    private int _next;

    public LogFormatModel? Read(out string error)
    {
        error = "";
        while (_next < text.Length)
        {
            var c = text[_next];
            if (c != '%')
            {
                ReadPlain(c);
                continue;
            }
            if (_next + 1 < text.Length && text[_next + 1] == '%')
            {
                _literal.Append('%');
                _next += 2;
                continue;
            }
            FlushLiteral();
            _next++;
            if (!ReadItem(out error)) return null;
        }
        FlushLiteral();
        return new LogFormatModel(_parts.ToImmutable(), text, scope.Position) { Use = use, Options = _defaults };
    }

    private void ReadPlain(char c)
    {
        _next++;
        if (use != LogFormatUse.Log || c is not (' ' or '\t'))
        {
            _literal.Append(c);
            return;
        }
        FlushLiteral();
        if (_parts.Count == 0 || _parts[^1].Kind != LogFormatPartKind.Separator) _parts.Add(new LogFormatPart(LogFormatPartKind.Separator, " "));
    }

    private void FlushLiteral()
    {
        if (_literal.Length == 0) return;
        _parts.Add(new LogFormatPart(LogFormatPartKind.Literal, _literal.ToString()));
        _literal.Clear();
    }

    private bool ReadItem(out string error)
    {
        string? name = null;
        var type = SampleType.Any;
        if (_next < text.Length && text[_next] == '(' && !ReadName(out name, out type, out error)) return false;
        var options = _defaults;
        if (_next < text.Length && text[_next] == '{' && !ReadFlags(ref options, out error)) return false;
        if (_next < text.Length && text[_next] == '[') return ReadExpression(name, type, options, out error);
        return ReadAlias(name, type, options, out error);
    }

    private bool ReadName(out string? name, out SampleType type, out string error)
    {
        error = "";
        type = SampleType.Any;
        var close = text.IndexOf(')', _next);
        var inside = close < 0 ? text[(_next + 1)..] : text[(_next + 1)..close];
        var colon = inside.IndexOf(':', StringComparison.Ordinal);
        name = colon < 0 ? inside : inside[..colon];
        if (close < 0)
        {
            error = $"truncated line after '{inside}'";
            return false;
        }
        if (colon >= 0)
        {
            var typeName = inside[(colon + 1)..];
            if (TypeOf(typeName) is not { } known)
            {
                error = $"unexpected output type '{typeName}' at position {_next + colon + 2} line : '{text}'. Supported types are: str, sint, bool, raw";
                return false;
            }
            type = known;
        }
        _next = close + 1;
        return true;
    }

    private static SampleType? TypeOf(string name) => name switch
    {
        "str" => SampleType.String,
        "sint" => SampleType.Integer,
        "bool" => SampleType.Boolean,
        "raw" => SampleType.Any,
        _ => null,
    };

    private bool ReadFlags(ref LogFormatOptions options, out string error)
    {
        error = "";
        var close = text.IndexOf('}', _next);
        var inside = close < 0 ? text[(_next + 1)..] : text[(_next + 1)..close];
        if (close < 0)
        {
            error = $"truncated line after '{inside}'";
            return false;
        }
        foreach (var word in inside.Split(','))
        {
            var flag = word.TrimStart('+', '-') switch
            {
                "Q" => LogFormatOptions.Quote,
                "X" => LogFormatOptions.Hexadecimal,
                "E" => LogFormatOptions.Escape,
                "M" => LogFormatOptions.Mandatory,
                "json" => LogFormatOptions.Json,
                "cbor" => LogFormatOptions.Cbor,
                "bin" => LogFormatOptions.Binary,
                _ => LogFormatOptions.None,
            };
            options = word.StartsWith('-') ? options & ~flag : options | flag;
        }
        _next = close + 1;
        return true;
    }

    private bool ReadExpression(string? name, SampleType type, LogFormatOptions options, out string error)
    {
        _next++;
        var start = _next;
        var expression = SampleExpressionParser.TryParse(text, ref _next, scope, out error);
        if (expression is null)
        {
            error = $"failed to parse sample expression <{text[start..]}> : {error}";
            return false;
        }
        if (_next >= text.Length || text[_next] != ']')
        {
            error = _next >= text.Length ? $"missing ']' after '{text[start..]}'" : $"expected ']' after '{text[start.._next]}', but found '{text[_next]}'";
            return false;
        }
        if (places != SamplePlaces.None && (SampleSources.PlacesOf(expression.Fetch.Source) & places) == 0)
        {
            error = $"sample fetch <{expression.Fetch.Name}> may not be reliably used here because it needs " +
                $"'{SampleSources.NameOf(expression.Fetch.Source)}' which is not available here";
            return false;
        }
        _next++;
        _parts.Add(new LogFormatPart(LogFormatPartKind.Expression, expression.Text)
        {
            Expression = expression,
            Options = options,
            ItemName = name,
            ItemType = type,
        });
        return true;
    }

    private bool ReadAlias(string? name, SampleType type, LogFormatOptions options, out string error)
    {
        var start = _next;
        while (_next < text.Length && char.IsAsciiLetterOrDigit(text[_next])) _next++;
        var alias = text[start.._next];
        error = "";
        if (alias.Length == 0 && _next >= text.Length)
        {
            error = "truncated line after '%'";
            return false;
        }
        if (alias.Length > 0 && char.IsAsciiDigit(alias[0]))
        {
            error = $"unexpected alias name near '{alias[0]}' at position {start} line : '{text}'. Maybe you want to write a single '%', use the syntax '%%'";
            return false;
        }
        if (!LogAliases.Contains(alias))
        {
            error = $"no such format alias '{(alias.Length == 0 ? text[_next..] : alias)}'. " +
                "If you wanted to emit the '%' character verbatim, you need to use '%%'";
            return false;
        }
        if (alias == "o")
        {
            _defaults = options;
            return true;
        }
        _parts.Add(new LogFormatPart(LogFormatPartKind.Alias, alias) { Options = options, ItemName = name, ItemType = type });
        return true;
    }
}
