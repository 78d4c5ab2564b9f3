using System.Collections.Immutable;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>
/// Reads `fetch(args),converter(args),...` (configuration.txt 7.3) from words of a line or out of a log-format, and checks it against the registry:
/// names, arguments and that each converter can take what comes before it.
/// </summary>
public static class SampleExpressionParser
{
    /// <summary>Reads an expression that starts at <paramref name="words"/>[<paramref name="next"/>] and reports what is wrong.</summary>
    /// <returns>Null after an error; <paramref name="next"/> then stands somewhere in the expression.</returns>
    public static SampleExpressionModel? Parse(ReadOnlySpan<string> words, ref int next, ParseScope scope)
    {
        var expression = TryParse(words, ref next, scope, "sample fetch keyword", out var error);
        if (expression is null) scope.Alert(error);
        return expression;
    }

    /// <summary>As <see cref="Parse"/>, but hands the complaint to the caller, who knows what to say before it.</summary>
    internal static SampleExpressionModel? TryParse(ReadOnlySpan<string> words, ref int next, ParseScope scope, string keywordKind, out string error)
    {
        if (next >= words.Length)
        {
            error = "missing fetch method";
            return null;
        }
        var reader = new ExpressionReader(scope, keywordKind);
        var text = words[next];
        var offset = 0;
        if (!reader.ReadFetch(text, ref offset, out error)) return null;
        while (offset < text.Length)
            if (!reader.ReadConverter(text, ref offset, out error)) return null;
        next++;

        // Older form: converters may follow as words of their own.
        while (next < words.Length && IsConverter(words[next], scope))
        {
            offset = -1;
            text = words[next];
            while (offset < text.Length)
                if (!reader.ReadConverter(text, ref offset, out error)) return null;
            next++;
        }
        return reader.Finish();
    }

    /// <summary>Reads a list of converters without a fetch before them, which are to run on a text.</summary>
    /// <returns>Null after an error.</returns>
    internal static SampleExpressionModel? TryParseConverters(string text, ParseScope scope, out string error)
    {
        var reader = new ExpressionReader(scope, "sample fetch keyword");
        reader.BeginWithText();
        text = text.Trim(',');
        for (var offset = -1; offset < text.Length;)
            if (!reader.ReadConverter(text, ref offset, out error)) return null;
        error = "";
        return reader.Finish();
    }

    /// <summary>Reads an expression out of a log-format; <paramref name="offset"/> ends at the first character that does not belong to it.</summary>
    internal static SampleExpressionModel? TryParse(string text, ref int offset, ParseScope scope, out string error)
    {
        var reader = new ExpressionReader(scope, "sample fetch keyword");
        if (!reader.ReadFetch(text, ref offset, out error)) return null;
        while (offset < text.Length && text[offset] == ',')
            if (!reader.ReadConverter(text, ref offset, out error)) return null;
        return reader.Finish();
    }

    private static bool IsConverter(string word, ParseScope scope)
    {
        var end = ExpressionReader.NameEnd(word, 0);
        return scope.Registry.Converter(word[..end]) is not null && (end == word.Length || word[end] is '(' or ',');
    }
}

/// <summary>The cursor of <see cref="SampleExpressionParser"/>: reads one name with its arguments at a time and keeps what came so far.</summary>
internal sealed class ExpressionReader(ParseScope scope, string keywordKind)
{
    private readonly ImmutableArray<ConverterCallModel>.Builder _converters = ImmutableArray.CreateBuilder<ConverterCallModel>();
    private readonly System.Text.StringBuilder _text = new();
    private FetchSignature? _fetch;
    private ImmutableArray<SampleArgument> _arguments = [];
    private SampleType _type;

    public SampleExpressionModel Finish() => new(_fetch!, _arguments, _converters.ToImmutable(), _text.ToString(), scope.Position);

    /// <summary>What comes first is a text that the caller has, as the fetch `str` gives one.</summary>
    public void BeginWithText()
    {
        _fetch = scope.Registry.Fetch("str") ?? new FetchSignature("str", SampleType.String, SampleSource.Internal, []);
        _type = SampleType.String;
    }

    public bool ReadFetch(string text, ref int offset, out string error)
    {
        var start = offset;
        var end = NameEnd(text, offset);
        var name = text[start..end];
        if (name.Length == 0)
        {
            error = "missing fetch method";
            return false;
        }
        _fetch = scope.Registry.Fetch(name);
        if (_fetch is null)
        {
            error = scope.Known?.WhyNoFetch(name) is { } reason ? $"fetch method '{name}' is not supported: {reason}"
                : scope.Known?.IsFetch(name) == true ? $"fetch method '{name}' is not supported yet" : $"unknown fetch method '{name}'";
            return false;
        }
        offset = end;
        var complaint = ArgumentReader.Read(text, ref offset, _fetch.Arguments, scope, Where(name, null), out _arguments);
        if (complaint is not null)
        {
            error = complaint.Index == 0 ? $"invalid args in fetch method '{name}' : {complaint.Text}" : $"fetch method '{name}' : {complaint.Text}";
            return false;
        }
        if (_fetch.Check?.Invoke(_arguments) is { } wrong)
        {
            error = $"invalid args in fetch method '{name}' : {wrong}";
            return false;
        }
        _text.Append(text, start, offset - start);
        _type = _fetch.Output;
        error = "";
        return true;
    }

    /// <summary><paramref name="offset"/> stands on the comma before the converter, or at -1 when a word starts with it.</summary>
    public bool ReadConverter(string text, ref int offset, out string error)
    {
        error = "";
        if (offset >= 0 && text[offset] != ',')
        {
            error = $"missing comma after {(_converters.Count == 0 ? "fetch keyword" : "converter")} '{_text}'";
            return false;
        }
        while (offset + 1 < text.Length && offset >= 0 && text[offset + 1] == ',') offset++;
        var start = offset + 1;
        var end = NameEnd(text, start);
        var name = text[start..end];
        if (scope.Registry.Converter(name) is not { } converter)
        {
            error = scope.Known?.IsConverter(name) == true ? $"converter '{name}' is not supported yet" : $"unknown converter '{name}'";
            return false;
        }
        if (!SampleCasts.Allows(_type, converter.Input))
        {
            error = $"converter '{name}' cannot be applied";
            return false;
        }
        offset = end;
        var complaint = ArgumentReader.Read(text, ref offset, converter.Arguments, scope, Where(_fetch!.Name, name), out var arguments, converter.Map);
        if (complaint is not null)
        {
            error = complaint.Index == 0
                ? $"invalid args in converter '{name}' : {complaint.Text}"
                : $"invalid arg {complaint.Index} in converter '{name}' : {complaint.Text}";
            return false;
        }
        if (converter.Check?.Invoke(arguments) is { } wrong)
        {
            error = $"invalid args in converter '{name}' : {wrong}";
            return false;
        }
        _converters.Add(new ConverterCallModel(converter, arguments));
        _text.Append(',').Append(text, start, offset - start);
        // A converter that takes anything and gives anything keeps the type; another one that gives anything may have made any type of it.
        if (converter.Output != SampleType.Any || converter.Input != SampleType.Any) _type = converter.Output;
        return true;
    }

    /// <summary>Names are made of letters, digits and `_ . - +`.</summary>
    public static int NameEnd(string text, int start)
    {
        var end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '.' or '-' or '+')) end++;
        return end;
    }

    private string Where(string fetch, string? converter) =>
        converter is null ? $"{keywordKind} '{fetch}'" : $"conversion keyword '{converter}' for {keywordKind} '{fetch}'";
}
