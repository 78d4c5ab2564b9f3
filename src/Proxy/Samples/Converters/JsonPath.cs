namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>What stands where a <see cref="JsonPath"/> leads.</summary>
internal enum JsonKind : byte { None, Number, String, True, False, Null, Array, Object }

/// <summary>
/// A path `$.name[1].other` read once, and the search for it in a text (configuration.txt 7.3.1 "json_query"). Forgiving like the original: what stands
/// behind the value that is found is not looked at. Never throws; the depth it follows is bounded.
/// </summary>
internal sealed class JsonPath
{
    /// <summary>Objects and arrays inside each other.</summary>
    private const int MaxDepth = 64;

    private const int AnyIndex = -1;

    private static readonly System.Buffers.SearchValues<byte> NumberCharacters = System.Buffers.SearchValues.Create("+-.0123456789eE"u8);

    private readonly Step[] _steps;

    private JsonPath(Step[] steps) => _steps = steps;

    /// <summary>A member's name, or an element's place.</summary>
    private readonly record struct Step(byte[]? Name, int Index);

    /// <summary>Null when the path is none: it then finds nothing.</summary>
    public static JsonPath? Parse(string text)
    {
        if (!text.StartsWith('$')) return null;
        var steps = new List<Step>();
        var at = 1;
        while (at < text.Length)
        {
            var step = text[at] switch { '.' => Member(text, ref at), '[' => Element(text, ref at), _ => null };
            if (step is null) return null;
            steps.Add(step.Value);
        }
        return new JsonPath([.. steps]);
    }

    public JsonKind Find(ReadOnlySpan<byte> json, out ReadOnlySpan<byte> token)
    {
        token = default;
        foreach (var step in _steps)
        {
            json = SkipBlanks(json);
            if (!(step.Name is { } name ? TryMember(ref json, name) : TryElement(ref json, step.Index))) return JsonKind.None;
        }
        json = SkipBlanks(json);
        var length = Length(json, depth: 0);
        if (length <= 0) return JsonKind.None;
        token = json[..length];
        return token[0] switch
        {
            (byte)'"' => JsonKind.String,
            (byte)'{' => JsonKind.Object,
            (byte)'[' => JsonKind.Array,
            (byte)'t' => JsonKind.True,
            (byte)'f' => JsonKind.False,
            (byte)'n' => JsonKind.Null,
            _ => JsonKind.Number,
        };
    }

    private static Step? Member(string text, ref int at)
    {
        var name = new List<byte>();
        for (at++; at < text.Length && text[at] is not ('.' or '['); at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length) at++;
            name.Add((byte)text[at]);
        }
        return name.Count == 0 ? null : new Step([.. name], 0);
    }

    private static Step? Element(string text, ref int at)
    {
        var end = text.IndexOf(']', at);
        if (end < 0) return null;
        var inside = text[(at + 1)..end];
        at = end + 1;
        if (inside == "*") return new Step(null, AnyIndex);
        return int.TryParse(inside, System.Globalization.NumberStyles.None, null, out var index) ? new Step(null, index) : null;
    }

    /// <summary>Leaves <paramref name="json"/> at the member's value.</summary>
    private static bool TryMember(ref ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        if (json.IsEmpty || json[0] != '{') return false;
        var rest = SkipBlanks(json[1..]);
        while (!rest.IsEmpty && rest[0] == '"')
        {
            var keyLength = StringLength(rest);
            if (keyLength < 0) return false;
            var key = rest[1..(keyLength - 1)];
            rest = SkipBlanks(rest[keyLength..]);
            if (rest.IsEmpty || rest[0] != ':') return false;
            rest = SkipBlanks(rest[1..]);
            if (key.SequenceEqual(name))
            {
                json = rest;
                return true;
            }
            if (!TryNext(ref rest)) return false;
        }
        return false;
    }

    /// <summary>Leaves <paramref name="json"/> at the element.</summary>
    private static bool TryElement(ref ReadOnlySpan<byte> json, int index)
    {
        if (json.IsEmpty || json[0] != '[') return false;
        var rest = SkipBlanks(json[1..]);
        for (var at = 0; !rest.IsEmpty && rest[0] != ']'; at++)
        {
            if (at == index || index == AnyIndex)
            {
                json = rest;
                return true;
            }
            if (!TryNext(ref rest)) return false;
        }
        return false;
    }

    /// <summary>Steps over a value and the comma behind it.</summary>
    private static bool TryNext(ref ReadOnlySpan<byte> rest)
    {
        var length = Length(rest, depth: 0);
        if (length <= 0) return false;
        rest = SkipBlanks(rest[length..]);
        if (rest.IsEmpty || rest[0] != ',') return false;
        rest = SkipBlanks(rest[1..]);
        return true;
    }

    /// <summary>Bytes of the value at the beginning; -1 when there is no whole one.</summary>
    private static int Length(ReadOnlySpan<byte> json, int depth)
    {
        if (json.IsEmpty || depth > MaxDepth) return -1;
        switch (json[0])
        {
            case (byte)'"':
                return StringLength(json);
            case (byte)'{' or (byte)'[':
                return NestedLength(json, depth);
            case (byte)'t':
                return json.StartsWith("true"u8) ? 4 : -1;
            case (byte)'f':
                return json.StartsWith("false"u8) ? 5 : -1;
            case (byte)'n':
                return json.StartsWith("null"u8) ? 4 : -1;
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                var end = json.IndexOfAnyExcept(NumberCharacters);
                return end < 0 ? json.Length : end;
            default:
                return -1;
        }
    }

    private static int NestedLength(ReadOnlySpan<byte> json, int depth)
    {
        var isObject = json[0] == '{';
        var close = isObject ? (byte)'}' : (byte)']';
        var rest = SkipBlanks(json[1..]);
        while (!rest.IsEmpty && rest[0] != close)
        {
            if (isObject)
            {
                var keyLength = rest[0] == '"' ? StringLength(rest) : -1;
                if (keyLength < 0) return -1;
                rest = SkipBlanks(rest[keyLength..]);
                if (rest.IsEmpty || rest[0] != ':') return -1;
                rest = SkipBlanks(rest[1..]);
            }
            var length = Length(rest, depth + 1);
            if (length <= 0) return -1;
            rest = SkipBlanks(rest[length..]);
            if (!rest.IsEmpty && rest[0] == ',') rest = SkipBlanks(rest[1..]);
            else if (!rest.IsEmpty && rest[0] != close) return -1;
        }
        return rest.IsEmpty ? -1 : json.Length - rest.Length + 1;
    }

    private static int StringLength(ReadOnlySpan<byte> json)
    {
        for (var at = 1; at < json.Length; at++)
        {
            if (json[at] == '\\') at++;
            else if (json[at] == '"') return at + 1;
        }
        return -1;
    }

    private static ReadOnlySpan<byte> SkipBlanks(ReadOnlySpan<byte> json) => json.TrimStart(" \t\r\n"u8);
}
