using System.Globalization;

namespace Evenkeel.Config.Keepalived.Language;

/// <summary>
/// `~SEQ(var, start, step, end) rest`, `~SEQx(...) rest`, `~LST(var, a, b) rest` and `~LST({v, w}, {1, 2}, ...) rest`: the rest of the line once per value.
/// Lazily, one line at a time, so that a product of sequences is never held in memory.
/// </summary>
internal sealed class SequenceBlock
{
    private readonly string[] _names;
    private readonly List<string[]>? _list;
    private readonly bool _hexadecimal;
    private readonly long _step;
    private readonly long _end;
    private long _next;

    private SequenceBlock(string[] names, List<string[]> list, string rest) => (_names, _list, Rest) = (names, list, rest);

    private SequenceBlock(string name, long start, long step, long end, bool hexadecimal, string rest) =>
        (_names, _next, _step, _end, _hexadecimal, Rest) = ([name], start, step, end, hexadecimal, rest);

    /// <summary>The line to be read again after each <see cref="MoveNext"/>.</summary>
    public string Rest { get; }

    public static bool IsOne(string line) => line.StartsWith("~SEQ(", StringComparison.Ordinal) || line.StartsWith("~SEQx(", StringComparison.Ordinal)
        || line.StartsWith("~LST(", StringComparison.Ordinal);

    /// <summary>Null with the reasons in <paramref name="problems"/> when it does not read as one.</summary>
    public static SequenceBlock? Parse(string line, List<string> problems)
    {
        bool list = line.StartsWith("~LST", StringComparison.Ordinal);
        string kind = list ? "~LST" : "~SEQ";
        int open = line.IndexOf('(', StringComparison.Ordinal);
        int close = line.IndexOf(')', StringComparison.Ordinal);
        SequenceBlock? block = null;
        if (close < 0)
        {
            problems.Add($"{kind} missing terminating ')' '{line}'");
        }
        else
        {
            string inside = line[(open + 1)..close];
            string rest = line[(close + 1)..].Trim();
            block = list ? ParseList(line, inside, rest, problems) : ParseSequence(line, inside, rest, open == 5, problems);
        }
        if (block == null) problems.Add($"Invalid {kind} specification '{line}'");
        return block;
    }

    private static SequenceBlock? ParseSequence(string line, string inside, string rest, bool hexadecimal, List<string> problems)
    {
        string[] fields = inside.Split(',', StringSplitOptions.TrimEntries);
        var numbers = new long[Math.Max(0, fields.Length - 1)];
        bool valid = fields.Length is >= 2 and <= 4 && fields[0].Length > 0;
        for (int i = 0; valid && i < numbers.Length; i++) valid = TryNumber(fields[i + 1], out numbers[i]);
        if (!valid)
        {
            problems.Add($"Invalid ~SEQ definition '{line}'");
            return null;
        }
        long end = numbers[^1];
        long start = numbers.Length > 1 ? numbers[0] : end >= 0 ? 1 : -1;
        long step = numbers.Length > 2 ? numbers[1] : end >= start ? 1 : -1;
        if (step == 0 || (step > 0 && start > end) || (step < 0 && start < end))
        {
            problems.Add($"Invalid ~SEQ values '{line}'");
            return null;
        }
        return new SequenceBlock(fields[0], start, step, end, hexadecimal, rest);
    }

    private static bool TryNumber(string text, out long value)
    {
        bool negative = text.StartsWith('-');
        string digits = negative ? text[1..] : text;
        bool read = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? int.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int parsed)
            : int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out parsed);
        value = negative ? -(long)parsed : parsed;
        return read;
    }

    private static SequenceBlock? ParseList(string line, string inside, string rest, List<string> problems)
    {
        var fields = Fields(inside);
        if (fields == null || fields.Count < 2) return null;
        string[] names = Members(fields[0]);
        var values = new List<string[]>(fields.Count - 1);
        foreach (string field in fields.Skip(1))
        {
            string[] members = names.Length == 1 && !fields[0].StartsWith('{') ? [field] : Members(field);
            if (members.Length > names.Length)
            {
                problems.Add($"~LST specification has too many values '{line}'");
                return null;
            }
            values.Add(members);
        }
        return new SequenceBlock(names, values, rest);
    }

    /// <summary>Fields between commas outside braces, trimmed; null when a brace stays open.</summary>
    private static List<string>? Fields(string inside)
    {
        var fields = new List<string>();
        bool braced = false;
        int start = 0;
        for (int i = 0; i < inside.Length; i++)
        {
            if (inside[i] is '{' or '}') braced = inside[i] == '{';
            if (inside[i] != ',' || braced) continue;
            fields.Add(inside[start..i].Trim());
            start = i + 1;
        }
        fields.Add(inside[start..].Trim());
        return braced ? null : fields;
    }

    private static string[] Members(string field) => field.TrimStart('{').TrimEnd('}').Split(',', StringSplitOptions.TrimEntries);

    /// <summary>Defines the variables for the next round; false when there is none.</summary>
    public bool MoveNext(Definitions definitions)
    {
        if (_list != null)
        {
            if (_next >= _list.Count) return false;
            string[] values = _list[(int)_next++];
            for (int i = 0; i < _names.Length; i++) definitions.Set(_names[i], [i < values.Length ? values[i] : ""]);
            return true;
        }
        if (_step > 0 ? _next > _end : _next < _end) return false;
        definitions.Set(_names[0], [Format(_next)]);
        _next += _step;
        return true;
    }

    private string Format(long value) => _hexadecimal
        ? value < 0 ? "-" + (-value).ToString("x", CultureInfo.InvariantCulture) : value.ToString("x", CultureInfo.InvariantCulture)
        : value.ToString(CultureInfo.InvariantCulture);
}
